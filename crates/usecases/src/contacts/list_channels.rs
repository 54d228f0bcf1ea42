//! Show the channels of a contact: `GET omnichannel/contacts.channels`.

use omnicontact_domain::contact::{Channel, Contact};
use omnicontact_domain::id::ContactId;
use omnicontact_domain::permission::VIEW_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Requirement, authorize};

use super::ContactError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_CONTACT]);

/// Of each name the channel that was used last. None for unknown ids and for erased contacts.
///
/// # Errors
/// [`ContactError::Denied`], [`ContactError::Store`].
pub async fn list_channels(
    ctx: &Context,
    actor: &Actor,
    id: &ContactId,
) -> Result<Vec<Channel>, ContactError> {
    authorize(actor, &REQUIRES)?;
    let found = ctx.store.read().await?.contacts().find(id).await?;
    let by_name = |contact: Contact| contact.channels_by_name().into_iter().cloned().collect();
    Ok(found.filter(|contact| contact.enabled).map(by_name).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, holding, nobody};
    use crate::prepared::{api_channel, mara, mara_with, reading};

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let refused = list_channels(&context(MockStore::new()), &nobody(), &"c1".into()).await;
        assert!(matches!(refused, Err(ContactError::Denied(_))));
    }

    #[tokio::test]
    async fn a_name_is_shown_once_and_nobody_has_no_channels() {
        for (stored, expected) in [
            (Some(mara_with(&["v1", "v2"])), vec![api_channel("v1".into())]),
            (Some(mara()), vec![]),
            (Some(Contact { enabled: false, ..mara_with(&["v1"]) }), vec![]),
            (None, vec![]),
        ] {
            let mut tx = MockTransaction::default();
            tx.contacts.expect_find().returning(move |_| Ok(stored.clone()));
            let actor = holding(&[VIEW_LIVECHAT_CONTACT]);
            let answer = list_channels(&context(reading(tx)), &actor, &"c1".into()).await.unwrap();
            assert_eq!(answer, expected);
        }
    }
}

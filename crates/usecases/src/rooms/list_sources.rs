//! List where conversations came from: `GET livechat/rooms/filters`.

use omnicontact_domain::contact::Source;
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};

use super::RoomsError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// One source for each type and id from which conversations came, by type and id.
///
/// # Errors
/// [`RoomsError`].
pub async fn list_sources(ctx: &Context, actor: &Actor) -> Result<Vec<Source>, RoomsError> {
    authorize(actor, &REQUIRES)?;
    Ok(ctx.store.read().await?.conversations().list_sources().await?)
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, nobody};
    use crate::prepared::{conversation, reading};

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let refused = list_sources(&context(MockStore::new()), &nobody()).await;
        assert!(matches!(refused, Err(RoomsError::Denied(_))));
    }

    #[tokio::test]
    async fn agents_see_what_the_store_has() {
        let mut tx = MockTransaction::default();
        tx.conversations.expect_list_sources().returning(|| Ok(vec![conversation("v1").source]));
        let sources = list_sources(&context(reading(tx)), &agent()).await.unwrap();
        assert_eq!(sources, [conversation("v1").source]);
    }
}

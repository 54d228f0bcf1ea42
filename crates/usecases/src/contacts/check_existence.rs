//! Ask whether somebody is known: `GET omnichannel/contacts.checkExistence`. Unknown contacts count, erased ones
//! do not (decision 7 of the contract).

use omnicontact_domain::contact::Existence;
use omnicontact_domain::permission::VIEW_LIVECHAT_CONTACT;
use omnicontact_domain::phone::{PhoneKey, Region};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::setting::{PHONE_REGION, SettingValues};
use omnicontact_ports::Prefetched;

use super::ContactError;
use crate::{Context, prefetched};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_CONTACT]);

/// The settings that decide what a number means.
pub const SETTINGS: &[&str] = &[PHONE_REGION];

/// Whether there is a contact with that id, e-mail address or phone number. `settings` holds the stored values of
/// [`SETTINGS`], `read` what was read along with the caller's session.
///
/// # Errors
/// [`ContactError::Denied`], [`ContactError::Store`].
pub async fn check_existence(
    ctx: &Context,
    actor: &Actor,
    asked: &Existence,
    settings: &SettingValues,
    read: Option<Prefetched>,
) -> Result<bool, ContactError> {
    authorize(actor, &REQUIRES)?;
    Ok(match asked {
        Existence::Contact(id) => {
            prefetched::contact(ctx, id, read).await?.is_some_and(|contact| contact.enabled)
        }
        Existence::Email(key) => prefetched::email(ctx, key, read).await?,
        Existence::Phone(number) => {
            // The same line, as people write it where the server is.
            let keys = PhoneKey::alike(number, Region::parse(&settings.text(PHONE_REGION)));
            prefetched::phone(ctx, &keys, read).await?
        }
    })
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::email::EmailKey;
    use omnicontact_ports::mock::MockStore;

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::prepared::mara;

    async fn exists(store: MockStore, asked: Existence) -> bool {
        let actor = holding(&[VIEW_LIVECHAT_CONTACT]);
        check_existence(&context(store), &actor, &asked, &SettingValues::default(), None).await.unwrap()
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let asked = Existence::Contact("c1".into());
        let settings = SettingValues::default();
        let refused = check_existence(&context(MockStore::new()), &nobody(), &asked, &settings, None).await;
        assert!(matches!(refused, Err(ContactError::Denied(_))));
    }

    #[tokio::test]
    async fn an_id_exists_until_the_contact_is_erased() {
        let mut erased = mara();
        erased.erase(NOW);
        for (stored, expected) in [(Some(mara()), true), (Some(erased), false), (None, false)] {
            let mut store = MockStore::new();
            store.expect_find_contact().returning(move |_| Ok(stored.clone()));
            assert_eq!(exists(store, Existence::Contact("c1".into())).await, expected);
        }
    }

    #[tokio::test]
    async fn addresses_are_looked_up_by_their_keys() {
        for (asked, expected) in [("mara@X.org", true), ("kim@x.org", false)] {
            let mut store = MockStore::new();
            let known = EmailKey::of("MARA@x.org");
            store.expect_knows_email().returning(move |asked| Ok(*asked == known));
            assert_eq!(exists(store, Existence::Email(EmailKey::of(asked))).await, expected);
        }
    }

    #[tokio::test]
    async fn a_number_is_looked_up_as_people_of_the_region_write_it() {
        for (region, asked, stored, known) in [
            ("", "+4930123456", "+49 30 123456", true),
            ("DE", "030 / 12 34 56", "+4930123456", true),
            ("de", "030 / 12 34 56", "030123456", true),
            ("FR", "030 / 12 34 56", "+4930123456", false),
        ] {
            let mut store = MockStore::new();
            let settings = SettingValues::new(vec![(PHONE_REGION.to_owned(), region.into())]);
            let stored = PhoneKey::of(stored);
            store.expect_knows_phone().returning(move |asked| Ok(asked.contains(&stored)));
            let (ctx, actor) = (context(store), holding(&[VIEW_LIVECHAT_CONTACT]));
            let asked = Existence::Phone(asked.to_owned());
            let found = check_existence(&ctx, &actor, &asked, &settings, None).await.unwrap();
            assert_eq!(found, known, "{region}");
        }
    }
}

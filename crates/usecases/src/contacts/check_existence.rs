//! Ask whether somebody is known: `GET omnichannel/contacts.checkExistence`. Unknown contacts count, erased ones
//! do not (decision 7 of the contract).

use omnicontact_domain::contact::Existence;
use omnicontact_domain::permission::VIEW_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Requirement, authorize};

use super::ContactError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_CONTACT]);

/// Whether there is a contact with that id, e-mail address or phone number.
///
/// # Errors
/// [`ContactError::Denied`], [`ContactError::Store`].
pub async fn check_existence(ctx: &Context, actor: &Actor, asked: &Existence) -> Result<bool, ContactError> {
    authorize(actor, &REQUIRES)?;
    let mut tx = ctx.store.read().await?;
    let found = match asked {
        Existence::Contact(id) => tx.contacts().find(id).await?,
        Existence::Email(key) => tx.contacts().find_by_email(key).await?,
        Existence::Phone(key) => tx.contacts().find_by_phone(key).await?,
    };
    Ok(found.is_some_and(|contact| contact.enabled))
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::email::EmailKey;
    use omnicontact_domain::phone::PhoneKey;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::prepared::{mara, reading};

    async fn exists(tx: MockTransaction, asked: Existence) -> bool {
        let actor = holding(&[VIEW_LIVECHAT_CONTACT]);
        check_existence(&context(reading(tx)), &actor, &asked).await.unwrap()
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let asked = Existence::Contact("c1".into());
        let refused = check_existence(&context(MockStore::new()), &nobody(), &asked).await;
        assert!(matches!(refused, Err(ContactError::Denied(_))));
    }

    #[tokio::test]
    async fn an_id_exists_until_the_contact_is_erased() {
        let mut erased = mara();
        erased.erase(NOW);
        for (stored, expected) in [(Some(mara()), true), (Some(erased), false), (None, false)] {
            let mut tx = MockTransaction::default();
            tx.contacts.expect_find().returning(move |_| Ok(stored.clone()));
            assert_eq!(exists(tx, Existence::Contact("c1".into())).await, expected);
        }
    }

    #[tokio::test]
    async fn addresses_and_numbers_are_looked_up_by_their_keys() {
        for (stored, expected) in [(Some(mara()), true), (None, false)] {
            let (by_email, by_phone) = (stored.clone(), stored);
            let mut tx = MockTransaction::default();
            let key = EmailKey::of("MARA@x.org");
            tx.contacts
                .expect_find_by_email()
                .withf(move |asked| *asked == key)
                .returning(move |_| Ok(by_email.clone()));
            assert_eq!(exists(tx, Existence::Email(EmailKey::of("mara@X.org"))).await, expected);
            let mut tx = MockTransaction::default();
            let key = PhoneKey::of("+49 30 123456");
            tx.contacts
                .expect_find_by_phone()
                .withf(move |asked| *asked == key)
                .returning(move |_| Ok(by_phone.clone()));
            assert_eq!(exists(tx, Existence::Phone(PhoneKey::of("+4930123456"))).await, expected);
        }
    }
}

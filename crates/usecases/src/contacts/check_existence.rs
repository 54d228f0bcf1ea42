//! Ask whether somebody is known: `GET omnichannel/contacts.checkExistence`. Unknown contacts count, erased ones
//! do not (decision 7 of the contract).

use omnicontact_domain::contact::{Contact, Existence};
use omnicontact_domain::permission::VIEW_LIVECHAT_CONTACT;
use omnicontact_domain::phone::{PhoneKey, Region};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::setting::PHONE_REGION;
use omnicontact_ports::{StoreError, Transaction};

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
        Existence::Phone(number) => find_by_number(tx.as_mut(), number).await?,
    };
    Ok(found.is_some_and(|contact| contact.enabled))
}

/// A contact with a number that is the same line where the server is.
async fn find_by_number(tx: &mut dyn Transaction, number: &str) -> Result<Option<Contact>, StoreError> {
    let settings = tx.settings().find_many(&[PHONE_REGION]).await?;
    for key in PhoneKey::alike(number, Region::parse(&settings.text(PHONE_REGION))) {
        let found = tx.contacts().find_by_phone(&key).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::email::EmailKey;
    use omnicontact_domain::setting::SettingValues;
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
            let mut tx = in_region("");
            let key = PhoneKey::of("+49 30 123456");
            tx.contacts
                .expect_find_by_phone()
                .withf(move |asked| *asked == key)
                .returning(move |_| Ok(by_phone.clone()));
            assert_eq!(exists(tx, Existence::Phone("+4930123456".to_owned())).await, expected);
        }
    }

    #[tokio::test]
    async fn a_number_is_looked_up_as_people_of_the_region_write_it() {
        for (region, stored, known) in
            [("DE", "+4930123456", true), ("de", "030123456", true), ("FR", "+4930123456", false)]
        {
            let mut tx = in_region(region);
            let stored = PhoneKey::of(stored);
            tx.contacts.expect_find_by_phone().returning(move |asked| Ok((*asked == stored).then(mara)));
            assert_eq!(exists(tx, Existence::Phone("030 / 12 34 56".to_owned())).await, known, "{region}");
        }
    }

    fn in_region(region: &'static str) -> MockTransaction {
        let mut tx = MockTransaction::default();
        let settings = || SettingValues::new(vec![(PHONE_REGION.to_owned(), region.into())]);
        tx.settings.expect_find_many().returning(move |_| Ok(settings()));
        tx
    }
}

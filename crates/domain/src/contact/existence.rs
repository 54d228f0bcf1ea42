//! What `contacts.checkExistence` asks (contract, contacts 7.6): for exactly one of three things. A query that
//! asks otherwise is wrong in three ways at once, one for each of the three forms that it could have had.

use crate::email::{self, EmailKey};
use crate::id::ContactId;
use crate::phone::{PhoneKey, Region};

/// A parameter as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Given {
    /// It was not.
    #[default]
    Absent,
    /// A text.
    Text(String),
    /// Something else, such as the list of a repeated parameter.
    NoText,
}

/// A query as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExistenceQuery {
    /// `contactId`
    pub contact_id: Given,
    /// `email`
    pub email: Given,
    /// `phone`
    pub phone: Given,
    /// Whether there were other parameters.
    pub others: bool,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Existence {
    /// A contact with this id.
    Contact(ContactId),
    /// A contact with an e-mail address of this key.
    Email(EmailKey),
    /// A contact with a phone number of this key.
    Phone(PhoneKey),
}

/// Why a query does not have one of the three forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchFailure {
    /// The parameter of the form is missing.
    Missing(&'static str),
    /// There are other parameters.
    Additional,
    /// The parameter is no text.
    NoText,
    /// The parameter has not the form of an e-mail address.
    NoAddress,
    /// The parameter is empty or white space.
    Blank,
}

impl ExistenceQuery {
    /// What is asked for. Phone numbers without a country code are those of `region`, if one is given.
    ///
    /// # Errors
    /// The failures of the three forms: by id, by e-mail, by phone.
    ///
    /// ```
    /// use omnicontact_domain::contact::{BranchFailure, Existence, ExistenceQuery, Given};
    /// let query = ExistenceQuery { contact_id: Given::Text("c1".into()), ..ExistenceQuery::default() };
    /// assert_eq!(query.parse(None), Ok(Existence::Contact("c1".into())));
    /// let nothing = ExistenceQuery::default().parse(None).unwrap_err();
    /// assert_eq!(nothing, ["contactId", "email", "phone"].map(BranchFailure::Missing));
    /// ```
    pub fn parse(&self, region: Option<Region>) -> Result<Existence, [BranchFailure; 3]> {
        let branches = [("contactId", &self.contact_id), ("email", &self.email), ("phone", &self.phone)];
        let sent = branches.iter().filter(|(_, given)| **given != Given::Absent).count();
        let is_alone = sent == 1 && !self.others;
        let look_at = |(name, given)| -> Result<&str, BranchFailure> {
            match given {
                &Given::Absent => Err(BranchFailure::Missing(name)),
                Given::Text(_) | Given::NoText if !is_alone => Err(BranchFailure::Additional),
                Given::NoText => Err(BranchFailure::NoText),
                // The form comes first: an empty text is no address.
                Given::Text(text) if name == "email" && !email::is_address(text) => {
                    Err(BranchFailure::NoAddress)
                }
                Given::Text(text) if text.trim().is_empty() => Err(BranchFailure::Blank),
                Given::Text(text) => Ok(text),
            }
        };
        match branches.map(look_at) {
            [Ok(id), ..] => Ok(Existence::Contact(id.into())),
            [_, Ok(address), _] => Ok(Existence::Email(EmailKey::of(address))),
            [_, _, Ok(number)] => Ok(Existence::Phone(PhoneKey::dialled_in(number, region))),
            [Err(by_id), Err(by_email), Err(by_phone)] => Err([by_id, by_email, by_phone]),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::BranchFailure::{Additional, Blank, Missing, NoAddress, NoText};
    use super::*;

    const NO_ID: BranchFailure = Missing("contactId");
    const NO_EMAIL: BranchFailure = Missing("email");
    const NO_PHONE: BranchFailure = Missing("phone");

    fn query(contact_id: Option<&str>, email: Option<&str>, phone: Option<&str>) -> ExistenceQuery {
        let given = |text: Option<&str>| text.map_or(Given::Absent, |text| Given::Text(text.to_owned()));
        ExistenceQuery {
            contact_id: given(contact_id),
            email: given(email),
            phone: given(phone),
            others: false,
        }
    }

    fn with_others(query: ExistenceQuery) -> ExistenceQuery {
        ExistenceQuery { others: true, ..query }
    }

    #[test]
    fn each_wrong_combination_fails_as_the_contract_says() {
        let (id, email, phone) = (Some("c1"), Some("a@x"), Some("1"));
        let twice = ExistenceQuery { phone: Given::NoText, ..ExistenceQuery::default() };
        for (query, failures) in [
            (query(None, None, None), [NO_ID, NO_EMAIL, NO_PHONE]),
            (with_others(query(None, None, None)), [NO_ID, NO_EMAIL, NO_PHONE]),
            (query(id, email, phone), [Additional; 3]),
            (query(id, email, None), [Additional, Additional, NO_PHONE]),
            (query(id, None, phone), [Additional, NO_EMAIL, Additional]),
            (query(None, email, phone), [NO_ID, Additional, Additional]),
            (with_others(query(id, None, None)), [Additional, NO_EMAIL, NO_PHONE]),
            (with_others(query(None, email, None)), [NO_ID, Additional, NO_PHONE]),
            (with_others(query(None, None, phone)), [NO_ID, NO_EMAIL, Additional]),
            (query(Some(""), None, None), [Blank, NO_EMAIL, NO_PHONE]),
            (query(None, Some("x"), None), [NO_ID, NoAddress, NO_PHONE]),
            (query(None, Some(""), None), [NO_ID, NoAddress, NO_PHONE]),
            (query(None, None, Some(" ")), [NO_ID, NO_EMAIL, Blank]),
            (twice, [NO_ID, NO_EMAIL, NoText]),
        ] {
            assert_eq!(query.parse(None), Err(failures), "{query:?}");
        }
    }

    #[test]
    fn each_of_the_three_alone_is_a_question() {
        let phone = "invalid-phone";
        for (query, asked) in [
            (query(Some("c1"), None, None), Existence::Contact("c1".into())),
            (query(None, Some("Mara@X.org"), None), Existence::Email(EmailKey::of("mara@x.org"))),
            (query(None, None, Some(phone)), Existence::Phone(PhoneKey::of(phone))),
        ] {
            assert_eq!(query.parse(None), Ok(asked));
        }
    }

    proptest! {
        #[test]
        fn a_question_is_exactly_one_usable_parameter(ids in prop::collection::vec(prop::option::of("[a ]?(@x)?"), 3), others in any::<bool>()) {
            let mut query = query(ids[0].as_deref(), ids[1].as_deref(), ids[2].as_deref());
            query.others = others;
            let sent = ids.iter().flatten().count();
            if sent != 1 || others {
                prop_assert!(query.parse(None).is_err());
            } else if ids[1].is_none() {
                let blank = ids.iter().flatten().all(|text| text.trim().is_empty());
                prop_assert_eq!(query.parse(None).is_ok(), !blank);
            }
        }
    }
}

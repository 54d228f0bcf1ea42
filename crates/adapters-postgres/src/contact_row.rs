//! A row of `contacts`.

use omnicontact_domain::contact::Contact;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::version::Version;
use omnicontact_ports::StoreError;
use sqlx::FromRow;

use crate::json;
use crate::sessions::Texts;

/// A row of `contacts`.
#[derive(Debug, FromRow)]
pub(crate) struct ContactRow {
    pub(crate) contact_id: String,
    pub(crate) name: Option<String>,
    pub(crate) emails_json: Option<String>,
    pub(crate) phones_json: Option<String>,
    pub(crate) manager_id: Option<String>,
    pub(crate) unknown: bool,
    pub(crate) conflicting_fields_json: Option<String>,
    pub(crate) custom_fields_json: Option<String>,
    pub(crate) channels_json: String,
    pub(crate) last_chat_json: Option<String>,
    pub(crate) import_ids_json: Option<String>,
    pub(crate) activity_json: Option<String>,
    pub(crate) pre_registration: Option<bool>,
    pub(crate) enabled: bool,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) version: i64,
}

/// The columns of `contacts` (as `c`) that make a [`ContactRow`], before a `from` clause.
macro_rules! select_contact {
    ($tail:tt $(, $argument:expr)*) => {
        sqlx::query_as!(
            $crate::contact_row::ContactRow,
            "select
                c.contact_id,
                c.name,
                c.emails_json,
                c.phones_json,
                c.manager_id,
                c.unknown,
                c.conflicting_fields_json,
                c.custom_fields_json,
                c.channels_json,
                c.last_chat_json,
                c.import_ids_json,
                c.activity_json,
                c.pre_registration,
                c.enabled,
                c.created_at,
                c.updated_at,
                c.version
            " + $tail
            $(, $argument)*
        )
    };
}
pub(crate) use select_contact;

impl ContactRow {
    /// The row of a contact.
    pub(crate) fn of(contact: &Contact) -> Result<Self, StoreError> {
        Ok(Self {
            contact_id: contact.id.as_str().to_owned(),
            name: contact.name.clone(),
            emails_json: json::write_some(contact.emails.as_ref())?,
            phones_json: json::write_some(contact.phones.as_ref())?,
            manager_id: contact.manager.as_ref().map(|manager| manager.as_str().to_owned()),
            unknown: contact.unknown,
            conflicting_fields_json: json::write_some(contact.conflicting_fields.as_ref())?,
            custom_fields_json: json::write_some(contact.custom_fields.as_ref())?,
            channels_json: json::write(&contact.channels)?,
            last_chat_json: json::write_some(contact.last_chat.as_ref())?,
            import_ids_json: json::write_some(contact.import_ids.as_ref())?,
            activity_json: json::write_some(contact.activity.as_ref())?,
            pre_registration: contact.pre_registration,
            enabled: contact.enabled,
            created_at: contact.created_at.as_millis(),
            updated_at: contact.updated_at.as_millis(),
            version: contact.version.number(),
        })
    }

    /// The row whose other columns these texts are, in the order of the fields; `None` where they make no row.
    pub(crate) fn from_texts(contact_id: String, texts: &mut Texts) -> Option<Self> {
        Some(Self {
            contact_id,
            name: texts.text(),
            emails_json: texts.text(),
            phones_json: texts.text(),
            manager_id: texts.text(),
            unknown: texts.parsed()?,
            conflicting_fields_json: texts.text(),
            custom_fields_json: texts.text(),
            channels_json: texts.text()?,
            last_chat_json: texts.text(),
            import_ids_json: texts.text(),
            activity_json: texts.text(),
            pre_registration: texts.parsed(),
            enabled: texts.parsed()?,
            created_at: texts.parsed()?,
            updated_at: texts.parsed()?,
            version: texts.parsed()?,
        })
    }

    /// The contact of the row.
    pub(crate) fn into_contact(self) -> Result<Contact, StoreError> {
        let id = self.contact_id;
        Ok(Contact {
            name: self.name,
            emails: json::read_some("contact", &id, self.emails_json.as_deref())?,
            phones: json::read_some("contact", &id, self.phones_json.as_deref())?,
            manager: self.manager_id.map(Into::into),
            unknown: self.unknown,
            conflicting_fields: json::read_some("contact", &id, self.conflicting_fields_json.as_deref())?,
            custom_fields: json::read_some("contact", &id, self.custom_fields_json.as_deref())?,
            channels: json::read("contact", &id, &self.channels_json)?,
            last_chat: json::read_some("contact", &id, self.last_chat_json.as_deref())?,
            import_ids: json::read_some("contact", &id, self.import_ids_json.as_deref())?,
            activity: json::read_some("contact", &id, self.activity_json.as_deref())?,
            pre_registration: self.pre_registration,
            enabled: self.enabled,
            created_at: Timestamp::from_millis(self.created_at),
            updated_at: Timestamp::from_millis(self.updated_at),
            version: Version::new(self.version),
            id: id.into(),
        })
    }
}

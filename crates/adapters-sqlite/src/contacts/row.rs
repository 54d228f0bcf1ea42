//! The row of a contact, and its way to and from the entity.

use omnicontact_domain::contact::Contact;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::version::Version;
use omnicontact_ports::StoreError;

use crate::json;

/// A row of `contacts`. As a document it is the list of its columns.
#[derive(Debug, sqlx::FromRow, serde::Deserialize)]
pub(crate) struct ContactRow {
    pub(crate) contact_id: String,
    pub(crate) name: Option<String>,
    pub(crate) emails_json: Option<String>,
    pub(crate) phones_json: Option<String>,
    pub(crate) manager_id: Option<String>,
    #[serde(deserialize_with = "json::truth")]
    pub(crate) unknown: bool,
    pub(crate) conflicting_fields_json: Option<String>,
    pub(crate) custom_fields_json: Option<String>,
    pub(crate) channels_json: String,
    pub(crate) last_chat_json: Option<String>,
    pub(crate) import_ids_json: Option<String>,
    pub(crate) activity_json: Option<String>,
    #[serde(deserialize_with = "json::truth_or_null")]
    pub(crate) pre_registration: Option<bool>,
    #[serde(deserialize_with = "json::truth")]
    pub(crate) enabled: bool,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) version: i64,
}

/// A checked query for rows of contacts `c`; the rest of the statement is given.
macro_rules! select_contact {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            ContactRow,
            r#"select
                c.contact_id as "contact_id!",
                c.name as "name?",
                c.emails_json as "emails_json?",
                c.phones_json as "phones_json?",
                c.manager_id as "manager_id?",
                c.unknown as "unknown!: bool",
                c.conflicting_fields_json as "conflicting_fields_json?",
                c.custom_fields_json as "custom_fields_json?",
                c.channels_json as "channels_json!",
                c.last_chat_json as "last_chat_json?",
                c.import_ids_json as "import_ids_json?",
                c.activity_json as "activity_json?",
                c.pre_registration as "pre_registration?: bool",
                c.enabled as "enabled!: bool",
                c.created_at as "created_at!",
                c.updated_at as "updated_at!",
                c.version as "version!"
            "# + $rest
            $(, $argument)*
        )
    };
}
pub(crate) use select_contact;

impl ContactRow {
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

    pub(crate) fn into_contact(self) -> Result<Contact, StoreError> {
        let id = self.contact_id;
        Ok(Contact {
            name: self.name,
            emails: read(&id, self.emails_json.as_deref())?,
            phones: read(&id, self.phones_json.as_deref())?,
            manager: self.manager_id.map(Into::into),
            unknown: self.unknown,
            conflicting_fields: read(&id, self.conflicting_fields_json.as_deref())?,
            custom_fields: read(&id, self.custom_fields_json.as_deref())?,
            channels: json::read("contact", &id, &self.channels_json)?,
            last_chat: read(&id, self.last_chat_json.as_deref())?,
            import_ids: read(&id, self.import_ids_json.as_deref())?,
            activity: read(&id, self.activity_json.as_deref())?,
            pre_registration: self.pre_registration,
            enabled: self.enabled,
            created_at: Timestamp::from_millis(self.created_at),
            updated_at: Timestamp::from_millis(self.updated_at),
            version: Version::new(self.version),
            id: id.into(),
        })
    }
}

fn read<T: serde::de::DeserializeOwned>(id: &str, text: Option<&str>) -> Result<Option<T>, StoreError> {
    json::read_some("contact", id, text)
}

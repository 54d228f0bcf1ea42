//! What a widget is told (contract, conversations 3.10). What this server has not (triggers, themes, calls) is there and
//! empty, as widgets expect it.

use omnicontact_domain::custom_field::{CustomField, CustomFieldId};
use omnicontact_domain::id::VisitorId;
use omnicontact_domain::setting::{
    ASK_FOR_CONSENT, CONSENT_TEXT, FORM_ASKS_EMAIL, FORM_ASKS_NAME, FORM_MESSAGE, LIMIT_MESSAGES,
    MESSAGE_LIMIT, OFFLINE_FORM, REGISTRATION_FORM, SHOW_AGENT_INFO, SettingValues, VISITORS_CLOSE,
};
use omnicontact_domain::value::{Fields, Value};
use omnicontact_domain::visitor::{Visitor, VisitorToken};
use omnicontact_usecases::conversations::show_widget::Widget;
use serde::Serialize;
use utoipa::ToSchema;

use super::agent_body::SeenAgentBody;
use super::room_body::RoomBody;
use crate::contacts::visitor_body::EmailBody;

/// What a widget is told. Where conversations are switched off, only that.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct WidgetBody {
    /// Whether conversations are switched on.
    enabled: bool,
    #[serde(flatten)]
    told: Option<ToldBody>,
}

/// How a widget looks, what it offers, and where the visitor stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ToldBody {
    /// What it offers.
    settings: WidgetSettingsBody,
    /// Always empty.
    #[schema(value_type = Object)]
    theme: Fields,
    /// What it says.
    messages: WidgetTextsBody,
    /// Always empty.
    triggers: [String; 0],
    /// Always empty.
    departments: [String; 0],
    /// Whether a conversation could begin now.
    online: bool,
    /// The visitor with the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    guest: Option<GuestBody>,
    /// The visitor's open conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    room: Option<RoomBody>,
    /// Who serves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    agent: Option<SeenAgentBody>,
    /// The values that it asks for.
    custom_fields: Vec<AskedFieldBody>,
}

/// What a widget offers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "they are settings, each on its own")]
struct WidgetSettingsBody {
    /// Whether it shows its form.
    registration_form: bool,
    /// Whether the form asks for the name.
    name_field_registration_form: bool,
    /// Whether the form asks for the e-mail address.
    email_field_registration_form: bool,
    /// Whether it shows a form while nobody is online.
    display_offline_form: bool,
    /// Whether visitors may close their conversations.
    visitors_can_close_chat: bool,
    /// Whether it asks for consent.
    force_accept_data_processing_consent: bool,
    /// The most characters of a message; false where there is no limit.
    #[schema(value_type = Object)]
    limit_text_length: Value,
    /// Whether visitors do not see who serves them.
    agent_hidden_info: bool,
}

/// What a widget says.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WidgetTextsBody {
    /// Above the form.
    registration_form_message: String,
    /// To what it asks for consent.
    data_processing_consent_text: String,
}

/// The visitor, as the widget knows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GuestBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: VisitorId,
    /// The secret of the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    token: Option<VisitorToken>,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// The name of the guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// E-mail addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    visitor_emails: Option<Vec<EmailBody>>,
    /// Id of the department.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    department: Option<String>,
}

/// A value that a widget asks for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AskedFieldBody {
    /// The key of its values.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: CustomFieldId,
    /// The name that people see.
    label: String,
    /// A pattern that values must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    regexp: Option<String>,
    /// Whether there must be a value.
    required: bool,
    /// `input` or `select`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    kind: Option<String>,
    /// What is offered first.
    default_value: Option<String>,
    /// The choices of a `select`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    options: Option<Vec<String>>,
}

impl From<Option<Widget>> for WidgetBody {
    fn from(told: Option<Widget>) -> Self {
        let Some(Widget { settings, online, guest, room, agent, fields }) = told else {
            return Self::default();
        };
        let told = ToldBody {
            messages: WidgetTextsBody {
                registration_form_message: settings.text(FORM_MESSAGE),
                data_processing_consent_text: settings.text(CONSENT_TEXT),
            },
            settings: settings.into(),
            theme: Fields::default(),
            triggers: [],
            departments: [],
            online,
            guest: guest.map(Into::into),
            room: room.map(RoomBody::for_visitor),
            agent: agent.map(Into::into),
            custom_fields: fields.into_iter().map(Into::into).collect(),
        };
        Self { enabled: true, told: Some(told) }
    }
}

impl From<SettingValues> for WidgetSettingsBody {
    fn from(values: SettingValues) -> Self {
        let limit = values.flag(LIMIT_MESSAGES).then(|| values.number(MESSAGE_LIMIT));
        Self {
            registration_form: values.flag(REGISTRATION_FORM),
            name_field_registration_form: values.flag(FORM_ASKS_NAME),
            email_field_registration_form: values.flag(FORM_ASKS_EMAIL),
            display_offline_form: values.flag(OFFLINE_FORM),
            visitors_can_close_chat: values.flag(VISITORS_CLOSE),
            force_accept_data_processing_consent: values.flag(ASK_FOR_CONSENT),
            limit_text_length: limit.map_or(Value::Bool(false), Value::Number),
            agent_hidden_info: !values.flag(SHOW_AGENT_INFO),
        }
    }
}

impl From<Visitor> for GuestBody {
    fn from(visitor: Visitor) -> Self {
        let emails = visitor.emails.map(|emails| emails.into_iter().map(EmailBody::from).collect());
        Self {
            id: visitor.id,
            token: visitor.token,
            name: visitor.name,
            username: visitor.username,
            visitor_emails: emails,
            department: visitor.department,
        }
    }
}

impl From<CustomField> for AskedFieldBody {
    fn from(field: CustomField) -> Self {
        let text = |key: &str| field.other.get(key).and_then(Value::as_text).map(str::to_owned);
        let options = text("options").filter(|options| !options.is_empty());
        Self {
            regexp: text("regexp"),
            required: field.is_required(),
            kind: text("type"),
            default_value: text("defaultValue"),
            options: options.map(|options| options.split(',').map(|one| one.trim().to_owned()).collect()),
            id: field.id,
            label: field.label,
        }
    }
}

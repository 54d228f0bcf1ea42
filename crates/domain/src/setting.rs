//! Settings: what operators change while the server runs, with types, defaults and meaning
//! (contract, framework 4.3 and conversations 5).

mod catalogue;
mod conversion;
mod writing;

pub use catalogue::CATALOGUE;
pub use writing::InvalidSettingValue;

use crate::value::Value;

/// Days that a session lives.
pub const LOGIN_EXPIRATION: &str = "Accounts_LoginExpiration";
/// The public address of the server.
pub const SITE_URL: &str = "Site_Url";
/// Whether users must have a verified address to log in.
pub const EMAIL_VERIFICATION: &str = "Accounts_EmailVerification";
/// Whether preflights of browsers are answered.
pub const ENABLE_CORS: &str = "API_Enable_CORS";
/// The origins that preflights are granted to.
pub const CORS_ORIGIN: &str = "API_CORS_Origin";
/// Items of a page when a request asks for no number.
pub const DEFAULT_COUNT: &str = "API_Default_Count";
/// The most items that a page may have.
pub const UPPER_COUNT_LIMIT: &str = "API_Upper_Count_Limit";
/// Whether a page of 0 items means all items.
pub const ALLOW_INFINITE_COUNT: &str = "API_Allow_Infinite_Count";
/// Whether calls are counted and limited.
pub const ENABLE_RATE_LIMITER: &str = "API_Enable_Rate_Limiter";
/// Calls of one route and caller in one window.
pub const RATE_LIMIT_CALLS: &str = "API_Enable_Rate_Limiter_Limit_Calls_Default";
/// Milliseconds of a window.
pub const RATE_LIMIT_TIME: &str = "API_Enable_Rate_Limiter_Limit_Time_Default";
/// Calls of users.register in one window.
pub const RATE_LIMIT_REGISTER: &str = "Rate_Limiter_Limit_RegisterUser";
/// Whether browser and address of visitors are stored; it also lets contacts with open conversations be erased.
pub const COLLECT_HEADERS: &str = "Livechat_Allow_collect_and_store_HTTP_header_informations";
/// Whether conversations can be opened.
pub const LIVECHAT_ENABLED: &str = "Livechat_enabled";
/// Whether they can be opened with nobody online.
pub const ACCEPT_WITHOUT_AGENTS: &str = "Livechat_accept_chats_with_no_agents";
/// Whether agents who are away count as online.
pub const IDLE_AGENTS_COUNT: &str = "Livechat_enabled_when_agent_idle";
/// How conversations find their agents ([`crate::conversation::RoutingMethod`]).
pub const ROUTING_METHOD: &str = "Livechat_Routing_Method";
/// Whether the contact's manager comes before other agents.
pub const MANAGER_ROUTING: &str = "Omnichannel_contact_manager_routing";
/// Whether the agent of the visitor's last conversation does.
pub const LAST_AGENT_ROUTING: &str = "Livechat_last_chatted_agent_routing";
/// Seconds until a conversation that its agent does not answer goes to somebody else.
pub const ANSWER_TIMEOUT: &str = "Livechat_auto_transfer_chat_timeout";
/// When a channel must be proven.
pub const REQUIRE_VERIFICATION: &str = "Livechat_Require_Contact_Verification";
/// Whether agents may not take conversations of unknown contacts.
pub const BLOCK_UNKNOWN_CONTACTS: &str = "Livechat_Block_Unknown_Contacts";
/// Whether agents may not take conversations of channels that are not proven.
pub const BLOCK_UNVERIFIED_CONTACTS: &str = "Livechat_Block_Unverified_Contacts";
/// Whether visitors may close conversations.
pub const VISITORS_CLOSE: &str = "Omnichannel_allow_visitors_to_close_conversation";
/// Whether closing a conversation asks for a comment.
pub const REQUEST_COMMENT: &str = "Livechat_request_comment_when_closing_conversation";
/// Whether closed conversations may be closed by force.
pub const ALLOW_FORCE_CLOSE: &str = "Omnichannel_allow_force_close_conversations";
/// Whether departments may be removed.
pub const REMOVE_DEPARTMENTS: &str = "Omnichannel_enable_department_removal";
/// Whether messages of visitors are limited.
pub const LIMIT_MESSAGES: &str = "Livechat_enable_message_character_limit";
/// The most characters of such a message.
pub const MESSAGE_LIMIT: &str = "Livechat_message_character_limit";
/// Finds e-mail addresses in messages.
pub const LEAD_EMAIL_PATTERN: &str = "Livechat_lead_email_regex";
/// Finds phone numbers in messages.
pub const LEAD_PHONE_PATTERN: &str = "Livechat_lead_phone_regex";
/// Whether visitors see who serves them.
pub const SHOW_AGENT_INFO: &str = "Livechat_show_agent_info";
/// Whether visitors see the address of who serves them.
pub const SHOW_AGENT_EMAIL: &str = "Livechat_show_agent_email";
/// Whether the widget shows its form.
pub const REGISTRATION_FORM: &str = "Livechat_registration_form";
/// Whether that form asks for the name.
pub const FORM_ASKS_NAME: &str = "Livechat_name_field_registration_form";
/// Whether that form asks for the e-mail address.
pub const FORM_ASKS_EMAIL: &str = "Livechat_email_field_registration_form";
/// What that form says.
pub const FORM_MESSAGE: &str = "Livechat_registration_form_message";
/// Whether the widget asks for consent.
pub const ASK_FOR_CONSENT: &str = "Livechat_force_accept_data_processing_consent";
/// To what.
pub const CONSENT_TEXT: &str = "Livechat_data_processing_consent_text";
/// Whether the widget shows a form while nobody is online.
pub const OFFLINE_FORM: &str = "Livechat_display_offline_form";
/// Counts the conflicts of contacts that were discarded.
pub const RESOLVED_CONFLICTS_COUNT: &str = "Resolved_Conflicts_Count";
/// The region whose phone numbers are written without a country code; empty for none.
pub const PHONE_REGION: &str = "Omnichannel_Default_Phone_Region";

/// What values a setting is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// Yes or no.
    Boolean,
    /// A number; fractions are kept.
    Int,
    /// A number with bounds.
    Range {
        /// The least.
        min: i32,
        /// The greatest.
        max: i32,
    },
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// One of these texts.
    Select(&'static [&'static str]),
    /// A colour.
    Color,
    /// A text in a language of programs, such as JSON.
    Code,
    /// A password.
    Password,
    /// The code of a language.
    Language,
}

/// The value of a setting that nobody set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingDefault {
    /// Yes or no.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A text.
    Text(&'static str),
    /// A list of texts.
    Texts(&'static [&'static str]),
    /// 17 random characters, made and stored at the first start.
    RandomText,
    /// The server's public address.
    RootUrl,
}

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The id, also on the wire.
    pub id: &'static str,
    /// What values it is made for.
    pub kind: SettingKind,
    /// The value of a setting that nobody set.
    pub default: SettingDefault,
    /// Whether everybody may read it.
    pub public: bool,
    /// Whether nobody reads or writes it over the API.
    pub hidden: bool,
    /// Whether its value is a secret.
    pub secret: bool,
    /// What it does here.
    pub about: &'static str,
}

/// The text of a setting cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the value of setting {id} must be {expected}")]
pub struct InvalidSettingText {
    /// The setting.
    pub id: &'static str,
    /// What was expected.
    pub expected: &'static str,
}

/// The setting with that id.
///
/// ```
/// use omnicontact_domain::setting::{LOGIN_EXPIRATION, SettingDefault, find};
/// assert_eq!(find(LOGIN_EXPIRATION).unwrap().default, SettingDefault::Int(90));
/// assert_eq!(find("nothing"), None);
/// ```
#[must_use]
pub fn find(id: &str) -> Option<&'static Setting> {
    CATALOGUE.binary_search_by(|setting| setting.id.cmp(id)).ok().and_then(|index| CATALOGUE.get(index))
}

/// What stands before the key of a preference in the id of its setting.
const PREFERENCE: &str = "Accounts_Default_User_Preferences_";

/// The keys of the preferences that users have, in the order of the wire.
const PREFERENCE_KEYS: [&str; 39] = [
    "enableAutoAway",
    "idleTimeLimit",
    "desktopNotificationRequireInteraction",
    "desktopNotifications",
    "desktopNotificationVoiceCalls",
    "pushNotifications",
    "unreadAlert",
    "useEmojis",
    "convertAsciiEmoji",
    "autoImageLoad",
    "saveMobileBandwidth",
    "collapseMediaByDefault",
    "hideUsernames",
    "hideRoles",
    "hideFlexTab",
    "displayAvatars",
    "sidebarGroupByType",
    "themeAppearence",
    "sidebarViewMode",
    "sidebarDisplayAvatar",
    "sidebarShowUnread",
    "sidebarSortby",
    "sidebarShowFavorites",
    "sidebarSectionsOrder",
    "showThreadsInMainChannel",
    "alsoSendThreadToChannel",
    "sendOnEnter",
    "emailNotificationMode",
    "newRoomNotification",
    "newMessageNotification",
    "muteFocusedConversations",
    "masterVolume",
    "notificationsSoundVolume",
    "voipRingerVolume",
    "omnichannelTranscriptEmail",
    "omnichannelTranscriptPDF",
    "notifyCalendarEvents",
    "enableMobileRinging",
    "featuresPreview",
];

/// The preferences that users have, each with the setting that holds its default, in the order of the wire.
pub fn preferences() -> impl Iterator<Item = (&'static str, &'static Setting)> {
    PREFERENCE_KEYS.iter().filter_map(|key| Some((*key, find(&format!("{PREFERENCE}{key}"))?)))
}

impl Setting {
    /// The value of a setting that nobody set. `None` where it is made at the first start.
    #[must_use]
    pub fn default_value(&self, root_url: &str) -> Option<Value> {
        match self.default {
            SettingDefault::Bool(truth) => Some(Value::Bool(truth)),
            #[expect(clippy::cast_precision_loss, reason = "the dialect's numbers are doubles")]
            SettingDefault::Int(number) => Some(Value::Number(number as f64)),
            SettingDefault::Text(text) => Some(Value::from(text)),
            SettingDefault::Texts(texts) => {
                Some(Value::List(texts.iter().map(|text| Value::from(*text)).collect()))
            }
            SettingDefault::RandomText => None,
            SettingDefault::RootUrl => Some(Value::from(root_url)),
        }
    }

    /// The value that a text from the environment means: `true` and `false` for yes-or-no settings, a number
    /// for numbers, what stands between commas for lists, the text itself for all others.
    ///
    /// # Errors
    /// [`InvalidSettingText`] for a text that is none of these.
    ///
    /// ```
    /// use omnicontact_domain::setting::find;
    /// use omnicontact_domain::value::Value;
    /// let minutes = find("Block_Multiple_Failed_Logins_Time_To_Unblock_By_Ip_In_Minutes").unwrap();
    /// assert_eq!(minutes.value_from_text("0.05"), Ok(Value::Number(0.05)));
    /// assert!(minutes.value_from_text("soon").is_err());
    /// ```
    pub fn value_from_text(&self, text: &str) -> Result<Value, InvalidSettingText> {
        let invalid = |expected| Err(InvalidSettingText { id: self.id, expected });
        match self.kind {
            SettingKind::Boolean => match text {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => invalid("true or false"),
            },
            SettingKind::Int | SettingKind::Range { .. } => match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Value::Number(number)),
                Ok(_) | Err(_) => invalid("a number"),
            },
            SettingKind::Texts => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Ok(Value::List(items.map(Value::from).collect()))
            }
            SettingKind::Text
            | SettingKind::Select(_)
            | SettingKind::Color
            | SettingKind::Code
            | SettingKind::Password
            | SettingKind::Language => Ok(Value::from(text)),
        }
    }
}

/// Values of settings as a request sees them: what is stored, over the defaults of the catalogue.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SettingValues(Vec<(String, Value)>);

impl SettingValues {
    /// From pairs of id and stored value.
    #[must_use]
    pub fn new(stored: Vec<(String, Value)>) -> Self {
        Self(stored)
    }

    /// The stored values of these settings alone.
    #[must_use]
    pub fn only(&self, ids: &[&str]) -> Self {
        Self(self.0.iter().filter(|(id, _)| ids.contains(&id.as_str())).cloned().collect())
    }

    /// The stored value. `None` for what was never set (or not asked for).
    #[must_use]
    pub fn stored(&self, id: &str) -> Option<&Value> {
        self.0.iter().find(|(stored, _)| stored == id).map(|(_, value)| value)
    }

    /// A yes-or-no setting, read with the dialect's conversions; its default where something else is stored,
    /// `false` for an unknown id.
    ///
    /// ```
    /// use omnicontact_domain::setting::{EMAIL_VERIFICATION, SettingValues};
    /// use omnicontact_domain::value::Value;
    /// let stored = |value| SettingValues::new(vec![(EMAIL_VERIFICATION.to_owned(), value)]);
    /// assert!(stored(Value::Bool(true)).flag(EMAIL_VERIFICATION));
    /// assert!(stored(Value::from("true")).flag(EMAIL_VERIFICATION));
    /// assert!(!stored(Value::from("yes")).flag(EMAIL_VERIFICATION));
    /// ```
    #[must_use]
    pub fn flag(&self, id: &str) -> bool {
        let default = || find(id).and_then(|setting| setting.default_value("")?.as_bool());
        self.stored(id).and_then(conversion::flag).or_else(default).unwrap_or(false)
    }

    /// A number, read likewise; its default where something else is stored, 0 for an unknown id.
    #[must_use]
    pub fn number(&self, id: &str) -> f64 {
        let default = || find(id).and_then(|setting| setting.default_value("")?.as_number());
        self.stored(id).and_then(conversion::number).or_else(default).unwrap_or(0.0)
    }

    /// A text, read likewise; its default where something else is stored, empty for an unknown id. Not for settings whose
    /// default is made at the start.
    #[must_use]
    pub fn text(&self, id: &str) -> String {
        let default = || find(id).and_then(|setting| Some(setting.default_value("")?.as_text()?.to_owned()));
        self.stored(id).and_then(conversion::text).or_else(default).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_sorted_and_no_id_stands_twice() {
        for pair in CATALOGUE.windows(2) {
            assert!(pair[0].id < pair[1].id, "{} and {}", pair[0].id, pair[1].id);
        }
    }

    #[test]
    fn every_default_is_a_value_that_the_setting_is_made_for() {
        for setting in CATALOGUE {
            let fits = match (setting.kind, setting.default) {
                (SettingKind::Boolean, SettingDefault::Bool(_))
                | (SettingKind::Int, SettingDefault::Int(_))
                | (SettingKind::Text, SettingDefault::RandomText | SettingDefault::RootUrl)
                | (SettingKind::Texts, SettingDefault::Texts(_))
                | (
                    SettingKind::Text
                    | SettingKind::Color
                    | SettingKind::Code
                    | SettingKind::Password
                    | SettingKind::Language,
                    SettingDefault::Text(_),
                ) => true,
                (SettingKind::Range { min, max }, SettingDefault::Int(number)) => {
                    (i64::from(min)..=i64::from(max)).contains(&number)
                }
                (SettingKind::Select(choices), SettingDefault::Text(text)) => choices.contains(&text),
                (
                    SettingKind::Boolean
                    | SettingKind::Int
                    | SettingKind::Range { .. }
                    | SettingKind::Text
                    | SettingKind::Texts
                    | SettingKind::Select(_)
                    | SettingKind::Color
                    | SettingKind::Code
                    | SettingKind::Password
                    | SettingKind::Language,
                    SettingDefault::Bool(_)
                    | SettingDefault::Int(_)
                    | SettingDefault::Text(_)
                    | SettingDefault::Texts(_)
                    | SettingDefault::RandomText
                    | SettingDefault::RootUrl,
                ) => false,
            };
            assert!(fits, "{}", setting.id);
            assert!(!setting.about.is_empty(), "{}", setting.id);
        }
    }

    #[test]
    fn every_preference_has_a_public_setting() {
        assert_eq!(preferences().count(), PREFERENCE_KEYS.len());
        assert!(preferences().all(|(_, setting)| setting.public));
        let in_catalogue = CATALOGUE.iter().filter(|setting| setting.id.starts_with(PREFERENCE)).count();
        assert_eq!(in_catalogue, PREFERENCE_KEYS.len());
    }

    #[test]
    fn secrets_and_counters_are_not_public() {
        for setting in CATALOGUE.iter().filter(|setting| setting.secret || setting.hidden) {
            assert!(!setting.public, "{}", setting.id);
        }
    }

    #[test]
    fn what_code_reads_is_in_the_catalogue() {
        let numbers = [
            LOGIN_EXPIRATION,
            DEFAULT_COUNT,
            UPPER_COUNT_LIMIT,
            RATE_LIMIT_CALLS,
            RATE_LIMIT_TIME,
            RATE_LIMIT_REGISTER,
        ];
        for id in numbers {
            assert_eq!(find(id).map(|s| s.kind), Some(SettingKind::Int), "{id}");
        }
        assert!(find(RESOLVED_CONFLICTS_COUNT).is_some_and(|s| s.kind == SettingKind::Int && s.hidden));
        for id in
            [EMAIL_VERIFICATION, ENABLE_CORS, COLLECT_HEADERS, ALLOW_INFINITE_COUNT, ENABLE_RATE_LIMITER]
        {
            assert_eq!(find(id).map(|s| s.kind), Some(SettingKind::Boolean), "{id}");
        }
        for id in [SITE_URL, CORS_ORIGIN, PHONE_REGION] {
            assert_eq!(find(id).map(|s| s.kind), Some(SettingKind::Text), "{id}");
        }
    }

    #[test]
    fn texts_of_the_environment_become_values() {
        let cors = find(ENABLE_CORS).unwrap();
        assert_eq!(cors.value_from_text("true"), Ok(Value::Bool(true)));
        assert!(cors.value_from_text("yes").is_err());
        let title = find("Livechat_title").unwrap();
        assert_eq!(title.value_from_text("true"), Ok(Value::from("true")));
        let days = find(LOGIN_EXPIRATION).unwrap();
        assert_eq!(days.value_from_text("0.05"), Ok(Value::Number(0.05)));
        for bad in ["inf", "NaN", "", "true", "5 days"] {
            let refused = InvalidSettingText { id: LOGIN_EXPIRATION, expected: "a number" };
            assert_eq!(days.value_from_text(bad), Err(refused), "{bad:?}");
        }
        let hidden = find("Livechat_hide_system_messages").unwrap();
        assert_eq!(hidden.value_from_text("uj, ul,"), Ok(Value::List(vec!["uj".into(), "ul".into()])));
        assert_eq!(hidden.value_from_text(""), Ok(Value::List(vec![])));
        let volume = find("Accounts_Default_User_Preferences_masterVolume").unwrap();
        assert_eq!(volume.value_from_text("40"), Ok(Value::Number(40.0)));
        assert!(volume.value_from_text("loud").is_err());
    }

    #[test]
    fn defaults_become_values_but_random_texts_are_made_elsewhere() {
        let default = |id| find(id).unwrap().default_value("https://chat.example.org");
        assert_eq!(default(SITE_URL), Some(Value::from("https://chat.example.org")));
        assert_eq!(default("Accounts_RegistrationForm_SecretURL"), None);
        assert_eq!(default("API_Enable_Rate_Limiter_Limit_Calls_Default"), Some(Value::Number(600.0)));
        assert_eq!(default("Livechat_enabled"), Some(Value::Bool(true)));
        let hidden_messages = ["uj", "ul", "livechat-close"].map(Value::from).into();
        assert_eq!(default("Livechat_hide_system_messages"), Some(Value::List(hidden_messages)));
    }

    #[test]
    fn settings_that_the_contract_names_have_its_publicness() {
        let public = [
            "Accounts_TwoFactorAuthentication_By_Email_Enabled",
            "Language",
            "LDAP_Enable",
            "Livechat_Routing_Method",
            "Livechat_allow_manual_on_hold",
            "Livechat_hide_system_messages",
            "Site_Url",
            "VoIP_TeamCollab_SIP_Integration_Enabled",
        ];
        let guarded = [
            "Accounts_BlockedDomainsList",
            "Accounts_RegistrationForm_SecretURL",
            "Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In",
            "API_Allow_Infinite_Count",
            "Block_Multiple_Failed_Logins_Attempts_Until_Block_by_User",
            "Livechat_Require_Contact_Verification",
            "Livechat_guest_count",
            "Livechat_offline_email",
            "Merged_Contacts_Count",
            "SMTP_Password",
        ];
        for (ids, expected) in [(&public[..], true), (&guarded[..], false)] {
            for id in ids {
                assert_eq!(find(id).map(|setting| setting.public), Some(expected), "{id}");
            }
        }
    }

    #[test]
    fn preferences_come_in_the_order_of_the_wire() {
        let keys: Vec<_> = preferences().map(|(key, _)| key).collect();
        assert_eq!(keys.first(), Some(&"enableAutoAway"));
        assert_eq!(keys[34..36], ["omnichannelTranscriptEmail", "omnichannelTranscriptPDF"]);
        assert_eq!(keys.last(), Some(&"featuresPreview"));
    }
}

//! The preferences that may be set, each with its type (contract, framework 2.6 and 4.4.3).

use omnicontact_domain::value::Fields;
use serde_json::Value as Json;

use crate::schema::{Field, Invalid, Kind, Object, ParameterType};

/// Preferences as they were sent.
#[derive(Debug)]
pub(crate) struct PreferencesBody(pub(super) Fields);

impl ParameterType for PreferencesBody {
    const KIND: Kind = Kind::Object(Object::closed(FIELDS));

    fn from_valid(sent: Json) -> Result<Self, Invalid> {
        Fields::from_valid(sent).map(Self)
    }
}

const ABOUT: &str = "A preference.";

const fn field(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, about, required: false, kind, constraints: &[] }
}

const fn flag(name: &'static str) -> Field {
    field(name, Kind::Flag, ABOUT)
}

const fn number(name: &'static str) -> Field {
    field(name, Kind::Number, ABOUT)
}

const fn text(name: &'static str) -> Field {
    field(name, Kind::Text, ABOUT)
}

const fn texts(name: &'static str) -> Field {
    field(name, Kind::List(&Kind::Text), ABOUT)
}

const FIELDS: &[Field] = &[
    flag("enableAutoAway"),
    field("idleTimeLimit", Kind::Number, "Seconds until the user counts as idle; at least 60."),
    flag("desktopNotificationRequireInteraction"),
    text("desktopNotifications"),
    flag("desktopNotificationVoiceCalls"),
    text("pushNotifications"),
    flag("unreadAlert"),
    flag("useEmojis"),
    flag("convertAsciiEmoji"),
    flag("autoImageLoad"),
    flag("saveMobileBandwidth"),
    flag("collapseMediaByDefault"),
    flag("hideUsernames"),
    flag("hideRoles"),
    flag("hideFlexTab"),
    flag("displayAvatars"),
    flag("sidebarGroupByType"),
    text("themeAppearence"),
    text("sidebarViewMode"),
    flag("sidebarDisplayAvatar"),
    flag("sidebarShowUnread"),
    text("sidebarSortby"),
    flag("sidebarShowFavorites"),
    texts("sidebarSectionsOrder"),
    flag("showThreadsInMainChannel"),
    text("alsoSendThreadToChannel"),
    text("sendOnEnter"),
    text("emailNotificationMode"),
    text("newRoomNotification"),
    text("newMessageNotification"),
    flag("muteFocusedConversations"),
    number("masterVolume"),
    number("notificationsSoundVolume"),
    number("voipRingerVolume"),
    flag("omnichannelTranscriptEmail"),
    flag("omnichannelTranscriptPDF"),
    flag("notifyCalendarEvents"),
    flag("enableMobileRinging"),
    // Clients send its text, or what the text stands for.
    field("featuresPreview", Kind::Any, ABOUT),
    number("clockMode"),
    texts("highlights"),
    field("language", Kind::Text, "The language of the user; kept on the account."),
    field("utcOffset", Kind::Number, "Hours that the user's clock is ahead of UTC; kept on the account."),
];

#[cfg(test)]
mod tests {
    use omnicontact_domain::setting::{self, SettingKind};

    use super::*;

    fn fits(field: &Field, kind: SettingKind) -> bool {
        match kind {
            SettingKind::Boolean => matches!(field.kind, Kind::Flag),
            SettingKind::Int | SettingKind::Range { .. } => matches!(field.kind, Kind::Number),
            SettingKind::Text => matches!(field.kind, Kind::Text | Kind::Any),
            SettingKind::Texts => matches!(field.kind, Kind::List(_)),
            SettingKind::Select(_)
            | SettingKind::Color
            | SettingKind::Code
            | SettingKind::Password
            | SettingKind::Language => false,
        }
    }

    #[test]
    fn every_preference_with_a_default_can_be_set_to_a_value_of_its_type() {
        let fields: Vec<_> = setting::preferences()
            .map(|(key, setting)| (key, FIELDS.iter().find(|field| field.name == key), setting.kind))
            .collect();
        for (key, field, kind) in fields {
            assert!(field.is_some_and(|field| fits(field, kind)), "{key}");
        }
    }
}

//! The catalogue of permissions and the roles that hold them at the first start
//! (contract, framework 3.4 to 3.6).

use std::borrow::Cow;
use std::fmt;

/// Id of a permission: its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionId(Cow<'static, str>);

impl PermissionId {
    /// The id of a permission that code asks about.
    #[must_use]
    pub const fn known(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name, without a copy where it is known to code.
    #[must_use]
    pub fn text(&self) -> Cow<'static, str> {
        self.0.clone()
    }
}

impl From<String> for PermissionId {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

impl fmt::Display for PermissionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Read and write visitors over the first contact API.
pub const VIEW_L_ROOM: PermissionId = PermissionId::known("view-l-room");
/// Make users.
pub const CREATE_USER: PermissionId = PermissionId::known("create-user");
/// Remove users.
pub const DELETE_USER: PermissionId = PermissionId::known("delete-user");
/// Give and take roles.
pub const ASSIGN_ROLES: PermissionId = PermissionId::known("assign-roles");
/// Give the role `admin`.
pub const ASSIGN_ADMIN_ROLE: PermissionId = PermissionId::known("assign-admin-role");
/// Edit the accounts of others.
pub const EDIT_OTHER_USER_INFO: PermissionId = PermissionId::known("edit-other-user-info");
/// Set the passwords of others.
pub const EDIT_OTHER_USER_PASSWORD: PermissionId = PermissionId::known("edit-other-user-password");
/// Activate and deactivate accounts.
pub const EDIT_OTHER_USER_ACTIVE_STATUS: PermissionId = PermissionId::known("edit-other-user-active-status");
/// Call what moderators call.
pub const MANAGE_MODERATION_ACTIONS: PermissionId = PermissionId::known("manage-moderation-actions");
/// See everything that others may see of users.
pub const VIEW_FULL_OTHER_USER_INFO: PermissionId = PermissionId::known("view-full-other-user-info");
/// See which rooms others are in.
pub const VIEW_OTHER_USER_CHANNELS: PermissionId = PermissionId::known("view-other-user-channels");
/// See the list of users.
pub const VIEW_D_ROOM: PermissionId = PermissionId::known("view-d-room");
/// See users outside of the own rooms.
pub const VIEW_OUTSIDE_ROOM: PermissionId = PermissionId::known("view-outside-room");
/// See and change who holds what: roles, their holders, and what they hold.
pub const ACCESS_PERMISSIONS: PermissionId = PermissionId::known("access-permissions");
/// Read settings that are not public.
pub const VIEW_PRIVILEGED_SETTING: PermissionId = PermissionId::known("view-privileged-setting");
/// Write settings.
pub const EDIT_PRIVILEGED_SETTING: PermissionId = PermissionId::known("edit-privileged-setting");
/// Make, see and remove personal access tokens of one's own.
pub const CREATE_PERSONAL_ACCESS_TOKENS: PermissionId = PermissionId::known("create-personal-access-tokens");
/// End all sessions and tokens of somebody else.
pub const LOGOUT_OTHER_USER: PermissionId = PermissionId::known("logout-other-user");
/// Make a session for somebody else, where the operator allows it.
pub const USER_GENERATE_ACCESS_TOKEN: PermissionId = PermissionId::known("user-generate-access-token");
/// Read who changed which setting.
pub const CAN_AUDIT: PermissionId = PermissionId::known("can-audit");
/// Call as often as one likes.
pub const API_BYPASS_RATE_LIMIT: PermissionId = PermissionId::known("api-bypass-rate-limit");
/// Make contacts.
pub const CREATE_LIVECHAT_CONTACT: PermissionId = PermissionId::known("create-livechat-contact");
/// Change contacts, and decide about their conflicts.
pub const UPDATE_LIVECHAT_CONTACT: PermissionId = PermissionId::known("update-livechat-contact");
/// See contacts.
pub const VIEW_LIVECHAT_CONTACT: PermissionId = PermissionId::known("view-livechat-contact");
/// See the closed conversations of contacts.
pub const VIEW_LIVECHAT_CONTACT_HISTORY: PermissionId = PermissionId::known("view-livechat-contact-history");
/// Erase contacts.
pub const DELETE_LIVECHAT_CONTACT: PermissionId = PermissionId::known("delete-livechat-contact");
/// Block channels of contacts.
pub const BLOCK_LIVECHAT_CONTACT: PermissionId = PermissionId::known("block-livechat-contact");
/// Unblock them.
pub const UNBLOCK_LIVECHAT_CONTACT: PermissionId = PermissionId::known("unblock-livechat-contact");
/// Close one's own conversations.
pub const CLOSE_LIVECHAT_ROOM: PermissionId = PermissionId::known("close-livechat-room");
/// Close the conversations of others.
pub const CLOSE_OTHERS_LIVECHAT_ROOM: PermissionId = PermissionId::known("close-others-livechat-room");
/// Read all conversations, and write into them.
pub const VIEW_LIVECHAT_ROOMS: PermissionId = PermissionId::known("view-livechat-rooms");
/// Read the closed conversations of one's departments.
pub const VIEW_ROOM_CLOSED_SAME_DEPARTMENT: PermissionId =
    PermissionId::known("view-livechat-room-closed-same-department");
/// Read the closed conversations of others.
pub const VIEW_ROOM_CLOSED_BY_ANOTHER_AGENT: PermissionId =
    PermissionId::known("view-livechat-room-closed-by-another-agent");
/// Write about the conversations of others.
pub const SAVE_OTHERS_LIVECHAT_ROOM_INFO: PermissionId =
    PermissionId::known("save-others-livechat-room-info");
/// Write the custom values of conversations and their visitors.
pub const EDIT_LIVECHAT_ROOM_CUSTOMFIELDS: PermissionId =
    PermissionId::known("edit-livechat-room-customfields");
/// Give conversations to other visitors.
pub const CHANGE_LIVECHAT_ROOM_VISITOR: PermissionId = PermissionId::known("change-livechat-room-visitor");
/// Manage who works on conversations; define custom fields.
pub const VIEW_LIVECHAT_MANAGER: PermissionId = PermissionId::known("view-livechat-manager");
/// Hand conversations over; list agents.
pub const TRANSFER_LIVECHAT_GUEST: PermissionId = PermissionId::known("transfer-livechat-guest");
/// Edit contacts; list agents.
pub const EDIT_OMNICHANNEL_CONTACT: PermissionId = PermissionId::known("edit-omnichannel-contact");
/// Manage agents.
pub const MANAGE_LIVECHAT_AGENTS: PermissionId = PermissionId::known("manage-livechat-agents");
/// Make and change departments.
pub const MANAGE_LIVECHAT_DEPARTMENTS: PermissionId = PermissionId::known("manage-livechat-departments");
/// Remove departments.
pub const REMOVE_LIVECHAT_DEPARTMENT: PermissionId = PermissionId::known("remove-livechat-department");
/// See departments.
pub const VIEW_LIVECHAT_DEPARTMENTS: PermissionId = PermissionId::known("view-livechat-departments");
/// See the server's full version.
pub const VIEW_STATISTICS: PermissionId = PermissionId::known("view-statistics");

/// Permissions that the same roles hold at the first start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefaultGrant {
    /// The roles, in the order in which they are stored.
    pub roles: &'static [&'static str],
    /// The permissions.
    pub permissions: &'static [&'static str],
}

const fn grant(roles: &'static [&'static str], permissions: &'static [&'static str]) -> DefaultGrant {
    DefaultGrant { roles, permissions }
}

const MANAGER: &str = "livechat-manager";
const MONITOR: &str = "livechat-monitor";
const AGENT: &str = "livechat-agent";

/// Every permission of the first start with its roles, in groups of equal roles.
/// A permission that exists already keeps the roles that it has.
pub const DEFAULT_GRANTS: &[DefaultGrant] = &[
    // Contacts and conversations (3.4).
    grant(
        &[MANAGER, MONITOR, AGENT, "admin"],
        &[
            "view-l-room",
            "create-livechat-contact",
            "update-livechat-contact",
            "view-livechat-contact",
            "view-livechat-contact-history",
            "close-livechat-room",
            "on-hold-livechat-room",
            "view-livechat-queue",
            "view-livechat-room-customfields",
            "edit-livechat-room-customfields",
        ],
    ),
    grant(
        &[MANAGER, "admin"],
        &[
            "delete-livechat-contact",
            "manage-livechat-managers",
            "remove-closed-livechat-room",
            "view-livechat-customfields",
            "remove-livechat-department",
            "view-livechat-triggers",
            "view-livechat-installation",
            "view-livechat-appearance",
            "view-livechat-webhooks",
            "send-omnichannel-chat-transcript",
        ],
    ),
    grant(
        &["admin", MANAGER, MONITOR, AGENT],
        &["block-livechat-contact", "unblock-livechat-contact", "request-pdf-transcript"],
    ),
    grant(&[MANAGER, AGENT, MONITOR, "admin"], &["view-omnichannel-contact-center"]),
    grant(&[MANAGER, AGENT, "admin"], &["edit-omnichannel-contact"]),
    grant(&["admin", MANAGER, AGENT], &["change-livechat-room-visitor"]),
    grant(
        &[MANAGER, MONITOR, "admin"],
        &[
            "view-livechat-manager",
            "manage-livechat-agents",
            "view-livechat-rooms",
            "close-others-livechat-room",
            "save-others-livechat-room-info",
            "on-hold-others-livechat-room",
            "remove-closed-livechat-rooms",
            "transfer-livechat-guest",
            "manage-livechat-departments",
            "view-livechat-departments",
            "add-livechat-department-agents",
            "view-livechat-analytics",
            "view-livechat-real-time-monitoring",
            "view-livechat-business-hours",
            "view-livechat-room-closed-same-department",
            "view-livechat-room-closed-by-another-agent",
        ],
    ),
    grant(
        &["admin", MANAGER],
        &[
            "manage-livechat-units",
            "manage-livechat-monitors",
            "manage-livechat-tags",
            "manage-livechat-priorities",
            "manage-livechat-sla",
        ],
    ),
    grant(&["admin", MANAGER, MONITOR], &["manage-livechat-canned-responses", "view-livechat-reports"]),
    // Users, roles, settings (3.5).
    grant(
        &["admin"],
        &[
            "access-permissions",
            "access-setting-permissions",
            "assign-admin-role",
            "assign-roles",
            "create-user",
            "bulk-register-user",
            "delete-user",
            "edit-other-user-info",
            "edit-other-user-password",
            "edit-other-user-active-status",
            "edit-other-user-avatar",
            "view-user-administration",
            "view-full-other-user-info",
            "view-other-user-channels",
            "view-privileged-setting",
            "edit-privileged-setting",
            "manage-selected-settings",
            "logout-other-user",
            "manage-moderation-actions",
            "user-generate-access-token",
            "view-statistics",
            "add-oauth-service",
            "can-audit",
            "add-user-to-any-c-room",
        ],
    ),
    grant(&["admin", "user"], &["create-personal-access-tokens"]),
    grant(&["admin", "bot", "app"], &["api-bypass-rate-limit"]),
    grant(&["admin", "user", "federated-external", "bot", "app", "guest"], &["view-d-room"]),
    grant(&["admin", "owner", "moderator", "user", "federated-external"], &["view-outside-room"]),
    grant(&[], &["add-user-to-any-p-room", "kick-user-from-any-p-room"]),
    // The others (3.6): they gate nothing here, but scripts write them.
    grant(
        &["admin"],
        &[
            "access-mailer",
            "add-all-to-room",
            "clean-channel-history",
            "clear-oembed-cache",
            "delete-d",
            "edit-other-user-e2ee",
            "edit-other-user-totp",
            "edit-room-retention-policy",
            "get-server-info",
            "kick-user-from-any-c-room",
            "mail-messages",
            "manage-apps",
            "manage-assets",
            "manage-cloud",
            "manage-email-inbox",
            "manage-emoji",
            "manage-incoming-integrations",
            "manage-oauth-apps",
            "manage-outgoing-integrations",
            "manage-own-incoming-integrations",
            "manage-own-outgoing-integrations",
            "manage-sounds",
            "manage-user-status",
            "register-on-cloud",
            "remove-slackbridge-links",
            "restart-server",
            "run-import",
            "run-migration",
            "send-mail",
            "sync-auth-services-users",
            "test-admin-options",
            "unarchive-room",
            "view-all-teams",
            "view-device-management",
            "view-engagement-dashboard",
            "view-federation-data",
            "view-import-operations",
            "view-join-code",
            "view-logs",
            "view-moderation-console",
            "view-room-administration",
        ],
    ),
    grant(
        &["admin", "owner"],
        &[
            "archive-room",
            "convert-team",
            "delete-c",
            "delete-p",
            "delete-team",
            "edit-team",
            "force-delete-message",
            "set-leader",
            "set-moderator",
            "set-owner",
            "set-react-when-readonly",
            "set-readonly",
            "toggle-room-e2e-encryption",
            "view-all-team-channels",
        ],
    ),
    grant(
        &["admin", "owner", "moderator"],
        &[
            "add-team-member",
            "add-user-to-joined-room",
            "ban-user",
            "create-invite-links",
            "create-team-channel",
            "create-team-group",
            "delete-message",
            "delete-team-channel",
            "delete-team-group",
            "edit-message",
            "edit-room",
            "edit-room-avatar",
            "edit-team-channel",
            "edit-team-member",
            "move-room-to-team",
            "mute-user",
            "pin-message",
            "post-readonly",
            "remove-team-channel",
            "remove-user",
            "view-broadcast-member-list",
        ],
    ),
    grant(&["admin", "owner", "moderator", "user"], &["call-management", "videoconf-ring-users"]),
    grant(&["admin", "owner", "moderator", "user", "federated-external"], &["mention-all", "mention-here"]),
    grant(
        &["admin", "user"],
        &[
            "access-marketplace",
            "allow-external-voice-calls",
            "allow-internal-voice-calls",
            "create-team",
            "export-messages-as-pdf",
            "test-push-notifications",
        ],
    ),
    grant(
        &["admin", "user", "federated-external"],
        &["access-federation", "delete-own-message", "mobile-upload-file"],
    ),
    grant(&["admin", "user", "federated-external", "anonymous"], &["preview-c-room"]),
    grant(&["admin", "user", "federated-external", "anonymous", "guest"], &["view-p-room"]),
    grant(&["admin", "user", "federated-external", "bot", "app"], &["create-c", "create-d", "create-p"]),
    grant(
        &["admin", "user", "federated-external", "bot", "anonymous", "app"],
        &["leave-c", "leave-p", "view-c-room"],
    ),
    grant(&["admin", "user", "federated-external", "guest", "app"], &["start-discussion"]),
    grant(&["admin", "user", "federated-external", "owner", "app"], &["start-discussion-other-user"]),
    grant(&["admin", "bot", "app"], &["join-without-join-code", "send-many-messages"]),
    grant(&["bot", "app"], &["bypass-time-limit-edit-and-delete", "message-impersonate"]),
    grant(&["guest", "bot", "app", "anonymous"], &["view-joined-room"]),
];

/// Every permission of the first start with its roles, one by one.
pub fn defaults() -> impl Iterator<Item = (PermissionId, &'static [&'static str])> {
    DEFAULT_GRANTS
        .iter()
        .flat_map(|grant| grant.permissions.iter().map(|name| (PermissionId::known(name), grant.roles)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::role::BUILT_IN_ROLES;

    #[test]
    fn no_permission_stands_twice() {
        let mut seen = BTreeSet::new();
        for (permission, _) in defaults() {
            assert!(seen.insert(permission.clone()), "{permission} stands twice");
        }
    }

    #[test]
    fn every_role_of_a_grant_is_built_in() {
        for (permission, roles) in defaults() {
            for role in roles {
                assert!(BUILT_IN_ROLES.iter().any(|built_in| built_in.id == *role), "{permission}: {role}");
            }
        }
    }

    #[test]
    fn what_code_asks_about_is_in_the_catalogue() {
        for known in [
            VIEW_L_ROOM,
            CREATE_USER,
            DELETE_USER,
            ASSIGN_ROLES,
            ASSIGN_ADMIN_ROLE,
            EDIT_OTHER_USER_INFO,
            EDIT_OTHER_USER_PASSWORD,
            EDIT_OTHER_USER_ACTIVE_STATUS,
            MANAGE_MODERATION_ACTIONS,
            VIEW_FULL_OTHER_USER_INFO,
            VIEW_OTHER_USER_CHANNELS,
            VIEW_D_ROOM,
            VIEW_OUTSIDE_ROOM,
            CLOSE_LIVECHAT_ROOM,
            CLOSE_OTHERS_LIVECHAT_ROOM,
            VIEW_LIVECHAT_ROOMS,
            VIEW_ROOM_CLOSED_SAME_DEPARTMENT,
            VIEW_ROOM_CLOSED_BY_ANOTHER_AGENT,
            SAVE_OTHERS_LIVECHAT_ROOM_INFO,
            EDIT_LIVECHAT_ROOM_CUSTOMFIELDS,
            CHANGE_LIVECHAT_ROOM_VISITOR,
            TRANSFER_LIVECHAT_GUEST,
            EDIT_OMNICHANNEL_CONTACT,
            MANAGE_LIVECHAT_AGENTS,
            MANAGE_LIVECHAT_DEPARTMENTS,
            REMOVE_LIVECHAT_DEPARTMENT,
            VIEW_LIVECHAT_DEPARTMENTS,
            ACCESS_PERMISSIONS,
            VIEW_PRIVILEGED_SETTING,
            EDIT_PRIVILEGED_SETTING,
            CREATE_LIVECHAT_CONTACT,
            UPDATE_LIVECHAT_CONTACT,
            VIEW_LIVECHAT_CONTACT,
            VIEW_LIVECHAT_CONTACT_HISTORY,
            DELETE_LIVECHAT_CONTACT,
            BLOCK_LIVECHAT_CONTACT,
            UNBLOCK_LIVECHAT_CONTACT,
            VIEW_LIVECHAT_MANAGER,
            VIEW_STATISTICS,
        ] {
            assert!(defaults().any(|(permission, _)| permission == known), "{known}");
        }
    }
}

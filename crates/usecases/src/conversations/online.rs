//! Which agents are online (contract, conversations 3.9).

use omnicontact_domain::conversation::{AgentKind, AgentState};
use omnicontact_domain::id::UserId;
use omnicontact_domain::page::Page;
use omnicontact_domain::role::{LIVECHAT_AGENT, RoleId};
use omnicontact_domain::setting::{IDLE_AGENTS_COUNT, SettingValues};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{LivechatStatus, User, UserKind};
use omnicontact_ports::{StoreError, Transaction, UserFilter};

/// Whether the user is an agent who is online.
pub(crate) fn is_online(user: &User, settings: &SettingValues, now: Timestamp) -> bool {
    let user = user.clone().at(now);
    let kind = match user.kind {
        _ if !user.has_role(LIVECHAT_AGENT) => AgentKind::NoAgent,
        UserKind::User | UserKind::App => AgentKind::Person,
        UserKind::Bot => AgentKind::Bot,
    };
    let state = AgentState {
        kind,
        active: user.active,
        available: user.livechat_status == Some(LivechatStatus::Available),
        presence: user.presence.shown,
    };
    state.is_online(settings.flag(IDLE_AGENTS_COUNT))
}

/// The agents who are online, by ascending id.
pub(super) async fn list_online(
    tx: &mut dyn Transaction,
    settings: &SettingValues,
    now: Timestamp,
) -> Result<Vec<UserId>, StoreError> {
    let filter = UserFilter {
        roles: vec![RoleId::from(LIVECHAT_AGENT)],
        active: Some(true),
        livechat_status: Some(LivechatStatus::Available),
        reachable: true,
        ..UserFilter::default()
    };
    let found = tx.users().list_page(&filter, &[], Page::ALL).await?;
    let online = found.users.into_iter().filter(|user| is_online(user, settings, now));
    Ok(online.map(|user| user.id).collect())
}

//! Arbitrary users, with every field.

use omnicontact_domain::password::PasswordHash;
use omnicontact_domain::user::{
    EmailSecondFactor, FormerPresence, InactiveReason, LivechatStatus, Presence, PresenceSource,
    PresenceStatus, User, UserEmail, UserKind,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::{fields, text, time, version};
use crate::data::NOW;

fn status() -> impl Strategy<Value = PresenceStatus> {
    use PresenceStatus::{Away, Busy, Offline, Online};
    select(vec![Online, Away, Busy, Offline])
}

fn presence() -> impl Strategy<Value = Presence> {
    let source = select(vec![PresenceSource::Internal, PresenceSource::Manual, PresenceSource::External]);
    let former = (status(), of(status()), of(text())).prop_map(|(shown, chosen, text)| FormerPresence {
        shown,
        chosen,
        text,
    });
    (status(), of(status()), of(text()), of(source), of(time()), of(former)).prop_map(
        |(shown, chosen, text, source, expires_at, former)| Presence {
            shown,
            chosen,
            text,
            source,
            expires_at,
            former,
        },
    )
}

/// Who somebody is.
fn person() -> impl Strategy<Value = User> {
    let email = (text(), any::<bool>()).prop_map(|(address, verified)| UserEmail { address, verified });
    let kind = select(vec![UserKind::User, UserKind::Bot, UserKind::App]);
    let names = (of(text()), of(text()), of(text()), of(text()));
    let hours = (-96_i32..=96).prop_map(|quarters| f64::from(quarters) / 4.0);
    let details = (of(text()), of(hours), of(fields()), of(text()), of(fields()));
    (names, vec(email, 0..3), kind, details).prop_map(|(names, emails, kind, details)| {
        let (username, name, nickname, bio) = names;
        let (language, utc_offset, custom_fields, extension, agent_settings) = details;
        User {
            username,
            name,
            nickname,
            bio,
            emails,
            kind,
            language,
            utc_offset,
            custom_fields,
            agent_settings,
            extension,
            ..User::new("", NOW)
        }
    })
}

/// A user without roles; the id and what must be one of a kind are left to the law.
pub fn user() -> impl Strategy<Value = User> {
    let livechat = select(vec![LivechatStatus::Available, LivechatStatus::NotAvailable]);
    let reason = select(vec![
        InactiveReason::Deactivated,
        InactiveReason::PendingApproval,
        InactiveReason::IdleTooLong,
    ]);
    let factor =
        (any::<bool>(), time()).prop_map(|(enabled, changed_at)| EmailSecondFactor { enabled, changed_at });
    let standing = (presence(), of(livechat), any::<bool>(), of(reason), of(text()), fields());
    let entry = (of(text()), of(any::<bool>()), of(text()), of(factor));
    let times = (of(time()), time(), time(), version());
    (person(), standing, entry, times).prop_map(|(person, standing, entry, times)| {
        let (presence, livechat_status, active, inactive_reason, registration_reason, preferences) = standing;
        let (password, require_password_change, require_password_change_reason, email_second_factor) = entry;
        let (last_login, created_at, updated_at, version) = times;
        User {
            presence,
            livechat_status,
            active,
            inactive_reason,
            registration_reason,
            preferences,
            password: password.map(PasswordHash::from_stored),
            require_password_change,
            require_password_change_reason,
            email_second_factor,
            last_login,
            created_at,
            updated_at,
            version,
            ..person
        }
    })
}

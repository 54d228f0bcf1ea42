//! Find out who calls, from what the caller shows.

use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::policy::Actor;
use omnicontact_domain::setting::{LOGIN_EXPIRATION, SettingValues};
use omnicontact_domain::token::RawToken;
use omnicontact_ports::{Prefetch, Prefetched, SessionKey, SessionQuestion, StoreError};

use crate::Context;

/// What a caller shows with each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Who the caller claims to be.
    pub user_id: UserId,
    /// The secret that proves it.
    pub token: RawToken,
}

/// What is to be read together with who calls, all of one moment.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The permissions whose stored grants matter.
    pub permissions: Vec<PermissionId>,
    /// The settings whose stored values matter.
    pub settings: Vec<&'static str>,
    /// The record that the caller asks for.
    pub prefetch: Option<Prefetch>,
}

/// A caller who proved to be somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Authenticated {
    /// Who it is.
    pub actor: Actor,
    /// The stored values of the settings asked about.
    pub settings: SettingValues,
    /// The record that the caller asks for. Whether this caller may see it is still to be decided.
    pub prefetched: Option<Prefetched>,
}

/// The caller, and what is asked besides, as it is stored now. `None` when the credentials are not (or no longer)
/// good.
///
/// # Errors
/// [`StoreError`].
pub async fn authenticate(
    ctx: &Context,
    credentials: &Credentials,
    asked: Asked,
) -> Result<Option<Authenticated>, StoreError> {
    let Asked { permissions, mut settings, prefetch } = asked;
    settings.push(LOGIN_EXPIRATION);
    let key = SessionKey { user_id: credentials.user_id.clone(), token: credentials.token.hashed() };
    let question = SessionQuestion { key, permissions, settings, prefetch };
    let Some(session) = ctx.store.find_session(question).await? else {
        return Ok(None);
    };
    let lifetime_days = session.settings.number(LOGIN_EXPIRATION);
    if !session.token.is_alive(Some(lifetime_days), ctx.clock.now()) {
        return Ok(None);
    }
    let actor = Actor::new(session.user_id, session.username.as_deref(), session.roles, session.grants);
    Ok(Some(Authenticated { actor, settings: session.settings, prefetched: session.prefetched }))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use omnicontact_domain::policy::Grants;
    use omnicontact_domain::setting::DEFAULT_COUNT;
    use omnicontact_domain::token::{LoginToken, TokenKind};
    use omnicontact_domain::value::Value;
    use omnicontact_ports::Session;
    use omnicontact_ports::mock::MockStore;

    use super::*;
    use crate::context::test::{NOW, context};

    const DAY: Duration = Duration::from_hours(24);

    async fn who_calls(kind: TokenKind, age: Duration, lifetime: Option<Value>) -> Option<Authenticated> {
        let mut store = MockStore::new();
        store
            .expect_find_session()
            .withf(|question| {
                question.key.token == RawToken::new("secret").hashed()
                    && question.settings == [DEFAULT_COUNT, LOGIN_EXPIRATION]
            })
            .returning(move |SessionQuestion { key, .. }| {
                Ok(Some(Session {
                    user_id: key.user_id,
                    username: Some("kim.jane".into()),
                    roles: vec![],
                    token: LoginToken { hashed: key.token, created_at: NOW.minus(age), kind: kind.clone() },
                    settings: SettingValues::new(
                        lifetime
                            .clone()
                            .map(|days| (LOGIN_EXPIRATION.to_owned(), days))
                            .into_iter()
                            .collect(),
                    ),
                    grants: Grants::default(),
                    prefetched: None,
                }))
            });
        let credentials = Credentials { user_id: "u1".into(), token: RawToken::new("secret") };
        let asked = Asked { settings: vec![DEFAULT_COUNT], ..Asked::default() };
        authenticate(&context(store), &credentials, asked).await.unwrap()
    }

    #[tokio::test]
    async fn a_session_lives_90_days_unless_the_setting_says_otherwise() {
        assert!(who_calls(TokenKind::Session, DAY * 89, None).await.is_some());
        assert!(who_calls(TokenKind::Session, DAY * 90, None).await.is_none());
        assert!(who_calls(TokenKind::Session, DAY * 2, Some(Value::Number(1.0))).await.is_none());
    }

    #[tokio::test]
    async fn a_personal_token_does_not_expire() {
        let personal = TokenKind::Personal {
            name: "ci".into(),
            last_token_part: "secret".into(),
            bypass_two_factor: false,
        };
        assert!(who_calls(personal, DAY * 10_000, Some(Value::Number(1.0))).await.is_some());
    }
}

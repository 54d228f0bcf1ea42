//! See whether somebody is there: `GET users.getStatus` (contract, framework 4.4.3).

use omnicontact_domain::policy::Actor;
use omnicontact_domain::user::User;

use super::{StatusError, Whom};
use crate::Context;

/// A user whose presence is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct PresentUser {
    /// The account, with the presence of this moment.
    pub user: User,
    /// Whether it is the caller's own.
    pub is_own: bool,
}

/// The presence of somebody, or without anybody the caller's own.
///
/// # Errors
/// [`StatusError::NoMatch`], [`StatusError::Store`].
pub async fn get_status(
    ctx: &Context,
    actor: &Actor,
    whom: Option<Whom>,
) -> Result<PresentUser, StatusError> {
    let whom = whom.unwrap_or_else(|| Whom::Id(actor.user_id.clone()));
    let found = whom.find(ctx.store.read().await?.as_mut()).await?;
    let user = found.ok_or(StatusError::NoMatch)?.at(ctx.clock.now());
    Ok(PresentUser { is_own: user.id == actor.user_id, user })
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::user::{PresenceStatus, StatusChange};
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context};
    use crate::users::testing::{holding, person};

    fn store(user: Option<User>) -> MockStore {
        let mut store = MockStore::new();
        store.expect_read().return_once(move || {
            let mut tx = MockTransaction::default();
            tx.users.expect_find().return_once(move |_| Ok(user));
            Ok(Box::new(tx))
        });
        store
    }

    #[tokio::test]
    async fn without_anybody_the_caller_is_meant() {
        let found = get_status(&context(store(Some(person("kim", &[])))), &holding("kim", &[]), None).await;
        assert!(found.unwrap().is_own);
    }

    #[tokio::test]
    async fn what_has_expired_is_not_shown() {
        let kim = person("kim", &[]);
        let change = StatusChange {
            chosen: Some(PresenceStatus::Online),
            expires_at: Some(NOW),
            ..StatusChange::default()
        };
        let kim = User { presence: kim.presence.changed(change), ..kim };
        let whom = Some(Whom::Id("kim".into()));
        let found = get_status(&context(store(Some(kim))), &holding("boss", &[]), whom).await.unwrap();
        assert_eq!((found.user.presence.shown, found.is_own), (PresenceStatus::Offline, false));
    }

    #[tokio::test]
    async fn nobody_is_told_from_an_outage() {
        let found = get_status(&context(store(None)), &holding("kim", &[]), None).await;
        assert!(matches!(found, Err(StatusError::NoMatch)));
    }
}

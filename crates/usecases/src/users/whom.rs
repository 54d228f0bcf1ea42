//! Whom a request is about.

use omnicontact_domain::id::UserId;
use omnicontact_domain::policy::Actor;
use omnicontact_domain::text::fold;
use omnicontact_domain::user::User;
use omnicontact_ports::{StoreError, Transaction};

/// Whom a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// The user with that id.
    Id(UserId),
    /// The user with that username, in whatever case.
    Username(String),
}

impl Whom {
    /// Whether the actor is meant.
    pub(super) fn is(&self, actor: &Actor) -> bool {
        match self {
            Self::Id(id) => *id == actor.user_id,
            Self::Username(name) => actor.username.as_deref().map(fold) == Some(fold(name)),
        }
    }

    /// The account.
    pub(super) async fn find(&self, tx: &mut dyn Transaction) -> Result<Option<User>, StoreError> {
        match self {
            Self::Id(id) => tx.users().find(id).await,
            Self::Username(name) => tx.users().find_by_username(name).await,
        }
    }
}

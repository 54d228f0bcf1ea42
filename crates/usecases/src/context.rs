//! What every use case is given: the ports, and the server's public address.

use std::fmt;
use std::sync::Arc;

use omnicontact_domain::shared_secret::SharedSecret;
use omnicontact_ports::{Clock, IdSource, PasswordHasher, Store};

/// The world as the use cases see it.
#[derive(Clone)]
pub struct Context {
    /// Where the directory is kept.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Fresh ids and secrets.
    pub ids: Arc<dyn IdSource>,
    /// Password hashes.
    pub passwords: Arc<dyn PasswordHasher>,
    /// The address under which clients reach the server, without a slash at the end: the default of the
    /// setting `Site_Url`.
    pub root_url: String,
    /// Who shows this may make sessions for others over the API; `None` where nobody may.
    pub token_secret: Option<SharedSecret>,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("root_url", &self.root_url).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod test {
    //! Contexts and actors for tests of use cases.

    use omnicontact_domain::permission::{PermissionId, VIEW_L_ROOM};
    use omnicontact_domain::policy::{Actor, Grants};
    use omnicontact_domain::role::{LIVECHAT_AGENT, RoleId};
    use omnicontact_domain::time::Timestamp;
    use omnicontact_ports::mock::{MockClock, MockIdSource, MockPasswordHasher, MockStore};

    use super::{Arc, Context};

    /// The time in these tests.
    pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    /// A context over this store. It is always [`NOW`]; record ids are `new-record`; hashing is not expected.
    pub(crate) fn context(store: MockStore) -> Context {
        let mut clock = MockClock::new();
        clock.expect_now().return_const(NOW);
        let mut ids = MockIdSource::new();
        ids.expect_record_id().return_const("new-record");
        ids.expect_random_id().return_const("new-user");
        ids.expect_token().returning(|| omnicontact_domain::token::RawToken::new("fresh-token"));
        Context {
            store: Arc::new(store),
            clock: Arc::new(clock),
            ids: Arc::new(ids),
            passwords: Arc::new(MockPasswordHasher::new()),
            root_url: "http://localhost:3000".to_owned(),
            token_secret: None,
        }
    }

    /// An agent who holds `view-l-room`.
    pub(crate) fn agent() -> Actor {
        let mut grants = Grants::default();
        grants.insert(VIEW_L_ROOM, vec![RoleId::from(LIVECHAT_AGENT)]);
        Actor::new("agent-1", Some("kim.jane"), vec![RoleId::from(LIVECHAT_AGENT)], grants)
    }

    /// A user who holds these permissions.
    pub(crate) fn holding(permissions: &[PermissionId]) -> Actor {
        let mut grants = Grants::default();
        for permission in permissions {
            grants.insert(permission.clone(), vec![RoleId::from("boss")]);
        }
        Actor::new("boss-1", Some("boss"), vec![RoleId::from("boss")], grants)
    }

    /// A user who holds nothing.
    pub(crate) fn nobody() -> Actor {
        Actor::new("user-1", Some("nobody"), vec![RoleId::from("user")], Grants::default())
    }
}

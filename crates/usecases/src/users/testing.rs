//! Accounts, callers and stores for tests of use cases about them.

use std::sync::Arc;

use omnicontact_domain::password::PasswordHash;
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::policy::{Actor, Grants};
use omnicontact_domain::role::{BUILT_IN_ROLES, RoleId};
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::user::{User, UserEmail};
use omnicontact_domain::value::Value;
use omnicontact_ports::RoleRecord;
use omnicontact_ports::mock::{Committed, MockPasswordHasher, MockStore, MockTransaction};

use crate::Context;
use crate::context::test::{NOW, context};

/// An actor with that id and username `name-of-ID`, who holds exactly these permissions.
pub(crate) fn holding(id: &str, permissions: &[PermissionId]) -> Actor {
    let mut grants = Grants::default();
    for permission in permissions {
        grants.insert(permission.clone(), vec![RoleId::from("holder")]);
    }
    Actor::new(id, Some(&format!("name-of-{id}")), vec![RoleId::from("holder")], grants)
}

/// An active account with that id, username `name-of-ID`, an address and these roles.
pub(crate) fn person(id: &str, roles: &[&str]) -> User {
    let user = User {
        username: Some(format!("name-of-{id}")),
        name: Some(format!("Name of {id}")),
        emails: vec![UserEmail { address: format!("{id}@example.org"), verified: true }],
        password: Some(PasswordHash::from_stored("old")),
        ..User::new(id, NOW)
    };
    user.with_roles(&roles.iter().map(|role| RoleId::from(*role)).collect::<Vec<_>>())
}

/// A context whose store lends this one transaction to whoever writes.
pub(crate) fn over(tx: MockTransaction) -> (Context, Committed) {
    under(&[], None, tx)
}

/// The same under these settings; `view` is for whoever reads first.
pub(crate) fn under(
    settings: &[(&str, Value)],
    view: Option<MockTransaction>,
    tx: MockTransaction,
) -> (Context, Committed) {
    let committed = tx.committed.clone();
    let stored = settings.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect();
    let settings = SettingValues::new(stored);
    let mut store = MockStore::new();
    store.expect_find_settings().returning(move |_| Ok(settings.clone()));
    store.expect_begin().return_once(move || Ok(Box::new(tx)));
    if let Some(view) = view {
        store.expect_read().return_once(move || Ok(Box::new(view)));
    }
    let mut passwords = MockPasswordHasher::new();
    passwords.expect_hash().returning(|_| Ok(PasswordHash::from_stored("new")));
    (Context { passwords: Arc::new(passwords), ..context(store) }, committed)
}

/// The built-in roles, as a store lists them.
pub(crate) fn roles() -> Vec<RoleRecord> {
    let record = |role: &omnicontact_domain::role::BuiltInRole| RoleRecord {
        id: role.id.into(),
        name: role.id.to_owned(),
        scope: role.scope,
        description: role.description.to_owned(),
        protected: true,
        mandatory_two_factor: false,
        updated_at: NOW,
    };
    BUILT_IN_ROLES.iter().map(record).collect()
}

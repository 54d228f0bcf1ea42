//! The permission rule: the one function that every permission question goes through.

use std::borrow::Cow;
use std::sync::Arc;

use crate::id::UserId;
use crate::permission::PermissionId;
use crate::role::RoleId;

/// The stored grants: which roles hold a permission. A permission that is not here is granted to nobody. Copies share
/// the lists of roles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grants(Vec<(PermissionId, Arc<[RoleId]>)>);

impl Grants {
    /// States who holds a permission; what was stated before is replaced.
    pub fn insert(&mut self, permission: PermissionId, roles: Vec<RoleId>) {
        match self.0.iter_mut().find(|(id, _)| *id == permission) {
            Some((_, stored)) => *stored = roles.into(),
            None => self.0.push((permission, roles.into())),
        }
    }

    /// The grants of these permissions alone.
    #[must_use]
    pub fn only(&self, permissions: &[PermissionId]) -> Self {
        let mut only: Vec<(PermissionId, Arc<[RoleId]>)> = Vec::with_capacity(permissions.len());
        for permission in permissions {
            // The id that was asked for is most often a known one, of which a copy costs nothing.
            if let Some((_, roles)) = self.0.iter().find(|(id, _)| id == permission)
                && !only.iter().any(|(id, _)| id == permission)
            {
                only.push((permission.clone(), Arc::clone(roles)));
            }
        }
        Self(only)
    }

    /// The roles that hold a permission.
    #[must_use]
    pub fn roles_of(&self, permission: &PermissionId) -> &[RoleId] {
        self.0.iter().find(|(id, _)| id == permission).map_or(&[], |(_, roles)| roles)
    }
}

/// A user who acts, with the roles and grants that were stored when the request came in.
///
/// The grants need only hold the permissions that the request asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who acts.
    pub user_id: UserId,
    /// The username, if the user has one.
    pub username: Option<String>,
    /// The address that the user acts from; `None` where that is not known.
    pub address: Option<String>,
    roles: Vec<RoleId>,
    grants: Grants,
}

impl Actor {
    /// A user with these roles under these grants.
    #[must_use]
    pub fn new(
        user_id: impl Into<UserId>,
        username: Option<&str>,
        roles: Vec<RoleId>,
        grants: Grants,
    ) -> Self {
        let username = username.map(str::to_owned);
        Self { user_id: user_id.into(), username, address: None, roles, grants }
    }

    /// The same user, acting from this address.
    #[must_use]
    pub fn at(self, address: Option<String>) -> Self {
        Self { address, ..self }
    }

    /// Whether the user has a role.
    #[must_use]
    pub fn has_role(&self, role: &RoleId) -> bool {
        self.roles.contains(role)
    }

    /// Whether the user holds a permission: one of the user's roles is among the stored roles of the
    /// permission. There is no super-user.
    #[must_use]
    pub fn holds(&self, permission: &PermissionId) -> bool {
        let granted = self.grants.roles_of(permission);
        self.roles.iter().any(|role| granted.contains(role))
    }
}

/// What a caller must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// All of these. An empty list asks for nothing but a user.
    All(&'static [PermissionId]),
    /// At least one of these.
    Any(&'static [PermissionId]),
}

impl Requirement {
    /// Nothing but a user.
    pub const SIGNED_IN: Self = Self::All(&[]);

    /// The permissions that the question is about.
    #[must_use]
    pub const fn permissions(&self) -> &'static [PermissionId] {
        match self {
            Self::All(permissions) | Self::Any(permissions) => permissions,
        }
    }
}

/// The caller does not hold what is required.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the user does not hold {missing}")]
pub struct Denied {
    /// The permission that is missing.
    pub missing: Cow<'static, str>,
}

/// Decides whether a user may do what asks for `requirement`.
///
/// # Errors
/// [`Denied`], with the first missing permission.
///
/// ```
/// use omnicontact_domain::permission::VIEW_L_ROOM;
/// use omnicontact_domain::policy::{Actor, Grants, Requirement, authorize};
/// use omnicontact_domain::role::RoleId;
///
/// // An administrator loses what is taken from the list.
/// const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);
/// let admin = Actor::new("u1", None, vec![RoleId::from("admin")], Grants::default());
/// assert!(authorize(&admin, &REQUIRES).is_err());
/// assert!(authorize(&admin, &Requirement::SIGNED_IN).is_ok());
/// ```
pub fn authorize(actor: &Actor, requirement: &Requirement) -> Result<(), Denied> {
    let denied = |permission: &PermissionId| Err(Denied { missing: permission.text() });
    match requirement {
        Requirement::All(permissions) => {
            permissions.iter().find(|permission| !actor.holds(permission)).map_or(Ok(()), denied)
        }
        Requirement::Any(permissions) => match permissions.first() {
            Some(first) if !permissions.iter().any(|permission| actor.holds(permission)) => denied(first),
            Some(_) | None => Ok(()),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::permission::{VIEW_L_ROOM, VIEW_STATISTICS};

    const ROOM: Requirement = Requirement::All(&[VIEW_L_ROOM]);
    const BOTH: Requirement = Requirement::All(&[VIEW_L_ROOM, VIEW_STATISTICS]);
    const EITHER: Requirement = Requirement::Any(&[VIEW_STATISTICS, VIEW_L_ROOM]);
    const STATISTICS: Requirement = Requirement::Any(&[VIEW_STATISTICS]);

    fn actor(roles: &[&str], grants: &[(PermissionId, &[&str])]) -> Actor {
        let ids = |names: &[&str]| names.iter().map(|name| RoleId::from(*name)).collect::<Vec<_>>();
        let mut stored = Grants::default();
        for (permission, holders) in grants {
            stored.insert(permission.clone(), ids(holders));
        }
        Actor::new("u1", None, ids(roles), stored)
    }

    #[test]
    fn one_of_many_roles_is_enough() {
        let agent = actor(&["user", "livechat-agent"], &[(VIEW_L_ROOM, &["admin", "livechat-agent"])]);
        assert_eq!(authorize(&agent, &ROOM), Ok(()));
    }

    #[test]
    fn all_means_all_and_any_means_any() {
        let agent = actor(&["livechat-agent"], &[(VIEW_L_ROOM, &["livechat-agent"])]);
        assert!(authorize(&agent, &BOTH).is_err());
        assert!(authorize(&agent, &EITHER).is_ok());
        assert!(authorize(&agent, &STATISTICS).is_err());
    }

    #[test]
    fn an_administrator_loses_what_is_taken_from_the_list() {
        let admin = actor(&["admin"], &[(VIEW_L_ROOM, &[])]);
        assert_eq!(authorize(&admin, &ROOM), Err(Denied { missing: "view-l-room".into() }));
    }

    proptest! {
        #[test]
        fn a_user_without_a_granted_role_is_denied(roles in prop::collection::vec("[a-d]", 0..4), granted in prop::collection::vec("[c-f]", 0..4)) {
            let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
            let granted: Vec<&str> = granted.iter().map(String::as_str).collect();
            let user = actor(&roles, &[(VIEW_L_ROOM, &granted)]);
            let shares_a_role = roles.iter().any(|role| granted.contains(role));
            prop_assert_eq!(authorize(&user, &ROOM).is_ok(), shares_a_role);
        }
    }
}

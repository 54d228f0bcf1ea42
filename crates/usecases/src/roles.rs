//! Roles: what people hold permissions by. The built-in ones are protected; operators make others.

pub mod add_user;
pub mod create;
pub mod delete;
mod error;
pub mod list;
pub mod list_public_users;
pub mod list_users;
pub mod remove_user;
pub mod sync;
pub mod update;

pub use error::RoleError;

#[cfg(test)]
pub(crate) mod test {
    //! Roles for tests.

    use omnicontact_domain::role::RoleScope;
    use omnicontact_ports::RoleRecord;

    use crate::context::test::NOW;

    /// A custom role for everywhere whose name is its id.
    pub(crate) fn role(id: &str) -> RoleRecord {
        RoleRecord {
            id: id.into(),
            name: id.to_owned(),
            scope: RoleScope::Users,
            description: String::new(),
            protected: false,
            mandatory_two_factor: false,
            updated_at: NOW,
        }
    }
}

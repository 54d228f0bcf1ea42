//! Who may log in, once the password is right (contract, framework 2.4).

use crate::role;
use crate::user::{User, UserKind};

/// How a caller says who logs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginName {
    /// By username, without regard to case.
    Username(String),
    /// By e-mail address, without regard to case.
    Email(String),
    /// By id, exactly.
    Id(String),
}

impl LoginName {
    /// Reads a name that may be either: with an `@` it is an address.
    ///
    /// ```
    /// use omnicontact_domain::login::LoginName;
    /// assert_eq!(LoginName::of("kim.jane"), LoginName::Username("kim.jane".into()));
    /// assert_eq!(LoginName::of("kim@example.org"), LoginName::Email("kim@example.org".into()));
    /// ```
    #[must_use]
    pub fn of(name: &str) -> Self {
        if name.contains('@') { Self::Email(name.to_owned()) } else { Self::Username(name.to_owned()) }
    }
}

/// Why a user with the right password or token does not get in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginRefusal {
    /// The account is deactivated.
    #[error("the user is not activated")]
    NotActivated,
    /// The account belongs to an app.
    #[error("apps do not log in")]
    App,
    /// The setting `Accounts_EmailVerification` is on, the user no administrator, and no address verified.
    #[error("the user has no verified e-mail address")]
    EmailNotVerified,
}

/// Whether a user whose credentials are right may log in.
///
/// # Errors
/// [`LoginRefusal`].
pub fn admit(user: &User, email_verification: bool) -> Result<(), LoginRefusal> {
    if user.kind == UserKind::App {
        return Err(LoginRefusal::App);
    }
    if !user.active {
        return Err(LoginRefusal::NotActivated);
    }
    if email_verification && !user.has_role(role::ADMIN) && user.verified_email().is_none() {
        return Err(LoginRefusal::EmailNotVerified);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::RoleId;
    use crate::time::Timestamp;
    use crate::user::UserEmail;

    fn user() -> User {
        User {
            username: Some("kim.jane".into()),
            emails: vec![UserEmail { address: "kim@example.org".into(), verified: false }],
            roles: vec![RoleId::from("user")],
            ..User::new("u1", Timestamp::from_millis(0))
        }
    }

    #[test]
    fn an_active_user_gets_in() {
        assert_eq!(admit(&user(), false), Ok(()));
    }

    #[test]
    fn deactivated_users_and_apps_do_not() {
        assert_eq!(admit(&User { active: false, ..user() }, false), Err(LoginRefusal::NotActivated));
        assert_eq!(admit(&User { kind: UserKind::App, ..user() }, false), Err(LoginRefusal::App));
    }

    #[test]
    fn verification_binds_all_but_administrators() {
        assert_eq!(admit(&user(), true), Err(LoginRefusal::EmailNotVerified));
        let admin = User { roles: vec![RoleId::from(role::ADMIN)], ..user() };
        assert_eq!(admit(&admin, true), Ok(()));
        let verified = User { emails: vec![UserEmail { address: "k@x".into(), verified: true }], ..user() };
        assert_eq!(admit(&verified, true), Ok(()));
    }
}

//! Ask for a new password: `POST users.forgotPassword` (contract, framework 10). No e-mail is sent by this
//! server: whoever forgot a password asks an administrator. Nobody learns which addresses are known.

use omnicontact_ports::StoreError;

use crate::Context;

const PASSWORD_RESET: &str = "Accounts_PasswordReset";

/// Why nobody is asked.
#[derive(Debug, thiserror::Error)]
pub enum ForgotPasswordError {
    /// The settings say so.
    #[error("passwords cannot be reset")]
    Off,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes note of whoever forgot a password, as far as the settings allow.
///
/// # Errors
/// [`ForgotPasswordError`].
pub async fn request_password_reset(ctx: &Context) -> Result<(), ForgotPasswordError> {
    let settings = ctx.store.find_settings(&[PASSWORD_RESET]).await?;
    if settings.flag(PASSWORD_RESET) { Ok(()) } else { Err(ForgotPasswordError::Off) }
}

//! See whether somebody is there, the older way: `GET users.getPresence` (contract, framework 4.4.3).

use omnicontact_domain::policy::Actor;

use super::get_status::{PresentUser, get_status};
use super::{StatusError, Whom};
use crate::Context;

/// The presence of somebody, or without anybody the caller's own.
///
/// # Errors
/// [`StatusError::NoMatch`], [`StatusError::Store`].
pub async fn get_presence(
    ctx: &Context,
    actor: &Actor,
    whom: Option<Whom>,
) -> Result<PresentUser, StatusError> {
    get_status(ctx, actor, whom).await
}

//! Set one value: `POST livechat/custom.field`.

use omnicontact_domain::custom_field::Assignment;
use omnicontact_domain::visitor::{Keeps, VisitorToken};

use super::AssignError;
use super::assign::assign;
use crate::Context;

/// Sets a value on the visitor with that token and on all its contacts, or on its open conversations, by the
/// scope of the field. Without `overwrite` a stored value stays, even an empty one; contacts record the new one
/// as a conflict.
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`AssignError`]: `OutOfBounds`, then `UnknownToken`, `Refused`, `Store`; nothing was written then.
pub async fn set_value(
    ctx: &Context,
    token: &VisitorToken,
    assignment: &Assignment,
) -> Result<(), AssignError> {
    assign(ctx, token, std::slice::from_ref(assignment), Keeps::Any).await.map(drop)
}

#[cfg(test)]
mod tests;

//! Writing a visitor's values to the visitor, its contacts and its open conversations, all at once.

use omnicontact_domain::custom_field::{Assignment, Scope, assignable};
use omnicontact_domain::text::{
    CUSTOM_VALUE_LIMIT, CUSTOM_VALUES_LIMIT, KEY_LIMIT, OutOfBounds, TooMany, check,
};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::visitor::{Keeps, Visitor, VisitorToken};
use omnicontact_ports::{StoreError, Transaction};

use super::AssignError;
use crate::Context;
use crate::contacts::linked::lock_linked;
use crate::retry::retried;

/// Values of both scopes, each in the order given.
struct ByScope<'a> {
    room: Vec<&'a Assignment>,
    visitor: Vec<&'a Assignment>,
}

/// Writes the values and returns them: those of conversations first, then those of the visitor.
///
/// There is no actor: who knows the token is the visitor.
pub(super) async fn assign(
    ctx: &Context,
    token: &VisitorToken,
    assignments: &[Assignment],
    keeps: Keeps,
) -> Result<Vec<Assignment>, AssignError> {
    check_bounds(assignments)?;
    retried(ctx, || assign_once(ctx, token, assignments, keeps)).await
}

async fn assign_once(
    ctx: &Context,
    token: &VisitorToken,
    assignments: &[Assignment],
    keeps: Keeps,
) -> Result<Vec<Assignment>, AssignError> {
    let mut tx = ctx.store.begin().await?;
    let visitor = tx.visitors().find_by_token(token).await?.ok_or(AssignError::UnknownToken)?;
    let definitions = tx.custom_fields().list().await?;
    let mut split = ByScope { room: Vec::new(), visitor: Vec::new() };
    for (field, assignment) in assignable(&definitions, assignments)? {
        match field.scope {
            Scope::Room => split.room.push(assignment),
            Scope::Visitor => split.visitor.push(assignment),
        }
    }
    let now = ctx.clock.now();
    if !split.visitor.is_empty() {
        assign_to_contacts(tx.as_mut(), &visitor, &split.visitor, now).await?;
    }
    assign_to_visitor(tx.as_mut(), visitor.clone(), &split.visitor, keeps, now).await?;
    if !split.room.is_empty() {
        assign_to_conversations(tx.as_mut(), &visitor, &split.room, now).await?;
    }
    tx.commit().await?;
    Ok(split.room.into_iter().chain(split.visitor).cloned().collect())
}

async fn assign_to_contacts(
    tx: &mut dyn Transaction,
    visitor: &Visitor,
    assignments: &[&Assignment],
    now: Timestamp,
) -> Result<(), StoreError> {
    for mut contact in lock_linked(tx, &visitor.id).await? {
        for assignment in assignments {
            contact.assign(assignment, now);
        }
        tx.contacts().update(&contact).await?;
    }
    Ok(())
}

async fn assign_to_visitor(
    tx: &mut dyn Transaction,
    mut visitor: Visitor,
    assignments: &[&Assignment],
    keeps: Keeps,
    now: Timestamp,
) -> Result<(), StoreError> {
    let taken = assignments.iter().filter(|assignment| visitor.assign(assignment, keeps, now)).count();
    if taken > 0 {
        tx.visitors().update(&visitor).await?;
    }
    Ok(())
}

async fn assign_to_conversations(
    tx: &mut dyn Transaction,
    visitor: &Visitor,
    assignments: &[&Assignment],
    now: Timestamp,
) -> Result<(), StoreError> {
    for mut open in tx.conversations().list_open_values(&visitor.id).await? {
        let taken = assignments.iter().filter(|assignment| open.assign(assignment)).count();
        if taken > 0 {
            tx.conversations().update_values(&open, now).await?;
        }
    }
    Ok(())
}

fn check_bounds(assignments: &[Assignment]) -> Result<(), OutOfBounds> {
    if assignments.len() > CUSTOM_VALUES_LIMIT {
        return Err(TooMany { field: "customFields", limit: CUSTOM_VALUES_LIMIT }.into());
    }
    for assignment in assignments {
        check("key", assignment.field.as_str(), KEY_LIMIT)?;
        check("value", &assignment.value, CUSTOM_VALUE_LIMIT)?;
    }
    Ok(())
}

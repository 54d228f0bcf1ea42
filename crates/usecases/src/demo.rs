//! Fill the store with made-up people: `omnicontact demo`. The same number always makes the same directory,
//! and a second run adds only what is missing.

mod names;
mod person;

use omnicontact_domain::custom_field::{CustomField, Definition, Scope};
use omnicontact_domain::role::{LIVECHAT_AGENT, RoleId, USER};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::User;
use omnicontact_ports::{Constraint, StoreError};
use person::Person;

use crate::Context;
use crate::operator::{NewUser, account};
use omnicontact_domain::password::PasswordDigest;

/// People in one transaction.
const BATCH: u64 = 5_000;

/// How far the filling got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// People looked at so far.
    pub done: u64,
    /// People added so far; the others were there already.
    pub added: u64,
}

/// Fills the store with the first `people` of the made-up directory: for each a contact, and the visitor
/// through which the contact writes. `report` is called after each batch, which is committed then.
/// Returns how many people were added.
///
/// # Errors
/// [`StoreError`]; what was reported stays.
pub async fn fill(
    ctx: &Context,
    people: u64,
    mut report: impl FnMut(Progress) + Send,
) -> Result<u64, StoreError> {
    add_agents(ctx).await?;
    add_custom_fields(ctx).await?;
    let mut progress = Progress { done: 0, added: 0 };
    while progress.done < people {
        let end = people.min(progress.done + BATCH);
        let batch = progress.done..end;
        let (contacts, visitors): (Vec<_>, Vec<_>) =
            batch.map(|number| Person::new(number).records()).unzip();
        let mut tx = ctx.store.begin().await?;
        progress.added += tx.contacts().add_many(&contacts).await?;
        tx.visitors().add_many(&visitors).await?;
        tx.commit().await?;
        progress.done = end;
        report(progress);
    }
    Ok(progress.added)
}

/// The agents who look after the made-up people. They have no password and cannot log in.
async fn add_agents(ctx: &Context) -> Result<(), StoreError> {
    for (id, username, name) in names::AGENTS {
        let new = NewUser {
            username: (*username).to_owned(),
            name: Some((*name).to_owned()),
            email: None,
            password: PasswordDigest::of(""),
            roles: vec![RoleId::from(USER), RoleId::from(LIVECHAT_AGENT)],
        };
        let agent = User { password: None, ..account((*id).into(), &new, None, Timestamp::from_millis(0)) };
        let mut tx = ctx.store.begin().await?;
        match tx.users().add(&agent).await {
            Ok(()) => tx.commit().await?,
            Err(StoreError::Conflict(Constraint::Id | Constraint::Username)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn add_custom_fields(ctx: &Context) -> Result<(), StoreError> {
    for (id, label) in [("company", "Company"), ("city", "City"), ("plan", "Plan")] {
        let definition = Definition {
            label: label.to_owned(),
            scope: Scope::Visitor,
            visibility: "visible".to_owned(),
            other: [("searchable".to_owned(), true.into())].into_iter().collect(),
        };
        let field = CustomField::define(id.into(), definition, ctx.clock.now());
        let mut tx = ctx.store.begin().await?;
        match tx.custom_fields().add(&field).await {
            Ok(()) => tx.commit().await?,
            Err(StoreError::Conflict(Constraint::Id)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

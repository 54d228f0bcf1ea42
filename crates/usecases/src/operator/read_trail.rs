//! Read who changed what: `omnicontact audit`.

use omnicontact_domain::audit::{AuditEvent, Author, SubjectKind};
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{AuditFilter, StoreError, Transaction};

use super::{OperatorError, find_user};
use crate::Context;

/// Which part of the trail. All conditions hold at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrailQuery {
    /// The kind of what was changed.
    pub kind: Option<SubjectKind>,
    /// The id of what was changed.
    pub id: Option<String>,
    /// The name of the user who, or whose tokens, were changed.
    pub user: Option<String>,
    /// The kind of the author: what [`Author::kind`] says.
    pub author_kind: Option<String>,
    /// The id of the author, or the author's username at that time.
    pub author: Option<String>,
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The last moment.
    pub until: Option<Timestamp>,
    /// So many events at the most.
    pub limit: u32,
}

/// An event, and what people call its subject today.
#[derive(Debug, Clone, PartialEq)]
pub struct TrailEntry {
    /// The event.
    pub event: AuditEvent,
    /// The username of the account that was changed, if it has one still.
    pub username: Option<String>,
}

/// The kinds of authors that are no users.
pub const AUTHOR_KINDS: [&str; 3] =
    [Author::Anonymous.kind(), Author::Operator.kind(), Author::Server.kind()];

/// The events that fit, the newest first, and how many there are in all.
///
/// # Errors
/// [`OperatorError::UnknownUser`], [`OperatorError::Store`].
pub async fn read_trail(ctx: &Context, query: &TrailQuery) -> Result<(Vec<TrailEntry>, u64), OperatorError> {
    let mut tx = ctx.store.read().await?;
    let user = match &query.user {
        Some(username) => Some(find_user(tx.as_mut(), username).await?.id.into_string()),
        None => None,
    };
    let filter = AuditFilter {
        subject_kind: query.kind,
        subject_id: user.or_else(|| query.id.clone()),
        author_kind: query.author_kind.clone(),
        author: query.author.clone(),
        from: query.from,
        until: query.until,
    };
    let page = Page { offset: 0, limit: Some(query.limit) };
    let found = tx.audit().list(&filter, Direction::Descending, page).await?;
    let entries = named(tx.as_mut(), found.events).await?;
    Ok((entries, found.total))
}

async fn named(tx: &mut dyn Transaction, events: Vec<AuditEvent>) -> Result<Vec<TrailEntry>, StoreError> {
    let mut entries: Vec<TrailEntry> = Vec::with_capacity(events.len());
    for event in events {
        let username = match event.subject_kind {
            SubjectKind::Role | SubjectKind::Permission | SubjectKind::Setting => None,
            SubjectKind::User | SubjectKind::Token => {
                let known = entries.iter().find(|entry| is_account(&entry.event, &event.subject_id));
                match known {
                    Some(entry) => entry.username.clone(),
                    None => {
                        tx.users().find(&event.subject_id.as_str().into()).await?.and_then(|u| u.username)
                    }
                }
            }
        };
        entries.push(TrailEntry { event, username });
    }
    Ok(entries)
}

fn is_account(event: &AuditEvent, id: &str) -> bool {
    matches!(event.subject_kind, SubjectKind::User | SubjectKind::Token) && event.subject_id == id
}

//! Lists whose statement depends on the question: which users or events fit a filter, in which order, and how
//! many there are.

use omnicontact_domain::conversation::HistoryOrder;
use omnicontact_domain::page::Page;
use omnicontact_domain::role::{BOT, RoleId};
use omnicontact_domain::sort::Direction;
use omnicontact_domain::text::fold;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{PresenceStatus, UserKind};
use omnicontact_ports::{AuditFilter, HistoryFilter, UserFilter, UserOrder};
use sqlx::{Postgres, QueryBuilder};

/// The users of a page.
pub(crate) fn select_users(
    filter: &UserFilter,
    order: &[(UserOrder, Direction)],
    page: Page,
) -> QueryBuilder<Postgres> {
    let mut builder = QueryBuilder::new(
        "select
            u.user_id,
            u.username,
            u.name,
            u.nickname,
            u.bio,
            u.kind,
            u.status,
            u.status_default,
            u.status_text,
            u.status_source,
            u.status_expires_at,
            u.status_former_json,
            u.livechat_status,
            u.active,
            u.inactive_reason,
            u.registration_reason,
            u.password_hash,
            u.require_password_change,
            u.require_password_change_reason,
            u.email_second_factor,
            u.email_second_factor_changed_at,
            u.preferences_json,
            u.language,
            u.utc_offset,
            u.custom_fields_json,
            u.agent_settings_json,
            u.extension,
            u.last_login,
            u.created_at,
            u.updated_at,
            u.version,
            array(
                select e.address
                from user_emails e
                where e.user_id = u.user_id
                order by e.position
            ) as addresses,
            array(
                select e.verified
                from user_emails e
                where e.user_id = u.user_id
                order by e.position
            ) as verified,
            array(
                select r.role_id
                from user_roles r
                where r.user_id = u.user_id
                order by r.position
            ) as roles
        from users u",
    );
    push_user_conditions(&mut builder, filter);
    builder.push(" order by ");
    for (key, direction) in order {
        builder.push(column(*key)).push(suffix(*direction));
    }
    builder.push("u.user_id");
    push_page(&mut builder, page);
    builder
}

/// How many users fit.
pub(crate) fn count_users(filter: &UserFilter) -> QueryBuilder<Postgres> {
    let mut builder = QueryBuilder::new("select count(*) from users u");
    push_user_conditions(&mut builder, filter);
    builder
}

fn push_user_conditions(builder: &mut QueryBuilder<Postgres>, filter: &UserFilter) {
    let UserFilter {
        email,
        roles,
        active,
        idle_since,
        presence_expired_at,
        extension,
        text,
        except,
        livechat_status,
        reachable,
    } = filter;
    let mut next = conditions();
    if let Some(address) = email {
        next(builder, "u.user_id in (select k.user_id from user_emails k where k.address_key = ");
        builder.push_bind(fold(address)).push(")");
    }
    if !roles.is_empty() {
        next(builder, "u.user_id in (select h.user_id from user_roles h where h.role_id = any(");
        let roles: Vec<String> = roles.iter().map(RoleId::as_str).map(str::to_owned).collect();
        builder.push_bind(roles).push("))");
    }
    if let Some(active) = active {
        next(builder, if *active { "u.active" } else { "not u.active" });
    }
    if let Some(moment) = idle_since {
        next(builder, "coalesce(u.last_login, u.created_at) <= ");
        builder.push_bind(Timestamp::as_millis(*moment));
    }
    if let Some(moment) = presence_expired_at {
        next(builder, "u.status_expires_at <= ");
        builder.push_bind(Timestamp::as_millis(*moment));
    }
    if let Some(extension) = extension {
        next(builder, "u.extension = ");
        builder.push_bind(extension.clone());
    }
    if let Some(text) = text {
        next(builder, "(strpos(u.username_key, ");
        push_text(builder, text);
    }
    if let Some(id) = except {
        next(builder, "u.user_id <> ");
        builder.push_bind(id.as_str().to_owned());
    }
    if let Some(status) = livechat_status {
        next(builder, "u.livechat_status = ");
        builder.push_bind(status.as_str());
    }
    if *reachable {
        next(builder, "(u.status <> ");
        builder.push_bind(PresenceStatus::Offline.as_str());
        builder.push(" or u.kind = ").push_bind(UserKind::Bot.as_str());
        builder.push(" or u.user_id in (select b.user_id from user_roles b where b.role_id = ");
        builder.push_bind(BOT).push("))");
    }
}

/// The rest of the condition about a text: it is searched for as it is, no character has a meaning of its own.
fn push_text(builder: &mut QueryBuilder<Postgres>, text: &str) {
    let text = text.to_owned();
    builder.push_bind(text.clone()).push(") > 0 or strpos(u.name_key, ").push_bind(text.clone());
    builder.push(") > 0 or u.user_id in (select t.user_id from user_emails t where strpos(t.address_key, ");
    builder.push_bind(text).push(") > 0))");
}

const fn column(key: UserOrder) -> &'static str {
    match key {
        UserOrder::Username => "u.username_key",
        UserOrder::Name => "u.name_key",
        UserOrder::Status => "u.status",
        UserOrder::Active => "u.active",
        UserOrder::Kind => "u.kind",
        UserOrder::LastLogin => "u.last_login",
        UserOrder::CreatedAt => "u.created_at",
        UserOrder::UpdatedAt => "u.updated_at",
    }
}

/// What is missing counts as the least.
pub(crate) const fn suffix(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => " asc nulls first, ",
        Direction::Descending => " desc nulls last, ",
    }
}

/// The events of a page.
pub(crate) fn select_events(filter: &AuditFilter, order: Direction, page: Page) -> QueryBuilder<Postgres> {
    let mut builder = QueryBuilder::new(
        "select
            a.event_id,
            a.at,
            a.author_kind,
            a.author_id,
            a.author_username,
            a.address,
            a.action,
            a.subject_kind,
            a.subject_id,
            a.changes_json
        from audit_events a",
    );
    push_event_conditions(&mut builder, filter);
    builder.push(match order {
        Direction::Ascending => " order by a.at, a.event_id",
        Direction::Descending => " order by a.at desc, a.event_id desc",
    });
    push_page(&mut builder, page);
    builder
}

/// How many events fit.
pub(crate) fn count_events(filter: &AuditFilter) -> QueryBuilder<Postgres> {
    let mut builder = QueryBuilder::new("select count(*) from audit_events a");
    push_event_conditions(&mut builder, filter);
    builder
}

fn push_event_conditions(builder: &mut QueryBuilder<Postgres>, filter: &AuditFilter) {
    let AuditFilter { subject_kind, subject_id, author_kind, author, from, until } = filter;
    let mut next = conditions();
    if let Some(kind) = subject_kind {
        next(builder, "a.subject_kind = ");
        builder.push_bind(kind.as_str());
    }
    if let Some(id) = subject_id {
        next(builder, "a.subject_id = ");
        builder.push_bind(id.clone());
    }
    if let Some(kind) = author_kind {
        next(builder, "a.author_kind = ");
        builder.push_bind(kind.clone());
    }
    if let Some(author) = author {
        next(builder, "(a.author_id = ");
        builder.push_bind(author.clone()).push(" or a.author_username = ");
        builder.push_bind(author.clone()).push(")");
    }
    if let Some(moment) = from {
        next(builder, "a.at >= ");
        builder.push_bind(Timestamp::as_millis(*moment));
    }
    if let Some(moment) = until {
        next(builder, "a.at <= ");
        builder.push_bind(Timestamp::as_millis(*moment));
    }
}

/// The conversations of a page of a history.
pub(crate) fn select_history(
    filter: &HistoryFilter,
    order: &[(HistoryOrder, Direction)],
    page: Page,
) -> QueryBuilder<Postgres> {
    let mut builder = QueryBuilder::new(
        "select
            r.room_id,
            r.fname,
            r.ts,
            r.visitor_json,
            r.messages_count,
            r.served_by_json,
            k.closed_at,
            r.closed_by_json,
            r.closer,
            r.tags_json,
            r.source_json,
            r.last_message_json,
            r.verified
        from contact_rooms k
        join rooms r on r.room_id = k.room_id",
    );
    push_history_conditions(&mut builder, filter);
    builder.push(" order by ");
    for (key, direction) in order {
        builder.push(history_column(*key)).push(suffix(*direction));
    }
    builder.push(match order.last() {
        Some((_, Direction::Descending)) => "k.room_id desc",
        Some((_, Direction::Ascending)) | None => "k.room_id",
    });
    push_page(&mut builder, page);
    builder
}

/// How many conversations belong to a history.
pub(crate) fn count_history(filter: &HistoryFilter) -> QueryBuilder<Postgres> {
    let mut builder =
        QueryBuilder::new("select count(*) from contact_rooms k join rooms r on r.room_id = k.room_id");
    push_history_conditions(&mut builder, filter);
    builder
}

fn push_history_conditions(builder: &mut QueryBuilder<Postgres>, filter: &HistoryFilter) {
    let HistoryFilter { contact_id, source } = filter;
    builder.push(" where not r.open and k.closed_at is not null and k.contact_id = ");
    builder.push_bind(contact_id.as_str().to_owned());
    if let Some(source) = source {
        builder.push(" and strpos(r.source_text, ").push_bind(source.clone()).push(") > 0");
    }
}

const fn history_column(key: HistoryOrder) -> &'static str {
    match key {
        HistoryOrder::Id => "k.room_id",
        HistoryOrder::Name => "r.fname",
        HistoryOrder::StartedAt => "r.ts",
        HistoryOrder::Messages => "r.messages_count",
        HistoryOrder::Agent => "(r.served_by_json::json ->> 'username') collate \"C\"",
        HistoryOrder::ClosedAt => "k.closed_at",
        HistoryOrder::Closer => "r.closer",
        HistoryOrder::SourceType => "(r.source_json::json ->> 'type') collate \"C\"",
        HistoryOrder::Verified => "r.verified",
    }
}

/// The limits of a page, as numbers in the text: the planner then knows how few rows are wanted.
pub(crate) fn push_page(builder: &mut QueryBuilder<Postgres>, page: Page) {
    if let Some(limit) = page.limit {
        builder.push(format_args!(" limit {limit}"));
    }
    builder.push(format_args!(" offset {}", page.offset));
}

/// Begins a condition: the first with `where`, all others with `and`.
fn conditions() -> impl FnMut(&mut QueryBuilder<Postgres>, &str) {
    let mut glue = " where ";
    move |builder, text| {
        builder.push(std::mem::replace(&mut glue, " and ")).push(text);
    }
}

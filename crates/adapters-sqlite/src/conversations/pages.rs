//! Lists of conversations: statements whose text depends on the question. The columns that they name are those
//! of a closed list.

use omnicontact_domain::conversation::RoomOrder;
use omnicontact_domain::department::DepartmentId;
use omnicontact_domain::id::UserId;
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{NameFilter, RoomFilter, RoomState, Span, StoreError};
use sqlx::{QueryBuilder, Sqlite};

use crate::conversations::row::COLUMNS;
use crate::json;
use crate::page::push_page;

/// The conversations of a page.
pub(crate) fn select_rooms(
    filter: &RoomFilter,
    order: &[(RoomOrder, Direction)],
    page: Page,
) -> Result<QueryBuilder<Sqlite>, StoreError> {
    let mut query = QueryBuilder::new(COLUMNS);
    push_conditions(&mut query, filter)?;
    query.push(" order by ");
    for (key, direction) in order {
        query.push(column(*key)).push(ending(*direction));
    }
    query.push(match order.last() {
        Some((_, Direction::Descending)) => "r.room_id desc",
        Some((_, Direction::Ascending)) | None => "r.room_id",
    });
    push_page(&mut query, page);
    Ok(query)
}

/// How many conversations fit.
pub(crate) fn count_rooms(filter: &RoomFilter) -> Result<QueryBuilder<Sqlite>, StoreError> {
    let mut query = QueryBuilder::new("select count(*)");
    push_conditions(&mut query, filter)?;
    Ok(query)
}

/// `SQLite` takes null for less than everything.
const fn ending(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => ", ",
        Direction::Descending => " desc, ",
    }
}

const fn column(key: RoomOrder) -> &'static str {
    match key {
        RoomOrder::Id => "r.room_id",
        RoomOrder::Name => "r.fname",
        RoomOrder::StartedAt => "r.ts",
        RoomOrder::LastMessageAt => "r.last_message_at",
        RoomOrder::Messages => "r.messages_count",
        RoomOrder::Agent => "r.served_by_json ->> '$.username'",
        RoomOrder::Department => "r.department_id",
        RoomOrder::ClosedAt => "r.closed_at",
        RoomOrder::QueuedAt => "r.queued_at",
        RoomOrder::Priority => "r.priority_weight",
    }
}

const fn state(state: RoomState) -> &'static str {
    match state {
        RoomState::Queued => "(r.open = 1 and r.served_by_id is null)",
        RoomState::Served => "(r.open = 1 and r.served_by_id is not null and r.on_hold is not true)",
        RoomState::OnHold => "(r.open = 1 and r.served_by_id is not null and r.on_hold is true)",
        RoomState::Closed => "(r.open = 0)",
    }
}

fn push_conditions(query: &mut QueryBuilder<Sqlite>, filter: &RoomFilter) -> Result<(), StoreError> {
    let RoomFilter {
        visitor,
        agents,
        departments,
        states,
        served,
        created,
        closed,
        tags,
        custom,
        name,
        source,
        message,
    } = filter;
    match visitor {
        None => {
            query.push(" from rooms r where true");
        }
        Some(visitor) => {
            query.push(
                " from visitor_rooms k cross join rooms r on r.room_id = k.room_id where k.visitor_id = ",
            );
            query.push_bind(visitor.as_str().to_owned());
        }
    }
    if !agents.is_empty() {
        query.push(" and r.served_by_id");
        push_any(query, agents.iter().map(UserId::as_str))?;
    }
    if !departments.is_empty() {
        query.push(" and r.department_id");
        push_any(query, departments.iter().map(DepartmentId::as_str))?;
    }
    if !states.is_empty() {
        let states: Vec<_> = states.iter().map(|wanted| state(*wanted)).collect();
        query.push(" and (").push(states.join(" or ")).push(")");
    }
    match served {
        None => {}
        Some(true) => {
            query.push(" and r.served_by_id is not null");
        }
        Some(false) => {
            query.push(" and r.served_by_id is null");
        }
    }
    push_span(query, "r.ts", *created);
    push_span(query, "r.closed_at", *closed);
    if !tags.is_empty() {
        query.push(" and exists (select 1 from json_each(r.tags_json) t where t.value");
        push_any(query, tags.iter().map(String::as_str))?;
        query.push(")");
    }
    for (field, text) in custom {
        query
            .push(" and exists (select 1 from json_each(r.values_json) j where j.key = ")
            .push_bind(field.clone());
        query.push(" and instr(j.value, ").push_bind(text.clone()).push(") > 0)");
    }
    match name {
        None => {}
        Some(NameFilter::Is(name)) => {
            query.push(" and r.fname = ").push_bind(name.clone());
        }
        Some(NameFilter::Contains(text)) => {
            query.push(" and instr(r.name_text, ").push_bind(text.clone()).push(") > 0");
        }
    }
    if let Some(source) = source {
        // Not `like`: every character of the text stands for itself.
        query.push(" and instr(r.source_text, ").push_bind(source.clone()).push(") > 0");
    }
    if let Some(text) = message {
        query.push(" and exists (select 1 from messages m where m.room_id = r.room_id and instr(m.body, ");
        query.push_bind(text.clone()).push(") > 0)");
    }
    Ok(())
}

fn push_any<'a>(
    query: &mut QueryBuilder<Sqlite>,
    texts: impl Iterator<Item = &'a str>,
) -> Result<(), StoreError> {
    let texts: Vec<&str> = texts.collect();
    query.push(" in (select value from json_each(").push_bind(json::write(&texts)?).push("))");
    Ok(())
}

fn push_span(query: &mut QueryBuilder<Sqlite>, column: &str, span: Span) {
    let Span { from, to } = span;
    if let Some(moment) = from {
        query.push(format_args!(" and {column} >= ")).push_bind(Timestamp::as_millis(moment));
    }
    if let Some(moment) = to {
        query.push(format_args!(" and {column} <= ")).push_bind(Timestamp::as_millis(moment));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Plans;

    const NEWEST: [(RoomOrder, Direction); 1] = [(RoomOrder::StartedAt, Direction::Descending)];
    const TEN: Page = Page { offset: 0, limit: Some(10) };

    #[tokio::test]
    async fn every_narrow_list_is_found_by_an_index() {
        let plans = Plans::new().await;
        let all = RoomFilter::default;
        let then = Some(Timestamp::from_millis(5));
        let within = Span { from: then, to: then };
        for (filter, way) in [
            (RoomFilter { visitor: Some("v1".into()), ..all() }, "SEARCH k USING"),
            (RoomFilter { visitor: Some("v1".into()), message: Some("a".into()), ..all() }, "SEARCH k USING"),
            (RoomFilter { agents: vec!["u1".into()], ..all() }, "SEARCH r USING INDEX rooms_by_agent"),
            (
                RoomFilter { departments: vec!["d1".into()], ..all() },
                "SEARCH r USING INDEX rooms_by_department",
            ),
            (RoomFilter { created: within, ..all() }, "SEARCH r USING INDEX rooms_by_time"),
            (RoomFilter { closed: within, ..all() }, "SEARCH r USING INDEX rooms_by_closing"),
        ] {
            for query in [select_rooms(&filter, &NEWEST, TEN).unwrap(), count_rooms(&filter).unwrap()] {
                let steps = plans.steps(&query).await;
                let way = way.replace("INDEX ", "");
                assert!(
                    steps[0].replace("COVERING ", "").replace("INDEX ", "").starts_with(&way),
                    "{steps:?}"
                );
            }
        }
    }

    #[tokio::test]
    async fn what_is_open_and_the_newest_of_all_are_not_sorted() {
        let plans = Plans::new().await;
        for (states, index) in [
            (vec![], "rooms_by_time"),
            (vec![RoomState::Queued], "rooms_open"),
            (vec![RoomState::Served], "rooms_open"),
            (vec![RoomState::OnHold], "rooms_open"),
        ] {
            let filter = RoomFilter { states, ..RoomFilter::default() };
            let steps = plans.steps(&select_rooms(&filter, &NEWEST, TEN).unwrap()).await;
            assert!(steps[0].contains(index) && steps.len() == 1, "{filter:?}: {steps:?}");
        }
    }
}

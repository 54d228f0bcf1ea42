//! The one statement whose text depends on the question: which visitor fits a filter.

use omnicontact_ports::VisitorFilter;
use sqlx::{Postgres, QueryBuilder};

/// One condition: what a key table must hold of the visitor.
enum Condition<'f> {
    Email(&'f str),
    Phone(&'f str),
    Value { field: &'f str, text: &'f str },
}

/// The statement that finds the first visitor that fits; `None` for a filter without any condition.
///
/// The key tables say who fits, the most telling first, and hand over an array: so each plan begins at a key
/// and takes visitors by their ids, however many the planner thinks that a custom value finds.
pub(crate) fn statement(filter: &VisitorFilter) -> Option<QueryBuilder<Postgres>> {
    let conditions = conditions(filter);
    if conditions.is_empty() {
        return None;
    }
    let mut builder = QueryBuilder::new(
        "select
            v.visitor_id,
            v.username,
            v.ts,
            v.token,
            v.name,
            v.phones_json,
            v.emails_json,
            v.department,
            v.livechat_data_json,
            v.manager_json,
            v.last_chat_json,
            v.last_agent_json,
            v.status,
            v.activity_json,
            v.user_agent,
            v.ip,
            v.host,
            v.external_ids_json,
            v.disabled,
            v.updated_at,
            v.version
        from visitors v
        where v.visitor_id = any(array(select k0.visitor_id",
    );
    for (index, condition) in conditions.iter().enumerate() {
        let table = condition.table();
        builder.push(match index {
            0 => format!(" from {table} k0"),
            _ => format!(" join {table} k{index} on k{index}.visitor_id = k0.visitor_id"),
        });
    }
    for (index, condition) in conditions.iter().enumerate() {
        builder.push(if index == 0 { " where " } else { " and " });
        condition.push(&mut builder, index);
    }
    builder.push(")) and not v.disabled order by v.ts, v.visitor_id limit 1");
    Some(builder)
}

fn conditions(filter: &VisitorFilter) -> Vec<Condition<'_>> {
    let email = filter.email.as_deref().map(Condition::Email);
    let phone = filter.phone.as_deref().map(Condition::Phone);
    let values = filter.custom.iter().map(|(field, text)| Condition::Value { field, text });
    email.into_iter().chain(phone).chain(values).collect()
}

impl Condition<'_> {
    const fn table(&self) -> &'static str {
        match self {
            Self::Email(_) => "visitor_emails",
            Self::Phone(_) => "visitor_phones",
            Self::Value { .. } => "visitor_values",
        }
    }

    fn push(&self, builder: &mut QueryBuilder<Postgres>, index: usize) {
        match *self {
            Self::Email(address) => {
                builder.push(format_args!("k{index}.address = ")).push_bind(address.to_owned());
            }
            Self::Phone(number) => {
                builder.push(format_args!("k{index}.phone_number = ")).push_bind(number.to_owned());
            }
            Self::Value { field, text } => {
                builder.push(format_args!("k{index}.field_id = ")).push_bind(field.to_owned());
                // Not `like`: what is looked for may hold its wildcards.
                builder.push(" and position(").push_bind(text.to_owned());
                builder.push(format_args!(" in k{index}.folded) > 0"));
            }
        }
    }
}

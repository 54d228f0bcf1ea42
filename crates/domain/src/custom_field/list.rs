//! Lists of definitions (contract, conversations 2.2). There are few, so they are chosen and ordered here.

use super::CustomField;
use crate::page::Page;
use crate::search::normal_form;
use crate::sort::{Direction, Sort, SortKey};

/// The definitions whose label or id contains a text, without regard to case, in the order of these keys (as
/// they are on the wire) and then of the ids; a page of them, and how many there are in all. Without a key
/// they come by label.
///
/// ```
/// use omnicontact_domain::custom_field::list_definitions;
/// use omnicontact_domain::page::Page;
/// use omnicontact_domain::sort::Sort;
/// assert_eq!(list_definitions(vec![], "", &Sort::default(), Page::ALL), (vec![], 0));
/// ```
#[must_use]
pub fn list_definitions(
    definitions: Vec<CustomField>,
    text: &str,
    order: &Sort,
    page: Page,
) -> (Vec<CustomField>, u64) {
    let wanted = normal_form(text);
    let is_wanted = |field: &CustomField| {
        normal_form(&field.label).contains(&wanted) || normal_form(field.id.as_str()).contains(&wanted)
    };
    let mut found: Vec<_> = definitions.into_iter().filter(is_wanted).collect();
    let mut keys = order.by(|key| Some(key.to_owned()));
    if keys.is_empty() {
        keys.push(("label".to_owned(), Direction::Ascending));
    }
    found.sort_by_cached_key(|field| field.id.clone());
    for (key, direction) in keys.iter().rev() {
        let sort_key = |field: &CustomField| sort_key(field, key, *direction);
        found.sort_by(|one, other| direction.apply(sort_key(one).cmp(&sort_key(other))));
    }
    let total = found.len() as u64;
    let skipped = found.into_iter().skip(page.offset as usize);
    (skipped.take(page.limit.map_or(usize::MAX, |limit| limit as usize)).collect(), total)
}

/// What a definition is ordered by.
fn sort_key(field: &CustomField, key: &str, direction: Direction) -> SortKey {
    match key {
        "_id" => SortKey::text(field.id.as_str()),
        "label" => SortKey::text(&field.label),
        "scope" => SortKey::text(field.scope.as_str()),
        "visibility" => SortKey::text(&field.visibility),
        "_updatedAt" => SortKey::Time(field.updated_at),
        other => SortKey::of_value(field.other.get(other), direction),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custom_field::test::definition;
    use crate::value::Value;

    fn all() -> Vec<CustomField> {
        let labelled = |id: &str, label: &str, order: f64| CustomField {
            label: label.into(),
            ..definition(id, &[("order", Value::Number(order))])
        };
        vec![labelled("c", "apple", 1.0), labelled("a", "Zebra", 2.0), labelled("b", "apple", 3.0)]
    }

    fn ids(text: &str, order: &[(&str, Direction)], page: Page) -> (Vec<String>, u64) {
        let order = Sort::new(order.iter().map(|(key, way)| ((*key).to_owned(), *way)).collect());
        let (fields, total) = list_definitions(all(), text, &order, page);
        (fields.into_iter().map(|field| field.id.into_string()).collect(), total)
    }

    #[test]
    fn without_an_order_labels_come_in_binary_order() {
        assert_eq!(ids("", &[], Page::ALL).0, ["a", "b", "c"]);
    }

    #[test]
    fn any_key_orders_and_the_first_key_counts_most() {
        use Direction::{Ascending, Descending};
        assert_eq!(ids("", &[("order", Descending)], Page::ALL).0, ["b", "a", "c"]);
        assert_eq!(ids("", &[("label", Descending), ("order", Descending)], Page::ALL).0, ["b", "c", "a"]);
        assert_eq!(ids("", &[("nothing", Ascending)], Page::ALL).0, ["a", "b", "c"]);
    }

    #[test]
    fn a_text_is_looked_for_in_label_and_id() {
        assert_eq!(ids("APP", &[], Page::ALL).0, ["b", "c"]);
        assert_eq!(ids("A", &[], Page::ALL).1, 3);
        assert_eq!(ids("C", &[], Page::ALL).0, ["c"]);
        assert_eq!(ids(".*", &[], Page::ALL), (vec![], 0));
    }

    #[test]
    fn a_page_is_a_part_and_the_total_is_not() {
        let page = |offset, limit| Page { offset, limit: Some(limit) };
        assert_eq!(ids("", &[], page(1, 1)), (vec!["b".to_owned()], 3));
        assert_eq!(ids("", &[], page(5, 1)), (vec![], 3));
    }
}

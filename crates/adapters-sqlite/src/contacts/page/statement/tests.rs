//! All ways to a page lead to the same one, and none looks through a table.

use omnicontact_domain::contact::{Contact, NewContact};
use omnicontact_domain::search::{Rarity, SearchTerm};
use omnicontact_domain::sort::Direction::{Ascending, Descending};
use omnicontact_domain::time::Timestamp;
use sqlx::SqliteConnection;

use super::*;
use crate::contacts::many;
use crate::plans::Plans;

const FIRST: Page = Page { offset: 0, limit: Some(50) };

fn orders() -> Vec<Vec<(ContactOrder, Direction)>> {
    let keys = [
        ContactOrder::Name,
        ContactOrder::CreatedAt,
        ContactOrder::UpdatedAt,
        ContactOrder::LastChatAt,
        ContactOrder::Id,
        ContactOrder::Unknown,
    ];
    let mut orders: Vec<_> = keys
        .iter()
        .flat_map(|key| [Ascending, Descending].map(|direction| vec![(key.clone(), direction)]))
        .collect();
    orders.push(vec![]);
    orders.push(vec![(ContactOrder::UpdatedAt, Descending), (ContactOrder::Name, Ascending)]);
    orders.push(vec![
        (ContactOrder::Unknown, Ascending),
        (ContactOrder::Name, Descending),
        (ContactOrder::Id, Ascending),
    ]);
    orders
}

fn matching(text: &str) -> Matching {
    match SearchTerm::of(text) {
        SearchTerm::Short(text) => Matching::short(&text, false),
        SearchTerm::Long(text) => Matching::long(&text, &Rarity::default().rarest(&text, 3), false),
        SearchTerm::Everything | SearchTerm::Nothing => panic!("{text} is looked for otherwise"),
    }
}

async fn directory(connection: &mut SqliteConnection) {
    let made = |number: usize| {
        let name = format!("{} {}", ["Mara", "Zoë", "\"Q\" Ägir", "mara"][number % 4], "x".repeat(80));
        let emails = vec![format!("p{}@x.example", number % 13)];
        let new = NewContact { name, emails, ..NewContact::default() };
        let at = Timestamp::from_millis([0, 1, 5, 3][number % 4]);
        Contact {
            unknown: number.is_multiple_of(5),
            ..Contact::prepared(format!("c{number:03}").into(), new, at)
        }
    };
    many::add(connection, &(0..300).map(made).collect::<Vec<_>>()).await.unwrap();
}

async fn ids(connection: &mut SqliteConnection, mut query: QueryBuilder<Sqlite>) -> Vec<String> {
    query.build_query_scalar().fetch_all(connection).await.unwrap()
}

#[tokio::test]
async fn all_ways_lead_to_the_same_page() {
    let plans = Plans::new().await;
    let mut connection = plans.writer().await;
    directory(&mut connection).await;
    let long = format!("ara {}", "x".repeat(80));
    for text in
        ["m", "ZO", "\"", "\"q\" ä", "@x.example", "p1", "p12@", &long, &format!("{long}x"), "p1 or p2", "*"]
    {
        let matching = matching(text);
        let total: i64 = counting(&matching).build_query_scalar().fetch_one(&mut *connection).await.unwrap();
        for order in orders() {
            for page in [Page::ALL, Page { offset: 0, limit: Some(7) }, Page { offset: 50, limit: Some(20) }]
            {
                let sorted = ids(&mut connection, sorting(&matching, &order, page)).await;
                let walked = ids(&mut connection, walking(&matching, &order, page)).await;
                let looked = ids(&mut connection, looking(&matching, &order, page, 1_000)).await;
                let met = ids(&mut connection, meeting(&matching, &order, page, 1_000)).await;
                assert_eq!([&walked, &looked, &met], [&sorted; 3], "{text} by {order:?}");
                let mut among = among(&matching, 1_000, &order, page);
                let among = among.build_query_as::<(i64, i64, String)>().fetch_one(&mut *connection);
                let (_, counted, ids) = among.await.unwrap();
                assert_eq!(counted, total, "{text}");
                assert_eq!(ids, crate::json::write(&sorted).unwrap(), "{text} by {order:?}");
                if page == Page::ALL {
                    assert_eq!(i64::try_from(sorted.len()), Ok(total), "{text}");
                }
            }
        }
    }
}

#[tokio::test]
async fn looking_at_a_few_finds_the_first_or_too_few() {
    let plans = Plans::new().await;
    let mut connection = plans.writer().await;
    directory(&mut connection).await;
    let order = [(ContactOrder::Name, Ascending)];
    let all = ids(&mut connection, sorting(&matching("zoë"), &order, Page::ALL)).await;
    let zoe = matching("zoë");
    for statement in [looking(&zoe, &order, Page::ALL, 150), meeting(&zoe, &order, Page::ALL, 150)] {
        let few = ids(&mut connection, statement).await;
        assert!(!few.is_empty() && few.len() < all.len() && all.starts_with(&few), "{few:?}");
    }
}

#[tokio::test]
async fn nothing_is_looked_for_among_more_candidates_than_wanted() {
    let plans = Plans::new().await;
    let mut connection = plans.writer().await;
    directory(&mut connection).await;
    let mut query = among(&matching("zoë"), 10, &[(ContactOrder::Name, Ascending)], Page::ALL);
    let row: (i64, i64, String) = query.build_query_as().fetch_one(&mut *connection).await.unwrap();
    assert_eq!(row, (10, 0, "[]".to_owned()));
}

#[tokio::test]
async fn no_page_looks_through_a_table() {
    let plans = Plans::new().await;
    let mut connection = plans.writer().await;
    directory(&mut connection).await;
    drop(connection);
    for order in orders() {
        let mut statements = vec![everything(false, &order, FIRST)];
        for text in ["m", "mara", &"x".repeat(100)] {
            let matching = matching(text);
            statements.extend([
                counting(&matching),
                sorting(&matching, &order, FIRST),
                walking(&matching, &order, FIRST),
                looking(&matching, &order, FIRST, 100),
                meeting(&matching, &order, FIRST, 100),
                among(&matching, 100, &order, FIRST),
            ]);
        }
        for statement in statements {
            for step in plans.steps(&statement).await {
                let is_read_in_parts = step.starts_with("SEARCH s USING")
                    || step.starts_with("SCAN f VIRTUAL TABLE INDEX 0:M")
                    // The first entries of the index, or candidates, gathered before.
                    || ["SCAN s", "CO-ROUTINE s", "MATERIALIZE s"].contains(&step.as_str())
                    || ["SCAN k", "MATERIALIZE k", "SCAN found", "MATERIALIZE found"].contains(&step.as_str())
                    || step == "SCAN CONSTANT ROW" || step.starts_with("SCALAR SUBQUERY")
                    || step.starts_with("LIST SUBQUERY")
                    || step.starts_with("CORRELATED SCALAR SUBQUERY")
                    || step == "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)"
                    || step.starts_with("USE TEMP B-TREE FOR")
                    || step.starts_with("CREATE BLOOM FILTER");
                assert!(is_read_in_parts, "{step} in\n{}", statement.sql().as_str());
            }
        }
    }
}

#[tokio::test]
async fn pages_in_the_order_of_an_index_are_not_sorted() {
    let plans = Plans::new().await;
    for (key, index) in [
        (ContactOrder::Name, "contact_search_by_name"),
        (ContactOrder::CreatedAt, "contact_search_by_creation"),
        (ContactOrder::UpdatedAt, "contact_search_by_update"),
        (ContactOrder::LastChatAt, "contact_search_by_chat"),
    ] {
        for direction in [Ascending, Descending] {
            let order = [(key.clone(), direction)];
            let found = format!("SEARCH s USING COVERING INDEX {index} (unknown=?)");
            assert_eq!(plans.steps(&everything(true, &order, FIRST)).await, [found.as_str()]);
            for text in ["m", "mara"] {
                let steps = plans.steps(&walking(&matching(text), &order, FIRST)).await;
                assert_eq!(steps[0], found);
                assert!(!steps.iter().any(|step| step.contains("ORDER BY")), "{steps:?}");
            }
        }
    }
}

#[tokio::test]
async fn only_contacts_that_are_equal_in_the_first_key_are_sorted_by_others() {
    let plans = Plans::new().await;
    let order = [(ContactOrder::Name, Ascending), (ContactOrder::CreatedAt, Descending)];
    for statement in [everything(true, &order, FIRST), walking(&matching("mara"), &order, FIRST)] {
        let steps = plans.steps(&statement).await;
        assert_eq!(steps[0], "SEARCH s USING INDEX contact_search_by_name (unknown=?)");
        assert_eq!(steps[steps.len() - 1], "USE TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY", "{steps:?}");
    }
}

#[tokio::test]
async fn what_is_sorted_by_name_is_read_from_the_narrow_index() {
    let plans = Plans::new().await;
    let found = "SEARCH s USING COVERING INDEX contact_search_names (search_id=?)".to_owned();
    for order in [vec![], vec![(ContactOrder::Name, Ascending)], vec![(ContactOrder::Id, Descending)]] {
        for text in ["m", "mara"] {
            let steps = plans.steps(&sorting(&matching(text), &order, FIRST)).await;
            assert!(steps.contains(&found), "{steps:?}");
        }
    }
}

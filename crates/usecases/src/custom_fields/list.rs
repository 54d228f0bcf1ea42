//! List definitions: `GET livechat/custom-fields`.

use omnicontact_domain::custom_field::{CustomField, list_definitions};
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::sort::Sort;

use super::CustomFieldError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// Which definitions are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomFieldsQuery {
    /// What label or id contains, without regard to case.
    pub text: String,
    /// Keys of definitions, the most important first. Without any, they come by label.
    pub order: Sort,
    /// The page.
    pub page: Page,
}

/// A page of the definitions that fit, and how many there are in all.
///
/// # Errors
/// [`CustomFieldError::Denied`], [`CustomFieldError::Store`].
pub async fn list_custom_fields(
    ctx: &Context,
    actor: &Actor,
    query: &CustomFieldsQuery,
) -> Result<(Vec<CustomField>, u64), CustomFieldError> {
    authorize(actor, &REQUIRES)?;
    let definitions = ctx.store.read().await?.custom_fields().list().await?;
    Ok(list_definitions(definitions, &query.text, &query.order, query.page))
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::sort::Direction;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, nobody};
    use crate::prepared::{definition, reading};

    fn query() -> CustomFieldsQuery {
        CustomFieldsQuery {
            text: "PLAN".to_owned(),
            order: Sort::new(vec![("_id".to_owned(), Direction::Descending)]),
            page: Page { offset: 1, limit: Some(1) },
        }
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let refused = list_custom_fields(&context(MockStore::new()), &nobody(), &query()).await;
        assert!(matches!(refused, Err(CustomFieldError::Denied(_))));
    }

    #[tokio::test]
    async fn text_order_and_page_are_those_of_the_query() {
        let mut tx = MockTransaction::default();
        tx.custom_fields
            .expect_list()
            .returning(|| Ok(["plan-a", "city", "plan-c", "plan-b"].map(|id| definition(id, &[])).into()));
        let (fields, total) = list_custom_fields(&context(reading(tx)), &agent(), &query()).await.unwrap();
        assert_eq!((fields, total), (vec![definition("plan-b", &[])], 3));
    }
}

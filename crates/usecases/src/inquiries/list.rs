//! List the queue: `GET livechat/inquiries.list`.

use omnicontact_domain::page::Page;
use omnicontact_domain::permission::VIEW_LIVECHAT_MANAGER;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_ports::{QueueFilter, QueuePage};

use super::InquiryError;
use crate::Context;
use crate::departments::named::find_named;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_MANAGER]);

/// A page of the queue, the oldest first: of a department that is named by id or by name, or of all. A department
/// that does not exist has an empty queue.
///
/// # Errors
/// [`InquiryError`].
pub async fn list_inquiries(
    ctx: &Context,
    actor: &Actor,
    department: Option<&str>,
    page: Page,
) -> Result<QueuePage, InquiryError> {
    authorize(actor, &REQUIRES)?;
    let mut tx = ctx.store.read().await?;
    let filter = match department.filter(|department| !department.is_empty()) {
        None => QueueFilter::All,
        Some(named) => match find_named(tx.as_mut(), named).await? {
            Some(department) => QueueFilter::Department(department.id),
            None => return Ok(QueuePage::default()),
        },
    };
    Ok(tx.inquiries().list_queued(&filter, page).await?)
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, holding, nobody};
    use crate::prepared::reading;

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let refused = list_inquiries(&context(MockStore::new()), &nobody(), None, Page::ALL).await;
        assert!(matches!(refused, Err(InquiryError::Denied(_))));
    }

    #[tokio::test]
    async fn without_a_department_all_that_waits_is_listed_and_of_an_unknown_one_nothing() {
        for (department, asks) in [(None, true), (Some(""), true), (Some("nowhere"), false)] {
            let mut tx = MockTransaction::default();
            tx.departments.expect_find().returning(|_| Ok(None));
            tx.departments.expect_find_by_name().returning(|_| Ok(None));
            tx.inquiries
                .expect_list_queued()
                .withf(|filter, _| *filter == QueueFilter::All)
                .times(usize::from(asks))
                .returning(|_, _| Ok(QueuePage { inquiries: vec![], total: 7 }));
            let actor = holding(&[VIEW_LIVECHAT_MANAGER]);
            let page = list_inquiries(&context(reading(tx)), &actor, department, Page::ALL).await.unwrap();
            assert_eq!(page.total, if asks { 7 } else { 0 });
        }
    }
}

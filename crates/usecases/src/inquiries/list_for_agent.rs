//! List what one may take: `GET livechat/inquiries.queuedForUser`.

use omnicontact_domain::page::Page;
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_ports::{QueueFilter, QueuePage};

use super::InquiryError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// A page of the public queue and those of the caller's departments, the oldest first.
///
/// # Errors
/// [`InquiryError`].
pub async fn list_for_agent(ctx: &Context, actor: &Actor, page: Page) -> Result<QueuePage, InquiryError> {
    authorize(actor, &REQUIRES)?;
    let mut tx = ctx.store.read().await?;
    let departments = tx.departments().list_by_agent(&actor.user_id).await?;
    Ok(tx.inquiries().list_queued(&QueueFilter::Agent(departments), page).await?)
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, nobody};
    use crate::prepared::reading;

    #[tokio::test]
    async fn agents_see_the_queues_of_their_departments() {
        let refused = list_for_agent(&context(MockStore::new()), &nobody(), Page::ALL).await;
        assert!(matches!(refused, Err(InquiryError::Denied(_))));
        let mut tx = MockTransaction::default();
        tx.departments
            .expect_list_by_agent()
            .withf(|user| user.as_str() == "agent-1")
            .returning(|_| Ok(vec!["d1".into()]));
        tx.inquiries
            .expect_list_queued()
            .withf(|filter, _| *filter == QueueFilter::Agent(vec!["d1".into()]))
            .returning(|_, _| Ok(QueuePage { inquiries: vec![], total: 3 }));
        let page = list_for_agent(&context(reading(tx)), &agent(), Page::ALL).await.unwrap();
        assert_eq!(page.total, 3);
    }
}

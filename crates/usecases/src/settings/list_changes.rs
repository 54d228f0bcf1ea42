//! Read who changed which setting: `GET audit.settings`.

use omnicontact_domain::audit::SubjectKind;
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::CAN_AUDIT;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{AuditFilter, AuditPage};

use super::SettingError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[CAN_AUDIT]);

/// Which changes. All conditions hold at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingChanges {
    /// The setting.
    pub setting: Option<String>,
    /// The kind of author: what [`omnicontact_domain::audit::Author::kind`] says.
    pub author_kind: Option<String>,
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The last moment.
    pub until: Option<Timestamp>,
    /// Whether the oldest comes first or the newest.
    pub order: Direction,
    /// Which part of the list.
    pub page: Page,
}

/// The changes of settings that fit, each with the value before and after; secrets were masked when the change
/// was noted.
///
/// # Errors
/// [`SettingError::Denied`], [`SettingError::Store`].
pub async fn list_setting_changes(
    ctx: &Context,
    actor: &Actor,
    wanted: SettingChanges,
) -> Result<AuditPage, SettingError> {
    authorize(actor, &REQUIRES)?;
    let filter = AuditFilter {
        subject_kind: Some(SubjectKind::Setting),
        subject_id: wanted.setting,
        author_kind: wanted.author_kind,
        author: None,
        from: wanted.from,
        until: wanted.until,
    };
    let mut tx = ctx.store.read().await?;
    Ok(tx.audit().list(&filter, wanted.order, wanted.page).await?)
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};

    fn wanted() -> SettingChanges {
        SettingChanges {
            setting: Some("SMTP_Host".into()),
            author_kind: Some("user".into()),
            from: Some(NOW),
            until: None,
            order: Direction::Ascending,
            page: Page { offset: 5, limit: Some(10) },
        }
    }

    #[tokio::test]
    async fn whoever_may_not_audit_reads_nothing() {
        let refused = list_setting_changes(&context(MockStore::new()), &nobody(), wanted()).await;
        assert!(matches!(refused, Err(SettingError::Denied(_))));
    }

    #[tokio::test]
    async fn settings_alone_are_asked_about() {
        let mut store = MockStore::new();
        store.expect_read().return_once(|| {
            let mut tx = MockTransaction::default();
            let filter = AuditFilter {
                subject_kind: Some(SubjectKind::Setting),
                subject_id: Some("SMTP_Host".into()),
                author_kind: Some("user".into()),
                from: Some(NOW),
                ..AuditFilter::default()
            };
            tx.audit
                .expect_list()
                .withf(move |asked, order, page| {
                    *asked == filter
                        && *order == Direction::Ascending
                        && *page == Page { offset: 5, limit: Some(10) }
                })
                .times(1)
                .returning(|_, _, _| Ok(AuditPage::default()));
            Ok(Box::new(tx))
        });
        list_setting_changes(&context(store), &holding(&[CAN_AUDIT]), wanted()).await.unwrap();
    }
}

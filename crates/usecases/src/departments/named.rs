//! A department by what people call it.

use omnicontact_domain::department::Department;
use omnicontact_ports::{StoreError, Transaction};

/// The department with that id, else the one of that name.
pub(crate) async fn find_named(
    tx: &mut dyn Transaction,
    named: &str,
) -> Result<Option<Department>, StoreError> {
    match tx.departments().find(&named.into()).await? {
        Some(department) => Ok(Some(department)),
        None => tx.departments().find_by_name(named).await,
    }
}

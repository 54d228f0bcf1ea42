//! Folded names of users that a program wrote which knew of none. They are made here, because only the domain
//! knows how to fold.

use omnicontact_domain::text::index_key;
use omnicontact_ports::StoreError;
use sqlx::SqliteConnection;

use crate::error::store_error;
use crate::transaction::run;

/// Fills in what is missing, and nothing else.
pub(crate) async fn fold_names(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let rows = sqlx::query!(
        r#"select
            user_id,
            name as "name!"
        from users
        where name_key is null
            and name is not null"#
    )
    .fetch_all(&mut *connection)
    .await
    .map_err(store_error)?;
    for row in rows {
        let key = index_key(&row.name);
        let query = sqlx::query!("update users set name_key = ? where user_id = ?", key, row.user_id);
        run(connection, query).await?;
    }
    Ok(())
}

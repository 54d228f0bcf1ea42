//! Login tokens: sessions, and personal ones, which have a name.

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::{HashedToken, LoginToken, TokenKind};
use omnicontact_ports::{Constraint, StoreError, TokenRepository};

use crate::error::{corrupt, store_error, write_error};
use crate::transaction::{SqliteTransaction, run};

/// A token from its columns; the schema lets the last three be null only together.
pub(crate) fn login_token(
    hashed: String,
    created_at: i64,
    name: Option<String>,
    last_token_part: Option<String>,
    bypass_two_factor: Option<bool>,
) -> Result<LoginToken, StoreError> {
    let kind = match (name, last_token_part, bypass_two_factor) {
        (None, None, None) => TokenKind::Session,
        (Some(name), Some(last_token_part), Some(bypass_two_factor)) => {
            TokenKind::Personal { name, last_token_part, bypass_two_factor }
        }
        // The hash stays out of errors, which are logged.
        (_, _, _) => {
            return Err(corrupt("login token", "of a user", "neither a session nor a personal token"));
        }
    };
    Ok(LoginToken {
        hashed: HashedToken::from_stored(hashed),
        created_at: Timestamp::from_millis(created_at),
        kind,
    })
}

#[async_trait]
impl TokenRepository for SqliteTransaction {
    async fn find(&mut self, token: &HashedToken) -> Result<Option<(UserId, LoginToken)>, StoreError> {
        let hashed = token.as_str();
        let row = sqlx::query!(
            r#"select
                hashed_token,
                user_id,
                created_at,
                name,
                last_token_part,
                bypass_two_factor as "bypass_two_factor: bool"
            from login_tokens
            where hashed_token = ?"#,
            hashed
        )
        .fetch_optional(self.connection())
        .await
        .map_err(store_error)?;
        let Some(row) = row else {
            return Ok(None);
        };
        let token = login_token(
            row.hashed_token,
            row.created_at,
            row.name,
            row.last_token_part,
            row.bypass_two_factor,
        )?;
        Ok(Some((row.user_id.into(), token)))
    }

    async fn add(&mut self, owner: &UserId, token: &LoginToken) -> Result<(), StoreError> {
        let hashed = token.hashed.as_str();
        let owner = owner.as_str();
        let created_at = token.created_at.as_millis();
        let (name, last_token_part, bypass_two_factor) = match &token.kind {
            TokenKind::Session => (None, None, None),
            TokenKind::Personal { name, last_token_part, bypass_two_factor } => {
                (Some(name), Some(last_token_part), Some(*bypass_two_factor))
            }
        };
        let added = sqlx::query!(
            "insert into login_tokens (
                hashed_token,
                user_id,
                created_at,
                name,
                last_token_part,
                bypass_two_factor
            )
            values (?, ?, ?, ?, ?, ?)
            on conflict do nothing",
            hashed,
            owner,
            created_at,
            name,
            last_token_part,
            bypass_two_factor
        )
        .execute(self.connection())
        .await
        .map_err(|error| write_error(error, Constraint::LoginToken))?;
        if added.rows_affected() == 0 { Err(StoreError::Conflict(Constraint::LoginToken)) } else { Ok(()) }
    }

    async fn remove(&mut self, owner: &UserId, token: &HashedToken) -> Result<(), StoreError> {
        let (owner, hashed) = (owner.as_str(), token.as_str());
        let query =
            sqlx::query!("delete from login_tokens where hashed_token = ? and user_id = ?", hashed, owner);
        run(self.connection(), query).await?;
        Ok(())
    }

    async fn remove_oldest_sessions(&mut self, owner: &UserId, keep: u32) -> Result<(), StoreError> {
        let owner = owner.as_str();
        let query = sqlx::query!(
            "delete from login_tokens
            where user_id = ?1
                and name is null
                and hashed_token not in (
                    select hashed_token
                    from login_tokens
                    where user_id = ?1
                        and name is null
                    order by created_at desc, hashed_token desc
                    limit ?2
                )",
            owner,
            keep
        );
        run(self.connection(), query).await?;
        Ok(())
    }

    async fn remove_all(&mut self, owner: &UserId) -> Result<(), StoreError> {
        let owner = owner.as_str();
        run(self.connection(), sqlx::query!("delete from login_tokens where user_id = ?", owner)).await?;
        Ok(())
    }
}

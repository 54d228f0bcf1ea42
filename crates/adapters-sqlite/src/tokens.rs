//! Login tokens: sessions, and personal ones, which have a name.

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::{HashedToken, LoginToken, TokenKind};
use omnicontact_ports::{Constraint, StoreError, TokenRepository};

use crate::error::{corrupt, store_error, write_error};
use crate::transaction::{SqliteTransaction, run};

/// The columns of a token.
struct TokenRow {
    hashed_token: String,
    user_id: String,
    created_at: i64,
    name: Option<String>,
    last_token_part: Option<String>,
    bypass_two_factor: Option<bool>,
}

impl TokenRow {
    fn into_token(self) -> Result<LoginToken, StoreError> {
        login_token(
            self.hashed_token,
            self.created_at,
            self.name,
            self.last_token_part,
            self.bypass_two_factor,
        )
    }
}

/// A checked query for rows of tokens; the rest of the statement is given.
macro_rules! select_token {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            TokenRow,
            r#"select
                hashed_token,
                user_id,
                created_at,
                name,
                last_token_part,
                bypass_two_factor as "bypass_two_factor: bool"
            from login_tokens
            "# + $rest
            $(, $argument)*
        )
    };
}

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
        let row = select_token!("where hashed_token = ?", hashed)
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        row.map(|row| Ok((UserId::from(row.user_id.clone()), row.into_token()?))).transpose()
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

    async fn list(&mut self, owner: &UserId) -> Result<Vec<LoginToken>, StoreError> {
        let owner = owner.as_str();
        let query = select_token!("where user_id = ? order by created_at, hashed_token", owner);
        let rows = query.fetch_all(self.connection()).await.map_err(store_error)?;
        rows.into_iter().map(TokenRow::into_token).collect()
    }

    async fn find_by_name(&mut self, owner: &UserId, name: &str) -> Result<Option<LoginToken>, StoreError> {
        let owner = owner.as_str();
        let query = select_token!("where user_id = ? and name = ?", owner, name);
        let row = query.fetch_optional(self.connection()).await.map_err(store_error)?;
        row.map(TokenRow::into_token).transpose()
    }

    async fn remove_other_sessions(&mut self, owner: &UserId, kept: &HashedToken) -> Result<(), StoreError> {
        let (owner, kept) = (owner.as_str(), kept.as_str());
        let query = sqlx::query!(
            "delete from login_tokens
            where user_id = ?
                and name is null
                and hashed_token <> ?",
            owner,
            kept
        );
        run(self.connection(), query).await?;
        Ok(())
    }

    async fn remove_others(&mut self, owner: &UserId, kept: &HashedToken) -> Result<(), StoreError> {
        let (owner, kept) = (owner.as_str(), kept.as_str());
        let query =
            sqlx::query!("delete from login_tokens where user_id = ? and hashed_token <> ?", owner, kept);
        run(self.connection(), query).await?;
        Ok(())
    }

    async fn remove_sessions_before(
        &mut self,
        made_before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let made_before = made_before.as_millis();
        let query = sqlx::query!(
            "delete from login_tokens
            where hashed_token in (
                select hashed_token
                from login_tokens
                where name is null
                    and created_at < ?
                order by created_at
                limit ?
            )",
            made_before,
            limit
        );
        run(self.connection(), query).await
    }

    async fn remove_all(&mut self, owner: &UserId) -> Result<(), StoreError> {
        let owner = owner.as_str();
        run(self.connection(), sqlx::query!("delete from login_tokens where user_id = ?", owner)).await?;
        Ok(())
    }
}

//! Login tokens, in their hashed form.

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::{HashedToken, LoginToken, TokenKind};
use omnicontact_ports::{Constraint, StoreError, TokenRepository};

use crate::error::corrupt;
use crate::transaction::PgTransaction;

/// What a row of `login_tokens` says of a token.
pub(crate) struct TokenColumns {
    pub(crate) created_at: i64,
    pub(crate) name: Option<String>,
    pub(crate) last_token_part: Option<String>,
    pub(crate) bypass_two_factor: Option<bool>,
}

impl TokenColumns {
    /// The token with that hash.
    pub(crate) fn into_token(self, hashed: HashedToken) -> Result<LoginToken, StoreError> {
        let kind = match (self.name, self.last_token_part, self.bypass_two_factor) {
            (None, None, None) => TokenKind::Session,
            (Some(name), Some(last_token_part), Some(bypass_two_factor)) => {
                TokenKind::Personal { name, last_token_part, bypass_two_factor }
            }
            _ => {
                let reason = "neither a session nor a personal token";
                return Err(corrupt("login token", hashed.as_str(), reason));
            }
        };
        Ok(LoginToken { hashed, created_at: Timestamp::from_millis(self.created_at), kind })
    }
}

#[async_trait]
impl TokenRepository for PgTransaction {
    async fn find(&mut self, token: &HashedToken) -> Result<Option<(UserId, LoginToken)>, StoreError> {
        let query = sqlx::query!(
            "select
                user_id,
                created_at,
                name,
                last_token_part,
                bypass_two_factor
            from login_tokens
            where hashed_token = $1",
            token.as_str()
        );
        let Some(row) = self.optional(query).await? else { return Ok(None) };
        let columns = TokenColumns {
            created_at: row.created_at,
            name: row.name,
            last_token_part: row.last_token_part,
            bypass_two_factor: row.bypass_two_factor,
        };
        Ok(Some((row.user_id.into(), columns.into_token(token.clone())?)))
    }

    async fn add(&mut self, owner: &UserId, token: &LoginToken) -> Result<(), StoreError> {
        let (name, last_token_part, bypass_two_factor) = match &token.kind {
            TokenKind::Session => (None, None, None),
            TokenKind::Personal { name, last_token_part, bypass_two_factor } => {
                (Some(name.as_str()), Some(last_token_part.as_str()), Some(*bypass_two_factor))
            }
        };
        // The owner is held, so that nobody removes the user before this transaction ends.
        let query = sqlx::query!(
            r#"with owner as (
                select user_id
                from users
                where user_id = $2
                for key share
            ), added as (
                insert into login_tokens (
                    hashed_token,
                    user_id,
                    created_at,
                    name,
                    last_token_part,
                    bypass_two_factor
                )
                select
                    $1::text,
                    owner.user_id,
                    $3::bigint,
                    $4::text,
                    $5::text,
                    $6::boolean
                from owner
                on conflict do nothing
                returning user_id
            )
            select
                exists (select from owner) as "owned!",
                exists (select from added) as "added!""#,
            token.hashed.as_str(),
            owner.as_str(),
            token.created_at.as_millis(),
            name,
            last_token_part,
            bypass_two_factor
        );
        let outcome = self.one(query).await?;
        match (outcome.owned, outcome.added) {
            (true, true) => Ok(()),
            (true, false) => Err(StoreError::Conflict(Constraint::LoginToken)),
            (false, _) => Err(StoreError::Conflict(Constraint::Reference)),
        }
    }

    async fn remove(&mut self, owner: &UserId, token: &HashedToken) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "delete from login_tokens
            where hashed_token = $1
                and user_id = $2",
            token.as_str(),
            owner.as_str()
        );
        self.execute(query).await?;
        Ok(())
    }

    async fn remove_oldest_sessions(&mut self, owner: &UserId, keep: u32) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "delete from login_tokens
            where user_id = $1
                and hashed_token in (
                    select hashed_token
                    from login_tokens
                    where user_id = $1
                        and name is null
                    order by
                        created_at desc,
                        hashed_token desc
                    offset $2
                )",
            owner.as_str(),
            i64::from(keep)
        );
        self.execute(query).await?;
        Ok(())
    }

    async fn remove_all(&mut self, owner: &UserId) -> Result<(), StoreError> {
        self.execute(sqlx::query!("delete from login_tokens where user_id = $1", owner.as_str())).await?;
        Ok(())
    }
}

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
    /// The token with that hash. A fault names its owner, never the token.
    pub(crate) fn into_token(self, hashed: HashedToken, owner: &str) -> Result<LoginToken, StoreError> {
        let kind = match (self.name, self.last_token_part, self.bypass_two_factor) {
            (None, None, None) => TokenKind::Session,
            (Some(name), Some(last_token_part), Some(bypass_two_factor)) => {
                TokenKind::Personal { name, last_token_part, bypass_two_factor }
            }
            _ => {
                let reason = "neither a session nor a personal token";
                return Err(corrupt("login token of user", owner, reason));
            }
        };
        Ok(LoginToken { hashed, created_at: Timestamp::from_millis(self.created_at), kind })
    }
}

/// A row of `login_tokens` of a known owner.
struct TokenRow {
    hashed_token: String,
    created_at: i64,
    name: Option<String>,
    last_token_part: Option<String>,
    bypass_two_factor: Option<bool>,
}

impl TokenRow {
    fn into_token(self, owner: &UserId) -> Result<LoginToken, StoreError> {
        let columns = TokenColumns {
            created_at: self.created_at,
            name: self.name,
            last_token_part: self.last_token_part,
            bypass_two_factor: self.bypass_two_factor,
        };
        columns.into_token(HashedToken::from_stored(self.hashed_token), owner.as_str())
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
        let token = columns.into_token(token.clone(), &row.user_id)?;
        Ok(Some((row.user_id.into(), token)))
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

    async fn list(&mut self, owner: &UserId) -> Result<Vec<LoginToken>, StoreError> {
        let query = sqlx::query_as!(
            TokenRow,
            "select
                hashed_token,
                created_at,
                name,
                last_token_part,
                bypass_two_factor
            from login_tokens
            where user_id = $1
            order by
                created_at,
                hashed_token",
            owner.as_str()
        );
        let rows = self.all(query).await?;
        rows.into_iter().map(|row| row.into_token(owner)).collect()
    }

    async fn find_by_name(&mut self, owner: &UserId, name: &str) -> Result<Option<LoginToken>, StoreError> {
        let query = sqlx::query_as!(
            TokenRow,
            "select
                hashed_token,
                created_at,
                name,
                last_token_part,
                bypass_two_factor
            from login_tokens
            where user_id = $1
                and name = $2",
            owner.as_str(),
            name
        );
        self.optional(query).await?.map(|row| row.into_token(owner)).transpose()
    }

    async fn remove_other_sessions(&mut self, owner: &UserId, kept: &HashedToken) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "delete from login_tokens
            where user_id = $1
                and hashed_token <> $2
                and name is null",
            owner.as_str(),
            kept.as_str()
        );
        self.execute(query).await?;
        Ok(())
    }

    async fn remove_others(&mut self, owner: &UserId, kept: &HashedToken) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "delete from login_tokens
            where user_id = $1
                and hashed_token <> $2",
            owner.as_str(),
            kept.as_str()
        );
        self.execute(query).await?;
        Ok(())
    }

    async fn remove_sessions_before(
        &mut self,
        made_before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        // What another node is removing is left to it. The array is made once, whatever the plan.
        let query = sqlx::query!(
            "delete from login_tokens
            where hashed_token = any(
                array(
                    select old.hashed_token
                    from login_tokens old
                    where old.name is null
                        and old.created_at < $1
                    order by old.created_at
                    limit $2
                    for update skip locked
                )
            )",
            made_before.as_millis(),
            i64::from(limit)
        );
        self.execute(query).await
    }

    async fn remove_all(&mut self, owner: &UserId) -> Result<(), StoreError> {
        self.execute(sqlx::query!("delete from login_tokens where user_id = $1", owner.as_str())).await?;
        Ok(())
    }
}

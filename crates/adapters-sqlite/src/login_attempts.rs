//! Attempts to log in, counted against guessing.

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::login_attempt::{AttemptOutcome, AttemptSubject, FoldedUsername, LoginAttempt};
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{Constraint, LoginAttemptRepository, StoreError};

use crate::error::{corrupt, store_error};
use crate::transaction::{SqliteTransaction, run};

#[async_trait]
impl LoginAttemptRepository for SqliteTransaction {
    async fn add(&mut self, attempt: &LoginAttempt) -> Result<(), StoreError> {
        let at = attempt.at.as_millis();
        let succeeded = match attempt.outcome {
            AttemptOutcome::Succeeded => true,
            AttemptOutcome::Failed => false,
        };
        let username_key = attempt.username.as_ref().map(FoldedUsername::as_str);
        let user_id = attempt.user_id.as_ref().map(UserId::as_str);
        let query = sqlx::query!(
            "insert into login_attempts (
                attempt_id,
                at,
                succeeded,
                address,
                username_key,
                user_id
            )
            values (?, ?, ?, ?, ?, ?)
            on conflict (attempt_id) do nothing",
            attempt.id,
            at,
            succeeded,
            attempt.address,
            username_key,
            user_id
        );
        if run(self.connection(), query).await? == 0 {
            Err(StoreError::Conflict(Constraint::Id))
        } else {
            Ok(())
        }
    }

    async fn count_failures(
        &mut self,
        subject: &AttemptSubject,
        after: Timestamp,
        enough: u32,
    ) -> Result<u32, StoreError> {
        let after = after.as_millis();
        let counted = match subject {
            AttemptSubject::Address(address) => {
                sqlx::query_scalar!(
                    r#"select count(*) as "counted!: i64"
                    from (
                        select 1
                        from login_attempts f
                        where f.address = ?1
                            and f.succeeded = 0
                            and f.at > max(?2, coalesce((
                                select max(s.at)
                                from login_attempts s
                                where s.address = ?1
                                    and s.succeeded = 1
                            ), ?2))
                        limit ?3
                    )"#,
                    address,
                    after,
                    enough
                )
                .fetch_one(self.connection())
                .await
            }
            AttemptSubject::Username(username) => {
                let key = username.as_str();
                sqlx::query_scalar!(
                    r#"select count(*) as "counted!: i64"
                    from (
                        select 1
                        from login_attempts f
                        where f.username_key = ?1
                            and f.succeeded = 0
                            and f.at > max(?2, coalesce((
                                select max(s.at)
                                from login_attempts s
                                where s.username_key = ?1
                                    and s.succeeded = 1
                            ), ?2))
                        limit ?3
                    )"#,
                    key,
                    after,
                    enough
                )
                .fetch_one(self.connection())
                .await
            }
        };
        let counted = counted.map_err(store_error)?;
        u32::try_from(counted)
            .map_err(|error| corrupt("number of login attempts", &counted.to_string(), error))
    }

    async fn remove(&mut self, subject: &AttemptSubject) -> Result<u64, StoreError> {
        match subject {
            AttemptSubject::Address(address) => {
                let query = sqlx::query!("delete from login_attempts where address = ?", address);
                run(self.connection(), query).await
            }
            AttemptSubject::Username(username) => {
                let key = username.as_str();
                let query = sqlx::query!("delete from login_attempts where username_key = ?", key);
                run(self.connection(), query).await
            }
        }
    }

    async fn remove_before(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let before = before.as_millis();
        let query = sqlx::query!(
            "delete from login_attempts
            where attempt_id in (
                select attempt_id
                from login_attempts
                where at < ?
                order by at
                limit ?
            )",
            before,
            limit
        );
        run(self.connection(), query).await
    }
}

//! Attempts to log in, counted against guessing.

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::login_attempt::{AttemptOutcome, AttemptSubject, FoldedUsername, LoginAttempt};
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{Constraint, LoginAttemptRepository, StoreError};

use crate::transaction::PgTransaction;

#[async_trait]
impl LoginAttemptRepository for PgTransaction {
    async fn add(&mut self, attempt: &LoginAttempt) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "insert into login_attempts (
                attempt_id,
                at,
                succeeded,
                address,
                username_key,
                user_id
            )
            values ($1, $2, $3, $4, $5, $6)
            on conflict (attempt_id) do nothing",
            attempt.id,
            attempt.at.as_millis(),
            attempt.outcome == AttemptOutcome::Succeeded,
            attempt.address.as_deref(),
            attempt.username.as_ref().map(FoldedUsername::as_str),
            attempt.user_id.as_ref().map(UserId::as_str)
        );
        match self.execute(query).await? {
            0 => Err(StoreError::Conflict(Constraint::Id)),
            _ => Ok(()),
        }
    }

    async fn count_failures(
        &mut self,
        subject: &AttemptSubject,
        after: Timestamp,
        enough: u32,
    ) -> Result<u32, StoreError> {
        let (after, enough) = (after.as_millis(), i64::from(enough));
        let failures = match subject {
            AttemptSubject::Address(address) => {
                let query = sqlx::query!(
                    r#"select count(*) as "failures!"
                    from (
                        select a.at
                        from login_attempts a
                        where a.address = $1
                            and not a.succeeded
                            and a.at > $2
                            and a.at > coalesce(
                                (
                                    select max(s.at)
                                    from login_attempts s
                                    where s.address = $1
                                        and s.succeeded
                                ),
                                $2
                            )
                        limit $3
                    ) counted"#,
                    address,
                    after,
                    enough
                );
                self.one(query).await?.failures
            }
            AttemptSubject::Username(username) => {
                let query = sqlx::query!(
                    r#"select count(*) as "failures!"
                    from (
                        select a.at
                        from login_attempts a
                        where a.username_key = $1
                            and not a.succeeded
                            and a.at > $2
                            and a.at > coalesce(
                                (
                                    select max(s.at)
                                    from login_attempts s
                                    where s.username_key = $1
                                        and s.succeeded
                                ),
                                $2
                            )
                        limit $3
                    ) counted"#,
                    username.as_str(),
                    after,
                    enough
                );
                self.one(query).await?.failures
            }
        };
        u32::try_from(failures).map_err(|error| StoreError::Backend(error.into()))
    }

    async fn remove(&mut self, subject: &AttemptSubject) -> Result<u64, StoreError> {
        let query = match subject {
            AttemptSubject::Address(address) => {
                sqlx::query!("delete from login_attempts where address = $1", address)
            }
            AttemptSubject::Username(username) => {
                sqlx::query!("delete from login_attempts where username_key = $1", username.as_str())
            }
        };
        self.execute(query).await
    }

    async fn remove_before(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        // What another node is removing is left to it. The array is made once, whatever the plan.
        let query = sqlx::query!(
            "delete from login_attempts
            where attempt_id = any(
                array(
                    select old.attempt_id
                    from login_attempts old
                    where old.at < $1
                    order by old.at
                    limit $2
                    for update skip locked
                )
            )",
            before.as_millis(),
            i64::from(limit)
        );
        self.execute(query).await
    }
}

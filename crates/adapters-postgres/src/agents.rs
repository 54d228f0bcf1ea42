//! Agents: who is online, and when each last got a conversation. Users are written in `users`.

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{AgentRepository, Constraint, OnlineAgent, StoreError};

use crate::transaction::PgTransaction;
use crate::user_row::AgentRow;

/// The lock of those who choose among the agents, "routing" in letters.
const ROUTING_LOCK: i64 = 0x0072_6f75_7469_6e67;

#[async_trait]
impl AgentRepository for PgTransaction {
    async fn list_online(
        &mut self,
        idle_counts: bool,
        now: Timestamp,
    ) -> Result<Vec<OnlineAgent>, StoreError> {
        // Those who may be there; the domain says who is.
        let query = sqlx::query_as!(
            AgentRow,
            r#"select
                u.user_id,
                u.username,
                u.kind,
                u.status,
                u.status_expires_at,
                u.status_former_json,
                array(
                    select a.role_id
                    from user_roles a
                    where a.user_id = u.user_id
                    order by a.position
                ) as "roles!",
                (
                    select r.last_routed_at
                    from agent_routing r
                    where r.user_id = u.user_id
                ) as last_routed_at
            from users u
            where u.livechat_status = 'available'
                and u.active
                and (
                    u.status <> 'offline'
                    or u.status_expires_at is not null
                    or u.kind = 'bot'
                    or exists (
                        select
                        from user_roles b
                        where b.user_id = u.user_id
                            and b.role_id = 'bot'
                    )
                )
            order by u.user_id"#
        );
        let rows = self.all(query).await?;
        rows.into_iter().filter_map(|row| row.into_online(idle_counts, now).transpose()).collect()
    }

    async fn lock_routing(&mut self) -> Result<(), StoreError> {
        self.execute(sqlx::query!("select pg_advisory_xact_lock($1)", ROUTING_LOCK)).await?;
        Ok(())
    }

    async fn note_routed(&mut self, agent: &UserId, at: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "insert into agent_routing (
                user_id,
                last_routed_at
            )
            select
                u.user_id,
                $2::bigint
            from users u
            where u.user_id = $1
            for key share
            on conflict (user_id) do update
            set last_routed_at = greatest(agent_routing.last_routed_at, excluded.last_routed_at)",
            agent.as_str(),
            at.as_millis()
        );
        match self.execute(query).await? {
            0 => Err(StoreError::Conflict(Constraint::Reference)),
            _ => Ok(()),
        }
    }
}

//! Agents: who is online, and when each last got a conversation. Users are written in `users`.

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{AgentRepository, Constraint, OnlineAgent, StoreError};

use crate::error::{store_error, write_error};
use crate::transaction::SqliteTransaction;
use crate::users::AgentRow;

#[async_trait]
impl AgentRepository for SqliteTransaction {
    async fn list_online(
        &mut self,
        idle_counts: bool,
        now: Timestamp,
    ) -> Result<Vec<OnlineAgent>, StoreError> {
        // Those who may be there; the domain says who is.
        let query = sqlx::query_as!(
            AgentRow,
            r#"select
                u.user_id as "user_id!",
                u.username as "username?",
                u.kind as "kind!",
                u.status as "status!",
                u.status_expires_at as "status_expires_at?",
                u.status_former_json as "status_former_json?",
                (
                    select json_group_array(a.role_id order by a.position)
                    from user_roles a
                    where a.user_id = u.user_id
                ) as "roles_json!: String",
                (
                    select r.last_routed_at
                    from agent_routing r
                    where r.user_id = u.user_id
                ) as "last_routed_at?: i64"
            from users u
            where u.livechat_status = 'available'
                and u.active
                and (
                    u.status <> 'offline'
                    or u.status_expires_at is not null
                    or u.kind = 'bot'
                    or exists (
                        select 1
                        from user_roles b
                        where b.user_id = u.user_id
                            and b.role_id = 'bot'
                    )
                )
            order by u.user_id"#
        );
        let rows = query.fetch_all(self.connection()).await.map_err(store_error)?;
        rows.into_iter().filter_map(|row| row.into_online(idle_counts, now).transpose()).collect()
    }

    async fn lock_routing(&mut self) -> Result<(), StoreError> {
        // Whoever writes is alone.
        Ok(())
    }

    async fn note_routed(&mut self, agent: &UserId, at: Timestamp) -> Result<(), StoreError> {
        let (agent, at) = (agent.as_str(), at.as_millis());
        sqlx::query!(
            "insert into agent_routing (
                user_id,
                last_routed_at
            )
            values (?, ?)
            on conflict (user_id) do update
            set last_routed_at = max(last_routed_at, excluded.last_routed_at)",
            agent,
            at
        )
        .execute(self.connection())
        .await
        // An entry that is there is written again, so what is missing is the user.
        .map_err(|error| write_error(error, Constraint::Id))?;
        Ok(())
    }
}

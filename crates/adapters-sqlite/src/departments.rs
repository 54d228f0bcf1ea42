//! Departments and their agents.

use async_trait::async_trait;
use omnicontact_domain::department::{Department, DepartmentId, Membership, NewDepartment, Shown};
use omnicontact_domain::id::UserId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::version::Version;
use omnicontact_ports::{Constraint, DepartmentRepository, StoreError};

use crate::json;
use crate::transaction::SqliteTransaction;

const WHAT: &str = "department";

/// A row of `departments`.
#[expect(clippy::struct_excessive_bools, reason = "each is a column")]
struct DepartmentRow {
    department_id: String,
    name: String,
    email: String,
    enabled: bool,
    on_offline_form: bool,
    on_registration: bool,
    asks_for_tags: bool,
    closing_tags_json: String,
    fallback_id: Option<String>,
    other_json: String,
    updated_at: i64,
    version: i64,
}

impl DepartmentRow {
    fn into_department(self) -> Result<Department, StoreError> {
        let id = self.department_id;
        let said = NewDepartment {
            name: self.name,
            email: self.email,
            shown: Shown {
                enabled: self.enabled,
                on_offline_form: self.on_offline_form,
                on_registration: self.on_registration,
            },
            asks_for_tags: self.asks_for_tags,
            closing_tags: json::read(WHAT, &id, &self.closing_tags_json)?,
            fallback: self.fallback_id.map(Into::into),
            other: json::read(WHAT, &id, &self.other_json)?,
        };
        let updated_at = Timestamp::from_millis(self.updated_at);
        Ok(Department { said, updated_at, version: Version::new(self.version), id: id.into() })
    }
}

/// A row of `department_agents`.
struct MembershipRow {
    department_id: String,
    user_id: String,
    username: Option<String>,
    conversations: i64,
    position: i64,
}

impl MembershipRow {
    fn into_membership(self) -> Membership {
        Membership {
            department: self.department_id.into(),
            agent: self.user_id.into(),
            username: self.username,
            count: self.conversations,
            order: self.position,
        }
    }
}

/// A checked query for rows of `departments` (as `d`); the statement goes on with its `from` clause.
macro_rules! select_department {
    ($tail:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            DepartmentRow,
            r#"select
                d.department_id as "department_id!",
                d.name as "name!",
                d.email as "email!",
                d.enabled as "enabled!: bool",
                d.on_offline_form as "on_offline_form!: bool",
                d.on_registration as "on_registration!: bool",
                d.asks_for_tags as "asks_for_tags!: bool",
                d.closing_tags_json as "closing_tags_json!",
                d.fallback_id as "fallback_id?",
                d.other_json as "other_json!",
                d.updated_at as "updated_at!",
                d.version as "version!"
            "# + $tail
            $(, $argument)*
        )
    };
}

#[async_trait]
impl DepartmentRepository for SqliteTransaction {
    async fn find(&mut self, id: &DepartmentId) -> Result<Option<Department>, StoreError> {
        let query = select_department!(
            "from departments d
            where d.department_id = $1",
            id.as_str()
        );
        self.optional(query).await?.map(DepartmentRow::into_department).transpose()
    }

    async fn hold(&mut self, id: &DepartmentId) -> Result<Option<Department>, StoreError> {
        // Nobody else writes until this transaction ends.
        let query = select_department!(
            "from departments d
            where d.department_id = $1",
            id.as_str()
        );
        self.optional(query).await?.map(DepartmentRow::into_department).transpose()
    }

    async fn list(&mut self) -> Result<Vec<Department>, StoreError> {
        let query = select_department!(
            "from departments d
            order by
                d.name,
                d.department_id"
        );
        self.all(query).await?.into_iter().map(DepartmentRow::into_department).collect()
    }

    async fn find_many(&mut self, ids: &[DepartmentId]) -> Result<Vec<Department>, StoreError> {
        let ids: Vec<&str> = ids.iter().map(DepartmentId::as_str).collect();
        let query = select_department!(
            "from departments d
            where d.department_id in (select value from json_each($1))",
            json::write(&ids)?
        );
        self.all(query).await?.into_iter().map(DepartmentRow::into_department).collect()
    }

    async fn find_by_name(&mut self, name: &str) -> Result<Option<Department>, StoreError> {
        let query = select_department!(
            "from departments d
            where d.name = $1
            order by d.department_id
            limit 1",
            name
        );
        self.optional(query).await?.map(DepartmentRow::into_department).transpose()
    }

    async fn add(&mut self, department: &Department) -> Result<(), StoreError> {
        let NewDepartment { name, email, shown, asks_for_tags, closing_tags, fallback, other } =
            &department.said;
        let query = sqlx::query!(
            "insert into departments (
                department_id,
                name,
                email,
                enabled,
                on_offline_form,
                on_registration,
                asks_for_tags,
                closing_tags_json,
                fallback_id,
                other_json,
                updated_at,
                version
            )
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            on conflict (department_id) do nothing",
            department.id.as_str(),
            name,
            email,
            shown.enabled,
            shown.on_offline_form,
            shown.on_registration,
            asks_for_tags,
            json::write(closing_tags)?,
            fallback.as_ref().map(DepartmentId::as_str),
            json::write(other)?,
            department.updated_at.as_millis(),
            department.version.number()
        );
        if self.execute(query).await? == 0 { Err(StoreError::Conflict(Constraint::Id)) } else { Ok(()) }
    }

    async fn update(&mut self, department: &Department) -> Result<(), StoreError> {
        let NewDepartment { name, email, shown, asks_for_tags, closing_tags, fallback, other } =
            &department.said;
        let query = sqlx::query!(
            "update departments
            set
                name = $3,
                email = $4,
                enabled = $5,
                on_offline_form = $6,
                on_registration = $7,
                asks_for_tags = $8,
                closing_tags_json = $9,
                fallback_id = $10,
                other_json = $11,
                updated_at = $12,
                version = $13
            where department_id = $1
                and version = $2",
            department.id.as_str(),
            department.version.number(),
            name,
            email,
            shown.enabled,
            shown.on_offline_form,
            shown.on_registration,
            asks_for_tags,
            json::write(closing_tags)?,
            fallback.as_ref().map(DepartmentId::as_str),
            json::write(other)?,
            department.updated_at.as_millis(),
            department.version.next().number()
        );
        if self.execute(query).await? == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    async fn remove(&mut self, id: &DepartmentId) -> Result<bool, StoreError> {
        // First, so that nobody names it any more. Memberships go with it, by their foreign key.
        let query = sqlx::query!("delete from departments where department_id = $1", id.as_str());
        let is_removed = self.execute(query).await? > 0;
        let query = sqlx::query!(
            "update departments
            set
                fallback_id = null,
                version = version + 1
            where fallback_id = $1",
            id.as_str()
        );
        self.execute(query).await?;
        Ok(is_removed)
    }

    async fn list_agents(&mut self, department: &DepartmentId) -> Result<Vec<Membership>, StoreError> {
        let query = sqlx::query_as!(
            MembershipRow,
            r#"select
                a.department_id as "department_id!",
                a.user_id as "user_id!",
                coalesce(u.username, a.username) as "username?",
                a.conversations as "conversations!",
                a.position as "position!"
            from department_agents a
            left join users u on u.user_id = a.user_id
            where a.department_id = $1
            order by
                a.position,
                a.user_id"#,
            department.as_str()
        );
        Ok(self.all(query).await?.into_iter().map(MembershipRow::into_membership).collect())
    }

    async fn list_by_agent(&mut self, agent: &UserId) -> Result<Vec<DepartmentId>, StoreError> {
        let query = sqlx::query!(
            r#"select a.department_id as "department_id!"
            from department_agents a
            where a.user_id = $1
            order by a.department_id"#,
            agent.as_str()
        );
        Ok(self.all(query).await?.into_iter().map(|row| row.department_id.into()).collect())
    }

    async fn list_memberships(&mut self, agent: &UserId) -> Result<Vec<Membership>, StoreError> {
        let query = sqlx::query_as!(
            MembershipRow,
            r#"select
                a.department_id as "department_id!",
                a.user_id as "user_id!",
                coalesce(u.username, a.username) as "username?",
                a.conversations as "conversations!",
                a.position as "position!"
            from department_agents a
            left join users u on u.user_id = a.user_id
            where a.user_id = $1
            order by a.department_id"#,
            agent.as_str()
        );
        Ok(self.all(query).await?.into_iter().map(MembershipRow::into_membership).collect())
    }

    async fn count_agents(&mut self, ids: &[DepartmentId]) -> Result<Vec<(DepartmentId, u64)>, StoreError> {
        let ids: Vec<&str> = ids.iter().map(DepartmentId::as_str).collect();
        let query = sqlx::query!(
            r#"select
                a.department_id as "department_id!",
                count(*) as "agents!: i64"
            from department_agents a
            where a.department_id in (select value from json_each($1))
            group by a.department_id"#,
            json::write(&ids)?
        );
        let rows = self.all(query).await?;
        Ok(rows.into_iter().map(|row| (row.department_id.into(), row.agents.unsigned_abs())).collect())
    }

    async fn add_agents(&mut self, memberships: &[Membership]) -> Result<(), StoreError> {
        // Held first, so that neither goes while they are stored.
        for membership in memberships {
            let query = sqlx::query!(
                r#"select d.department_id as "department_id!"
                from departments d
                where d.department_id = $1"#,
                membership.department.as_str()
            );
            if self.optional(query).await?.is_none() {
                return Err(StoreError::Conflict(Constraint::Reference));
            }
            let query = sqlx::query!(
                r#"select u.user_id as "user_id!"
                from users u
                where u.user_id = $1"#,
                membership.agent.as_str()
            );
            if self.optional(query).await?.is_none() {
                return Err(StoreError::Conflict(Constraint::Reference));
            }
        }
        for Membership { department, agent, username, count, order } in memberships {
            let query = sqlx::query!(
                "insert into department_agents (
                    department_id,
                    user_id,
                    username,
                    conversations,
                    position
                )
                values ($1, $2, $3, $4, $5)
                on conflict (department_id, user_id) do update
                set
                    username = excluded.username,
                    conversations = excluded.conversations,
                    position = excluded.position",
                department.as_str(),
                agent.as_str(),
                username.as_deref(),
                count,
                order
            );
            self.execute(query).await?;
        }
        Ok(())
    }

    async fn remove_agent(&mut self, department: &DepartmentId, agent: &UserId) -> Result<bool, StoreError> {
        let query = sqlx::query!(
            "delete from department_agents
            where department_id = $1
                and user_id = $2",
            department.as_str(),
            agent.as_str()
        );
        Ok(self.execute(query).await? > 0)
    }

    async fn remove_from_all(&mut self, agent: &UserId) -> Result<u64, StoreError> {
        let query = sqlx::query!("delete from department_agents where user_id = $1", agent.as_str());
        self.execute(query).await
    }
}

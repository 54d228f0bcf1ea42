//! What nearly every request asks: one statement each. They only read, so one that meets a dead connection is
//! asked again over another.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use omnicontact_domain::contact::Contact;
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::policy::Grants;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::token::HashedToken;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Lookups, Session, SessionBatch, SessionKey, SessionQuestion, StoreError};

use crate::PgStore;
use crate::contact_row::{ContactRow, select_contact};
use crate::settings::{SettingRow, setting_values};
use crate::tokens::TokenColumns;
use crate::visitor_row::{VisitorRow, select_visitor};

#[async_trait]
impl Lookups for PgStore {
    async fn find_session(
        &self,
        key: &SessionKey,
        permissions: &[PermissionId],
        settings: &[&'static str],
    ) -> Result<Option<Session>, StoreError> {
        let asked: BTreeSet<&str> = permissions.iter().map(PermissionId::as_str).collect();
        let asked: Vec<&str> = asked.into_iter().collect();
        match self.ask(|| self.ask_session(key, &asked, settings)).await? {
            // Asked of the statement, this would tempt the planner away from the token's unique index.
            Some(row) if row.user_id != key.user_id.as_str() => Ok(None),
            row => row.map(|row| row.into_session(key, permissions)).transpose(),
        }
    }

    async fn find_sessions(&self, questions: &[SessionQuestion]) -> Result<Vec<Option<Session>>, StoreError> {
        if let [question] = questions {
            let SessionQuestion { key, permissions, settings } = question;
            return Ok(vec![self.find_session(key, permissions, settings).await?]);
        }
        let rows = self.ask(|| self.ask_sessions(questions)).await?;
        Ok(session_batch(rows)?.answers(questions))
    }

    async fn find_settings(&self, ids: &[&'static str]) -> Result<SettingValues, StoreError> {
        setting_values(self.ask(|| self.ask_settings(ids)).await?)
    }

    async fn find_visitor(&self, id: &VisitorId) -> Result<Option<Visitor>, StoreError> {
        self.ask(|| self.ask_visitor(id)).await?.map(VisitorRow::into_visitor).transpose()
    }

    async fn find_visitors(&self, ids: &[VisitorId]) -> Result<Vec<Option<Visitor>>, StoreError> {
        if let [id] = ids {
            return Ok(vec![self.find_visitor(id).await?]);
        }
        let rows = self.ask(|| self.ask_visitors(ids)).await?;
        let found = rows.into_iter().map(VisitorRow::into_visitor).collect::<Result<Vec<_>, _>>()?;
        let by_id: HashMap<_, _> = found.iter().map(|visitor| (&visitor.id, visitor)).collect();
        Ok(ids.iter().map(|id| by_id.get(id).map(|visitor| (*visitor).clone())).collect())
    }

    async fn find_contact(&self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        self.ask(|| self.ask_contact(id)).await?.map(ContactRow::into_contact).transpose()
    }

    async fn find_contacts(&self, ids: &[ContactId]) -> Result<Vec<Option<Contact>>, StoreError> {
        if let [id] = ids {
            return Ok(vec![self.find_contact(id).await?]);
        }
        let rows = self.ask(|| self.ask_contacts(ids)).await?;
        let found = rows.into_iter().map(ContactRow::into_contact).collect::<Result<Vec<_>, _>>()?;
        let by_id: HashMap<_, _> = found.iter().map(|contact| (&contact.id, contact)).collect();
        Ok(ids.iter().map(|id| by_id.get(id).map(|contact| (*contact).clone())).collect())
    }

    async fn knows_email(&self, key: &EmailKey) -> Result<bool, StoreError> {
        self.ask(|| self.ask_email(key)).await
    }

    async fn knows_phone(&self, keys: &[PhoneKey]) -> Result<bool, StoreError> {
        let keys: Vec<&str> = keys.iter().map(PhoneKey::as_str).collect();
        self.ask(|| self.ask_phones(&keys)).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.ask(|| self.ask_nothing()).await
    }
}

impl PgStore {
    /// The answer to a question, asked twice where the first connection was lost.
    async fn ask<T, F>(&self, question: impl Fn() -> F + Sync) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        let answer = match question().await {
            Err(error) if self.connections.notices_loss(&error) => Box::pin(question()).await,
            answer => answer,
        };
        match answer {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.connections.explain(error).await),
        }
    }

    async fn ask_session(
        &self,
        key: &SessionKey,
        permissions: &[&str],
        settings: &[&str],
    ) -> Result<Option<SessionRow>, sqlx::Error> {
        let mut lease = self.connections.lease().await?;
        // The grants are taken permission by permission: a subselect with an order of its own is not merged
        // into a join, for which a kept plan would read all grants from end to end.
        let query = sqlx::query_as!(
            SessionRow,
            r#"select
                t.user_id,
                u.username,
                t.created_at,
                t.name,
                t.last_token_part,
                t.bypass_two_factor,
                array(
                    select r.role_id
                    from user_roles r
                    where r.user_id = t.user_id
                    order by r.position
                ) as "roles!",
                array(
                    select s.setting_id
                    from settings s
                    where s.setting_id = any($3::text[])
                    order by s.setting_id
                ) as "setting_ids!",
                array(
                    select s.value_json
                    from settings s
                    where s.setting_id = any($3::text[])
                    order by s.setting_id
                ) as "setting_values!",
                array(
                    select g.permission_id
                    from unnest($2::text[]) with ordinality as asked (permission_id, place)
                    cross join lateral (
                        select
                            held.permission_id,
                            held.position,
                            held.role_id
                        from permission_roles held
                        where held.permission_id = asked.permission_id
                        order by held.position
                    ) g
                    order by
                        asked.place,
                        g.position
                ) as "granted_permissions!",
                array(
                    select g.role_id
                    from unnest($2::text[]) with ordinality as asked (permission_id, place)
                    cross join lateral (
                        select
                            held.permission_id,
                            held.position,
                            held.role_id
                        from permission_roles held
                        where held.permission_id = asked.permission_id
                        order by held.position
                    ) g
                    order by
                        asked.place,
                        g.position
                ) as "granted_roles!"
            from login_tokens t
            join users u on u.user_id = t.user_id
            where t.hashed_token = $1"#,
            key.token.as_str(),
            permissions as &[&str],
            settings as &[&str]
        );
        query.fetch_optional(lease.wire()).await
    }

    /// A row for each token that was found, and one for each permission and setting that is stored. Tokens and
    /// owners are taken one by one: a kept plan might join them by reading all there are.
    async fn ask_sessions(&self, questions: &[SessionQuestion]) -> Result<Vec<BatchRow>, sqlx::Error> {
        let mut tokens: Vec<_> = questions.iter().map(|question| question.key.token.as_str()).collect();
        tokens.sort_unstable();
        tokens.dedup();
        let permissions = SessionBatch::permissions(questions);
        let settings = SessionBatch::settings(questions);
        let mut lease = self.connections.lease().await?;
        let query = sqlx::query_as!(
            BatchRow,
            r#"select
                t.hashed_token as "hashed_token?",
                t.user_id as "user_id?",
                u.username as "username?",
                t.created_at as "created_at?",
                t.name as "name?",
                t.last_token_part as "last_token_part?",
                t.bypass_two_factor as "bypass_two_factor?",
                array(
                    select r.role_id
                    from user_roles r
                    where r.user_id = t.user_id
                    order by r.position
                ) as "list!",
                null::text as "permission_id?",
                null::text as "setting_id?",
                null::text as "value_json?"
            from unnest($1::text[]) as asked (token)
            cross join lateral (
                select *
                from login_tokens held
                where held.hashed_token = asked.token
                limit 1
            ) t
            cross join lateral (
                select owner.username
                from users owner
                where owner.user_id = t.user_id
                limit 1
            ) u
            union all
            select
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                array(
                    select held.role_id
                    from permission_roles held
                    where held.permission_id = asked.permission_id
                    order by held.position
                ),
                asked.permission_id,
                null,
                null
            from unnest($2::text[]) as asked (permission_id)
            union all
            select
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                array[]::text[],
                null,
                s.setting_id,
                s.value_json
            from settings s
            where s.setting_id = any($3::text[])"#,
            &tokens as &[&str],
            &permissions as &[&str],
            &settings as &[&str]
        );
        query.fetch_all(lease.wire()).await
    }

    async fn ask_visitors(&self, ids: &[VisitorId]) -> Result<Vec<VisitorRow>, sqlx::Error> {
        let mut ids: Vec<_> = ids.iter().map(VisitorId::as_str).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut lease = self.connections.lease().await?;
        let query = select_visitor!("from visitors v where v.visitor_id = any($1)", &ids as &[&str]);
        query.fetch_all(lease.wire()).await
    }

    async fn ask_contact(&self, id: &ContactId) -> Result<Option<ContactRow>, sqlx::Error> {
        let mut lease = self.connections.lease().await?;
        let query = select_contact!("from contacts c where c.contact_id = $1", id.as_str());
        query.fetch_optional(lease.wire()).await
    }

    async fn ask_contacts(&self, ids: &[ContactId]) -> Result<Vec<ContactRow>, sqlx::Error> {
        let mut ids: Vec<_> = ids.iter().map(ContactId::as_str).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut lease = self.connections.lease().await?;
        let query = select_contact!("from contacts c where c.contact_id = any($1)", &ids as &[&str]);
        query.fetch_all(lease.wire()).await
    }

    async fn ask_email(&self, key: &EmailKey) -> Result<bool, sqlx::Error> {
        let mut lease = self.connections.lease().await?;
        let query = sqlx::query_scalar!(
            r#"select exists (
                select 1
                from contact_emails k
                where k.email_key = $1
            ) as "known!""#,
            key.as_str()
        );
        query.fetch_one(lease.wire()).await
    }

    async fn ask_phones(&self, keys: &[&str]) -> Result<bool, sqlx::Error> {
        let mut lease = self.connections.lease().await?;
        let query = sqlx::query_scalar!(
            r#"select exists (
                select 1
                from contact_phones k
                where k.phone_key = any($1)
            ) as "known!""#,
            keys as &[&str]
        );
        query.fetch_one(lease.wire()).await
    }

    async fn ask_settings(&self, ids: &[&str]) -> Result<Vec<SettingRow>, sqlx::Error> {
        let mut lease = self.connections.lease().await?;
        let query = sqlx::query_as!(
            SettingRow,
            "select
                setting_id,
                value_json
            from settings
            where setting_id = any($1)",
            ids as &[&str]
        );
        query.fetch_all(lease.wire()).await
    }

    async fn ask_visitor(&self, id: &VisitorId) -> Result<Option<VisitorRow>, sqlx::Error> {
        let mut lease = self.connections.lease().await?;
        let query = select_visitor!("from visitors v where v.visitor_id = $1", id.as_str());
        query.fetch_optional(lease.wire()).await
    }

    async fn ask_nothing(&self) -> Result<(), sqlx::Error> {
        let mut lease = self.connections.lease().await?;
        sqlx::raw_sql("select 1").execute(&mut *lease).await.map(|_| ())
    }
}

/// A session as one row.
struct SessionRow {
    user_id: String,
    username: Option<String>,
    created_at: i64,
    name: Option<String>,
    last_token_part: Option<String>,
    bypass_two_factor: Option<bool>,
    roles: Vec<String>,
    /// A setting and, at the same place of the next list, its stored value.
    setting_ids: Vec<String>,
    setting_values: Vec<String>,
    /// A permission and, at the same place of the next list, a role that holds it.
    granted_permissions: Vec<String>,
    granted_roles: Vec<String>,
}

impl SessionRow {
    fn into_session(self, key: &SessionKey, permissions: &[PermissionId]) -> Result<Session, StoreError> {
        let mut grants = Grants::default();
        for permission in permissions {
            let roles: Vec<RoleId> = self
                .granted_permissions
                .iter()
                .zip(&self.granted_roles)
                .filter(|(granted, _)| granted.as_str() == permission.as_str())
                .map(|(_, role)| RoleId::from(role.as_str()))
                .collect();
            if !roles.is_empty() {
                grants.insert(permission.clone(), roles);
            }
        }
        let stored = self.setting_ids.into_iter().zip(self.setting_values);
        let stored = stored.map(|(setting_id, value_json)| SettingRow { setting_id, value_json });
        let columns = TokenColumns {
            created_at: self.created_at,
            name: self.name,
            last_token_part: self.last_token_part,
            bypass_two_factor: self.bypass_two_factor,
        };
        Ok(Session {
            user_id: key.user_id.clone(),
            username: self.username,
            roles: self.roles.into_iter().map(Into::into).collect(),
            token: columns.into_token(key.token.clone(), key.user_id.as_str())?,
            settings: setting_values(stored)?,
            grants,
        })
    }
}

/// What a batch finds: a token with its owner, a permission with the roles that hold it, or a setting.
struct BatchRow {
    hashed_token: Option<String>,
    user_id: Option<String>,
    username: Option<String>,
    created_at: Option<i64>,
    name: Option<String>,
    last_token_part: Option<String>,
    bypass_two_factor: Option<bool>,
    /// Roles of the owner, or those that hold the permission.
    list: Vec<String>,
    permission_id: Option<String>,
    setting_id: Option<String>,
    value_json: Option<String>,
}

fn session_batch(rows: Vec<BatchRow>) -> Result<SessionBatch, StoreError> {
    let mut batch = SessionBatch::default();
    let mut settings = Vec::new();
    for row in rows {
        let roles = row.list.into_iter().map(RoleId::from);
        if let (Some(hashed), Some(user_id), Some(created_at)) =
            (row.hashed_token, row.user_id, row.created_at)
        {
            let columns = TokenColumns {
                created_at,
                name: row.name,
                last_token_part: row.last_token_part,
                bypass_two_factor: row.bypass_two_factor,
            };
            batch.sessions.push(Session {
                username: row.username,
                roles: roles.collect(),
                token: columns.into_token(HashedToken::from_stored(hashed), &user_id)?,
                settings: SettingValues::default(),
                grants: Grants::default(),
                user_id: user_id.into(),
            });
        } else if let Some(permission) = row.permission_id {
            let roles: Vec<_> = roles.collect();
            if !roles.is_empty() {
                batch.grants.insert(permission.into(), roles);
            }
        } else if let (Some(setting_id), Some(value_json)) = (row.setting_id, row.value_json) {
            settings.push(SettingRow { setting_id, value_json });
        }
    }
    batch.settings = setting_values(settings)?;
    Ok(batch)
}

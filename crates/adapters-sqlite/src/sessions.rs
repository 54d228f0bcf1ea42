//! The look-up behind every request, in one statement. It sorts nothing and makes no set: for each, `SQLite` would
//! open a table of its own; so lists come with their positions and are sorted here.

use std::collections::{BTreeMap, BTreeSet};

use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::policy::Grants;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::setting::SettingValues;
use omnicontact_ports::{Session, SessionBatch, SessionKey, SessionQuestion, StoreError};
use sqlx::SqliteExecutor;

use crate::error::store_error;
use crate::tokens::login_token;
use crate::{json, settings};

/// The user behind a token, with the grants of these permissions and the values of these settings.
pub(crate) async fn find<'e>(
    executor: impl SqliteExecutor<'e>,
    key: &SessionKey,
    permissions: &[PermissionId],
    asked_settings: &[&str],
) -> Result<Option<Session>, StoreError> {
    let hashed = key.token.as_str();
    let user_id = key.user_id.as_str();
    let permissions: BTreeSet<_> = permissions.iter().map(PermissionId::as_str).collect();
    let permissions_json = json::write(&permissions)?;
    let settings_json = json::write(&asked_settings.iter().collect::<BTreeSet<_>>())?;
    let row = sqlx::query!(
        r#"select
            u.user_id as "user_id!",
            u.username as "username?",
            t.hashed_token as "hashed_token!",
            t.created_at as "created_at!",
            t.name as "name?",
            t.last_token_part as "last_token_part?",
            t.bypass_two_factor as "bypass_two_factor?: bool",
            (
                select json_group_array(json_array(r.position, r.role_id))
                from user_roles r
                where r.user_id = u.user_id
            ) as "roles_json!: String",
            (
                select json_group_array(json_array(g.permission_id, g.position, g.role_id))
                from json_each(?3) k
                cross join permission_roles g
                where g.permission_id = k.value
            ) as "grants_json!: String",
            (
                select json_group_array(json_array(s.setting_id, s.value_json))
                from json_each(?4) k
                cross join settings s
                where s.setting_id = k.value
            ) as "settings_json!: String"
        from login_tokens t
        join users u on u.user_id = t.user_id
        where t.hashed_token = ?1
            and t.user_id = ?2"#,
        hashed,
        user_id,
        permissions_json,
        settings_json
    )
    .fetch_optional(executor)
    .await
    .map_err(store_error)?;
    let Some(row) = row else {
        return Ok(None);
    };
    let id = row.user_id;
    Ok(Some(Session {
        username: row.username,
        roles: roles(json::read("user", &id, &row.roles_json)?),
        token: login_token(
            row.hashed_token,
            row.created_at,
            row.name,
            row.last_token_part,
            row.bypass_two_factor,
        )?,
        settings: settings::values(json::read::<Vec<_>>("user", &id, &row.settings_json)?)?,
        grants: grants(json::read("user", &id, &row.grants_json)?),
        user_id: id.into(),
    }))
}

/// The answers to several questions, all from one statement.
pub(crate) async fn find_many<'e>(
    executor: impl SqliteExecutor<'e>,
    questions: &[SessionQuestion],
) -> Result<Vec<Option<Session>>, StoreError> {
    let tokens: BTreeSet<_> = questions.iter().map(|question| question.key.token.as_str()).collect();
    let tokens_json = json::write(&tokens)?;
    let permissions_json = json::write(&SessionBatch::permissions(questions))?;
    let settings_json = json::write(&SessionBatch::settings(questions))?;
    // The last row is of no token: it has what all questions share.
    let rows = sqlx::query!(
        r#"select
            t.hashed_token as "hashed_token?",
            u.user_id as "user_id?",
            u.username as "username?",
            t.created_at as "created_at?",
            t.name as "name?",
            t.last_token_part as "last_token_part?",
            t.bypass_two_factor as "bypass_two_factor?: bool",
            (
                select json_group_array(json_array(r.position, r.role_id))
                from user_roles r
                where r.user_id = u.user_id
            ) as "list_json!: String",
            '' as "settings_json!: String"
        from json_each(?1) k
        cross join login_tokens t on t.hashed_token = k.value
        cross join users u on u.user_id = t.user_id
        union all
        select
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            (
                select json_group_array(json_array(g.permission_id, g.position, g.role_id))
                from json_each(?2) k
                cross join permission_roles g
                where g.permission_id = k.value
            ),
            (
                select json_group_array(json_array(s.setting_id, s.value_json))
                from json_each(?3) k
                cross join settings s
                where s.setting_id = k.value
            )"#,
        tokens_json,
        permissions_json,
        settings_json
    )
    .fetch_all(executor)
    .await
    .map_err(store_error)?;
    let mut batch = SessionBatch::default();
    for row in rows {
        let (Some(hashed), Some(id), Some(created_at)) = (row.hashed_token, row.user_id, row.created_at)
        else {
            batch.grants = grants(json::read("grants of", "a batch", &row.list_json)?);
            batch.settings =
                settings::values(json::read::<Vec<_>>("settings of", "a batch", &row.settings_json)?)?;
            continue;
        };
        batch.sessions.push(Session {
            username: row.username,
            roles: roles(json::read("user", &id, &row.list_json)?),
            token: login_token(hashed, created_at, row.name, row.last_token_part, row.bypass_two_factor)?,
            settings: SettingValues::default(),
            grants: Grants::default(),
            user_id: id.into(),
        });
    }
    Ok(batch.answers(questions))
}

/// Roles in the order of their positions.
fn roles(mut placed: Vec<(i64, RoleId)>) -> Vec<RoleId> {
    placed.sort_by_key(|(position, _)| *position);
    placed.into_iter().map(|(_, role)| role).collect()
}

/// The roles of each permission, in the order of their positions.
fn grants(rows: Vec<(String, i64, RoleId)>) -> Grants {
    let mut placed: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (permission, position, role) in rows {
        placed.entry(permission).or_default().push((position, role));
    }
    let mut grants = Grants::default();
    for (permission, held) in placed {
        grants.insert(PermissionId::from(permission), roles(held));
    }
    grants
}

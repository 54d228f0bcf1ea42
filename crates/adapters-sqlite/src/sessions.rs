//! The look-up behind every request: sessions, and what is asked along with them, in one statement for all questions of
//! a moment. It sorts nothing and makes no set: for each, `SQLite` would open a table of its own; so lists come with
//! their positions and are sorted here. Its rows are of several kinds, so what belongs to a kind comes as one document.

use std::collections::{BTreeMap, BTreeSet};

use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::policy::Grants;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::setting::SettingValues;
use omnicontact_ports::{Prefetch, Prefetched, Session, SessionBatch, SessionQuestion, StoreError};
use sqlx::SqliteExecutor;

use crate::contacts::ContactRow;
use crate::error::store_error;
use crate::tokens::login_token;
use crate::visitors::VisitorRow;
use crate::{json, settings};

/// What the numbers of kinds in the statement stand for.
const TOKEN: i64 = 0;
const GRANTS: i64 = 1;
const SETTINGS: i64 = 2;
const VISITOR: i64 = 3;
const CONTACT: i64 = 4;
const EMAIL: i64 = 5;
const PHONE: i64 = 6;

/// One thing that was found.
struct FoundRow {
    kind: i64,
    id: String,
    document: String,
}

/// The answers to some questions, all from one statement.
#[expect(clippy::too_many_lines, reason = "it is one statement")]
pub(crate) async fn find<'e>(
    executor: impl SqliteExecutor<'e>,
    questions: &[SessionQuestion],
) -> Result<Vec<Option<Session>>, StoreError> {
    let tokens: BTreeSet<_> = questions.iter().map(|question| question.key.token.as_str()).collect();
    let tokens_json = json::write(&tokens)?;
    let permissions_json = json::write(&SessionBatch::permissions(questions))?;
    let settings_json = json::write(&SessionBatch::settings(questions))?;
    let visitors: BTreeSet<_> = SessionBatch::visitors(questions).map(VisitorId::as_str).collect();
    let visitors_json = json::write(&visitors)?;
    let contacts: BTreeSet<_> = SessionBatch::contacts(questions).map(ContactId::as_str).collect();
    let contacts_json = json::write(&contacts)?;
    let emails: BTreeSet<_> = SessionBatch::emails(questions).map(EmailKey::as_str).collect();
    let emails_json = json::write(&emails)?;
    let phones: BTreeSet<_> = SessionBatch::phones(questions).map(PhoneKey::as_str).collect();
    let phones_json = json::write(&phones)?;
    let rows = sqlx::query_as!(
        FoundRow,
        r#"select
            0 as "kind!: i64",
            t.hashed_token as "id!: String",
            json_array(
                u.user_id,
                u.username,
                t.created_at,
                t.name,
                t.last_token_part,
                t.bypass_two_factor,
                json((
                    select json_group_array(json_array(r.position, r.role_id))
                    from user_roles r
                    where r.user_id = u.user_id
                ))
            ) as "document!: String"
        from json_each(?1) k
        cross join login_tokens t on t.hashed_token = k.value
        cross join users u on u.user_id = t.user_id
        union all
        select
            1,
            '',
            (
                select json_group_array(json_array(g.permission_id, g.position, g.role_id))
                from json_each(?2) k
                cross join permission_roles g
                where g.permission_id = k.value
            )
        union all
        select
            2,
            '',
            (
                select json_group_array(json_array(s.setting_id, s.value_json))
                from json_each(?3) k
                cross join settings s
                where s.setting_id = k.value
            )
        union all
        select
            3,
            v.visitor_id,
            json_array(
                v.visitor_id,
                v.username,
                v.ts,
                v.token,
                v.name,
                v.phones_json,
                v.emails_json,
                v.department,
                v.livechat_data_json,
                v.manager_json,
                v.last_chat_json,
                v.last_agent_json,
                v.status,
                v.activity_json,
                v.user_agent,
                v.ip,
                v.host,
                v.external_ids_json,
                v.disabled,
                v.updated_at,
                v.version
            )
        from json_each(?4) k
        cross join visitors v on v.visitor_id = k.value
        union all
        select
            4,
            c.contact_id,
            json_array(
                c.contact_id,
                c.name,
                c.emails_json,
                c.phones_json,
                c.manager_id,
                c.unknown,
                c.conflicting_fields_json,
                c.custom_fields_json,
                c.channels_json,
                c.last_chat_json,
                c.import_ids_json,
                c.activity_json,
                c.pre_registration,
                c.enabled,
                c.created_at,
                c.updated_at,
                c.version
            )
        from json_each(?5) k
        cross join contacts c on c.contact_id = k.value
        union all
        select
            5,
            k.value,
            ''
        from json_each(?6) k
        where exists (
            select 1
            from contact_emails e
            where e.email_key = k.value
        )
        union all
        select
            6,
            k.value,
            ''
        from json_each(?7) k
        where exists (
            select 1
            from contact_phones p
            where p.phone_key = k.value
        )"#,
        tokens_json,
        permissions_json,
        settings_json,
        visitors_json,
        contacts_json,
        emails_json,
        phones_json
    )
    .fetch_all(executor)
    .await
    .map_err(store_error)?;
    Ok(batch(questions, rows)?.answers(questions))
}

/// What the rows say. Records that make no sense are left out, see [`Session::prefetched`].
fn batch(questions: &[SessionQuestion], rows: Vec<FoundRow>) -> Result<SessionBatch, StoreError> {
    let mut batch = SessionBatch::of(questions);
    for FoundRow { kind, id, document } in rows {
        match kind {
            TOKEN => batch.sessions.push(session(id, &document)?),
            GRANTS => batch.grants = grants(json::read("grants of", "a batch", &document)?),
            SETTINGS => {
                batch.settings =
                    settings::values(json::read::<Vec<_>>("settings of", "a batch", &document)?)?;
            }
            VISITOR => {
                let visitor = json::read("visitor", &id, &document).and_then(VisitorRow::into_visitor);
                let read = |visitor| Prefetched::Visitor(id.as_str().into(), Some(Box::new(visitor)));
                batch.note(Prefetch::Visitor(id.as_str().into()), visitor.ok().map(read));
            }
            CONTACT => {
                let contact = json::read("contact", &id, &document).and_then(ContactRow::into_contact);
                let read = |contact| Prefetched::Contact(id.as_str().into(), Some(Box::new(contact)));
                batch.note(Prefetch::Contact(id.as_str().into()), contact.ok().map(read));
            }
            EMAIL => batch.note_email(EmailKey::from_stored(id)),
            PHONE => batch.note_phone(PhoneKey::from_stored(id)),
            unknown => return Err(StoreError::Backend(format!("a row of the kind {unknown}").into())),
        }
    }
    Ok(batch)
}

/// What the document of a token says: the owner, the columns of the token, the roles with their positions.
type TokenDocument =
    (String, Option<String>, i64, Option<String>, Option<String>, Option<u8>, Vec<(i64, RoleId)>);

fn session(hashed: String, document: &str) -> Result<Session, StoreError> {
    let (user_id, username, created_at, name, last_token_part, bypass_two_factor, placed): TokenDocument =
        json::read("login token", "of a session", document)?;
    let bypass_two_factor = bypass_two_factor.map(|truth| truth != 0);
    Ok(Session {
        username,
        roles: roles(placed),
        token: login_token(hashed, created_at, name, last_token_part, bypass_two_factor)?,
        settings: SettingValues::default(),
        grants: Grants::default(),
        prefetched: None,
        user_id: user_id.into(),
    })
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

//! The look-up behind every request: sessions, and what is asked along with them, in one statement for all questions of
//! a moment. Its rows are of seven kinds, so what belongs to a kind comes as one list of texts.

use std::str::FromStr;

use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::policy::Grants;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::token::HashedToken;
use omnicontact_ports::{Prefetch, Prefetched, Session, SessionBatch, SessionQuestion, StoreError};

use crate::connections::Connections;
use crate::contact_row::ContactRow;
use crate::error::corrupt;
use crate::settings::{SettingRow, setting_values};
use crate::tokens::TokenColumns;
use crate::visitor_row::VisitorRow;

/// What some questions ask, each thing once.
pub(crate) struct Asked<'a> {
    tokens: Vec<&'a str>,
    permissions: Vec<&'a str>,
    settings: Vec<&'a str>,
    visitors: Vec<&'a str>,
    contacts: Vec<&'a str>,
    emails: Vec<&'a str>,
    phones: Vec<&'a str>,
}

impl<'a> Asked<'a> {
    pub(crate) fn by(questions: &'a [SessionQuestion]) -> Self {
        Self {
            tokens: once(questions.iter().map(|question| question.key.token.as_str())),
            permissions: SessionBatch::permissions(questions),
            settings: SessionBatch::settings(questions),
            visitors: once(SessionBatch::visitors(questions).map(VisitorId::as_str)),
            contacts: once(SessionBatch::contacts(questions).map(ContactId::as_str)),
            emails: once(SessionBatch::emails(questions).map(EmailKey::as_str)),
            phones: once(SessionBatch::phones(questions).map(PhoneKey::as_str)),
        }
    }
}

fn once<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// One thing that was found.
pub(crate) struct FoundRow {
    kind: i32,
    id: String,
    list: Vec<Option<String>>,
}

/// What the numbers of kinds in the statement stand for.
const TOKEN: i32 = 0;
const PERMISSION: i32 = 1;
const SETTING: i32 = 2;
const VISITOR: i32 = 3;
const CONTACT: i32 = 4;
const EMAIL: i32 = 5;
const PHONE: i32 = 6;

/// Tokens, owners and keys are taken one by one: a kept plan might join them by reading all there are.
#[expect(clippy::too_many_lines, reason = "it is one statement")]
pub(crate) async fn ask(connections: &Connections, asked: &Asked<'_>) -> Result<Vec<FoundRow>, sqlx::Error> {
    let mut lease = connections.lease().await?;
    let query = sqlx::query_as!(
        FoundRow,
        r#"select
            0 as "kind!",
            t.hashed_token as "id!",
            array[
                t.user_id,
                u.username,
                t.created_at::text,
                t.name,
                t.last_token_part,
                t.bypass_two_factor::text
            ] || array(
                select r.role_id
                from user_roles r
                where r.user_id = t.user_id
                order by r.position
            ) as "list!: Vec<Option<String>>"
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
            1,
            asked.permission_id,
            array(
                select held.role_id
                from permission_roles held
                where held.permission_id = asked.permission_id
                order by held.position
            )
        from unnest($2::text[]) as asked (permission_id)
        union all
        select
            2,
            s.setting_id,
            array[s.value_json]
        from settings s
        where s.setting_id = any($3::text[])
        union all
        select
            3,
            v.visitor_id,
            array[
                v.username,
                v.ts::text,
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
                v.disabled::text,
                v.updated_at::text,
                v.version::text
            ]
        from visitors v
        where v.visitor_id = any($4::text[])
        union all
        select
            4,
            c.contact_id,
            array[
                c.name,
                c.emails_json,
                c.phones_json,
                c.manager_id,
                c.unknown::text,
                c.conflicting_fields_json,
                c.custom_fields_json,
                c.channels_json,
                c.last_chat_json,
                c.import_ids_json,
                c.activity_json,
                c.pre_registration::text,
                c.enabled::text,
                c.created_at::text,
                c.updated_at::text,
                c.version::text
            ]
        from contacts c
        where c.contact_id = any($5::text[])
        union all
        select
            5,
            known.email_key,
            array[]::text[]
        from unnest($6::text[]) as asked (email_key)
        cross join lateral (
            select k.email_key
            from contact_emails k
            where k.email_key = asked.email_key
            limit 1
        ) known
        union all
        select
            6,
            known.phone_key,
            array[]::text[]
        from unnest($7::text[]) as asked (phone_key)
        cross join lateral (
            select k.phone_key
            from contact_phones k
            where k.phone_key = asked.phone_key
            limit 1
        ) known"#,
        &asked.tokens as &[&str],
        &asked.permissions as &[&str],
        &asked.settings as &[&str],
        &asked.visitors as &[&str],
        &asked.contacts as &[&str],
        &asked.emails as &[&str],
        &asked.phones as &[&str]
    );
    query.fetch_all(lease.wire()).await
}

/// What the rows say. Records that make no sense are left out, see [`Session::prefetched`].
pub(crate) fn batch(questions: &[SessionQuestion], rows: Vec<FoundRow>) -> Result<SessionBatch, StoreError> {
    let mut batch = SessionBatch::of(questions);
    let mut settings = Vec::new();
    for FoundRow { kind, id, list } in rows {
        let mut texts = Texts(list.into_iter());
        match kind {
            TOKEN => batch.sessions.push(session(HashedToken::from_stored(id), texts)?),
            PERMISSION => {
                let roles: Vec<_> = texts.roles().collect();
                if !roles.is_empty() {
                    batch.grants.insert(id.into(), roles);
                }
            }
            SETTING => {
                let value_json = texts.text().unwrap_or_default();
                settings.push(SettingRow { setting_id: id, value_json });
            }
            VISITOR => {
                let visitor = VisitorRow::from_texts(id.clone(), &mut texts).map(VisitorRow::into_visitor);
                let read = |visitor| Prefetched::Visitor(id.as_str().into(), Some(Box::new(visitor)));
                batch.note(Prefetch::Visitor(id.as_str().into()), visitor.and_then(Result::ok).map(read));
            }
            CONTACT => {
                let contact = ContactRow::from_texts(id.clone(), &mut texts).map(ContactRow::into_contact);
                let read = |contact| Prefetched::Contact(id.as_str().into(), Some(Box::new(contact)));
                batch.note(Prefetch::Contact(id.as_str().into()), contact.and_then(Result::ok).map(read));
            }
            EMAIL => batch.note_email(EmailKey::from_stored(id)),
            PHONE => batch.note_phone(PhoneKey::from_stored(id)),
            unknown => return Err(StoreError::Backend(format!("a row of the kind {unknown}").into())),
        }
    }
    batch.settings = setting_values(settings)?;
    Ok(batch)
}

fn session(hashed: HashedToken, mut texts: Texts) -> Result<Session, StoreError> {
    let user_id = texts.text().unwrap_or_default();
    let username = texts.text();
    let columns = TokenColumns {
        created_at: texts.parsed().ok_or_else(|| corrupt("login token of user", &user_id, "no time"))?,
        name: texts.text(),
        last_token_part: texts.text(),
        bypass_two_factor: texts.parsed(),
    };
    Ok(Session {
        username,
        roles: texts.roles().collect(),
        token: columns.into_token(hashed, &user_id)?,
        settings: SettingValues::default(),
        grants: Grants::default(),
        prefetched: None,
        user_id: user_id.into(),
    })
}

/// Columns that came as texts, in their order.
pub(crate) struct Texts(std::vec::IntoIter<Option<String>>);

impl Texts {
    /// The next column.
    pub(crate) fn text(&mut self) -> Option<String> {
        self.0.next().flatten()
    }

    /// The next column, a number or a truth.
    pub(crate) fn parsed<T: FromStr>(&mut self) -> Option<T> {
        self.text()?.parse().ok()
    }

    fn roles(self) -> impl Iterator<Item = RoleId> {
        self.0.flatten().map(RoleId::from)
    }
}

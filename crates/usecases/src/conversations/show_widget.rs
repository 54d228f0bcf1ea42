//! What a widget is told before anything else: `GET livechat/config` (contract, conversations 3.10).

use omnicontact_domain::conversation::Conversation;
use omnicontact_domain::custom_field::CustomField;
use omnicontact_domain::setting::{
    ACCEPT_WITHOUT_AGENTS, ASK_FOR_CONSENT, CONSENT_TEXT, FORM_ASKS_EMAIL, FORM_ASKS_NAME, FORM_MESSAGE,
    IDLE_AGENTS_COUNT, LIMIT_MESSAGES, LIVECHAT_ENABLED, MESSAGE_LIMIT, OFFLINE_FORM, REGISTRATION_FORM,
    SHOW_AGENT_EMAIL, SHOW_AGENT_INFO, SettingValues, VISITORS_CLOSE,
};
use omnicontact_domain::visitor::{Visitor, VisitorToken};
use omnicontact_ports::{StoreError, Transaction};

use super::assign::list_online;
use super::show_agent::{SeenAgent, see};
use super::theirs;
use crate::Context;

const SETTINGS: [&str; 15] = [
    LIVECHAT_ENABLED,
    ACCEPT_WITHOUT_AGENTS,
    IDLE_AGENTS_COUNT,
    REGISTRATION_FORM,
    FORM_ASKS_NAME,
    FORM_ASKS_EMAIL,
    FORM_MESSAGE,
    ASK_FOR_CONSENT,
    CONSENT_TEXT,
    OFFLINE_FORM,
    VISITORS_CLOSE,
    LIMIT_MESSAGES,
    MESSAGE_LIMIT,
    SHOW_AGENT_INFO,
    SHOW_AGENT_EMAIL,
];

/// What a widget is told.
#[derive(Debug, Clone)]
pub struct Widget {
    /// The settings that say how it looks and what it offers.
    pub settings: SettingValues,
    /// Whether a conversation could begin now.
    pub online: bool,
    /// The visitor with the token.
    pub guest: Option<Visitor>,
    /// The visitor's open conversation.
    pub room: Option<Conversation>,
    /// Who serves it.
    pub agent: Option<SeenAgent>,
    /// The fields for visitors that the widget asks for.
    pub fields: Vec<CustomField>,
}

/// What a widget is told; `None` where conversations are switched off. `department` is an id or a name; of one that does
/// not exist, nobody is online. Everybody may ask; of the visitor, only who knows the token.
///
/// # Errors
/// [`StoreError`].
pub async fn show_widget(
    ctx: &Context,
    token: Option<&VisitorToken>,
    department: Option<&str>,
) -> Result<Option<Widget>, StoreError> {
    let mut tx = ctx.store.read().await?;
    let settings = tx.settings().find_many(&SETTINGS).await?;
    if !settings.flag(LIVECHAT_ENABLED) {
        return Ok(None);
    }
    let guest = match token {
        Some(token) => tx.visitors().find_by_token(token).await?,
        None => None,
    };
    let room = match &guest {
        Some(guest) => theirs(tx.conversations().find_open(&guest.id).await?, guest),
        None => None,
    };
    let agent = match room.as_ref().and_then(|room| room.served_by.as_ref()) {
        Some(agent) => see(ctx, tx.as_mut(), &settings, &agent.id).await?,
        None => None,
    };
    let online = is_online(ctx, tx.as_mut(), &settings, department).await?;
    let mut fields = tx.custom_fields().list().await?;
    fields.retain(CustomField::is_asked_by_widgets);
    Ok(Some(Widget { settings, online, guest, room, agent, fields }))
}

async fn is_online(
    ctx: &Context,
    tx: &mut dyn Transaction,
    settings: &SettingValues,
    department: Option<&str>,
) -> Result<bool, StoreError> {
    if settings.flag(ACCEPT_WITHOUT_AGENTS) {
        return Ok(true);
    }
    let id = match department {
        Some(named) => match tx.departments().find(&named.into()).await? {
            Some(found) => Some(found.id),
            None => match tx.departments().find_by_name(named).await? {
                Some(found) => Some(found.id),
                None => return Ok(false),
            },
        },
        None => None,
    };
    let department = id.as_ref().map(omnicontact_domain::department::DepartmentId::as_str);
    Ok(!list_online(tx, settings, department, ctx.clock.now()).await?.is_empty())
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::custom_field::Scope;
    use omnicontact_domain::value::Value;
    use omnicontact_ports::OnlineAgent;
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::context;
    use crate::prepared::{THEN, agent_user, conversation, definition, reading, visitor};

    fn stored(settings: &[(&str, Value)], online: bool) -> MockTransaction {
        let mut tx = MockTransaction::default();
        let values = settings.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect();
        let values = SettingValues::new(values);
        tx.settings.expect_find_many().returning(move |_| Ok(values.clone()));
        tx.visitors
            .expect_find_by_token()
            .returning(|token| Ok((token.as_str() == "v1").then(|| visitor("v1"))));
        tx.conversations.expect_find_open().returning(|_| {
            let mut room = conversation("v1");
            room.take("u1".into(), "kim".into(), THEN).unwrap();
            Ok(Some(room))
        });
        tx.users.expect_find().returning(|_| Ok(Some(agent_user("u1"))));
        tx.departments.expect_find().returning(|_| Ok(None));
        tx.departments.expect_find_by_name().returning(|_| Ok(None));
        let agent = OnlineAgent { id: "u1".into(), username: None, last_routed: None };
        tx.agents
            .expect_list_online()
            .returning(move |_, _| Ok(if online { vec![agent.clone()] } else { vec![] }));
        let public = [("public", true.into())];
        let fields = vec![
            definition("plan", &public),
            definition("inner", &[]),
            CustomField { visibility: "hidden".into(), ..definition("hidden", &public) },
            CustomField { scope: Scope::Room, ..definition("order", &public) },
        ];
        tx.custom_fields.expect_list().returning(move || Ok(fields.clone()));
        tx
    }

    async fn show(tx: MockTransaction, token: Option<&str>, department: Option<&str>) -> Option<Widget> {
        let token = token.map(VisitorToken::from);
        show_widget(&context(reading(tx)), token.as_ref(), department).await.unwrap()
    }

    #[tokio::test]
    async fn only_who_knows_a_token_is_told_of_the_visitor() {
        for (token, is_known) in [(Some("v1"), true), (Some("v9"), false), (None, false)] {
            let widget = show(stored(&[], true), token, None).await.unwrap();
            assert_eq!(widget.guest.is_some(), is_known);
            assert_eq!(widget.room.is_some(), is_known);
            assert_eq!(widget.agent.is_some(), is_known);
            let fields: Vec<_> = widget.fields.iter().map(|field| field.id.as_str()).collect();
            assert_eq!(fields, ["plan"]);
        }
    }

    #[tokio::test]
    async fn it_is_online_when_a_conversation_could_begin() {
        let anybody = || vec![(ACCEPT_WITHOUT_AGENTS, true.into())];
        for (settings, agents, department, expected) in [
            (vec![], true, None, true),
            (vec![], false, None, false),
            (anybody(), false, None, true),
            (vec![], true, Some("d9"), false),
        ] {
            let widget = show(stored(&settings, agents), None, department).await.unwrap();
            assert_eq!(widget.online, expected);
        }
    }

    #[tokio::test]
    async fn nothing_is_told_where_conversations_are_switched_off() {
        assert!(show(stored(&[(LIVECHAT_ENABLED, false.into())], true), Some("v1"), None).await.is_none());
    }
}

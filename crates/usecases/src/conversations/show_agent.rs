//! See who serves one's conversation, as a visitor: `GET livechat/agent.info/:rid/:token`.

use omnicontact_domain::id::{RoomId, UserId};
use omnicontact_domain::setting::{SHOW_AGENT_EMAIL, SHOW_AGENT_INFO, SettingValues};
use omnicontact_domain::user::User;
use omnicontact_domain::visitor::VisitorToken;
use omnicontact_ports::{StoreError, Transaction};

use super::{AgentOfError, theirs};
use crate::Context;

/// The settings that say what visitors see of agents.
pub(super) const SETTINGS: [&str; 2] = [SHOW_AGENT_INFO, SHOW_AGENT_EMAIL];

/// An agent as visitors see one.
#[derive(Debug, Clone, PartialEq)]
pub enum SeenAgent {
    /// Visitors do not see who serves them (`Livechat_show_agent_info`).
    Hidden,
    /// The agent, without addresses where those are not shown (`Livechat_show_agent_email`).
    Shown(Box<User>),
}

/// The agent who serves the visitor's conversation, or served it last.
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`AgentOfError`].
pub async fn show_agent(
    ctx: &Context,
    token: &VisitorToken,
    room: &RoomId,
) -> Result<SeenAgent, AgentOfError> {
    let mut tx = ctx.store.read().await?;
    let visitor = tx.visitors().find_by_token(token).await?.ok_or(AgentOfError::UnknownToken)?;
    let found = tx.conversations().find(room).await?;
    let room = theirs(found, &visitor).ok_or(AgentOfError::NoConversation)?;
    let agent = room.served_by.ok_or(AgentOfError::NoAgent)?;
    let settings = tx.settings().find_many(&SETTINGS).await?;
    see(ctx, tx.as_mut(), &settings, &agent.id).await?.ok_or(AgentOfError::NoAgent)
}

/// An agent as visitors see one; `None` where there is no such user any more.
pub(super) async fn see(
    ctx: &Context,
    tx: &mut dyn Transaction,
    settings: &SettingValues,
    agent: &UserId,
) -> Result<Option<SeenAgent>, StoreError> {
    let Some(user) = tx.users().find(agent).await? else { return Ok(None) };
    if !settings.flag(SHOW_AGENT_INFO) {
        return Ok(Some(SeenAgent::Hidden));
    }
    let mut user = user.at(ctx.clock.now());
    if !settings.flag(SHOW_AGENT_EMAIL) {
        user.emails.clear();
    }
    Ok(Some(SeenAgent::Shown(Box::new(user))))
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::conversation::Conversation;
    use omnicontact_domain::user::UserEmail;
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::context;
    use crate::prepared::{THEN, agent_user, conversation, reading, visitor};

    fn served() -> Conversation {
        let mut room = conversation("v1");
        room.take("u1".into(), "kim".into(), THEN).unwrap();
        room
    }

    fn kim() -> User {
        let address = UserEmail { address: "kim@x.org".into(), verified: true };
        User { emails: vec![address], ..agent_user("u1") }
    }

    fn stored(known: bool, room: Option<Conversation>, user: bool, shown: [bool; 2]) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.visitors.expect_find_by_token().returning(move |_| Ok(known.then(|| visitor("v1"))));
        tx.conversations.expect_find().returning(move |_| Ok(room.clone()));
        tx.users.expect_find().returning(move |_| Ok(user.then(kim)));
        let values = SETTINGS.iter().zip(shown).map(|(id, shown)| ((*id).to_owned(), shown.into())).collect();
        let values = SettingValues::new(values);
        tx.settings.expect_find_many().returning(move |_| Ok(values.clone()));
        tx
    }

    async fn show(tx: MockTransaction) -> Result<SeenAgent, AgentOfError> {
        show_agent(&context(reading(tx)), &"v1".into(), &"r1".into()).await
    }

    #[tokio::test]
    async fn settings_decide_what_is_seen_of_the_agent() {
        let addresses = |seen: &SeenAgent| match seen {
            SeenAgent::Hidden => None,
            SeenAgent::Shown(user) => Some(user.emails.len()),
        };
        for (shown, expected) in
            [([true, true], Some(1)), ([true, false], Some(0)), ([false, true], None), ([false, false], None)]
        {
            let seen = show(stored(true, Some(served()), true, shown)).await.unwrap();
            assert_eq!(addresses(&seen), expected, "{shown:?}");
        }
    }

    #[tokio::test]
    async fn nobody_is_seen_without_the_token_the_conversation_or_an_agent() {
        for (tx, expected) in [
            (stored(false, Some(served()), true, [true; 2]), "token"),
            (stored(true, None, true, [true; 2]), "room"),
            (stored(true, Some(conversation("v2")), true, [true; 2]), "room"),
            (stored(true, Some(conversation("v1")), true, [true; 2]), "agent"),
            (stored(true, Some(served()), false, [true; 2]), "agent"),
        ] {
            let refused = match show(tx).await.unwrap_err() {
                AgentOfError::UnknownToken => "token",
                AgentOfError::NoConversation => "room",
                AgentOfError::NoAgent => "agent",
                AgentOfError::Store(_) => "else",
            };
            assert_eq!(refused, expected);
        }
    }
}

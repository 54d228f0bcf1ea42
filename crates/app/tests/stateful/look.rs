//! What can be seen of a sequence on one store, through use cases where there is one for it.

use omnicontact_domain::contact::Contact;
use omnicontact_domain::conversation::Closer;
use omnicontact_domain::id::{ContactId, RoomId, VisitorId};
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::{Direction, Sort};
use omnicontact_domain::visitor::{Visitor, VisitorToken};
use omnicontact_ports::{MessageFilter, StoreError, Transaction};
use omnicontact_usecases::contacts::get::get_contact;
use omnicontact_usecases::contacts::list::{ContactsQuery, list_contacts};
use omnicontact_usecases::contacts::list_history::{HistoryQuery, list_history};
use omnicontact_usecases::contacts::show::show_contact;

use crate::drive::Stage;
use crate::seen::{ChannelSeen, ContactSeen, InquirySeen, RoomSeen, Seen, VisitorSeen};
use crate::world::boss;

/// More than any sequence has.
const UNKNOWN: usize = usize::MAX;

impl Stage {
    /// All that can be seen; contacts are looked for by these texts.
    pub(crate) async fn seen(&self, terms: &[String]) -> Seen {
        let mut seen = Seen::default();
        for id in &self.visitors {
            let found = get_contact(&self.ctx, boss(), id, None).await.unwrap();
            seen.visitors.push(found.map(|visitor| self.visitor_shown(&visitor)));
        }
        for id in &self.contacts {
            let found = show_contact(&self.ctx, boss(), id, None).await.unwrap();
            seen.contacts.push(found.map(|contact| self.contact_shown(&contact)));
            seen.histories.push(self.history(id).await);
        }
        let mut tx = self.ctx.store.read().await.unwrap();
        for id in &self.rooms {
            seen.rooms.push(self.room(tx.as_mut(), id).await.unwrap());
        }
        drop(tx);
        for term in terms {
            seen.found.push(self.found(term).await);
        }
        seen
    }

    async fn history(&self, contact: &ContactId) -> Option<(Vec<usize>, u64)> {
        let query = HistoryQuery {
            contact_id: contact.clone(),
            source: None,
            order: Sort::default(),
            page: Page::ALL,
        };
        let page = list_history(&self.ctx, boss(), &query).await.ok()?;
        let rooms = page.conversations.iter().map(|closed| self.room_number(&closed.room_id)).collect();
        Some((rooms, page.total))
    }

    /// Known and unknown contacts are listed apart.
    async fn found(&self, text: &str) -> (String, Vec<usize>, u64) {
        let (mut found, mut total) = (Vec::new(), 0);
        for unknown in [false, true] {
            let query =
                ContactsQuery { text: text.to_owned(), unknown, order: Sort::default(), page: Page::ALL };
            let page = list_contacts(&self.ctx, boss(), &query).await.unwrap();
            found.extend(page.contacts.iter().map(|listed| self.contact_number(&listed.contact.id)));
            total += page.total;
        }
        found.sort_unstable();
        (text.to_owned(), found, total)
    }

    async fn room(&self, tx: &mut dyn Transaction, id: &RoomId) -> Result<Option<RoomSeen>, StoreError> {
        let Some(room) = tx.conversations().find(id).await? else { return Ok(None) };
        let inquiry = tx.inquiries().find_by_room(id).await?;
        let subscriptions = tx.subscriptions().list_by_room(id).await?;
        let page =
            tx.messages().list_page(&MessageFilter::of(id.clone()), Direction::Ascending, Page::ALL).await?;
        Ok(Some(RoomSeen {
            open: room.is_open(),
            fname: room.fname,
            visitor: self.visitor_number(&room.visitor.id),
            contact: room.contact_id.map(|id| self.contact_number(&id)),
            kind: room.source.kind,
            closer: room.closing.and_then(|closing| closing.closer).map(Closer::as_str),
            agent: room.served_by.map(|agent| agent.username),
            verified: room.verified,
            active: room.visitor.activity.is_some_and(|months| !months.is_empty()),
            msgs: room.messages_count,
            last_message: room.last_message.map(|message| message.body),
            messages: page
                .messages
                .into_iter()
                .map(|message| (message.kind.unwrap_or_default(), message.body))
                .collect(),
            inquiry: inquiry.map(|inquiry| InquirySeen {
                status: inquiry.status.as_str(),
                name: inquiry.name,
                last_message: inquiry.last_message.map(|message| message.body),
            }),
            subscriptions: subscriptions.into_iter().map(|part| (part.username, part.name)).collect(),
        }))
    }

    pub(crate) fn visitor_shown(&self, visitor: &Visitor) -> VisitorSeen {
        VisitorSeen {
            token: visitor.token.clone().map(VisitorToken::into_string).unwrap_or_default(),
            username: visitor.username.clone().unwrap_or_default(),
            name: visitor.name.clone(),
            emails: visitor.emails.clone().unwrap_or_default(),
            phones: visitor.phones.clone().unwrap_or_default(),
            last_chat: visitor.last_chat.as_ref().map(|chat| self.room_number(&chat.room_id)),
        }
    }

    pub(crate) fn contact_shown(&self, contact: &Contact) -> ContactSeen {
        let text = |value: &omnicontact_domain::value::Value| value.as_text().unwrap_or_default().to_owned();
        let conflicts = contact.conflicting_fields.as_ref().map(|conflicts| {
            conflicts.iter().map(|conflict| (conflict.field.clone(), text(&conflict.value))).collect()
        });
        let channels = contact.channels.iter().map(|channel| ChannelSeen {
            name: channel.name.clone(),
            visitor: self.visitor_number(&channel.visitor.visitor_id),
            kind: channel.visitor.source_type.clone(),
            id: channel.visitor.source_id.clone(),
            blocked: channel.blocked,
            verified: channel.verified,
            proof: channel.verification.as_ref().map(|proof| proof.value.clone()),
            last_chat: channel.last_chat.as_ref().map(|chat| self.room_number(&chat.room_id)),
        });
        ContactSeen {
            name: contact.name.clone(),
            emails: contact.emails.clone(),
            phones: contact.phones.clone(),
            unknown: contact.unknown,
            prepared: contact.pre_registration == Some(true),
            conflicts,
            channels: channels.collect(),
            last_chat: contact.last_chat.as_ref().map(|chat| self.room_number(&chat.room_id)),
            active: contact.activity.as_ref().is_some_and(|months| !months.is_empty()),
        }
    }

    fn room_number(&self, id: &RoomId) -> usize {
        self.rooms.iter().position(|known| known == id).unwrap_or(UNKNOWN)
    }

    fn contact_number(&self, id: &ContactId) -> usize {
        self.contacts.iter().position(|known| known == id).unwrap_or(UNKNOWN)
    }

    fn visitor_number(&self, id: &VisitorId) -> usize {
        self.visitors.iter().position(|known| known == id).unwrap_or(UNKNOWN)
    }
}

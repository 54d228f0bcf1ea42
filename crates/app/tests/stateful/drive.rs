//! What the use cases answer to the steps of a sequence on one store.

use omnicontact_domain::contact::{Association, ContactUpdate, NewContact, Source};
use omnicontact_domain::id::{ContactId, RoomId, VisitorId};
use omnicontact_domain::visitor::GuestRegistration;
use omnicontact_usecases::Context;
use omnicontact_usecases::contacts::block::block_channel;
use omnicontact_usecases::contacts::create::create_contact;
use omnicontact_usecases::contacts::delete::delete_contact;
use omnicontact_usecases::contacts::unblock::unblock_channel;
use omnicontact_usecases::contacts::update::update_contact;
use omnicontact_usecases::contacts::verify::{Proof, verify_channel};
use omnicontact_usecases::conversations::close::close_conversation;
use omnicontact_usecases::conversations::close_by_user::{UserClosing, close_by_user};
use omnicontact_usecases::conversations::open::{Opening, open_conversation};
use omnicontact_usecases::conversations::{answer, send};
use omnicontact_usecases::inquiries::give_back::give_back;
use omnicontact_usecases::inquiries::show::show_inquiry;
use omnicontact_usecases::inquiries::take::{Taking, take_inquiry};
use omnicontact_usecases::visitors::delete::delete_visitor;
use omnicontact_usecases::visitors::register::register_guest;

use crate::cast::Origin;
use crate::model::{Act, WantedChannel};
use crate::seen::{Answer, Said};
use crate::world::{agent, boss};

/// One sequence on one store. Records are numbered as they are seen for the first time.
pub(crate) struct Stage {
    pub(crate) ctx: Context,
    pub(crate) visitors: Vec<VisitorId>,
    pub(crate) contacts: Vec<ContactId>,
    pub(crate) rooms: Vec<RoomId>,
    /// The inquiries of the conversations, closed ones included.
    inquiries: Vec<String>,
}

/// What an error says.
fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The number of a record, which gets one if it has none.
fn numbered<T: PartialEq>(known: &mut Vec<T>, new: T) -> usize {
    known.iter().position(|known| *known == new).unwrap_or_else(|| {
        known.push(new);
        known.len() - 1
    })
}

/// The id of a record; of one that does not exist, one that nobody has.
fn id_of<T: Clone + From<&'static str>>(known: &[T], number: Option<usize>) -> T {
    number.and_then(|number| known.get(number)).cloned().unwrap_or_else(|| T::from("nobody"))
}

impl Stage {
    pub(crate) const fn new(ctx: Context) -> Self {
        Self { ctx, visitors: Vec::new(), contacts: Vec::new(), rooms: Vec::new(), inquiries: Vec::new() }
    }

    /// Does it, and returns the answer.
    pub(crate) async fn perform(&mut self, act: &Act) -> Answer {
        match act.clone() {
            Act::Register { token, username, name, email, phone } => {
                let username = Some(username);
                self.register(GuestRegistration {
                    token,
                    username,
                    name,
                    email,
                    phone,
                    ..GuestRegistration::default()
                })
                .await
            }
            Act::Open { token, origin } => self.open(token, origin).await,
            Act::Message { token, room, text, .. } => self.message(token, room, text).await,
            Act::Prepare { name, emails, phones } => {
                self.prepare(NewContact { name, emails, phones, ..NewContact::default() }).await
            }
            Act::Update { contact, name, emails, wipes } => {
                let sent = ContactUpdate { name, emails, wipe_conflicts: wipes, ..ContactUpdate::default() };
                self.update(contact, sent).await
            }
            Act::Verify { contact, channel, value } => self.verify(contact, channel, value).await,
            Act::Answer { .. }
            | Act::Take { .. }
            | Act::GiveBack { .. }
            | Act::Close { .. }
            | Act::CloseByAgent { .. } => self.lead(act).await,
            Act::Block { channel } => {
                let channel = self.association(channel);
                block_channel(&self.ctx, boss(), &channel).await.map_err(told)?;
                Ok(Said::Nothing)
            }
            Act::Unblock { channel } => {
                let channel = self.association(channel);
                unblock_channel(&self.ctx, boss(), &channel).await.map_err(told)?;
                Ok(Said::Nothing)
            }
            Act::EraseVisitor { token } => {
                delete_visitor(&self.ctx, &token.into()).await.map_err(told)?;
                Ok(Said::Nothing)
            }
            Act::EraseContact { contact } => {
                let id = id_of(&self.contacts, contact);
                delete_contact(&self.ctx, boss(), &id).await.map_err(told)?;
                Ok(Said::Nothing)
            }
        }
    }

    /// What is done about one conversation.
    async fn lead(&mut self, act: &Act) -> Answer {
        match act.clone() {
            Act::Answer { room, text } => {
                let room_id = id_of(&self.rooms, room);
                let said = answer::Answer { room_id, message_id: None, text };
                answer::answer(&self.ctx, boss(), &said).await.map_err(told)?;
            }
            Act::Take { agent: which, room } => {
                let inquiry_id = room.and_then(|room| self.inquiries.get(room)).cloned().unwrap_or_default();
                let taking = Taking { inquiry_id, user_id: None };
                take_inquiry(&self.ctx, agent(which), &taking).await.map_err(told)?;
            }
            Act::GiveBack { room } => {
                let room = id_of(&self.rooms, room);
                let is_back = give_back(&self.ctx, boss(), &room, None).await.map_err(told)?;
                return Ok(Said::GivenBack(is_back));
            }
            Act::Close { token, room, comment } => {
                let room = id_of(&self.rooms, room);
                close_conversation(&self.ctx, &token.into(), &room, &comment).await.map_err(told)?;
            }
            Act::CloseByAgent { room, comment } => {
                let room_id = id_of(&self.rooms, room);
                let closing = UserClosing { room_id, comment: Some(comment), tags: vec![], force: false };
                close_by_user(&self.ctx, boss(), &closing).await.map_err(told)?;
            }
            Act::Register { .. }
            | Act::Open { .. }
            | Act::Message { .. }
            | Act::Prepare { .. }
            | Act::Update { .. }
            | Act::Verify { .. }
            | Act::Block { .. }
            | Act::Unblock { .. }
            | Act::EraseVisitor { .. }
            | Act::EraseContact { .. } => unreachable!("{} is about no conversation", act.kind()),
        }
        Ok(Said::Nothing)
    }

    async fn register(&mut self, guest: GuestRegistration) -> Answer {
        let visitor = register_guest(&self.ctx, guest).await.map_err(told)?;
        let number = numbered(&mut self.visitors, visitor.id.clone());
        Ok(Said::Visitor(number, self.visitor_shown(&visitor)))
    }

    async fn open(&mut self, token: String, origin: Origin) -> Answer {
        let source = Source {
            kind: origin.kind.to_owned(),
            id: origin.id.map(str::to_owned),
            label: origin.label.map(str::to_owned),
            ..Source::default()
        };
        let wanted = Opening { token: token.into(), room_id: None, agent_id: None, source };
        let opened = open_conversation(&self.ctx, &wanted).await.map_err(told)?;
        let room = numbered(&mut self.rooms, opened.room.id.clone());
        if room == self.inquiries.len() {
            let inquiry = show_inquiry(&self.ctx, boss(), &opened.room.id).await.map_err(told)?;
            self.inquiries.push(inquiry.ok_or("a conversation began without an inquiry")?.id);
        }
        let contact = opened.room.contact_id.map(|id| numbered(&mut self.contacts, id));
        let (is_new, fname, verified) = (opened.is_new, opened.room.fname, opened.room.verified);
        Ok(Said::Room { room, is_new, fname, contact, verified })
    }

    async fn message(&mut self, token: String, room: Option<usize>, text: String) -> Answer {
        let room_id = id_of(&self.rooms, room);
        let said = send::Said { token: token.into(), room_id, message_id: None, text };
        let message = send::send_message(&self.ctx, &said).await.map_err(told)?;
        Ok(Said::Message(message.alias.unwrap_or_default()))
    }

    async fn prepare(&mut self, new: NewContact) -> Answer {
        let id = create_contact(&self.ctx, boss(), new).await.map_err(told)?;
        Ok(Said::Made(numbered(&mut self.contacts, id)))
    }

    async fn update(&mut self, contact: Option<usize>, sent: ContactUpdate) -> Answer {
        let id = id_of(&self.contacts, contact);
        let contact = update_contact(&self.ctx, boss(), &id, sent).await.map_err(told)?;
        Ok(Said::Contact(self.contact_shown(&contact)))
    }

    async fn verify(&mut self, contact: Option<usize>, channel: WantedChannel, value: String) -> Answer {
        let contact_id = id_of(&self.contacts, contact);
        let proof =
            Proof { contact_id, channel: self.association(channel), field: "email".to_owned(), value };
        let verified = verify_channel(&self.ctx, boss(), &proof).await.map_err(told)?;
        let merged = verified.merged.into_iter().map(|id| numbered(&mut self.contacts, id)).collect();
        Ok(Said::Verified(self.contact_shown(&verified.contact), merged))
    }

    fn association(&self, wanted: WantedChannel) -> Association {
        let WantedChannel { visitor, origin } = wanted;
        Association::new(id_of(&self.visitors, visitor), origin.kind.to_owned(), origin.id.map(str::to_owned))
    }
}

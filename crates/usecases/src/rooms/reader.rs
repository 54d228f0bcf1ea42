//! Who reads a conversation (contract, conversations 3.5).

use omnicontact_domain::conversation::{Conversation, ReadRights, Reader};
use omnicontact_domain::department::DepartmentId;
use omnicontact_domain::permission::{
    PermissionId, VIEW_LIVECHAT_ROOMS, VIEW_ROOM_CLOSED_BY_ANOTHER_AGENT, VIEW_ROOM_CLOSED_SAME_DEPARTMENT,
};
use omnicontact_domain::policy::Actor;
use omnicontact_domain::user::OWN_BOT;
use omnicontact_ports::{StoreError, Transaction};

/// What is asked about whoever reads a conversation.
pub(crate) const ASKS: &[PermissionId] =
    &[VIEW_LIVECHAT_ROOMS, VIEW_ROOM_CLOSED_SAME_DEPARTMENT, VIEW_ROOM_CLOSED_BY_ANOTHER_AGENT];

/// Whether the actor may read the conversation.
pub(crate) async fn may_read(
    tx: &mut dyn Transaction,
    actor: &Actor,
    room: &Conversation,
) -> Result<bool, StoreError> {
    let rights = ReadRights {
        all: actor.holds(&VIEW_LIVECHAT_ROOMS) || actor.username.as_deref() == Some(OWN_BOT),
        closed: actor.holds(&VIEW_ROOM_CLOSED_BY_ANOTHER_AGENT),
        closed_in_department: actor.holds(&VIEW_ROOM_CLOSED_SAME_DEPARTMENT),
    };
    let departments = tx.departments().list_by_agent(&actor.user_id).await?;
    let departments = departments.into_iter().map(DepartmentId::into_string).collect();
    let inquiry = tx.inquiries().find_by_room(&room.id).await?;
    let reader = Reader { user_id: actor.user_id.clone(), departments, rights };
    Ok(reader.may_read(room, inquiry.as_ref()))
}

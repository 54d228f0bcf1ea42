//! `GET roles.getUsersInRole` (contract, framework 4.2).

use axum::http::Method;
use omnicontact_domain::id::{RoomId, UserId};
use omnicontact_domain::role::RoleId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::User;
use omnicontact_ports::UserPage;
use omnicontact_usecases::roles::list_users;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::identity::AddressBody;
use crate::paging::Paged as _;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Whose holders. The order is always that of the usernames.
    paged pub(crate) struct Query: AjvTyped {
        /// Id of the role.
        "role" role: String,
        /// Id of the room in which the role is held.
        "roomId" room_id: Option<String>,
        /// Ignored.
        #[expect(dead_code, reason = "accepted and ignored")]
        "query" selector: Option<String>,
    }
}

/// The holders of a role.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HoldersBody {
    /// The users, by username.
    users: Vec<HolderBody>,
    /// How many there are in all.
    total: u64,
}

/// A user who holds a role.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HolderBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// The login name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// E-mail addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emails: Vec<AddressBody>,
    /// When the account was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When the account was last written.
    #[serde(rename = "_updatedAt")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// See who holds a role.
pub(crate) struct ListUsersInRole;

impl Endpoint for ListUsersInRole {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Query;
    type Output = HoldersBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/roles.getUsersInRole",
        operation: "list_users_in_role",
        summary: "See who holds a role",
        access: Access::requires(list_users::REQUIRES).asking(list_users::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Not allowed [error-not-allowed]" },
            ErrorDoc { status: 400, text: "[error-invalid-roleId]" },
            ErrorDoc {
                status: 400,
                text: "Invalid sort parameter provided: \"<sort>\" [error-invalid-sort]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn>, query: Query) -> Result<HoldersBody, ApiError> {
        query.order()?;
        let page = call.page(&query);
        let role = RoleId::from(query.role);
        let room = query.room_id.filter(|id| !id.is_empty()).map(RoomId::from);
        let actor = &call.caller.actor;
        Ok(list_users::list_users_in_role(call.ctx(), actor, &role, room.as_ref(), page).await?.into())
    }
}

impl From<UserPage> for HoldersBody {
    fn from(page: UserPage) -> Self {
        Self { users: page.users.into_iter().map(Into::into).collect(), total: page.total }
    }
}

impl From<User> for HolderBody {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            name: user.name,
            username: user.username,
            emails: user.emails.into_iter().map(AddressBody::from).collect(),
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

//! `GET users.list` (contract, framework 4.4.3).

use axum::http::Method;
use omnicontact_domain::id::UserId;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::text::fold;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::User;
use omnicontact_usecases::users::list::{self, SeenUsers, UserListQuery};
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::identity::AddressBody;
use crate::paging::{PageBody, Paged as _};
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which users, in which order.
    paged pub(crate) struct ListQuery: AjvTyped {
        /// Accepted and ignored.
        #[expect(dead_code, reason = "answers are not projected")]
        "fields" fields: Option<String>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "clients do not query the store")]
        "query" query: Option<String>,
        /// Users with this whole address, in whatever case; for those who see users in full.
        "email" email: Option<String>,
    }
}

/// A user in the list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ListedBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// The login name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// E-mail addresses; for those who see users in full.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emails: Vec<AddressBody>,
    /// The roles; for those who see users in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<String>)]
    roles: Option<Vec<RoleId>>,
    /// The presence that is shown.
    status: &'static str,
    /// Whether the user may log in.
    active: bool,
    /// When the user last logged in; for those who see users in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime)]
    last_login: Option<Timestamp>,
    /// What kind of account it is: `user`, `bot` or `app`.
    r#type: &'static str,
    /// The display name in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name_insensitive: Option<String>,
}

/// A page of users.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListAnswer {
    /// The users.
    users: Vec<ListedBody>,
    #[serde(flatten)]
    page: PageBody,
}

impl ListedBody {
    fn of(user: User, in_full: bool) -> Self {
        Self {
            id: user.id,
            name_insensitive: user.name.as_deref().map(fold),
            username: user.username,
            name: user.name,
            emails: user.emails.into_iter().filter(|_| in_full).map(AddressBody::from).collect(),
            roles: in_full.then_some(user.roles),
            status: user.presence.shown.as_str(),
            active: user.active,
            last_login: user.last_login.filter(|_| in_full),
            r#type: user.kind.as_str(),
        }
    }
}

/// List users.
pub(crate) struct ListUsers;

impl Endpoint for ListUsers {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ListQuery;
    type Output = ListAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/users.list",
        operation: "list_users",
        summary: "List users",
        access: Access::requires(list::REQUIRES).asking(list::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 403, text: "unauthorized" },
            ErrorDoc {
                status: 400,
                text: "Invalid sort parameter provided: \"<sort>\" [error-invalid-sort]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn>, query: ListQuery) -> Result<ListAnswer, ApiError> {
        let page = call.page(&query);
        let order = query.order()?;
        let wanted = UserListQuery { email: query.email, order, page };
        let SeenUsers { page: found, in_full } =
            list::list_users(call.ctx(), &call.caller.actor, wanted).await?;
        let users: Vec<_> = found.users.into_iter().map(|user| ListedBody::of(user, in_full)).collect();
        let page = PageBody { count: users.len(), offset: page.offset, total: found.total };
        Ok(ListAnswer { users, page })
    }
}

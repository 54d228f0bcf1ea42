//! `GET omnichannel/contacts.search` (contract, contacts 7.5).

use axum::http::Method;
use omnicontact_usecases::contacts::list::{self, ContactsQuery, ListedContact};
use serde::Serialize;
use utoipa::ToSchema;

use super::contact_body::ContactBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::paging::{PageBody, Paged as _};
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which contacts.
    paged pub(crate) struct ListQuery: AjvLegacy {
        /// What name, an e-mail address or a phone number contains, without regard to case.
        "searchText" text: Option<String>,
        /// `true` for contacts that no agent confirmed; `false`, the default, for the others.
        "unknown" unknown: Option<bool>,
    }
}

/// A page of contacts. `count` is the size of the page, even when fewer came back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactsBody {
    /// The contacts.
    contacts: Vec<ContactBody>,
    #[serde(flatten)]
    page: PageBody,
}

/// Search contacts.
pub(crate) struct ListContacts;

impl Endpoint for ListContacts {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ListQuery;
    type Output = ContactsBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/omnichannel/contacts.search",
        operation: "list_contacts",
        summary: "Search contacts by name, e-mail address or phone number",
        access: Access::requires(list::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc {
            status: 400,
            text: "Invalid sort parameter provided: \"<sort>\" [error-invalid-sort]",
        }],
    };

    async fn handle(call: Call<SignedIn>, query: ListQuery) -> Result<ContactsBody, ApiError> {
        let (page, order) = (call.page(&query), query.order()?);
        let (text, unknown) = (query.text.unwrap_or_default(), query.unknown.unwrap_or_default());
        let wanted = ContactsQuery { text, unknown, order, page };
        let found = list::list_contacts(call.ctx(), &call.caller.actor, &wanted).await?;
        let body = |ListedContact { contact, manager }| ContactBody::with_manager(contact, manager);
        let count = page.limit.unwrap_or_default() as usize;
        let page = PageBody { count, offset: page.offset, total: found.total };
        Ok(ContactsBody { contacts: found.contacts.into_iter().map(body).collect(), page })
    }
}

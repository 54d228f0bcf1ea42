//! `POST omnichannel/contacts.conflicts` (contract, contacts 7.3).

use axum::http::Method;
use omnicontact_domain::contact::{ManagerChange, Resolution};
use omnicontact_domain::value::Fields;
use omnicontact_usecases::contacts::resolve_conflicts;
use serde::Serialize;
use utoipa::ToSchema;

use super::contact_body::ContactBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Constraint, parameters};

parameters! {
    /// What was decided. Whatever is left out is not decided.
    pub(crate) struct ResolutionBody: AjvLegacy {
        /// Which contact.
        "contactId" contact_id: String,
        /// The display name; an empty one decides nothing.
        "name" name: Option<String> [Constraint::Nullable],
        /// User id of the responsible agent; empty for none.
        "contactManager" contact_manager: Option<String> [Constraint::Nullable],
        /// Custom values by field id; others stay.
        "customFields" custom_fields: Option<Fields>,
        /// `true` discards all conflicts.
        "wipeConflicts" wipe_conflicts: Option<bool> [Constraint::Nullable],
    }
}

/// The contact as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResolvedBody {
    /// The contact.
    result: ContactBody,
}

/// Decide about the conflicts of a contact.
pub(crate) struct ResolveConflicts;

impl Endpoint for ResolveConflicts {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ResolutionBody;
    type Output = ResolvedBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/omnichannel/contacts.conflicts",
        operation: "resolve_contact_conflicts",
        summary: "Decide about the conflicts of a contact",
        access: Access::requires(resolve_conflicts::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-contact-not-found" },
            ErrorDoc { status: 400, text: "error-contact-has-no-conflicts" },
            ErrorDoc { status: 400, text: "error-contact-manager-not-found" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: ResolutionBody) -> Result<ResolvedBody, ApiError> {
        let decided = Resolution {
            name: body.name,
            manager: body.contact_manager.as_deref().map(ManagerChange::of),
            custom_fields: body.custom_fields.unwrap_or_default(),
            wipe_conflicts: body.wipe_conflicts.unwrap_or_default(),
        };
        let (id, actor) = (body.contact_id.into(), &call.caller.actor);
        let contact = resolve_conflicts::resolve_conflicts(call.ctx(), actor, &id, decided).await?;
        Ok(ResolvedBody { result: contact.into() })
    }
}

//! `POST method.call/:method` (contract, conversations 0.6): methods of the original's realtime protocol over REST. Each
//! is a use case that has an endpoint of its own, too.

mod failure;
mod message;
mod methods;

use axum::http::Method;
use omnicontact_domain::permission::{
    MANAGE_LIVECHAT_AGENTS, PermissionId, VIEW_L_ROOM, VIEW_LIVECHAT_MANAGER, VIEW_LIVECHAT_ROOMS,
    VIEW_ROOM_CLOSED_BY_ANOTHER_AGENT, VIEW_ROOM_CLOSED_SAME_DEPARTMENT,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::path_parameters;
use crate::schema::parameters;
use failure::MethodError;
use message::MethodMessage;

/// What the methods ask about the caller, all together.
const ASKS: &[PermissionId] = &[
    VIEW_L_ROOM,
    VIEW_LIVECHAT_ROOMS,
    VIEW_ROOM_CLOSED_SAME_DEPARTMENT,
    VIEW_ROOM_CLOSED_BY_ANOTHER_AGENT,
    VIEW_LIVECHAT_MANAGER,
    MANAGE_LIVECHAT_AGENTS,
];

path_parameters! {
    /// Which method.
    pub(crate) struct MethodPath {
        /// Name of the method, as in the message; `:` stands for `/`.
        "method" method: String,
    }
}

parameters! {
    /// A call.
    open pub(crate) struct MethodCallBody: AjvLegacy {
        /// JSON text: `{"msg":"method","id":"<any>","method":"<name>","params":[...]}`.
        "message" message: String,
    }
}

/// What came of a call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MethodResultBody {
    /// JSON text: `{"msg":"result","id":"<the same>"}` with `result`, or with `error`. Times are `{"$date": <ms>}`.
    message: String,
}

/// Call a method.
pub(crate) struct CallMethod;

impl Endpoint for CallMethod {
    type Caller = SignedIn;
    type Path = MethodPath;
    type Input = MethodCallBody;
    type Output = MethodResultBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/method.call/{method}",
        operation: "call_method",
        summary: "Call a method of the realtime protocol: sendMessage, livechat:takeInquiry, \
                  livechat:returnAsInquiry, livechat:saveAgentInfo, livechat:saveCustomField, \
                  livechat:removeCustomField",
        access: Access::signed_in(ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc {
            status: 400,
            text: "The value of field message is no call of that method [error-invalid-params]",
        }],
    };

    async fn handle(
        call: Call<SignedIn, MethodPath>,
        body: MethodCallBody,
    ) -> Result<MethodResultBody, ApiError> {
        let MethodMessage { id, method, params } = MethodMessage::parse(&body.message, &call.path.method)?;
        let called = methods::call(call.ctx(), &call.caller.actor, &method, params).await;
        let message = match called {
            Ok(result) => message::result(id, result),
            // An outage is no result of a method.
            Err(refused) => message::refusal(id, MethodError::of(refused)?),
        };
        Ok(MethodResultBody { message: message.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::policy::Requirement;
    use omnicontact_usecases::conversations::answer;
    use omnicontact_usecases::{agents, custom_fields, inquiries};

    use super::*;

    #[test]
    fn whatever_a_method_asks_about_comes_with_the_session() {
        for asked in answer::ASKS {
            assert!(ASKS.contains(asked), "{asked}");
        }
        for requirement in [
            inquiries::take::REQUIRES,
            inquiries::give_back::REQUIRES,
            agents::save::REQUIRES,
            custom_fields::save::REQUIRES,
            custom_fields::delete::REQUIRES,
        ] {
            let (Requirement::All(asked) | Requirement::Any(asked)) = requirement;
            for permission in asked {
                assert!(ASKS.contains(permission), "{permission}");
            }
        }
    }
}

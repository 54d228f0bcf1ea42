//! The methods. Parameters by position are read as those of the endpoint of the same use case.

use omnicontact_domain::custom_field::InvalidDefinition;
use omnicontact_domain::department::DepartmentId;
use omnicontact_domain::policy::Actor;
use omnicontact_usecases::Context;
use omnicontact_usecases::agents::save;
use omnicontact_usecases::conversations::answer;
use omnicontact_usecases::custom_fields::save::SaveCustomField;
use omnicontact_usecases::custom_fields::{self, CustomFieldError};
use omnicontact_usecases::inquiries::give_back;
use omnicontact_usecases::inquiries::take::{self, Taking};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::failure::{MethodError, Refused};
use super::message::dated;
use crate::agents::save::SaveAgentBody;
use crate::conversations::answer::AnswerMessage;
use crate::conversations::message_body::MessageBody;
use crate::custom_fields::definition_body::CustomFieldBody;
use crate::custom_fields::delete::DeleteFieldBody;
use crate::custom_fields::save::SaveBody;
use crate::error::ApiError;
use crate::inquiries::give_back::GiveBackBody;
use crate::inquiries::take::TakeBody;
use crate::schema::{Parameters, Source};

/// Calls the method with that name.
pub(super) async fn call(
    ctx: &Context,
    actor: &Actor,
    name: &str,
    params: Vec<Json>,
) -> Result<Json, Refused> {
    match name {
        "sendMessage" => send_message(ctx, actor, params).await,
        "livechat:takeInquiry" => take_inquiry(ctx, actor, params).await,
        "livechat:returnAsInquiry" => return_inquiry(ctx, actor, params).await,
        "livechat:saveAgentInfo" => save_agent(ctx, actor, params).await,
        "livechat:saveCustomField" => save_custom_field(ctx, actor, params).await,
        "livechat:removeCustomField" => remove_custom_field(ctx, actor, params).await,
        unknown => Err(Refused::Unknown(unknown.to_owned())),
    }
}

/// Parameters by position under these names. Null is as good as nothing, and more are not looked at.
fn named<P: Parameters>(params: Vec<Json>, names: &[&str]) -> Result<P, ApiError> {
    let given = names.iter().zip(params).filter(|(_, value)| !value.is_null());
    let sent: Map<String, Json> = given.map(|(name, value)| ((*name).to_owned(), value)).collect();
    Ok(P::read(Json::Object(sent), Source::Body)?)
}

fn document(body: impl Serialize) -> Result<Json, ApiError> {
    serde_json::to_value(body).map_err(|error| ApiError::fault("a result is no JSON", error))
}

async fn send_message(ctx: &Context, actor: &Actor, params: Vec<Json>) -> Result<Json, Refused> {
    let sent = params.into_iter().next().unwrap_or_else(|| json!({}));
    let said = AnswerMessage::read(sent, Source::Body).map_err(ApiError::from)?;
    let message = answer::answer(ctx, actor, &said.into()).await?;
    let times = [("ts", message.ts), ("_updatedAt", message.updated_at)];
    Ok(dated(document(MessageBody::from(message))?, &times))
}

async fn take_inquiry(ctx: &Context, actor: &Actor, params: Vec<Json>) -> Result<Json, Refused> {
    let body: TakeBody = named(params, &["inquiryId"])?;
    let taking = Taking { inquiry_id: body.inquiry_id, user_id: None };
    take::take_inquiry(ctx, actor, &taking).await?;
    Ok(true.into())
}

async fn return_inquiry(ctx: &Context, actor: &Actor, params: Vec<Json>) -> Result<Json, Refused> {
    let body: GiveBackBody = named(params, &["roomId", "departmentId"])?;
    let department = body.department_id.as_deref().filter(|id| !id.is_empty());
    Ok(give_back::give_back(ctx, actor, &body.room_id.into(), department).await?.into())
}

async fn save_agent(ctx: &Context, actor: &Actor, params: Vec<Json>) -> Result<Json, Refused> {
    let body: SaveAgentBody = named(params, &["agentId", "agentData", "agentDepartments"])?;
    let departments: Vec<_> = body.departments.into_iter().map(DepartmentId::from).collect();
    save::save_agent(ctx, actor, &body.agent.into(), body.settings, &departments).await?;
    Ok(true.into())
}

async fn save_custom_field(ctx: &Context, actor: &Actor, params: Vec<Json>) -> Result<Json, Refused> {
    let body: SaveBody = named(params, &["customFieldId", "customFieldData"])?;
    let (field, definition) = body.data.into_definition();
    let request = SaveCustomField { id: body.id.map(Into::into), field, definition };
    let saved = custom_fields::save::save_custom_field(ctx, actor, &request).await.map_err(of_definition)?;
    let times = [("_updatedAt", saved.updated_at)];
    Ok(dated(document(CustomFieldBody::from(saved))?, &times))
}

async fn remove_custom_field(ctx: &Context, actor: &Actor, params: Vec<Json>) -> Result<Json, Refused> {
    let body: DeleteFieldBody = named(params, &["customFieldId"])?;
    let removed = custom_fields::delete::delete_custom_field(ctx, actor, &body.id.into()).await;
    removed.map_err(|error| match error {
        CustomFieldError::NotFound => {
            Refused::Method(MethodError::new("error-invalid-custom-field", "Custom field not found"))
        }
        CustomFieldError::Denied(_)
        | CustomFieldError::Invalid(_)
        | CustomFieldError::AlreadyExists
        | CustomFieldError::Store(_) => of_definition(error),
    })?;
    Ok(json!({"acknowledged": true, "deletedCount": 1}))
}

/// Refusals of definitions, which have codes here (contract, conversations 2.9).
fn of_definition(error: CustomFieldError) -> Refused {
    let (code, reason) = match error {
        CustomFieldError::NotFound => ("error-invalid-custom-field", "Custom Field Not found"),
        CustomFieldError::AlreadyExists => {
            ("error-custom-field-name-already-exists", "Custom field name already exists")
        }
        CustomFieldError::Invalid(InvalidDefinition::Id) => (
            "error-invalid-custom-field-name",
            "Invalid custom field name. Use only letters, numbers, hyphens and underscores.",
        ),
        CustomFieldError::Denied(_)
        | CustomFieldError::Invalid(InvalidDefinition::Pattern | InvalidDefinition::OutOfBounds(_))
        | CustomFieldError::Store(_) => return error.into(),
    };
    Refused::Method(MethodError::new(code, reason))
}

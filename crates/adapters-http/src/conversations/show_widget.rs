//! `GET livechat/config` (contract, conversations 3.10).

use axum::http::Method;
use omnicontact_domain::visitor::VisitorToken;
use omnicontact_usecases::conversations::show_widget;
use serde::Serialize;
use utoipa::ToSchema;

use super::widget_body::WidgetBody;
use crate::description::{Access, Description, Envelope, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Whose widget.
    open pub(crate) struct WidgetQuery: AjvLegacy {
        /// The secret of the visitor's session.
        "token" token: Option<String>,
        /// Id or name of the department whose agents count as online.
        "department" department: Option<String>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "there are no units")]
        "businessUnit" unit: Option<String>,
    }
}

/// What a widget is told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WidgetAnswer {
    /// How it looks, what it offers, and where the visitor stands.
    config: WidgetBody,
}

/// Tell a widget what it needs.
pub(crate) struct ShowWidget;

impl Endpoint for ShowWidget {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = WidgetQuery;
    type Output = WidgetAnswer;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/config",
        operation: "show_widget",
        summary: "Tell a widget how it looks, what it offers, and where its visitor stands",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<Nobody>, query: WidgetQuery) -> Result<WidgetAnswer, ApiError> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let token = given(query.token).map(VisitorToken::from);
        let department = given(query.department);
        let told = show_widget::show_widget(call.ctx(), token.as_ref(), department.as_deref()).await?;
        Ok(WidgetAnswer { config: told.into() })
    }
}

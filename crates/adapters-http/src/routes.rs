//! The URL map: one table. What is in it is on the router and in the `OpenAPI` document; nothing else is.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::routing::any;
use omnicontact_domain::permission::PermissionId;

use crate::description::{Description, Envelope, ErrorDoc, Limit, Rule};
use crate::endpoint::Endpoint;
use crate::health::{CheckLiveness, CheckReadiness};
use crate::identity::{log_in::LogIn, log_out::LogOut, show_profile::ShowProfile};
use crate::license::ShowLicense;
use crate::method_call::CallMethod;
use crate::openapi::{AnswerSchema, ShowOpenApi};
use crate::path::{self, PathParameter, PathParameters as _};
use crate::permissions::{list::ListPermissions, update::UpdatePermissions};
use crate::pipeline::Serve;
use crate::roles::{
    add_user::AddUserToRole, create::CreateRole, delete::DeleteRole, list::ListRoles,
    list_public_users::ListUsersInPublicRoles, list_users::ListUsersInRole, remove_user::RemoveUserFromRole,
    sync::SyncRoles, update::UpdateRole,
};
use crate::schema::{Parameters, Shape};
use crate::server_version::ShowVersion;
use crate::settings::{
    list::ListSettings,
    list_changes::ListSettingChanges,
    list_public::ListPublicSettings,
    providers::{ListConfigurations, ListProviders},
    read::ReadSetting,
    write::WriteSetting,
    write_many::WriteSettings,
};
use crate::state::HttpState;
use crate::tokens::{
    create_for_user::CreateSessionForUser, generate::GeneratePersonalToken, list::ListPersonalTokens,
    log_out_others::LogOutOtherClients, log_out_user::LogOutUser, regenerate::RegeneratePersonalToken,
    remove::RemovePersonalToken, remove_others::RemoveOtherTokens,
};
use crate::web::{root_page::ShowRootPage, runtime_config::ShowRuntimeConfig};
use crate::{
    agents, contacts, conversations, custom_fields, departments, entrance, inquiries, pipeline, rooms, users,
    visitors,
};

/// Every endpoint.
pub(crate) fn table() -> Vec<Route> {
    let mut all = of_people();
    all.extend(of_conversations());
    all
}

/// The endpoints of visitors, agents and their conversations.
fn of_conversations() -> Vec<Route> {
    vec![
        Route::of::<visitors::register::RegisterGuest>(),
        Route::of::<visitors::find::FindVisitor>(),
        Route::of::<visitors::delete::DeleteVisitor>(),
        Route::of::<visitors::show::ShowVisitor>(),
        Route::of::<visitors::search::SearchVisitors>(),
        Route::of::<visitors::complete::CompleteVisitor>(),
        Route::of::<agents::list::ListStaff>(),
        Route::of::<agents::add::AddStaff>(),
        Route::of::<agents::show::ShowStaff>(),
        Route::of::<agents::remove::RemoveStaff>(),
        Route::of::<agents::set_status::SetAgentStatus>(),
        Route::of::<agents::save::SaveAgent>(),
        Route::of::<departments::list::ListDepartments>(),
        Route::of::<departments::create::CreateDepartment>(),
        Route::of::<departments::show::ShowDepartment>(),
        Route::of::<departments::update::UpdateDepartment>(),
        Route::of::<departments::remove::RemoveDepartment>(),
        Route::of::<departments::list_of_agent::ListDepartmentsOfAgent>(),
        Route::of::<visitors::set_status::SetVisitorStatus>(),
        Route::of::<conversations::open::OpenConversation>(),
        Route::of::<conversations::close::CloseConversation>(),
        Route::of::<conversations::close_by_user::CloseConversationByUser>(),
        Route::of::<conversations::list_open::ListOpenConversations>(),
        Route::of::<conversations::send::SendMessage>(),
        Route::of::<conversations::list_messages::ListMessages>(),
        Route::of::<conversations::answer::AnswerVisitor>(),
        Route::of::<conversations::show_message::ShowMessage>(),
        Route::of::<conversations::edit_message::EditMessage>(),
        Route::of::<conversations::delete_message::DeleteMessage>(),
        Route::of::<conversations::describe::DescribeConversation>(),
        Route::of::<conversations::change_visitor::ChangeVisitor>(),
        Route::of::<conversations::show_agent::ShowAgent>(),
        Route::of::<conversations::next_agent::ShowNextAgent>(),
        Route::of::<conversations::show_widget::ShowWidget>(),
        Route::of::<inquiries::show::ShowInquiry>(),
        Route::of::<inquiries::list::ListInquiries>(),
        Route::of::<inquiries::list_for_agent::ListInquiriesForAgent>(),
        Route::of::<inquiries::take::TakeInquiry>(),
        Route::of::<inquiries::give_back::GiveBack>(),
        Route::of::<CallMethod>(),
        Route::of::<rooms::list::ListRooms>(),
        Route::of::<rooms::list_sources::ListSources>(),
        Route::of::<rooms::list_of_visitor::ListRoomsOfVisitor>(),
        Route::of::<rooms::search_of_visitor::SearchRoomsOfVisitor>(),
        Route::of::<rooms::list_pages::ListPagesVisited>(),
        Route::of::<rooms::show::ShowRoom>(),
        Route::of::<rooms::show_channel::ShowRoomAsChannel>(),
        Route::of::<rooms::show_subscription::ShowSubscription>(),
    ]
}

/// The endpoints of users and contacts, and all others.
fn of_people() -> Vec<Route> {
    vec![
        Route::of::<LogIn>(),
        Route::of::<LogOut>(),
        Route::of::<ShowProfile>(),
        Route::of::<users::create::CreateUser>(),
        Route::of::<users::update::UpdateUser>(),
        Route::of::<users::delete::DeleteUser>(),
        Route::of::<users::show::ShowUser>(),
        Route::of::<users::list::ListUsers>(),
        Route::of::<users::set_active_status::SetActiveStatus>(),
        Route::of::<users::deactivate_idle::DeactivateIdle>(),
        Route::of::<users::set_status::SetStatus>(),
        Route::of::<users::get_status::GetStatus>(),
        Route::of::<users::get_presence::GetPresence>(),
        Route::of::<users::set_preferences::SetPreferences>(),
        Route::of::<users::get_preferences::GetPreferences>(),
        Route::of::<users::register::RegisterUser>(),
        Route::of::<users::forgot_password::ForgotPassword>(),
        Route::of::<GeneratePersonalToken>(),
        Route::of::<RegeneratePersonalToken>(),
        Route::of::<ListPersonalTokens>(),
        Route::of::<RemovePersonalToken>(),
        Route::of::<LogOutOtherClients>(),
        Route::of::<RemoveOtherTokens>(),
        Route::of::<LogOutUser>(),
        Route::of::<CreateSessionForUser>(),
        Route::of::<contacts::get::GetContact>(),
        Route::of::<contacts::register::RegisterContact>(),
        Route::of::<contacts::search::SearchContact>(),
        Route::of::<contacts::create::CreateContact>(),
        Route::of::<contacts::update::UpdateContact>(),
        Route::of::<contacts::resolve_conflicts::ResolveConflicts>(),
        Route::of::<contacts::delete::DeleteContact>(),
        Route::of::<contacts::block::BlockChannel>(),
        Route::of::<contacts::block::UnblockChannel>(),
        Route::of::<contacts::verify_channel::VerifyChannel>(),
        Route::of::<contacts::show::ShowContact>(),
        Route::of::<contacts::list::ListContacts>(),
        Route::of::<contacts::check_existence::CheckExistence>(),
        Route::of::<contacts::list_channels::ListChannels>(),
        Route::of::<contacts::list_history::ListHistory>(),
        Route::of::<custom_fields::list::ListCustomFields>(),
        Route::of::<custom_fields::show::ShowCustomField>(),
        Route::of::<custom_fields::save::SaveCustomField>(),
        Route::of::<custom_fields::delete::DeleteCustomField>(),
        Route::of::<custom_fields::set_value::SetValue>(),
        Route::of::<custom_fields::set_values::SetValues>(),
        Route::of::<ListPermissions>(),
        Route::of::<UpdatePermissions>(),
        Route::of::<ListRoles>(),
        Route::of::<SyncRoles>(),
        Route::of::<AddUserToRole>(),
        Route::of::<RemoveUserFromRole>(),
        Route::of::<ListUsersInRole>(),
        Route::of::<ListUsersInPublicRoles>(),
        Route::of::<CreateRole>(),
        Route::of::<UpdateRole>(),
        Route::of::<DeleteRole>(),
        Route::of::<ListSettings>(),
        Route::of::<ListSettingChanges>(),
        Route::of::<WriteSettings>(),
        Route::of::<ReadSetting>(),
        Route::of::<WriteSetting>(),
        Route::of::<ListPublicSettings>(),
        Route::of::<ListConfigurations>(),
        Route::of::<ListProviders>(),
        Route::of::<ShowLicense>(),
        Route::of::<ShowVersion>(),
        Route::of::<ShowRootPage>(),
        Route::of::<ShowRuntimeConfig>(),
        Route::of::<ShowOpenApi>(),
        Route::of::<CheckLiveness>(),
        Route::of::<CheckReadiness>(),
    ]
}

/// An endpoint without its types.
pub(crate) struct Route {
    pub(crate) methods: &'static [Method],
    pub(crate) path: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) rule: Rule,
    pub(crate) asks: &'static [PermissionId],
    pub(crate) limit: Limit,
    pub(crate) envelope: Envelope,
    pub(crate) errors: &'static [ErrorDoc],
    pub(crate) path_parameters: &'static [PathParameter],
    pub(crate) shape: Shape,
    pub(crate) answer: AnswerSchema,
    serve: Serve,
}

impl Route {
    /// The only way onto the router.
    pub(crate) fn of<E: Endpoint>() -> Self {
        const { assert!(path::fits(E::DESCRIPTION.path, E::Path::PARAMETERS), "template and `Path` disagree") };
        let Description { methods, path, operation, summary, access, limit, envelope, errors } =
            E::DESCRIPTION;
        Self {
            methods,
            path,
            operation,
            summary,
            rule: access.rule,
            asks: access.asks,
            limit,
            envelope,
            errors,
            path_parameters: E::Path::PARAMETERS,
            shape: E::Input::SHAPE,
            answer: AnswerSchema::of::<E::Output>(),
            serve: |state, id, request| Box::pin(pipeline::serve::<E>(state, id, request)),
        }
    }

    /// The operation id for one of the methods: the first has the name, others say which they are.
    pub(crate) fn operation_id(&self, method: &Method) -> String {
        if self.methods.first() == Some(method) {
            self.operation.to_owned()
        } else {
            format!("{}_by_{}", self.operation, method.as_str().to_ascii_lowercase())
        }
    }
}

/// The server: all routes behind what every request goes through.
pub fn router(state: HttpState) -> Router {
    router_of(table(), state)
}

/// A server with these routes.
pub(crate) fn router_of(table: Vec<Route>, state: HttpState) -> Router {
    let mut by_path: BTreeMap<&'static str, Vec<(Method, Serve)>> = BTreeMap::new();
    for route in table {
        let served = route.methods.iter().map(|method| (method.clone(), route.serve));
        by_path.entry(route.path).or_default().extend(served);
    }
    let mut router = Router::new();
    for (template, served) in by_path {
        let state = state.clone();
        // Methods are told apart here and not by axum, which would answer 405 with a header `allow`.
        let handler = move |request: Request| {
            let found = serve_of(&served, request.method());
            let serve = found.filter(|_| path::is_complete(template, request.uri().path()));
            entrance::enter(state.clone(), template, serve, request)
        };
        router = router.route(template, any(handler));
    }
    // Every request goes through the entrance. As a layer it would cost each a copy of the route and several boxes.
    router.fallback(move |request: Request| entrance::enter(state.clone(), "none", None, request))
}

/// HEAD is served as GET; the answer loses its body on the way out.
fn serve_of(served: &[(Method, Serve)], method: &Method) -> Option<Serve> {
    let wanted = if *method == Method::HEAD { &Method::GET } else { method };
    served.iter().find(|(method, _)| method == wanted).map(|(_, serve)| *serve)
}

/// Who may call a route, for tests that go through all of them.
#[derive(Debug, Clone)]
pub struct RouteAccess {
    /// The method.
    pub method: Method,
    /// The path.
    pub path: &'static str,
    /// The operation id.
    pub operation: String,
    /// Who may.
    pub rule: Rule,
    /// What the handler asks about beyond the rule.
    pub asks: &'static [PermissionId],
}

/// Every method of every route.
#[must_use]
pub fn route_access() -> Vec<RouteAccess> {
    let access = |route: &Route, method: &Method| RouteAccess {
        method: method.clone(),
        path: route.path,
        operation: route.operation_id(method),
        rule: route.rule.clone(),
        asks: route.asks,
    };
    table().iter().flat_map(|route| route.methods.iter().map(move |method| access(route, method))).collect()
}

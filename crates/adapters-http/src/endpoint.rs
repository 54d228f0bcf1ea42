//! What every endpoint is. There is no other way onto the router than `Route::of` an `Endpoint`, and none of
//! these items has a default, so nobody can leave out who may call, what is sent or what is answered.

use std::future::Future;

use omnicontact_usecases::Context;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::Description;
use crate::error::ApiError;
use crate::path::{NoPath, PathParameters};
use crate::schema::Parameters;
use crate::state::HttpState;

/// An endpoint: its description and its handler.
pub(crate) trait Endpoint: 'static {
    /// What the handler knows of the caller: `Nobody`, `Anyone` or `SignedIn`. It must fit the description.
    type Caller: Send + 'static;
    /// What stands in the path: `NoPath`, or what `path_parameters!` declares.
    type Path: PathParameters;
    /// What is sent.
    type Input: Parameters;
    /// What is answered.
    type Output: Serialize + ToSchema + Send;

    /// The rest.
    const DESCRIPTION: Description<Self::Caller>;

    /// Answers a caller who may, and who sent valid parameters.
    fn handle(
        call: Call<Self::Caller, Self::Path>,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, ApiError>> + Send;
}

/// One call that was let in.
#[derive(Debug)]
pub(crate) struct Call<C, P = NoPath> {
    /// What all requests share.
    pub(crate) state: HttpState,
    /// Who calls.
    pub(crate) caller: C,
    /// What stands in the path.
    #[allow(dead_code, reason = "the first endpoints that need it are on their way")]
    pub(crate) path: P,
    /// The address from which the call comes, as far as it is known.
    address: Option<String>,
}

impl<C, P> Call<C, P> {
    pub(crate) const fn new(state: HttpState, caller: C, path: P, address: Option<String>) -> Self {
        Self { state, caller, path, address }
    }

    /// The world of the use cases.
    pub(crate) fn ctx(&self) -> &Context {
        self.state.ctx()
    }

    /// The address from which the call comes, as far as it is known. An actor knows it, too.
    pub(crate) fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }
}

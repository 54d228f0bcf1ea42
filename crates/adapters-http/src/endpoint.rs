//! What every endpoint is. There is no other way onto the router than `Route::of` an `Endpoint`, and none of
//! these items has a default, so nobody can leave out who may call, what is sent or what is answered.

use std::future::Future;

use omnicontact_usecases::Context;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::Description;
use crate::error::ApiError;
use crate::schema::Parameters;
use crate::state::HttpState;

/// An endpoint: its description and its handler.
pub(crate) trait Endpoint: 'static {
    /// What the handler knows of the caller: `Nobody`, `Anyone` or `SignedIn`. It must fit the description.
    type Caller: Send + 'static;
    /// What is sent.
    type Input: Parameters;
    /// What is answered.
    type Output: Serialize + ToSchema + Send;

    /// The rest.
    const DESCRIPTION: Description<Self::Caller>;

    /// Answers a caller who may, and who sent valid parameters.
    fn handle(
        call: Call<Self::Caller>,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, ApiError>> + Send;
}

/// One call that was let in.
#[derive(Debug)]
pub(crate) struct Call<C> {
    /// What all requests share.
    pub(crate) state: HttpState,
    /// Who calls.
    pub(crate) caller: C,
}

impl<C> Call<C> {
    /// The world of the use cases.
    pub(crate) fn ctx(&self) -> &Context {
        self.state.ctx()
    }
}

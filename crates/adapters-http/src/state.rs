//! What the router needs besides requests: the use cases' world and a few options.

use std::fmt;
use std::sync::Arc;

use axum::http::HeaderValue;
use omnicontact_usecases::Context;

use crate::client_address::AddressTrust;
use crate::outage::Outage;
use crate::rate_limit::RateLimits;

/// What the operator decides about the wire.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Bytes that the body of a request may have.
    pub body_limit: usize,
    /// The value of `x-instance-id`: tells nodes apart.
    pub instance_id: String,
    /// The version of this program. Clients see the version of the dialect instead, except those that may
    /// see statistics.
    pub version: String,
    /// Which headers say where a request comes from.
    pub address_trust: AddressTrust,
    /// Whether test suites of the original are served: what it does only to please itself is done, too.
    pub test_mode: bool,
    /// Whether calls are counted and limited.
    pub rate_limits: bool,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            body_limit: 1 << 20,
            instance_id: "omnicontact".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            address_trust: AddressTrust::default(),
            test_mode: false,
            rate_limits: true,
        }
    }
}

/// What all requests share.
#[derive(Clone)]
pub struct HttpState(Arc<Shared>);

struct Shared {
    ctx: Arc<Context>,
    instance_id: HeaderValue,
    options: HttpOptions,
    outage: Outage,
    rate_limits: RateLimits,
}

impl HttpState {
    /// The state of a server over this world.
    #[must_use]
    pub fn new(ctx: Arc<Context>, options: HttpOptions) -> Self {
        let (outage, rate_limits) = (Outage::default(), RateLimits::default());
        let instance_id =
            HeaderValue::from_str(&options.instance_id).unwrap_or(HeaderValue::from_static("unknown"));
        Self(Arc::new(Shared { ctx, instance_id, options, outage, rate_limits }))
    }

    pub(crate) fn ctx(&self) -> &Context {
        &self.0.ctx
    }

    pub(crate) fn instance_id(&self) -> &HeaderValue {
        &self.0.instance_id
    }

    pub(crate) fn options(&self) -> &HttpOptions {
        &self.0.options
    }

    pub(crate) fn rate_limits(&self) -> &RateLimits {
        &self.0.rate_limits
    }

    pub(crate) fn outage(&self) -> &Outage {
        &self.0.outage
    }
}

impl fmt::Debug for HttpState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpState").field("options", &self.0.options).finish_non_exhaustive()
    }
}

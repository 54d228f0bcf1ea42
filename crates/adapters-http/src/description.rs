//! What is declared about an endpoint. No field has a default: what is left out does not compile.

use axum::http::Method;
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::policy::{Actor, Requirement};
use omnicontact_domain::token::RawToken;

use crate::answer::Caching;

/// Everything about an endpoint but its parameters and its answer, which are types.
pub(crate) struct Description<C> {
    /// The methods. GET carries parameters in the query, every other method in the body.
    pub(crate) methods: &'static [Method],
    /// The full path.
    pub(crate) path: &'static str,
    /// The operation id: the name of the use case.
    pub(crate) operation: &'static str,
    /// What the endpoint does, in one line.
    pub(crate) summary: &'static str,
    /// Who may call it.
    pub(crate) access: Access<C>,
    /// How often one address may call it.
    pub(crate) limit: Limit,
    /// How the answer is wrapped.
    pub(crate) envelope: Envelope,
    /// What the handler may refuse. Refusals that follow from the rest of the description (401, 403,
    /// parameters, size, outages) are documented without being listed.
    pub(crate) errors: &'static [ErrorDoc],
}

/// How often one address may call an endpoint. Callers with `api-bypass-rate-limit` are not counted, nor is
/// anybody where `API_Enable_Rate_Limiter` is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// As the settings say for most endpoints.
    Default,
    /// This often in a minute.
    PerMinute(u32),
    /// As often in a minute as this setting says.
    SettingPerMinute(&'static str),
    /// As often as one likes: for probes of the server's health, and for documents that never change.
    Unlimited,
}

/// One refusal of a handler.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ErrorDoc {
    /// The status.
    pub(crate) status: u16,
    /// The text of `error`; `<...>` stands for what varies.
    pub(crate) text: &'static str,
}

/// How an answer is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// With `"success":true` as its last key.
    Success,
    /// As it is.
    Bare,
    /// A page for people or their browsers. The output is one text.
    Page {
        /// Exactly this type.
        content_type: &'static str,
        /// What caches are told.
        caching: Caching,
    },
}

/// Who may call an endpoint.
#[derive(Debug, Clone)]
pub enum Rule {
    /// Everybody; the handler does not learn who calls.
    Public,
    /// Everybody; who calls is looked up when credentials are sent, together with these grants. Credentials
    /// that are not good make an anonymous caller.
    Anyone(&'static [PermissionId]),
    /// Whoever is logged in.
    SignedIn,
    /// Whoever holds what a use case requires.
    Requires(Requirement),
}

/// A rule, and what its handlers know of the caller. Each kind of caller has constructors of its own, so a
/// handler that wants an actor cannot be declared public.
pub(crate) struct Access<C> {
    /// The rule.
    pub(crate) rule: Rule,
    /// What the handler asks about beyond the rule. [`Actor::holds`] is false for what stands in neither.
    pub(crate) asks: &'static [PermissionId],
    /// Whether an account that has no username yet may call.
    pub(crate) nameless: bool,
    /// Makes the caller out of whoever was let in. `None` when the rule was not obeyed.
    pub(crate) caller: fn(Option<SignedIn>) -> Option<C>,
}

/// The caller of a public endpoint.
#[derive(Debug)]
pub(crate) struct Nobody;

/// The caller of an endpoint that is open to everybody but tells some callers more.
#[derive(Debug)]
pub(crate) struct Anyone(pub(crate) Option<SignedIn>);

/// A caller who proved to be somebody, and who may.
#[derive(Debug)]
pub(crate) struct SignedIn {
    /// Who it is.
    pub(crate) actor: Actor,
    /// The token that the caller showed.
    pub(crate) token: RawToken,
}

impl Access<Nobody> {
    /// Everybody; the handler does not learn who calls.
    pub(crate) const PUBLIC: Self =
        Self { rule: Rule::Public, asks: &[], nameless: true, caller: |_| Some(Nobody) };
}

impl Access<Anyone> {
    /// Everybody; callers who hold some of these permissions are told more.
    pub(crate) const fn anyone(permissions: &'static [PermissionId]) -> Self {
        let caller = |signed_in| Some(Anyone(signed_in));
        Self { rule: Rule::Anyone(permissions), asks: &[], nameless: true, caller }
    }
}

impl Access<SignedIn> {
    /// Whoever is logged in.
    pub(crate) const SIGNED_IN: Self = Self::signed_in(&[]);

    /// Whoever is logged in; the handler asks about these permissions.
    pub(crate) const fn signed_in(asks: &'static [PermissionId]) -> Self {
        Self { rule: Rule::SignedIn, asks, nameless: false, caller: |signed_in| signed_in }
    }

    /// Whoever holds this.
    pub(crate) const fn requires(requirement: Requirement) -> Self {
        let caller = |signed_in| signed_in;
        Self { rule: Rule::Requires(requirement), asks: &[], nameless: false, caller }
    }

    /// The same, also for accounts that have no username yet.
    pub(crate) const fn even_without_username(self) -> Self {
        Self { nameless: true, ..self }
    }
}

impl<C> Access<C> {
    /// The same for a handler that asks about these permissions, too.
    pub(crate) const fn asking(self, asks: &'static [PermissionId]) -> Self {
        Self { asks, ..self }
    }
}

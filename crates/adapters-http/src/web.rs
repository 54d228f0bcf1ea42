//! What browsers get outside the API (contract, framework 1.15).

pub(crate) mod root_page;
pub(crate) mod runtime_config;

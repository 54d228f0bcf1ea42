//! Puts adapters behind the ports, and completes the store at the start of each command.

use std::sync::Arc;

use omnicontact_adapters_system::{BcryptHasher, OsIds, SystemClock};
use omnicontact_domain::password::PasswordDigest;
use omnicontact_domain::role::{ADMIN, RoleId};
use omnicontact_usecases::Context;
use omnicontact_usecases::operator::NewUser;
use omnicontact_usecases::server::{self, Start, Started};

use crate::config::Config;
use crate::store;

/// The use cases' world over the configured store, whose tables are up to date then.
pub(crate) async fn context(config: &Config) -> anyhow::Result<Context> {
    Ok(Context {
        store: store::open(config).await?,
        clock: Arc::new(SystemClock),
        ids: Arc::new(OsIds),
        passwords: Arc::new(BcryptHasher::for_this_machine()),
        root_url: config.root_url.clone(),
        token_secret: config.token_secret.clone(),
    })
}

/// A context over a store that has roles, permissions and settings.
pub(crate) async fn prepared(config: &Config) -> anyhow::Result<Context> {
    let ctx = context(config).await?;
    prepare(&ctx, config, None).await?;
    Ok(ctx)
}

/// Writes what is missing: catalogues, settings from the environment and, with a password for the
/// administrator, the first accounts.
pub(crate) async fn prepare(
    ctx: &Context,
    config: &Config,
    administrator: Option<PasswordDigest>,
) -> anyhow::Result<Started> {
    let start = Start {
        initial_settings: config.initial_settings.clone(),
        forced_settings: config.forced_settings.clone(),
        administrator: administrator.map(|password| NewUser {
            username: config.administrator.username.clone(),
            name: config.administrator.name.clone(),
            email: config.administrator.email.clone(),
            password,
            roles: vec![RoleId::from(ADMIN)],
        }),
        test_administrator: config.test_mode.then(server::test_administrator),
    };
    let started = server::prepare(ctx, &start).await?;
    for id in &started.unknown_settings {
        tracing::warn!(setting = %id, "the environment sets a setting that does not exist");
    }
    Ok(started)
}

//! `omnicontact serve`: the server, from first start to orderly end.

mod housekeeping;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener, ListenerExt as _};
use omnicontact_adapters_http::{HttpOptions, HttpState, router};
use omnicontact_domain::phone;
use omnicontact_usecases::Context;
use tokio::net::TcpListener;
use tokio_rustls::rustls::ServerConfig;

use self::housekeeping::keep_house;
use super::password::Password;
use crate::config::Config;
use crate::tls::{self, Renewal, TlsListener};
use crate::{shutdown, wire};

/// How long requests under way may take after the server was asked to stop.
const DRAIN: Duration = Duration::from_secs(8);

pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    // Beside the start of everything else: the first request with a number need not wait for it.
    let _loading = tokio::task::spawn_blocking(phone::prepare);
    let tls = config.tls.clone().map(tls::prepare).transpose()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let ctx = wire::context(&config).await?;
    let first_password = complete_store(&ctx, &config).await?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("{} cannot be listened on; is another program using it?", config.listen))?;
    let address = listener.local_addr()?;
    if let Some(password) = first_password {
        show_first_login(&format!("{scheme}://{address}"), &config.administrator.username, &password);
    }
    if config.test_mode {
        tracing::warn!("test mode: everybody knows the password of the test administrator");
    }
    let state = HttpState::new(
        Arc::new(ctx.clone()),
        HttpOptions {
            body_limit: config.body_limit,
            instance_id: ctx.ids.random_id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            address_trust: config.address_trust,
            test_mode: config.test_mode,
            rate_limits: !config.test_mode,
        },
    );
    tracing::info!(%address, "omnicontact {} serves on {scheme}://{address}", env!("CARGO_PKG_VERSION"));
    tokio::select! {
        ended = serve_with(tls, listener, router(state)) => ended?,
        never = keep_house(&ctx) => match never {},
    }
    ctx.store.close().await;
    tracing::info!("omnicontact ended");
    Ok(())
}

/// Serves with TLS or without.
async fn serve_with(
    tls: Option<(Arc<ServerConfig>, Renewal)>,
    listener: TcpListener,
    router: axum::Router,
) -> anyhow::Result<()> {
    let Some((config, renewal)) = tls else {
        // Small answers must not wait for more to send.
        return serve(listener.tap_io(|stream| drop(stream.set_nodelay(true))), router).await;
    };
    tokio::select! {
        // Only what is tapped tells axum the addresses of clients; there is nothing to be done.
        ended = serve(TlsListener::new(listener, config).tap_io(|_| {}), router) => ended,
        never = renewal.keep_up() => match never {},
    }
}

/// Serves until asked to stop, then lets requests under way finish.
async fn serve<L>(listener: L, router: axum::Router) -> anyhow::Result<()>
where
    L: Listener<Addr = SocketAddr>,
    SocketAddr: for<'a> Connected<IncomingStream<'a, L>>,
{
    let (stop, mut stopping) = tokio::sync::watch::channel(false);
    let server = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            shutdown::requested().await;
            tracing::info!("asked to stop; requests under way have {} s", DRAIN.as_secs());
            let _ = stop.send(true);
        });
    let deadline = async {
        if stopping.wait_for(|stop| *stop).await.is_ok() {
            tokio::time::sleep(DRAIN).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        ended = async { server.await } => ended.context("the server ended"),
        () = deadline => {
            tracing::warn!("some requests did not finish in time");
            Ok(())
        }
    }
}

/// Writes catalogues and first accounts. Returns the administrator's password if it was made up just now.
async fn complete_store(ctx: &Context, config: &Config) -> anyhow::Result<Option<String>> {
    // In test mode the test administrator is enough, unless another one is asked for.
    let made_up = match &config.administrator.password {
        None if config.test_mode || !config.make_administrator => None,
        None => Some(Password::made_up(ctx.ids.as_ref())),
        Some(digest) => Some(Password { digest: digest.clone(), made_up: None }),
    };
    let digest = made_up.as_ref().map(|password| password.digest.clone());
    let started = wire::prepare(ctx, config, digest).await?;
    if !started.is_administered {
        tracing::warn!("nobody is administrator: whoever registers first becomes one");
    }
    Ok(made_up.and_then(|password| password.made_up).filter(|_| started.administrator_made))
}

/// Tells the operator how to get in. The only time that the password is shown; it is not logged.
fn show_first_login(server: &str, username: &str, password: &str) {
    println!();
    println!("  This is the first start. An administrator was made:");
    println!();
    println!("      username  {username}");
    println!("      password  {password}");
    println!();
    println!("  It is shown only once. To log in:");
    println!();
    println!("      curl -s {server}/api/v1/login -H 'Content-Type: application/json' \\");
    println!("        -d '{{\"user\":\"{username}\",\"password\":\"{password}\"}}'");
    println!();
}

//! Housekeeping on a schedule, for as long as the server runs.

use std::convert::Infallible;
use std::time::Duration;

use omnicontact_usecases::Context;
use omnicontact_usecases::inquiries::pass_on::pass_on_unanswered;
use omnicontact_usecases::server::tidy_up;

/// As often as the original does it.
const EVERY: Duration = Duration::from_mins(10);
/// How long a conversation may be overdue before somebody looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Does all of it. It never ends by itself; whoever drops it undoes what is under way.
pub(super) async fn keep_house(ctx: &Context) -> Infallible {
    tokio::select! {
        never = keep_tidy(ctx) => never,
        never = keep_answering(ctx) => never,
    }
}

/// Passes on what is not answered in time.
async fn keep_answering(ctx: &Context) -> Infallible {
    let mut has_failed = false;
    loop {
        let outcome = pass_on_unanswered(ctx).await;
        match &outcome {
            Ok(0) => {}
            Ok(passed_on) => tracing::info!(passed_on, "conversations were not answered in time"),
            // Said once for each time that it begins: an outage lasts for many rounds.
            Err(error) if !has_failed => {
                tracing::warn!(%error, "unanswered conversations could not be passed on; a later round will");
            }
            Err(error) => tracing::debug!(%error, "unanswered conversations could not be passed on"),
        }
        has_failed = outcome.is_err();
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Tidies up now and every ten minutes.
async fn keep_tidy(ctx: &Context) -> Infallible {
    loop {
        match tidy_up(ctx).await {
            Ok(done) => {
                tracing::debug!(
                    sessions = done.sessions,
                    login_attempts = done.login_attempts,
                    presences = done.presences,
                    "tidied up what had expired"
                );
            }
            Err(error) => {
                tracing::warn!(%error, "what has expired could not be tidied up; the next round will");
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

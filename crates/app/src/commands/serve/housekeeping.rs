//! Housekeeping on a schedule, for as long as the server runs.

use std::convert::Infallible;
use std::time::Duration;

use omnicontact_usecases::Context;
use omnicontact_usecases::server::tidy_up;

/// As often as the original does it.
const EVERY: Duration = Duration::from_mins(10);

/// Tidies up now and every ten minutes. It never ends by itself; whoever drops it undoes what is under way.
pub(super) async fn keep_house(ctx: &Context) -> Infallible {
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

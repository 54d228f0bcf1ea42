//! Exactness under load. While 64 connections read, others erase contacts and visitors, revoke tokens, take
//! permissions and roles and give them back, each by turns on every node. No answer to a request that began after a
//! change was answered, or was seen by anybody, shows what was before; and none shows what was asked by another.
//! CONTRIBUTING.md says how to make more changes than in a usual run.

use std::sync::atomic::Ordering;

use crate::load::lives::End;
use crate::load::stage::Stage;
use crate::load::{Load, Rules, lives, number_from_environment};
use crate::support::Home;

crate::on_both_stores!(nobody_is_shown_what_has_been_changed,);

/// Changes in a usual run.
const CHANGES: u32 = 2_000;
/// Changers of each kind but permissions.
const OF_EACH_KIND: usize = 4;

fn nobody_is_shown_what_has_been_changed(home: &Home) {
    let changes = number_from_environment("OMNICONTACT_EXACTNESS_CHANGES", CHANGES);
    let stage = Stage::start(home, if home.has_server() { 2 } else { 1 });
    let agent = home.user("agent.one", &["livechat-agent"]);
    let mut parts = lives::constants(&stage);
    for name in ["view-l-room", "view-livechat-contact"] {
        parts.push(lives::permission(&stage, name, &agent));
    }
    for number in 0..OF_EACH_KIND {
        parts.push(lives::contacts(&stage, number, End::Erased));
        parts.push(lives::visitors(&stage, number));
        let owner = home.user(&format!("owner.{number}"), &["user", "livechat-manager"]);
        parts.push(lives::tokens(&stage, owner));
        let username = format!("user.{number}");
        let user = home.user(&username, &["user"]);
        parts.push(lives::role(&stage, username, &user));
    }
    let load = stage.play(Rules::Exact { changes: changes.into() }, parts, |_| ());
    report(&load);
    assert_eq!(load.tally.changes.load(Ordering::Relaxed), u64::from(changes));
    let [certain, overlapping] =
        [&load.tally.certain, &load.tally.overlapping].map(|answers| answers.load(Ordering::Relaxed));
    // Otherwise the readers have hardly met the changes, and nothing was shown.
    assert!(certain > u64::from(changes) && overlapping > 0, "{:?}", load.tally);
}

#[expect(clippy::print_stdout, reason = "what was counted, for whoever asks for the output")]
fn report(load: &Load) {
    println!("every answer was right: {:?}", load.tally);
}

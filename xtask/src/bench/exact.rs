//! Whether each connection gets the answer to its own question, which wrk cannot say: many at once, each checked.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::server::{Server, Serving};

/// Who ask at once, and how often each of them asks.
const ASKING: usize = 64;
const QUESTIONS: usize = 20;
/// People whose answers are compared.
const COMPARED: usize = 50;

const CONTACT: &str = "omnichannel/contact";

/// Asks for visitors over many connections at once; each must get the one that it asked for.
pub(super) fn check(server: &Server, visitors: &Path) -> Result<()> {
    let file = std::fs::read_to_string(visitors).with_context(|| visitors.display().to_string())?;
    let ids: Vec<_> = file.lines().collect();
    let ask = |place: usize| {
        let id = ids[place % ids.len()];
        let answer = server.get(CONTACT, &[("contactId", id)])?;
        ensure!(answer.body["contact"]["_id"] == id, "{id} was asked for, and {} answered", answer.body);
        Ok::<_, anyhow::Error>(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..ASKING)
            .map(|asking| {
                scope.spawn(move || (0..QUESTIONS).try_for_each(|turn| ask(turn * ASKING + asking)))
            })
            .collect();
        for thread in threads {
            match thread.join() {
                Ok(outcome) => outcome?,
                Err(_) => bail!("a check broke off"),
            }
        }
        Ok(())
    })
}

/// A peer must answer what the server answers.
pub(super) fn compare(server: &Server, peer: &Serving, visitors: &Path) -> Result<()> {
    let file = std::fs::read_to_string(visitors).with_context(|| visitors.display().to_string())?;
    for id in file.lines().take(COMPARED) {
        let query = [("contactId", id)];
        let ours = server.get(CONTACT, &query)?.body;
        let theirs = server.get_from(&peer.address, CONTACT, &query)?.body;
        ensure!(ours == theirs, "a peer answers something else:\n{ours}\n{theirs}");
    }
    Ok(())
}

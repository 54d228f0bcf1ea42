//! `kill -9` under load: what was answered 200 is there after the restart.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::json;

use crate::support::Home;

crate::on_both_stores!(every_acknowledged_registration_survives_kill_9);

const WRITERS: usize = 8;
const ENOUGH: usize = 150;

fn every_acknowledged_registration_survives_kill_9(home: &Home) {
    let agent = home.user("agent.one", &["livechat-agent"]);
    let server = home.serve();
    let acknowledged = AtomicUsize::new(0);
    let killed = AtomicBool::new(false);
    let written: Vec<(String, String)> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (server, agent, acknowledged, killed) = (&server, &agent, &acknowledged, &killed);
                scope.spawn(move || {
                    let mut mine = Vec::new();
                    for number in 0.. {
                        let name = format!("Guest {writer}-{number}");
                        let body = json!({ "token": format!("t{writer}-{number}"), "name": name });
                        match server.try_post("/api/v1/omnichannel/contact", Some(agent), &body) {
                            Ok((200, answer)) => {
                                mine.push((answer["contact"].as_str().unwrap().to_owned(), name));
                            }
                            // Broken connections and cut answers promise nothing.
                            Ok(_) | Err(_) if killed.load(Ordering::SeqCst) => break,
                            other => panic!("{other:?}"),
                        }
                        acknowledged.fetch_add(1, Ordering::SeqCst);
                    }
                    mine
                })
            })
            .collect();
        while acknowledged.load(Ordering::SeqCst) < ENOUGH {
            std::thread::yield_now();
        }
        killed.store(true, Ordering::SeqCst);
        server.kill_9();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    assert!(written.len() >= ENOUGH);

    let server = home.serve();
    for (id, name) in written {
        assert_eq!(server.contact(&agent, &id)["name"], name);
    }
}

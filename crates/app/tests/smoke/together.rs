//! Many at once: requests, and processes on one database.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::{Credentials, Home, Server};

crate::on_both_stores!(
    sixty_four_registrations_of_one_token_make_one_visitor,
    sixty_four_tokens_make_sixty_four_visitors,
    two_servers_share_one_database,
    ten_first_starts_at_once_make_one_administrator,
    a_server_without_batches_answers_as_one_with_them,
);

const MANY: usize = 64;

/// Registers many contacts at once, each with the token that its number gives.
fn register_many(
    server: &Server,
    agent: &Credentials,
    token: impl Fn(usize) -> String + Sync,
) -> Vec<String> {
    std::thread::scope(|scope| {
        let requests: Vec<_> = (0..MANY)
            .map(|number| {
                let token = token(number);
                scope.spawn(move || {
                    server.register(agent, &json!({ "token": token, "name": format!("Guest {number}") }))
                })
            })
            .collect();
        requests.into_iter().map(|request| request.join().unwrap()).collect()
    })
}

fn sixty_four_registrations_of_one_token_make_one_visitor(home: &Home) {
    let agent = home.user("agent.one", &["livechat-agent"]);
    let server = home.serve();
    let ids = register_many(&server, &agent, |_| "one-token".to_owned());
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 1);
}

fn sixty_four_tokens_make_sixty_four_visitors(home: &Home) {
    let agent = home.user("agent.one", &["livechat-agent"]);
    let server = home.serve();
    let ids = register_many(&server, &agent, |number| format!("token-{number}"));
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), MANY);
    let mut usernames = BTreeSet::new();
    for (number, id) in ids.iter().enumerate() {
        let contact = server.contact(&agent, id);
        assert_eq!(contact["name"], format!("Guest {number}"));
        assert_eq!(contact["token"], format!("token-{number}"));
        assert!(usernames.insert(contact["username"].as_str().unwrap().to_owned()));
    }
}

fn two_servers_share_one_database(home: &Home) {
    let agent = home.user("agent.one", &["livechat-agent"]);
    let servers = [home.serve(), home.serve()];
    let both: Vec<String> = std::thread::scope(|scope| {
        let agent = &agent;
        let writers: Vec<_> = servers
            .iter()
            .map(|server| scope.spawn(move || register_many(server, agent, |n| format!("t{n}"))))
            .collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    // Both registered the same tokens, so both must have met the same visitors ...
    assert_eq!(both.iter().collect::<BTreeSet<_>>().len(), MANY);
    // ... and what one wrote, the other reads.
    let id = servers[0].register(&agent, &json!({ "token": "fresh", "name": "Fresh" }));
    assert_eq!(servers[1].contact(&agent, &id)["name"], "Fresh");
}

fn ten_first_starts_at_once_make_one_administrator(home: &Home) {
    let outputs: Vec<_> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..10).map(|_| scope.spawn(|| home.serve())).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    drop(outputs);
    let users = home.run_well(&["user", "list"]);
    assert_eq!(users.lines().filter(|line| line.contains(" admin ")).count(), 1, "{users}");
}

fn a_server_without_batches_answers_as_one_with_them(home: &Home) {
    let agent = home.user("agent.one", &["livechat-agent"]);
    let nobody = home.user("nobody", &["user"]);
    let servers = [home.serve(), home.serve_with(&[("OMNICONTACT_BATCHED_READS", "false")])];
    let id = servers[1].register(&agent, &json!({ "token": "t", "name": "Mara" }));
    let path = format!("/api/v1/omnichannel/contact?contactId={id}");
    for who in [Some(&agent), Some(&nobody), None] {
        assert_eq!(servers[0].get(&path, who), servers[1].get(&path, who));
    }
    assert_eq!(servers[1].contact(&agent, &id)["name"], "Mara");
}

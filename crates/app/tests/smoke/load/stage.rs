//! Servers on one database, who takes part, and how it all runs at once.

use serde_json::json;

use crate::load::line::Request;
use crate::load::lives::Part;
use crate::load::subject::Slot;
use crate::load::{Changer, Load, READERS, Rules};
use crate::support::{Credentials, Home, Server};

/// Connections to the database that each server may make.
pub(crate) const POOL: usize = 8;

pub(crate) struct Stage<'a> {
    pub(crate) home: &'a Home,
    pub(crate) servers: Vec<Server>,
    pub(crate) admin: Credentials,
    /// Who may nothing.
    pub(crate) powerless: Credentials,
    /// A visitor whom nobody changes.
    pub(crate) visitor: String,
    /// A contact that nobody changes.
    pub(crate) contact: String,
}

impl<'a> Stage<'a> {
    pub(crate) fn start(home: &'a Home, nodes: usize) -> Self {
        let admin = home.user("root.one", &["admin"]);
        let powerless = home.user("nobody.one", &["user"]);
        let pool = POOL.to_string();
        let environment = [
            ("OVERWRITE_SETTING_API_Enable_Rate_Limiter", "false"),
            ("OMNICONTACT_DATABASE_CONNECTIONS", pool.as_str()),
        ];
        let servers: Vec<Server> = (0..nodes).map(|_| home.serve_with(&environment)).collect();
        let visitor = servers[0].register(&admin, &json!({ "token": "constant", "name": "Constance" }));
        let body = json!({ "name": "Constantine", "emails": [], "phones": [] });
        let (status, made) = servers[0].post("/api/v1/omnichannel/contacts", Some(&admin), &body);
        assert_eq!(status, 200, "{made}");
        let contact = made["contactId"].as_str().unwrap().to_owned();
        Self { home, servers, admin, powerless, visitor, contact }
    }

    /// Lets all parts live while many read them, until no more changes may be made or the director ends it.
    pub(crate) fn play(&self, rules: Rules, parts: Vec<Part>, direct: impl FnOnce(&Load)) -> Load {
        let (subjects, lives): (Vec<_>, Vec<_>) =
            parts.into_iter().map(|part| (part.subject, part.life)).unzip();
        let load = Load::new(rules, subjects.iter().map(Slot::of).collect());
        std::thread::scope(|scope| {
            let (load, servers) = (&load, &self.servers);
            let ends = EndsOnDrop(load);
            for (number, seed) in (0..READERS).zip(1..) {
                let server = &servers[number % servers.len()];
                scope.spawn(move || load.read(server, seed));
            }
            if rules == Rules::Faulty {
                for (request, seed) in self.unfinished_requests().into_iter().zip(1..) {
                    scope.spawn(move || load.hang_up(&servers[0], &request, seed));
                }
            }
            let changers: Vec<_> = load
                .slots
                .iter()
                .zip(lives)
                .filter_map(|(slot, life)| life.map(|life| (slot, life)))
                .map(|(slot, mut life)| {
                    scope.spawn(move || {
                        let mut changer = Changer::new(load, slot, servers);
                        while life(&mut changer).is_ok() {}
                    })
                })
                .collect();
            direct(load);
            for changer in changers {
                changer.join().unwrap();
            }
            drop(ends);
        });
        load.assert_right(&self.servers);
        load
    }

    /// What is asked by clients who do not wait for an answer.
    fn unfinished_requests(&self) -> [Request; 2] {
        let body = json!({ "name": "Unfinished", "emails": [], "phones": [] });
        [
            Request::get(&format!("omnichannel/contact?contactId={}", self.visitor), &self.admin),
            Request::post("omnichannel/contacts", &self.admin, &body),
        ]
    }
}

/// Ends the load, also when an assertion fails.
struct EndsOnDrop<'a>(&'a Load);

impl Drop for EndsOnDrop<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

//! A crowd: many clients of few people open, lead and close conversations at once. Nobody is there twice, and nothing
//! that was promised is lost or counted twice.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{Credentials, Home, Server};

crate::on_both_stores!(thirty_two_clients_of_sixteen_people_lead_twenty_conversations_each);

const CLIENTS: usize = 32;
const PEOPLE: usize = 16;
const CONVERSATIONS: usize = 20;
/// Messages of a client in a conversation, if nobody else closes it before.
const MESSAGES: usize = 2;

/// What the server promised to one client.
#[derive(Default)]
struct Promised {
    begun: Vec<String>,
    closed: Vec<String>,
    /// Pairs of a conversation and a text.
    said: Vec<(String, String)>,
}

/// Both clients of a person write the same address, each in its own way.
fn person_of(client: usize) -> usize {
    client % PEOPLE
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// Makes a contact for each person, before anybody comes.
fn prepare(server: &Server, admin: &Credentials) -> Vec<String> {
    let new = |person: usize| {
        let body = json!({
            "name": format!("Person {person}"),
            "emails": [format!("PERSON{person}@Example.org")],
            "phones": [],
        });
        let (status, answer) = server.post("/api/v1/omnichannel/contacts", Some(admin), &body);
        assert_eq!(status, 200, "{answer}");
        text(&answer["contactId"])
    };
    (0..PEOPLE).map(new).collect()
}

/// Registers all clients at once, and returns the token that each person has then.
fn register(server: &Server) -> Vec<String> {
    let visitors: BTreeSet<String> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                scope.spawn(move || {
                    let person = person_of(client);
                    let host = if client < PEOPLE { "example.org" } else { "EXAMPLE.ORG" };
                    let visitor = json!({
                        "token": format!("token-{client}"),
                        "name": format!("Person {person}"),
                        "email": format!("Person{person}@{host}"),
                    });
                    let body = json!({ "visitor": visitor });
                    let (status, answer) = server.post("/api/v1/livechat/visitor", None, &body);
                    assert_eq!(status, 200, "{answer}");
                    text(&answer["visitor"]["_id"])
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    assert_eq!(visitors.len(), PEOPLE, "one visitor for each person");
    let is_known = |token: &String| server.get(&format!("/api/v1/livechat/visitor/{token}"), None).0 == 200;
    let tokens: BTreeMap<usize, String> = (0..CLIENTS)
        .map(|client| (person_of(client), format!("token-{client}")))
        .filter(|(_, token)| is_known(token))
        .collect();
    assert_eq!(tokens.len(), PEOPLE, "one token for each person");
    tokens.into_values().collect()
}

/// Opens, leads and closes conversations until this client has closed its share. The person's other client may write
/// into the same ones, and close them first.
fn converse(server: &Server, token: &str, client: usize) -> Promised {
    let mut promised = Promised::default();
    let mut number = 0;
    while promised.closed.len() < CONVERSATIONS {
        let (status, answer) = server.get(&format!("/api/v1/livechat/room?token={token}"), None);
        assert_eq!(status, 200, "{answer}");
        let room = text(&answer["room"]["_id"]);
        if answer["newRoom"] == true {
            promised.begun.push(room.clone());
        }
        for _ in 0..MESSAGES {
            number += 1;
            let message = format!("{client} says {number}");
            let body = json!({ "token": token, "rid": room, "msg": message });
            if done_unless_closed(&server.post("/api/v1/livechat/message", None, &body)) {
                promised.said.push((room.clone(), message));
            }
        }
        let body = json!({ "token": token, "rid": room });
        if done_unless_closed(&server.post("/api/v1/livechat/room.close", None, &body)) {
            promised.closed.push(room);
        }
    }
    promised
}

/// Whether it was done; the one reason not to is that the conversation is closed.
fn done_unless_closed((status, answer): &(u16, Value)) -> bool {
    assert!(
        *status == 200 || (*status, &answer["error"]) == (400, &json!("room-closed")),
        "{status} {answer}"
    );
    *status == 200
}

fn read(server: &Server, admin: &Credentials, path: &str) -> Value {
    let (status, answer) = server.get(&format!("/api/v1/{path}"), Some(admin));
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

fn thirty_two_clients_of_sixteen_people_lead_twenty_conversations_each(home: &Home) {
    let admin = home.user("root", &["admin"]);
    let server = home.serve_with(&[
        ("OVERWRITE_SETTING_API_Enable_Rate_Limiter", "false"),
        ("OVERWRITE_SETTING_Livechat_accept_chats_with_no_agents", "true"),
        ("OVERWRITE_SETTING_Livechat_Routing_Method", "Manual_Selection"),
    ]);
    let contacts = prepare(&server, &admin);
    let tokens = register(&server);
    let promised: Vec<Promised> = std::thread::scope(|scope| {
        let (server, tokens) = (&server, &tokens);
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| scope.spawn(move || converse(server, &tokens[person_of(client)], client)))
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });

    let begun: BTreeSet<_> = promised.iter().flat_map(|client| &client.begun).collect();
    let closed: BTreeSet<_> = promised.iter().flat_map(|client| &client.closed).collect();
    assert_eq!(begun, closed, "what began was closed, each by one client");
    assert_eq!(closed.len(), CLIENTS * CONVERSATIONS);
    assert_eq!(
        promised.iter().map(|client| client.begun.len()).sum::<usize>(),
        begun.len(),
        "each began once"
    );
    for (path, total) in [
        ("livechat/rooms?count=1", begun.len()),
        ("livechat/rooms?count=1&open=true", 0),
        ("livechat/inquiries.list?count=1", 0),
        ("omnichannel/contacts.search?count=1", PEOPLE),
        ("omnichannel/contacts.search?count=1&unknown=true", 0),
    ] {
        assert_eq!(read(&server, &admin, path)["total"], total, "{path}");
    }
    for (person, contact) in contacts.iter().enumerate() {
        check_person(&server, &admin, contact, person, &tokens[person], &promised);
    }
}

/// The contact is the one that was prepared, and has exactly the conversations of the person's clients.
fn check_person(
    server: &Server,
    admin: &Credentials,
    contact: &str,
    person: usize,
    token: &str,
    promised: &[Promised],
) {
    let shown =
        read(server, admin, &format!("omnichannel/contacts.get?contactId={contact}"))["contact"].clone();
    assert_eq!(shown["name"], format!("Person {person}"));
    assert_eq!(shown["emails"], json!([{ "address": format!("PERSON{person}@Example.org") }]));
    assert_eq!(
        (shown["channels"].as_array().map(Vec::len), &shown["conflictingFields"]),
        (Some(1), &Value::Null)
    );
    let history =
        read(server, admin, &format!("omnichannel/contacts.history?contactId={contact}&count=0"))["history"]
            .clone();
    let history = history.as_array().unwrap();
    let clients: Vec<_> =
        promised.iter().enumerate().filter(|(client, _)| person_of(*client) == person).collect();
    let expected: BTreeSet<_> = clients.iter().flat_map(|(_, client)| client.closed.clone()).collect();
    let listed: BTreeSet<_> = history.iter().map(|room| text(&room["_id"])).collect();
    assert_eq!((history.len(), listed), (expected.len(), expected));
    for room in history {
        let id = text(&room["_id"]);
        let mut said = Vec::new();
        for (_, client) in &clients {
            said.extend(
                client.said.iter().filter(|(room, _)| *room == id).map(|(_, message)| message.clone()),
            );
        }
        assert_eq!(room["msgs"], said.len(), "{id} counts what was said in it");
        check_messages(server, token, &id, said);
    }
}

/// Each message that was promised is there once, in the order in which its client wrote it, and nothing else is.
fn check_messages(server: &Server, token: &str, room: &str, mut said: Vec<String>) {
    let path = format!("/api/v1/livechat/messages.history/{room}?token={token}&limit=100");
    let (status, answer) = server.get(&path, None);
    assert_eq!(status, 200, "{answer}");
    let mut messages = answer["messages"].as_array().unwrap().clone();
    messages.reverse();
    let of_kind = |kind: &str| messages.iter().filter(|message| message["t"] == kind).count();
    assert_eq!((of_kind("livechat-started"), of_kind("livechat-close")), (1, 1), "{room}");
    let moment = |message: &Value| text(&message["ts"]);
    let written: BTreeMap<String, String> = (messages.iter())
        .filter(|message| message["t"].is_null())
        .map(|message| (text(&message["msg"]), moment(message)))
        .collect();
    assert_eq!(messages.len(), said.len() + 2, "{room}: {messages:?}");
    for pair in said.windows(2) {
        let same_client = pair[0].split(' ').next() == pair[1].split(' ').next();
        assert!(!same_client || written.get(&pair[0]) <= written.get(&pair[1]), "{room}: {pair:?}");
    }
    said.sort();
    assert_eq!(written.into_keys().collect::<Vec<_>>(), said, "{room}");
}

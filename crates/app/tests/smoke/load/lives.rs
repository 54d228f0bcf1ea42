//! How subjects of each kind come, change and go.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::load::line::{Reply, Request};
use crate::load::stage::Stage;
use crate::load::subject::Subject;
use crate::load::{Changer, Over};
use crate::support::Credentials;

/// Goes through one life of the subject in a slot.
pub(crate) type Life = Box<dyn FnMut(&mut Changer<'_>) -> Result<(), Over> + Send>;

/// A subject to begin with, and how it lives. What has no life never changes.
pub(crate) struct Part {
    pub(crate) subject: Arc<Subject>,
    pub(crate) life: Option<Life>,
}

/// What becomes of a contact in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Erased,
    Kept,
}

/// How often somebody is renamed.
const RENAMES: u64 = 2;

/// Contacts that are made, renamed, and erased or kept.
pub(crate) fn contacts(stage: &Stage<'_>, number: usize, end: End) -> Part {
    let admin = stage.admin.clone();
    let mut generation = 0;
    let life = move |changer: &mut Changer<'_>| {
        generation += 1;
        let name = format!("Contact {number}.{generation}");
        let email = format!("contact.{number}.{generation}@example.org");
        let body = json!({ "name": format!("{name}.0"), "emails": [email], "phones": [] });
        let made = changer.make(&Request::post("omnichannel/contacts", &admin, &body))?;
        let id = text(&made.body["contactId"]);
        let request = Request::get(&format!("omnichannel/contacts.get?contactId={id}"), &admin);
        let subject = Subject::new(request, {
            let (id, name) = (id.clone(), name.clone());
            move |change, reply| {
                if change <= RENAMES {
                    shows(reply, &id, &format!("{name}.{change}"))
                } else {
                    reply.status == 404
                }
            }
        });
        changer.slot.put(&subject);
        for _ in 0..RENAMES {
            changer.change(&subject, |change| {
                let body = json!({ "contactId": id, "name": format!("{name}.{change}") });
                Request::post("omnichannel/contacts.update", &admin, &body)
            })?;
        }
        match end {
            End::Erased => changer.change(&subject, |_| {
                Request::post("omnichannel/contacts.delete", &admin, &json!({ "contactId": id }))
            }),
            End::Kept => {
                changer.keep(&subject);
                Ok(())
            }
        }
    };
    Part { subject: a_visitor(stage, &stage.admin), life: Some(Box::new(life)) }
}

/// Visitors who are registered, renamed and erased.
pub(crate) fn visitors(stage: &Stage<'_>, number: usize) -> Part {
    let admin = stage.admin.clone();
    let mut generation = 0;
    let life = move |changer: &mut Changer<'_>| {
        generation += 1;
        let token = format!("visitor-{number}-{generation}");
        let register = |change: u64| {
            let body = json!({ "token": token, "name": format!("{token}.{change}") });
            Request::post("omnichannel/contact", &admin, &body)
        };
        let id = text(&changer.make(&register(0))?.body["contact"]);
        let request = Request::get(&format!("omnichannel/contact?contactId={id}"), &admin);
        let subject = Subject::new(request, {
            let token = token.clone();
            move |change, reply| {
                if change <= RENAMES {
                    shows(reply, &id, &format!("{token}.{change}"))
                } else {
                    reply.status == 200 && reply.body["contact"] == Value::Null
                }
            }
        });
        changer.slot.put(&subject);
        for _ in 0..RENAMES {
            changer.change(&subject, register)?;
        }
        changer.change(&subject, |_| Request::delete(&format!("livechat/visitor/{token}")))
    };
    Part { subject: a_visitor(stage, &stage.admin), life: Some(Box::new(life)) }
}

/// Personal access tokens of a user who may read visitors: made, and revoked.
pub(crate) fn tokens(stage: &Stage<'_>, owner: Credentials) -> Part {
    let subject = a_visitor(stage, &owner);
    let visitor = stage.visitor.clone();
    let mut generation = 0_u64;
    let life = move |changer: &mut Changer<'_>| {
        generation += 1;
        let named = json!({ "tokenName": format!("token {generation}") });
        let post =
            |action: &str| Request::post(&format!("users.{action}PersonalAccessToken"), &owner, &named);
        let token = text(&changer.make(&post("generate"))?.body["token"]);
        let token = Credentials { token, ..owner.clone() };
        // By turns a question about the owner, and one that the owner's roles allow.
        let (path, whose) = if generation.is_multiple_of(2) {
            ("me".to_owned(), owner.user_id.clone())
        } else {
            (format!("omnichannel/contact?contactId={visitor}"), visitor.clone())
        };
        let subject = Subject::new(Request::get(&path, &token), move |change, reply| match change {
            0 => {
                reply.status == 200
                    && [&reply.body["_id"], &reply.body["contact"]["_id"]].contains(&&json!(whose))
            }
            _ => reply.status == 401,
        });
        changer.slot.put(&subject);
        changer.change(&subject, |_| post("remove"))
    };
    Part { subject, life: Some(Box::new(life)) }
}

/// A permission that is taken from the agents and given back.
pub(crate) fn permission(stage: &Stage<'_>, permission: &'static str, agent: &Credentials) -> Part {
    let (path, id) = match permission {
        "view-l-room" => (format!("omnichannel/contact?contactId={}", stage.visitor), stage.visitor.clone()),
        "view-livechat-contact" => {
            (format!("omnichannel/contacts.get?contactId={}", stage.contact), stage.contact.clone())
        }
        other => panic!("no question is known that needs {other}"),
    };
    let subject = Subject::new(Request::get(&path, agent), move |change, reply| {
        if change.is_multiple_of(2) {
            reply.status == 200 && reply.body["contact"]["_id"] == id.as_str()
        } else {
            reply.status == 403
        }
    });
    let (admin, own) = (stage.admin.clone(), Arc::clone(&subject));
    let life = move |changer: &mut Changer<'_>| {
        changer.change(&own, |change| {
            let mut roles = vec!["admin", "livechat-manager"];
            if change.is_multiple_of(2) {
                roles.push("livechat-agent");
            }
            let body = json!({ "permissions": [{ "_id": permission, "roles": roles }] });
            Request::post("permissions.update", &admin, &body)
        })
    };
    Part { subject, life: Some(Box::new(life)) }
}

/// The role of a manager that is given to a user and taken away.
pub(crate) fn role(stage: &Stage<'_>, username: String, user: &Credentials) -> Part {
    let id = stage.visitor.clone();
    let request = Request::get(&format!("omnichannel/contact?contactId={id}"), user);
    let subject = Subject::new(request, move |change, reply| {
        if change.is_multiple_of(2) {
            reply.status == 403
        } else {
            reply.status == 200 && reply.body["contact"]["_id"] == id.as_str()
        }
    });
    let (admin, own) = (stage.admin.clone(), Arc::clone(&subject));
    let life = move |changer: &mut Changer<'_>| {
        changer.change(&own, |change| {
            let path =
                if change.is_multiple_of(2) { "roles.removeUserFromRole" } else { "roles.addUserToRole" };
            Request::post(path, &admin, &json!({ "roleId": "livechat-manager", "username": username }))
        })
    };
    Part { subject, life: Some(Box::new(life)) }
}

/// What must stay as it is, whatever else is in the same batch.
pub(crate) fn constants(stage: &Stage<'_>) -> Vec<Part> {
    let (admin, powerless) = (&stage.admin, &stage.powerless);
    let visitor = format!("omnichannel/contact?contactId={}", stage.visitor);
    // Credentials of two users, each with the token of the other.
    let crossed = [(admin, powerless), (powerless, admin)]
        .map(|(user, other)| Credentials { user_id: user.user_id.clone(), token: other.token.clone() });
    let refused = |who: &Credentials, status: u16| {
        Subject::new(Request::get(&visitor, who), move |_, reply| reply.status == status)
    };
    let subjects = [
        a_visitor(stage, admin),
        refused(powerless, 403),
        refused(&crossed[0], 401),
        refused(&crossed[1], 401),
    ];
    subjects.into_iter().map(|subject| Part { subject, life: None }).collect()
}

/// A visitor whom nobody changes, as somebody sees who may.
fn a_visitor(stage: &Stage<'_>, who: &Credentials) -> Arc<Subject> {
    let id = stage.visitor.clone();
    let request = Request::get(&format!("omnichannel/contact?contactId={id}"), who);
    Subject::new(request, move |_, reply| shows(reply, &id, "Constance"))
}

fn shows(reply: &Reply, id: &str, name: &str) -> bool {
    let contact = &reply.body["contact"];
    reply.status == 200 && contact["_id"] == id && contact["name"] == name
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

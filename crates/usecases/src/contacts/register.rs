//! Register or update one contact of the first API: `POST omnichannel/contact`.

use omnicontact_domain::custom_field::{UnknownKeys, validate};
use omnicontact_domain::id::{UserId, VisitorId};
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::role::LIVECHAT_AGENT;
use omnicontact_domain::text::check_values;
use omnicontact_domain::value::Fields;
use omnicontact_domain::visitor::{Registration, Visitor, VisitorManager, guest_username};
use omnicontact_ports::{StoreError, Transaction};

use super::RegisterError;
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// What is said of the contact.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterContact {
    /// Everything but the custom values. A manager with an empty username is no manager.
    pub registration: Registration,
    /// Custom values by field id; those without a definition are dropped.
    pub custom_fields: Fields,
}

/// Registers a visitor, or updates the one with that token, else the first one with that e-mail address,
/// which then gets the token. Returns the visitor's id.
///
/// Everything is checked before anything is written (decision 8 of the contract). Two registrations of one
/// token or address at once are done one after the other.
///
/// # Errors
/// [`RegisterError`]; nothing was written then.
pub async fn register_contact(
    ctx: &Context,
    actor: &Actor,
    mut request: RegisterContact,
) -> Result<VisitorId, RegisterError> {
    authorize(actor, &REQUIRES)?;
    request.registration = request.registration.normalised()?;
    check_values("customFields", &request.custom_fields)?;
    retried(ctx, || register_once(ctx, &request)).await
}

async fn register_once(ctx: &Context, request: &RegisterContact) -> Result<VisitorId, RegisterError> {
    let mut tx = ctx.store.begin().await?;
    let mut registration = request.registration.clone();
    let manager = find_manager(tx.as_mut(), registration.manager).await?;
    registration.manager = manager.as_ref().map(|(_, named)| named.clone());
    let definitions = tx.custom_fields().list().await?;
    let values = validate(&definitions, &request.custom_fields, UnknownKeys::Drop)?;

    let visitors = tx.visitors();
    visitors.lock_registration(&registration.token, None, registration.lookup_email()).await?;
    if let Some((id, _)) = &manager {
        keep_agent(tx.as_mut(), id).await?;
    }
    let now = ctx.clock.now();
    let id = if let Some(mut visitor) = find_registered(tx.as_mut(), &registration).await? {
        visitor.register(&registration, values, now);
        tx.visitors().update(&visitor).await?;
        visitor.id
    } else {
        let username = match registration.username.clone() {
            Some(username) => username,
            None => guest_username(tx.visitors().next_guest_number().await?),
        };
        let id = VisitorId::from(ctx.ids.record_id(now));
        let mut visitor = Visitor::new(id, username, registration.token.clone(), now);
        visitor.register(&registration, values, now);
        tx.visitors().add(&visitor).await?;
        visitor.id
    };
    tx.commit().await?;
    Ok(id)
}

/// The visitor that the registration is about, if there is one.
async fn find_registered(
    tx: &mut dyn Transaction,
    registration: &Registration,
) -> Result<Option<Visitor>, StoreError> {
    if let Some(visitor) = tx.visitors().find_by_token(&registration.token).await? {
        return Ok(Some(visitor));
    }
    match registration.lookup_email() {
        Some(address) => tx.visitors().find_by_email(address).await,
        None => Ok(None),
    }
}

/// Resolves the named manager, who must be an agent.
async fn find_manager(
    tx: &mut dyn Transaction,
    named: Option<VisitorManager>,
) -> Result<Option<(UserId, VisitorManager)>, RegisterError> {
    let Some(VisitorManager { username, .. }) = named.filter(|manager| !manager.username.is_empty()) else {
        return Ok(None);
    };
    let Some(user) = tx.users().find_by_username(&username).await? else {
        return Err(RegisterError::ManagerNotFound { username });
    };
    if !user.has_role(LIVECHAT_AGENT) {
        return Err(RegisterError::ManagerNotAgent);
    }
    let username = user.username.unwrap_or(username);
    Ok(Some((user.id, VisitorManager { user_id: None, username, name: None, emails: None })))
}

/// Lets nobody take the role from the agent before the visitor is written: whoever removes an agent takes it off all
/// visitors, and finds this one then.
async fn keep_agent(tx: &mut dyn Transaction, id: &UserId) -> Result<(), RegisterError> {
    let locked = tx.users().lock(id).await?;
    if locked.is_some_and(|user| user.has_role(LIVECHAT_AGENT)) {
        Ok(())
    } else {
        Err(RegisterError::ManagerNotAgent)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::sync::{Arc, Mutex};

    use omnicontact_domain::time::Timestamp;
    use omnicontact_domain::user::User;
    use omnicontact_domain::version::Version;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, agent, context, nobody};
    use crate::prepared::{agent_user, definition, writing as store};

    fn request() -> RegisterContact {
        RegisterContact {
            registration: Registration {
                token: "t1".into(),
                name: "Chris".into(),
                email: Some("Chris@Example.com".into()),
                phone: None,
                username: None,
                manager: None,
            },
            custom_fields: Fields::default(),
        }
    }

    fn managed_by(username: &str) -> RegisterContact {
        let manager =
            VisitorManager { user_id: None, username: username.to_owned(), name: None, emails: None };
        let registration = Registration { manager: Some(manager), ..request().registration };
        RegisterContact { registration, ..request() }
    }

    fn stored() -> Visitor {
        let visitor = Visitor::new("v1".into(), "guest-7".into(), "old".into(), Timestamp::from_millis(1));
        Visitor { version: Version::new(3), ..visitor }
    }

    /// A transaction in which nothing is stored yet.
    fn empty() -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.custom_fields.expect_list().returning(|| Ok(vec![]));
        tx.visitors.expect_lock_registration().returning(|_, _, _| Ok(()));
        tx.visitors.expect_next_guest_number().returning(|| Ok(39));
        tx
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = register_contact(&context(MockStore::new()), &nobody(), request()).await;
        assert!(matches!(refused, Err(RegisterError::Denied(_))));
    }

    #[tokio::test]
    async fn an_empty_token_causes_no_transaction() {
        let mut empty_token = request();
        empty_token.registration.token = "".into();
        let refused = register_contact(&context(MockStore::new()), &agent(), empty_token).await;
        assert!(matches!(refused, Err(RegisterError::Invalid(_))));
    }

    #[tokio::test]
    async fn an_unknown_token_and_address_make_a_new_guest() {
        let mut tx = empty();
        tx.visitors.expect_find_by_token().returning(|_| Ok(None));
        tx.visitors
            .expect_find_by_email()
            .withf(|address| address == "chris@example.com")
            .returning(|_| Ok(None));
        tx.visitors
            .expect_add()
            .withf(|visitor| {
                visitor.username.as_deref() == Some("guest-39")
                    && visitor.ts == Some(NOW)
                    && visitor.emails == Some(vec!["chris@example.com".to_owned()])
                    && visitor.livechat_data == Some(Fields::default())
            })
            .times(1)
            .returning(|_| Ok(()));
        let (store, committed) = store(vec![tx]);
        let id = register_contact(&context(store), &agent(), request()).await.unwrap();
        assert_eq!(id.as_str(), "new-record");
        assert!(committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_known_address_gets_the_new_token() {
        let mut tx = empty();
        tx.visitors.expect_find_by_token().returning(|_| Ok(None));
        tx.visitors.expect_find_by_email().returning(|_| Ok(Some(stored())));
        tx.visitors
            .expect_update()
            .withf(|visitor| visitor.token == Some("t1".into()) && visitor.version == Version::new(3))
            .times(1)
            .returning(|_| Ok(()));
        let (store, committed) = store(vec![tx]);
        let id = register_contact(&context(store), &agent(), request()).await.unwrap();
        assert_eq!(id.as_str(), "v1");
        assert!(committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_manager_who_is_missing_or_no_agent_leaves_nothing_behind() {
        let mut missing = empty();
        missing.users.expect_find_by_username().returning(|_| Ok(None));
        let (store, committed) = store(vec![missing]);
        let refused = register_contact(&context(store), &agent(), managed_by("nobody")).await;
        assert!(matches!(refused, Err(RegisterError::ManagerNotFound { username }) if username == "nobody"));
        assert!(!committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn an_agent_who_is_removed_meanwhile_is_not_named() {
        for (role_stays, is_named) in [(true, true), (false, false)] {
            let mut tx = empty();
            tx.users
                .expect_find_by_username()
                .returning(|_| Ok(Some(User { username: Some("kim".into()), ..agent_user("u1") })));
            tx.users.expect_lock().withf(|id| id.as_str() == "u1").times(1).returning(move |_| {
                Ok(Some(if role_stays { agent_user("u1") } else { User::new("u1", NOW) }))
            });
            tx.visitors.expect_find_by_token().returning(|_| Ok(Some(stored())));
            tx.visitors
                .expect_update()
                .withf(|visitor| visitor.manager.as_ref().is_some_and(|manager| manager.username == "kim"))
                .times(usize::from(is_named))
                .returning(|_| Ok(()));
            let (store, committed) = store(vec![tx]);
            let answer = register_contact(&context(store), &agent(), managed_by("KIM")).await;
            assert_eq!(committed.load(Ordering::SeqCst), is_named);
            assert!(is_named || matches!(answer, Err(RegisterError::ManagerNotAgent)));
        }
    }

    #[tokio::test]
    async fn an_empty_manager_name_is_no_manager() {
        let mut tx = empty();
        tx.visitors.expect_find_by_token().returning(|_| Ok(Some(stored())));
        tx.visitors.expect_update().withf(|visitor| visitor.manager.is_none()).returning(|_| Ok(()));
        let (store, _) = store(vec![tx]);
        register_contact(&context(store), &agent(), managed_by("")).await.unwrap();
    }

    #[tokio::test]
    async fn a_refused_custom_value_leaves_nothing_behind() {
        let mut tx = MockTransaction::default();
        tx.custom_fields
            .expect_list()
            .returning(|| Ok(vec![definition("plan", &[("required", true.into())])]));
        let (store, committed) = store(vec![tx]);
        let refused = register_contact(&context(store), &agent(), request()).await;
        assert!(matches!(refused, Err(RegisterError::CustomField(_))));
        assert!(!committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_stale_update_is_done_again_from_the_beginning() {
        let updates = Arc::new(Mutex::new(0));
        let attempt = || {
            let updates = Arc::clone(&updates);
            let mut tx = empty();
            tx.visitors.expect_find_by_token().returning(|_| Ok(Some(stored())));
            tx.visitors.expect_update().returning(move |_| {
                let mut count = updates.lock().unwrap();
                *count += 1;
                if *count < 3 { Err(StoreError::Stale) } else { Ok(()) }
            });
            tx
        };
        let (store, committed) = store(vec![attempt(), attempt(), attempt()]);
        register_contact(&context(store), &agent(), request()).await.unwrap();
        assert_eq!(*updates.lock().unwrap(), 3);
        assert!(committed.load(Ordering::SeqCst));
    }
}

//! Sessions, login tokens, roles, permissions and grants.

use std::collections::HashMap;

use async_trait::async_trait;
use omnicontact_domain::contact::Contact;
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, UserId, VisitorId};
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::policy::Grants;
use omnicontact_domain::role::{RoleId, RoleScope};
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::{HashedToken, LoginToken};
use omnicontact_domain::visitor::Visitor;

use crate::StoreError;

/// What a caller shows: whose token it is, and the token's stored form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionKey {
    /// The user that the caller claims to be.
    pub user_id: UserId,
    /// The stored form of the caller's secret.
    pub token: HashedToken,
}

/// What is asked about a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionQuestion {
    /// Whose.
    pub key: SessionKey,
    /// The permissions whose stored grants are asked for.
    pub permissions: Vec<PermissionId>,
    /// The settings whose stored values are asked for.
    pub settings: Vec<&'static str>,
    /// What the caller will ask for once let in.
    pub prefetch: Option<Prefetch>,
}

impl SessionQuestion {
    /// Asks for no more than whose session it is.
    #[must_use]
    pub const fn of(key: SessionKey) -> Self {
        Self { key, permissions: Vec::new(), settings: Vec::new(), prefetch: None }
    }
}

/// What is read along with a session, so that the two take one round trip.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Prefetch {
    /// The visitor with that id.
    Visitor(VisitorId),
    /// The contact with that id.
    Contact(ContactId),
    /// Whether a contact has that address: [`crate::Lookups::knows_email`].
    Email(EmailKey),
    /// Whether a contact has that number: [`crate::Lookups::knows_phone`].
    Phone(PhoneKey),
}

/// What was read along with a session, of the same moment. To have it proves no right to see it.
#[derive(Debug, Clone, PartialEq)]
pub enum Prefetched {
    /// What there is of the visitor with that id.
    Visitor(VisitorId, Option<Box<Visitor>>),
    /// What there is of the contact with that id.
    Contact(ContactId, Option<Box<Contact>>),
    /// Whether a contact has that address.
    Email(EmailKey, bool),
    /// Whether a contact has that number.
    Phone(PhoneKey, bool),
}

impl Prefetched {
    /// What was read of that visitor; `None` when something else was read.
    #[must_use]
    pub fn visitor(self, id: &VisitorId) -> Option<Option<Visitor>> {
        match self {
            Self::Visitor(read, found) => (read == *id).then(|| found.map(|found| *found)),
            Self::Contact(..) | Self::Email(..) | Self::Phone(..) => None,
        }
    }

    /// What was read of that contact; `None` when something else was read.
    #[must_use]
    pub fn contact(self, id: &ContactId) -> Option<Option<Contact>> {
        match self {
            Self::Contact(read, found) => (read == *id).then(|| found.map(|found| *found)),
            Self::Visitor(..) | Self::Email(..) | Self::Phone(..) => None,
        }
    }

    /// What was read of that address; `None` when something else was read.
    #[must_use]
    pub fn email(self, key: &EmailKey) -> Option<bool> {
        match self {
            Self::Email(read, known) => (read == *key).then_some(known),
            Self::Visitor(..) | Self::Contact(..) | Self::Phone(..) => None,
        }
    }

    /// What was read of that number; `None` when something else was read.
    #[must_use]
    pub fn phone(self, key: &PhoneKey) -> Option<bool> {
        match self {
            Self::Phone(read, known) => (read == *key).then_some(known),
            Self::Visitor(..) | Self::Contact(..) | Self::Email(..) => None,
        }
    }
}

/// What is stored behind a login token at the moment of asking.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// The token's owner.
    pub user_id: UserId,
    /// The owner's username.
    pub username: Option<String>,
    /// The owner's roles.
    pub roles: Vec<RoleId>,
    /// The token.
    pub token: LoginToken,
    /// The stored values of the settings asked about.
    pub settings: SettingValues,
    /// The stored grants of the permissions asked about.
    pub grants: Grants,
    /// What was to be read along. A store leaves out what it cannot read, so that only those who may see
    /// the record learn of that: they ask for it by itself.
    pub prefetched: Option<Prefetched>,
}

/// What a store read for several questions about sessions at once, and how it answers each of them.
#[derive(Debug, Default)]
pub struct SessionBatch {
    /// The sessions that were found, without settings and grants.
    pub sessions: Vec<Session>,
    /// The stored values of all settings that were asked about.
    pub settings: SettingValues,
    /// The stored grants of all permissions that were asked about.
    pub grants: Grants,
    /// What was read along, for all that was to be and can be read.
    pub prefetched: HashMap<Prefetch, Prefetched>,
}

impl SessionBatch {
    /// What is known before anything is found: that what is to be read along is not there.
    #[must_use]
    pub fn of(questions: &[SessionQuestion]) -> Self {
        let absent = |prefetch: &Prefetch| match prefetch {
            Prefetch::Visitor(id) => Prefetched::Visitor(id.clone(), None),
            Prefetch::Contact(id) => Prefetched::Contact(id.clone(), None),
            Prefetch::Email(key) => Prefetched::Email(key.clone(), false),
            Prefetch::Phone(key) => Prefetched::Phone(key.clone(), false),
        };
        let asked = questions.iter().filter_map(|question| question.prefetch.as_ref());
        let prefetched = asked.map(|prefetch| (prefetch.clone(), absent(prefetch))).collect();
        Self { prefetched, ..Self::default() }
    }

    /// Notes what was read of a record; nothing, where it is there but cannot be read.
    pub fn note(&mut self, prefetch: Prefetch, read: Option<Prefetched>) {
        match read {
            Some(read) => self.prefetched.insert(prefetch, read),
            None => self.prefetched.remove(&prefetch),
        };
    }

    /// Notes that a contact has the address with this key.
    pub fn note_email(&mut self, key: EmailKey) {
        self.note(Prefetch::Email(key.clone()), Some(Prefetched::Email(key, true)));
    }

    /// Notes that a contact has the number with this key.
    pub fn note_phone(&mut self, key: PhoneKey) {
        self.note(Prefetch::Phone(key.clone()), Some(Prefetched::Phone(key, true)));
    }

    /// All permissions that these questions ask about, each once.
    #[must_use]
    pub fn permissions(questions: &[SessionQuestion]) -> Vec<&str> {
        let all = each_once(questions.iter().map(|question| question.permissions.as_slice()));
        all.into_iter().map(PermissionId::as_str).collect()
    }

    /// All settings that these questions ask about, each once.
    #[must_use]
    pub fn settings(questions: &[SessionQuestion]) -> Vec<&'static str> {
        let all = each_once(questions.iter().map(|question| question.settings.as_slice()));
        all.into_iter().copied().collect()
    }

    /// The ids of all visitors that these questions want to be read along.
    pub fn visitors(questions: &[SessionQuestion]) -> impl Iterator<Item = &VisitorId> {
        questions.iter().filter_map(|question| match &question.prefetch {
            Some(Prefetch::Visitor(id)) => Some(id),
            Some(Prefetch::Contact(_) | Prefetch::Email(_) | Prefetch::Phone(_)) | None => None,
        })
    }

    /// The ids of all contacts that these questions want to be read along.
    pub fn contacts(questions: &[SessionQuestion]) -> impl Iterator<Item = &ContactId> {
        questions.iter().filter_map(|question| match &question.prefetch {
            Some(Prefetch::Contact(id)) => Some(id),
            Some(Prefetch::Visitor(_) | Prefetch::Email(_) | Prefetch::Phone(_)) | None => None,
        })
    }

    /// The keys of all addresses that these questions want to be looked for along.
    pub fn emails(questions: &[SessionQuestion]) -> impl Iterator<Item = &EmailKey> {
        questions.iter().filter_map(|question| match &question.prefetch {
            Some(Prefetch::Email(key)) => Some(key),
            Some(Prefetch::Visitor(_) | Prefetch::Contact(_) | Prefetch::Phone(_)) | None => None,
        })
    }

    /// The keys of all numbers that these questions want to be looked for along.
    pub fn phones(questions: &[SessionQuestion]) -> impl Iterator<Item = &PhoneKey> {
        questions.iter().filter_map(|question| match &question.prefetch {
            Some(Prefetch::Phone(key)) => Some(key),
            Some(Prefetch::Visitor(_) | Prefetch::Contact(_) | Prefetch::Email(_)) | None => None,
        })
    }

    /// The answers in the order of the questions, each with what it asked about and no more.
    #[must_use]
    pub fn answers(mut self, questions: &[SessionQuestion]) -> Vec<Option<Session>> {
        // What was read is handed to the last one who asked; the others get copies.
        let mut asked: HashMap<&Prefetch, usize> = HashMap::new();
        for prefetch in questions.iter().filter_map(|question| question.prefetch.as_ref()) {
            *asked.entry(prefetch).or_default() += 1;
        }
        let mut take = |prefetch: &Prefetch| {
            let left = asked.get_mut(prefetch)?;
            *left -= 1;
            if *left == 0 { self.prefetched.remove(prefetch) } else { self.prefetched.get(prefetch).cloned() }
        };
        let by_token: HashMap<_, _> =
            self.sessions.iter().map(|session| (&session.token.hashed, session)).collect();
        let answer = |question: &SessionQuestion| {
            let prefetched = question.prefetch.as_ref().and_then(&mut take);
            let found = by_token.get(&question.key.token)?;
            (found.user_id == question.key.user_id).then(|| Session {
                settings: self.settings.only(&question.settings),
                grants: self.grants.only(&question.permissions),
                prefetched,
                ..(*found).clone()
            })
        };
        questions.iter().map(answer).collect()
    }
}

/// What stands in some lists, each once and in order. Questions of a moment often have the same list.
fn each_once<'a, T: Ord>(lists: impl Iterator<Item = &'a [T]>) -> Vec<&'a T> {
    let mut all = Vec::new();
    let mut last: &[T] = &[];
    for list in lists {
        if list != last {
            all.extend(list);
            last = list;
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Stores login tokens, in their hashed form only.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait TokenRepository: Send {
    /// The owner of a token and the token.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, token: &HashedToken) -> Result<Option<(UserId, LoginToken)>, StoreError>;

    /// Stores a new token of a user.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::LoginToken`], or with
    /// [`crate::Constraint::Reference`] when there is no such user.
    async fn add(&mut self, owner: &UserId, token: &LoginToken) -> Result<(), StoreError>;

    /// Removes one token of a user. Unknown tokens are no error.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove(&mut self, owner: &UserId, token: &HashedToken) -> Result<(), StoreError>;

    /// Removes a user's oldest session tokens but the newest `keep`. Personal tokens stay.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_oldest_sessions(&mut self, owner: &UserId, keep: u32) -> Result<(), StoreError>;

    /// All tokens of a user, by ascending time and then by hash.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list(&mut self, owner: &UserId) -> Result<Vec<LoginToken>, StoreError>;

    /// The personal token of that name.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_name(&mut self, owner: &UserId, name: &str) -> Result<Option<LoginToken>, StoreError>;

    /// Removes a user's session tokens but one. Personal tokens stay.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_other_sessions(&mut self, owner: &UserId, kept: &HashedToken) -> Result<(), StoreError>;

    /// Removes all session and personal tokens of a user but one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_others(&mut self, owner: &UserId, kept: &HashedToken) -> Result<(), StoreError>;

    /// Removes at most `limit` session tokens of whomever that were made before `made_before`.
    /// Returns how many were removed.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_sessions_before(&mut self, made_before: Timestamp, limit: u32)
    -> Result<u64, StoreError>;

    /// Removes all session and personal tokens of a user.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_all(&mut self, owner: &UserId) -> Result<(), StoreError>;
}

/// A stored role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRecord {
    /// The id.
    pub id: RoleId,
    /// The name that people see.
    pub name: String,
    /// What holders hold it for.
    pub scope: RoleScope,
    /// What it is for.
    pub description: String,
    /// Whether it is built in and cannot be renamed or removed.
    pub protected: bool,
    /// Whether holders must use a second factor. Kept and returned; nothing follows from it here.
    pub mandatory_two_factor: bool,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// A stored permission with the roles that hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionRecord {
    /// The id.
    pub id: PermissionId,
    /// The roles, in the order in which they were given.
    pub roles: Vec<RoleId>,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// Stores roles, permissions and which role holds which permission.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AccessRepository: Send {
    /// All roles by ascending id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_roles(&mut self) -> Result<Vec<RoleRecord>, StoreError>;

    /// Stores new roles; those that exist stay as they are.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::RoleName`] when a role of another id has the name of
    /// a new one; then none is stored.
    async fn add_roles(&mut self, roles: &[RoleRecord]) -> Result<(), StoreError>;

    /// The role with that id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_role(&mut self, id: &RoleId) -> Result<Option<RoleRecord>, StoreError>;

    /// The role with exactly that name.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_role_by_name(&mut self, name: &str) -> Result<Option<RoleRecord>, StoreError>;

    /// Finds a role, and keeps every other transaction that calls this for the same role waiting until this
    /// one ends. Whoever takes `admin` from somebody, or makes a holder powerless, calls this before looking
    /// for another holder; otherwise two such transactions could each count on the other's holder.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn lock_role(&mut self, id: &RoleId) -> Result<Option<RoleRecord>, StoreError>;

    /// Stores a new role.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Id`] or [`crate::Constraint::RoleName`].
    async fn add_role(&mut self, role: &RoleRecord) -> Result<(), StoreError>;

    /// Overwrites a role. Unknown roles are left out.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::RoleName`].
    async fn update_role(&mut self, role: &RoleRecord) -> Result<(), StoreError>;

    /// Removes a role and takes it off all permissions. Unknown ids are no error.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Reference`] while a user holds the role.
    async fn remove_role(&mut self, id: &RoleId) -> Result<(), StoreError>;

    /// All permissions by ascending id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_permissions(&mut self) -> Result<Vec<PermissionRecord>, StoreError>;

    /// The permission with that id, kept from other transactions that call this until this one ends.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn lock_permission(&mut self, id: &PermissionId) -> Result<Option<PermissionRecord>, StoreError>;

    /// Stores new permissions with their roles; those that exist keep the roles that they have.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Reference`] for a role that does not exist.
    async fn add_permissions(&mut self, permissions: &[PermissionRecord]) -> Result<(), StoreError>;

    /// Replaces the roles of a stored permission. Unknown permissions are left out.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Reference`] for a role that does not exist.
    async fn update_permission(&mut self, permission: &PermissionRecord) -> Result<(), StoreError>;
}

//! What the program writes when it starts: roles, permissions, settings, its own bot, the first administrator.
//! Ten nodes may do this at once; what exists already stays as it is. While it runs, it tidies up.

mod tidy_up;

pub use tidy_up::{TidiedUp, tidy_up};

use omnicontact_domain::audit::Cause;
use omnicontact_domain::login_attempt::{AttemptSubject, FoldedUsername};
use omnicontact_domain::password::PasswordDigest;
use omnicontact_domain::permission;
use omnicontact_domain::role::{ADMIN, BUILT_IN_ROLES, RoleId};
use omnicontact_domain::setting::{self, InvalidSettingText, Setting, SettingDefault};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{Presence, PresenceStatus, User};
use omnicontact_domain::value::Value;
use omnicontact_ports::{Constraint, HasherBusy, PermissionRecord, RoleRecord, StoreError, Transaction};

use crate::last_administrator::lock_administrators;
use crate::operator::{NewUser, account};
use crate::retry::{MayRetry, retried};
use crate::{Context, audit};

/// What the operator decided before the start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Start {
    /// Settings that get a value if they have none yet: pairs of id and text.
    pub initial_settings: Vec<(String, String)>,
    /// Settings that get a value at each start: pairs of id and text.
    pub forced_settings: Vec<(String, String)>,
    /// The administrator to be made when nobody holds the role yet. Without one, whoever registers first
    /// becomes administrator.
    pub administrator: Option<NewUser>,
    /// The well-known administrator of test mode, made anew at each start.
    pub test_administrator: Option<NewUser>,
}

/// What the start did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Started {
    /// Whether the administrator was made just now.
    pub administrator_made: bool,
    /// Whether somebody holds the role `admin`.
    pub is_administered: bool,
    /// Ids of settings that the operator gave and nobody knows.
    pub unknown_settings: Vec<String>,
}

/// Why the start failed. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The text of a setting cannot be read.
    #[error(transparent)]
    Setting(#[from] InvalidSettingText),
    /// Too many passwords wait to be hashed.
    #[error(transparent)]
    Busy(#[from] HasherBusy),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for StartError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Setting(_) | Self::Busy(_) => false,
            Self::Store(error) => error.is_worth_a_retry(),
        }
    }
}

/// Completes the store: built-in roles, the whole permission catalogue, settings, accounts.
///
/// # Errors
/// [`StartError`].
pub async fn prepare(ctx: &Context, start: &Start) -> Result<Started, StartError> {
    let mut started = Started::default();
    let initial = read_settings(&start.initial_settings, &mut started.unknown_settings)?;
    let forced = read_settings(&start.forced_settings, &mut started.unknown_settings)?;
    retried(ctx, || write_catalogues(ctx, &initial, &forced)).await?;
    if let Some(new) = &start.administrator {
        started.administrator_made = make_first_administrator(ctx, new).await?;
    }
    if let Some(new) = &start.test_administrator {
        make_test_administrator(ctx, new).await?;
    }
    started.is_administered = has_administrator(ctx.store.read().await?.as_mut()).await?;
    Ok(started)
}

type Given = (&'static Setting, Value);

fn read_settings(
    given: &[(String, String)],
    unknown: &mut Vec<String>,
) -> Result<Vec<Given>, InvalidSettingText> {
    let mut read = Vec::new();
    for (id, text) in given {
        match setting::find(id) {
            Some(setting) => read.push((setting, setting.value_from_text(text)?)),
            None => unknown.push(id.clone()),
        }
    }
    Ok(read)
}

async fn write_catalogues(ctx: &Context, initial: &[Given], forced: &[Given]) -> Result<(), StartError> {
    let now = ctx.clock.now();
    let mut tx = ctx.store.begin().await?;
    tx.access().add_roles(&built_in_roles(now)).await?;
    tx.access().add_permissions(&default_permissions(now)).await?;
    for (setting, value) in initial {
        if tx.settings().find(setting.id).await?.is_none() {
            write_setting(ctx, tx.as_mut(), setting, value).await?;
        }
    }
    for (setting, value) in forced {
        write_setting(ctx, tx.as_mut(), setting, value).await?;
    }
    for setting in setting::CATALOGUE.iter().filter(|s| s.default == SettingDefault::RandomText) {
        if tx.settings().find(setting.id).await?.is_none() {
            tx.settings().update(setting.id, &Value::Text(ctx.ids.random_id()), now).await?;
        }
    }
    make_own_bot(ctx, tx.as_mut()).await?;
    Ok(tx.commit().await?)
}

/// Makes the server's own bot, unless there is one or somebody else has its name.
async fn make_own_bot(ctx: &Context, tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let bot = User::own_bot(ctx.clock.now());
    if tx.users().find(&bot.id).await?.is_some() {
        return Ok(());
    }
    match tx.users().add(&bot).await {
        // Another node was faster, or a person is called so.
        Err(StoreError::Conflict(Constraint::Id | Constraint::Username)) => Ok(()),
        Err(error) => Err(error),
        Ok(()) => audit::note_user_made(ctx, tx, &Cause::SERVER, &bot).await,
    }
}

async fn write_setting(
    ctx: &Context,
    tx: &mut dyn Transaction,
    setting: &Setting,
    value: &Value,
) -> Result<(), StoreError> {
    let previous = tx.settings().update(setting.id, value, ctx.clock.now()).await?;
    audit::note_setting_written(ctx, tx, &Cause::SERVER, setting, previous, value).await
}

fn built_in_roles(now: Timestamp) -> Vec<RoleRecord> {
    BUILT_IN_ROLES
        .iter()
        .map(|role| RoleRecord {
            id: role.id.into(),
            name: role.id.to_owned(),
            scope: role.scope,
            description: role.description.to_owned(),
            protected: true,
            mandatory_two_factor: false,
            updated_at: now,
        })
        .collect()
}

fn default_permissions(now: Timestamp) -> Vec<PermissionRecord> {
    permission::defaults()
        .map(|(id, roles)| PermissionRecord {
            id,
            roles: roles.iter().map(|role| RoleId::from(*role)).collect(),
            updated_at: now,
        })
        .collect()
}

/// Makes the administrator if nobody has the role. `false` if somebody has, or another node was faster.
async fn make_first_administrator(ctx: &Context, new: &NewUser) -> Result<bool, StartError> {
    if has_administrator(ctx.store.read().await?.as_mut()).await? {
        return Ok(false);
    }
    let password = ctx.passwords.hash(&new.password).await?;
    retried(ctx, || async {
        let mut tx = ctx.store.begin().await?;
        // Somebody may be registering as the first user on another node.
        lock_administrators(tx.as_mut()).await?;
        if has_administrator(tx.as_mut()).await? {
            return Ok(false);
        }
        let admin = account(ctx.ids.random_id().into(), new, Some(password.clone()), ctx.clock.now());
        match tx.users().add(&admin).await {
            Err(StoreError::Conflict(Constraint::Username | Constraint::UserEmail)) => return Ok(false),
            done => done?,
        }
        audit::note_user_made(ctx, tx.as_mut(), &Cause::SERVER, &admin).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

async fn has_administrator(tx: &mut dyn Transaction) -> Result<bool, StoreError> {
    Ok(tx.users().find_by_role(&ADMIN.into()).await?.is_some())
}

/// Removes the test administrator with all sessions and failed logins and makes it anew; its id is its username.
async fn make_test_administrator(ctx: &Context, new: &NewUser) -> Result<(), StartError> {
    let password = ctx.passwords.hash(&new.password).await?;
    retried(ctx, || async {
        let mut tx = ctx.store.begin().await?;
        if let Some(old) = tx.users().find_by_username(&new.username).await? {
            tx.users().remove(&old.id).await?;
            audit::note_user_removed(ctx, tx.as_mut(), &Cause::SERVER, &old).await?;
        }
        let logins = AttemptSubject::Username(FoldedUsername::of(&new.username));
        tx.login_attempts().remove(&logins).await?;
        let user = account(new.username.as_str().into(), new, Some(password.clone()), ctx.clock.now());
        let presence = Presence { chosen: Some(PresenceStatus::Online), ..Presence::OFFLINE };
        let user = User { presence, ..user };
        tx.users().add(&user).await?;
        audit::note_user_made(ctx, tx.as_mut(), &Cause::SERVER, &user).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// The well-known administrator of test mode (contract, framework 5.1).
#[must_use]
pub fn test_administrator() -> NewUser {
    const NAME: &str = "rocketchat.internal.admin.test";
    NewUser {
        username: NAME.to_owned(),
        name: Some("RocketChat Internal Admin Test".to_owned()),
        email: Some(format!("{NAME}@rocket.chat")),
        password: PasswordDigest::of(NAME),
        roles: vec![RoleId::from(ADMIN)],
    }
}

#[cfg(test)]
mod tests;

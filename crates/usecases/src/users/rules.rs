//! The rules of accounts under the settings of this moment, and what the store knows about names.

use omnicontact_domain::role::RoleId;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::text::{self, KEY_LIMIT, NAME_LIMIT, TextError};
use omnicontact_domain::user::{
    AddressRules, EditRules, InvalidUserFields, NewAccountRules, PasswordPolicy, User, UserFields,
    UsernameRules,
};
use omnicontact_ports::{StoreError, Transaction};

use super::UserError;
use crate::Context;

/// The rules.
#[derive(Debug)]
pub(super) struct AccountRules {
    pub(super) usernames: UsernameRules,
    pub(super) addresses: AddressRules,
    pub(super) passwords: PasswordPolicy,
    pub(super) new_accounts: NewAccountRules,
    pub(super) edits: EditRules,
    pub(super) custom_fields: Result<UserFields, InvalidUserFields>,
}

impl AccountRules {
    /// As they are now.
    pub(super) async fn read(ctx: &Context) -> Result<Self, StoreError> {
        let ids = [
            &UsernameRules::SETTINGS[..],
            &AddressRules::SETTINGS,
            &PasswordPolicy::SETTINGS,
            &NewAccountRules::SETTINGS,
            &EditRules::SETTINGS,
            &[UserFields::SETTING],
        ]
        .concat();
        Ok(Self::of(&ctx.store.find_settings(&ids).await?))
    }

    fn of(settings: &SettingValues) -> Self {
        Self {
            usernames: UsernameRules::of(settings),
            addresses: AddressRules::of(settings),
            passwords: PasswordPolicy::of(settings),
            new_accounts: NewAccountRules::of(settings),
            edits: EditRules::of(settings),
            custom_fields: UserFields::parse(&settings.text(UserFields::SETTING)),
        }
    }
}

/// Refuses texts that could not be stored: pairs of the name on the wire and the text.
pub(super) fn check_texts(
    keys: &[(&'static str, &str)],
    texts: &[(&'static str, &str)],
) -> Result<(), TextError> {
    keys.iter().try_for_each(|(field, text)| text::check(field, text, KEY_LIMIT))?;
    texts.iter().try_for_each(|(field, text)| text::check(field, text, NAME_LIMIT))
}

/// Of these roles, those that exist.
pub(super) async fn known_roles(
    tx: &mut dyn Transaction,
    roles: &[RoleId],
) -> Result<Vec<RoleId>, StoreError> {
    let known = tx.access().list_roles().await?;
    Ok(roles.iter().filter(|role| known.iter().any(|known| known.id == **role)).cloned().collect())
}

/// Refuses roles that do not exist.
pub(super) async fn check_roles(tx: &mut dyn Transaction, roles: &[RoleId]) -> Result<(), UserError> {
    if known_roles(tx, roles).await?.len() < roles.len() {
        return Err(UserError::UnknownRole);
    }
    Ok(())
}

/// Whether somebody but this user has the username, in whatever case.
pub(super) async fn username_is_taken(
    tx: &mut dyn Transaction,
    username: &str,
    by_another_than: Option<&User>,
) -> Result<bool, StoreError> {
    let owner = tx.users().find_by_username(username).await?;
    Ok(owner.is_some_and(|owner| by_another_than.is_none_or(|user| user.id != owner.id)))
}

/// Whether somebody but this user has the address, in whatever case.
pub(super) async fn email_is_taken(
    tx: &mut dyn Transaction,
    address: &str,
    by_another_than: Option<&User>,
) -> Result<bool, StoreError> {
    let owner = tx.users().find_by_email(address).await?;
    Ok(owner.is_some_and(|owner| by_another_than.is_none_or(|user| user.id != owner.id)))
}

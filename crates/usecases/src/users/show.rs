//! See a user: `GET users.info` (contract, framework 4.4.3).

use omnicontact_domain::page::Page;
use omnicontact_domain::permission::{PermissionId, VIEW_FULL_OTHER_USER_INFO, VIEW_OTHER_USER_CHANNELS};
use omnicontact_domain::policy::Actor;
use omnicontact_domain::user::User;
use omnicontact_ports::{StoreError, Transaction, UserFilter};

use super::rules::AccountRules;
use super::{SeenUser, ShowUserError};
use crate::Context;

/// What is asked about the caller.
pub const ASKS: &[PermissionId] = &[VIEW_FULL_OTHER_USER_INFO, VIEW_OTHER_USER_CHANNELS];

/// Who is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserQuery {
    /// The user with that id or exactly that username.
    IdOrUsername(String),
    /// The user with that e-mail address, in whatever case.
    Email(String),
    /// The user with that extension of the telephone.
    Extension(String),
    /// The user that was imported under that id. Nobody is imported here.
    ImportId(String),
}

/// What is shown of a user.
#[derive(Debug, Clone, PartialEq)]
pub struct UserInfo {
    /// The account as the caller sees it.
    pub seen: SeenUser,
    /// Whether it is the caller's own.
    pub is_own: bool,
    /// Whether the caller may see which rooms the user is in.
    pub rooms_are_seen: bool,
}

/// Shows a user. By address and import id, others are found only by whoever sees them in full.
///
/// # Errors
/// [`ShowUserError::EmptyQuery`], [`ShowUserError::NotFound`], [`ShowUserError::Store`].
pub async fn show_user(ctx: &Context, actor: &Actor, query: &UserQuery) -> Result<UserInfo, ShowUserError> {
    if query.text().is_empty() {
        return Err(ShowUserError::EmptyQuery);
    }
    let rules = AccountRules::read(ctx).await?;
    let sees_all = actor.holds(&VIEW_FULL_OTHER_USER_INFO);
    let found = find(ctx.store.read().await?.as_mut(), query).await?;
    let is_own = |user: &User| user.id == actor.user_id;
    let user = found.filter(|user| sees_all || is_own(user) || !query.is_private());
    let user = user.ok_or(ShowUserError::NotFound)?.at(ctx.clock.now());
    let is_own = is_own(&user);
    Ok(UserInfo {
        seen: SeenUser::of(user, sees_all || is_own, &rules),
        is_own,
        rooms_are_seen: is_own || actor.holds(&VIEW_OTHER_USER_CHANNELS),
    })
}

impl UserQuery {
    fn text(&self) -> &str {
        match self {
            Self::IdOrUsername(text) | Self::Email(text) | Self::Extension(text) | Self::ImportId(text) => {
                text
            }
        }
    }

    /// Whether asking is knowing something that only few may see.
    const fn is_private(&self) -> bool {
        match self {
            Self::Email(_) | Self::ImportId(_) => true,
            Self::IdOrUsername(_) | Self::Extension(_) => false,
        }
    }
}

async fn find(tx: &mut dyn Transaction, query: &UserQuery) -> Result<Option<User>, StoreError> {
    const ONE: Page = Page { offset: 0, limit: Some(1) };
    match query {
        UserQuery::IdOrUsername(text) => {
            if let Some(user) = tx.users().find(&text.as_str().into()).await? {
                return Ok(Some(user));
            }
            let found = tx.users().find_by_username(text).await?;
            Ok(found.filter(|user| user.username.as_deref() == Some(text)))
        }
        UserQuery::Email(address) => tx.users().find_by_email(address).await,
        UserQuery::Extension(extension) => {
            let filter = UserFilter { extension: Some(extension.clone()), ..UserFilter::default() };
            Ok(tx.users().list_page(&filter, &[], ONE).await?.users.pop())
        }
        UserQuery::ImportId(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::setting::SettingValues;
    use omnicontact_ports::UserPage;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::context;
    use crate::users::testing::{holding, person};

    /// A context in which everybody who is looked for is Kim.
    fn kim_is_found() -> Context {
        let mut store = MockStore::new();
        store.expect_find_settings().returning(|_| Ok(SettingValues::default()));
        store.expect_read().return_once(|| {
            let kim = || person("kim", &[]);
            let mut tx = MockTransaction::default();
            tx.users.expect_find().returning(move |id| Ok((id.as_str() == "kim").then(kim)));
            tx.users.expect_find_by_username().returning(move |_| Ok(Some(kim())));
            tx.users.expect_find_by_email().returning(move |_| Ok(Some(kim())));
            tx.users
                .expect_list_page()
                .withf(|filter, _, _| filter.extension.as_deref() == Some("1000"))
                .returning(move |_, _, _| Ok(UserPage { users: vec![kim()], total: 1 }));
            Ok(Box::new(tx))
        });
        context(store)
    }

    async fn show(actor: &Actor, query: UserQuery) -> Result<UserInfo, ShowUserError> {
        show_user(&kim_is_found(), actor, &query).await
    }

    fn by_name(text: &str) -> UserQuery {
        UserQuery::IdOrUsername(text.to_owned())
    }

    #[tokio::test]
    async fn an_empty_query_causes_no_look_up() {
        let ctx = context(MockStore::new());
        let refused = show_user(&ctx, &holding("boss", ASKS), &by_name("")).await;
        assert!(matches!(refused, Err(ShowUserError::EmptyQuery)));
    }

    #[tokio::test]
    async fn an_id_and_an_exact_username_find_somebody() {
        let anybody = holding("other", &[]);
        for text in ["kim", "name-of-kim"] {
            let info = show(&anybody, by_name(text)).await.unwrap();
            assert_eq!(
                (info.seen.in_full, info.is_own, info.rooms_are_seen),
                (false, false, false),
                "{text}"
            );
        }
        assert!(matches!(show(&anybody, by_name("Name-Of-Kim")).await, Err(ShowUserError::NotFound)));
    }

    #[tokio::test]
    async fn an_address_finds_others_only_for_those_who_see_them_in_full() {
        let by_email = || UserQuery::Email("kim@example.org".into());
        assert!(matches!(show(&holding("other", &[]), by_email()).await, Err(ShowUserError::NotFound)));
        let info = show(&holding("boss", &[VIEW_FULL_OTHER_USER_INFO]), by_email()).await.unwrap();
        assert_eq!((info.seen.in_full, info.is_own, info.rooms_are_seen), (true, false, false));
        let own = show(&holding("kim", &[]), by_email()).await.unwrap();
        assert_eq!((own.seen.in_full, own.is_own, own.rooms_are_seen), (true, true, true));
    }

    #[tokio::test]
    async fn an_extension_finds_somebody_for_everybody_and_an_import_id_nobody() {
        let found = show(&holding("other", &[]), UserQuery::Extension("1000".into())).await;
        assert!(!found.unwrap().seen.in_full);
        let boss = holding("boss", ASKS);
        assert!(matches!(show(&boss, UserQuery::ImportId("i1".into())).await, Err(ShowUserError::NotFound)));
    }
}

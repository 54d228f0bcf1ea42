//! Who may change what, by example, and what holds for every edit.

use proptest::prelude::*;

use super::*;
use crate::permission::PermissionId;
use crate::policy::Grants;
use crate::time::Timestamp;
use crate::user::{LivechatStatus, Presence};
use crate::value::Value;

const ALL: [PermissionId; 5] = [
    ASSIGN_ADMIN_ROLE,
    ASSIGN_ROLES,
    EDIT_OTHER_USER_ACTIVE_STATUS,
    EDIT_OTHER_USER_INFO,
    EDIT_OTHER_USER_PASSWORD,
];

/// The user with that id, who holds these.
fn actor(id: &str, permissions: &[PermissionId]) -> Actor {
    let mut grants = Grants::default();
    for permission in permissions {
        grants.insert(permission.clone(), vec![RoleId::from("role")]);
    }
    Actor::new(id, None, vec![RoleId::from("role")], grants)
}

fn kim() -> User {
    User {
        username: Some("kim.jane".into()),
        name: Some("Kim".into()),
        emails: vec![UserEmail { address: "kim@example.org".into(), verified: true }],
        roles: vec![RoleId::from("user")],
        ..User::new("kim", Timestamp::from_millis(0))
    }
}

fn roles(ids: &[&str]) -> UserEdit {
    UserEdit { roles: Some(ids.iter().map(|id| RoleId::from(*id)).collect()), ..UserEdit::default() }
}

fn rules(off: &[&str]) -> EditRules {
    EditRules::of(&SettingValues::new(off.iter().map(|id| ((*id).to_owned(), Value::Bool(false))).collect()))
}

/// An edit that changes everything that a setting is about.
fn everything() -> UserEdit {
    UserEdit {
        username: Some("kim".into()),
        name: Some("Kim Jane".into()),
        email: Some("kim@example.com".into()),
        status_text: Some("back".into()),
        password: Some(PlainPassword::new("secret")),
        ..UserEdit::default()
    }
}

/// An edit that sends what is stored.
fn unchanged() -> UserEdit {
    let kim = kim();
    UserEdit {
        username: kim.username,
        name: kim.name,
        email: Some("kim@example.org".into()),
        verified: Some(true),
        status_text: Some(String::new()),
        active: Some(true),
        roles: Some(kim.roles),
        ..UserEdit::default()
    }
}

#[test]
fn others_are_edited_with_the_permission_alone() {
    assert!(may_edit(&actor("kim", &[]), &"kim".into()));
    assert!(!may_edit(&actor("boss", &[]), &"kim".into()));
    assert!(may_edit(&actor("boss", &[EDIT_OTHER_USER_INFO]), &"kim".into()));
}

#[test]
fn roles_are_changed_with_one_permission_and_the_administrators_with_two() {
    let check =
        |edit: &UserEdit, permissions: &[PermissionId]| edit.check_roles(&actor("kim", permissions), &kim());
    assert_eq!(check(&roles(&["user"]), &[]), Ok(()));
    assert_eq!(check(&roles(&["user", "user"]), &[]), Ok(()), "the same role twice is no change");
    assert_eq!(check(&roles(&["user", "bot"]), &[]), Err(EditRefusal::Roles));
    assert_eq!(check(&roles(&[]), &[]), Err(EditRefusal::Roles));
    assert_eq!(check(&roles(&["user", "bot"]), &[ASSIGN_ROLES]), Ok(()));
    assert_eq!(check(&roles(&["admin"]), &[ASSIGN_ROLES]), Err(EditRefusal::Administrator));
    assert_eq!(check(&roles(&["admin"]), &[ASSIGN_ROLES, ASSIGN_ADMIN_ROLE]), Ok(()));
}

#[test]
fn a_setting_that_is_off_binds_the_owner_and_whoever_lacks_the_permission() {
    for (setting, permission, refusal) in [
        (USERNAME, EDIT_OTHER_USER_INFO, EditRefusal::Username),
        (REAL_NAME, EDIT_OTHER_USER_INFO, EditRefusal::RealName),
        (STATUS_MESSAGE, EDIT_OTHER_USER_INFO, EditRefusal::StatusMessage),
        (EMAIL, EDIT_OTHER_USER_INFO, EditRefusal::Email),
        (PASSWORD, EDIT_OTHER_USER_PASSWORD, EditRefusal::Password),
    ] {
        let rules = rules(&[setting]);
        assert_eq!(rules.check(&actor("kim", &[]), &kim(), &everything()), Err(refusal), "{setting}");
        assert_eq!(rules.check(&actor("kim", &ALL), &kim(), &everything()), Err(refusal), "{setting}");
        assert_eq!(rules.check(&actor("boss", &[]), &kim(), &everything()), Err(refusal), "{setting}");
        let with = actor("boss", std::slice::from_ref(&permission));
        assert_eq!(rules.check(&with, &kim(), &everything()), Ok(()), "{setting}");
        assert_eq!(rules.check(&actor("kim", &[]), &kim(), &unchanged()), Ok(()), "{setting}");
    }
}

#[test]
fn without_profile_changes_only_those_with_power_edit() {
    let rules = rules(&[PROFILE]);
    let check = |permissions: &[PermissionId]| rules.check(&actor("kim", permissions), &kim(), &unchanged());
    assert_eq!(check(&[]), Err(EditRefusal::Profile));
    assert_eq!(check(&[EDIT_OTHER_USER_INFO]), Ok(()));
    assert_eq!(check(&[EDIT_OTHER_USER_PASSWORD]), Ok(()));
}

#[test]
fn nobody_vouches_for_the_own_address() {
    let check = |edit: UserEdit, permissions: &[PermissionId]| {
        rules(&[]).check(&actor("kim", permissions), &kim(), &edit)
    };
    let new = |verified| UserEdit { email: Some("new@x".into()), verified, ..UserEdit::default() };
    assert_eq!(check(new(Some(true)), &[]), Err(EditRefusal::Verification));
    assert_eq!(check(new(Some(false)), &[]), Ok(()));
    assert_eq!(check(new(None), &[]), Ok(()));
    assert_eq!(check(new(Some(true)), &[EDIT_OTHER_USER_INFO]), Ok(()));
    let taken_back = UserEdit { verified: Some(false), ..UserEdit::default() };
    assert_eq!(check(taken_back, &[]), Err(EditRefusal::Verification));
}

#[test]
fn activity_is_changed_with_its_own_permission() {
    let off = UserEdit { active: Some(false), ..UserEdit::default() };
    let check = |edit: &UserEdit, permissions: &[PermissionId]| {
        rules(&[]).check(&actor("boss", permissions), &kim(), edit)
    };
    assert_eq!(check(&off, &[EDIT_OTHER_USER_INFO]), Err(EditRefusal::Active));
    assert_eq!(check(&off, &[EDIT_OTHER_USER_ACTIVE_STATUS]), Ok(()));
    assert_eq!(check(&UserEdit { active: Some(true), ..off }, &[]), Ok(()));
}

#[test]
fn a_password_of_somebody_else_is_ignored_without_the_permission() {
    let edit = everything();
    assert!(edit.sets_password(&actor("kim", &[]), &kim()));
    assert!(!edit.sets_password(&actor("boss", &[EDIT_OTHER_USER_INFO]), &kim()));
    assert!(edit.sets_password(&actor("boss", &[EDIT_OTHER_USER_PASSWORD]), &kim()));
    let random = UserEdit { random_password: true, ..UserEdit::default() };
    assert!(random.sets_password(&actor("kim", &[]), &kim()));
    let empty = UserEdit { password: Some(PlainPassword::new("")), ..UserEdit::default() };
    assert!(!empty.sets_password(&actor("kim", &[]), &kim()));
}

#[test]
fn a_new_address_is_not_verified_unless_somebody_says_so() {
    let apply = |email: &str, verified| {
        let edit = UserEdit { email: Some(email.into()), verified, ..UserEdit::default() };
        edit.applied_to(&kim(), true).emails
    };
    let one = |address: &str, verified| vec![UserEmail { address: address.into(), verified }];
    assert_eq!(apply("new@x", None), one("new@x", false));
    assert_eq!(apply("new@x", Some(true)), one("new@x", true));
    assert_eq!(apply("kim@example.org", None), one("kim@example.org", true));
    assert_eq!(apply("kim@example.org", Some(false)), one("kim@example.org", false));
    assert_eq!(apply(" ", None), kim().emails);
}

#[test]
fn blank_texts_take_away_what_a_user_need_not_have() {
    let blank = || Some(" ".to_owned());
    let full = User {
        nickname: Some("kj".into()),
        bio: Some("about".into()),
        extension: Some("1000".into()),
        ..kim()
    };
    let edit = UserEdit {
        username: blank(),
        name: blank(),
        nickname: blank(),
        bio: blank(),
        extension: Some(String::new()),
        ..UserEdit::default()
    };
    let edited = edit.applied_to(&full, true);
    assert_eq!((edited.username, edited.name), (full.username.clone(), full.name.clone()));
    assert_eq!((edited.nickname, edited.bio, edited.extension), (None, None, None));
    assert_eq!(edit.applied_to(&full, false).name, None);
}

#[test]
fn a_status_is_set_as_by_users_themselves_and_a_text_alone_changes_nothing_else() {
    let text = UserEdit { status_text: Some("back".into()), ..UserEdit::default() };
    let edited = text.applied_to(&kim(), true).presence;
    assert_eq!(edited, Presence { text: Some("back".into()), ..Presence::OFFLINE });
    let online = UserEdit { status: Some(PresenceStatus::Online), ..text };
    let edited = online.applied_to(&kim(), true).presence;
    assert_eq!((edited.shown, edited.text.as_deref()), (PresenceStatus::Online, Some("back")));
}

#[test]
fn who_need_not_change_the_password_is_given_no_reason_to() {
    let asked = User {
        require_password_change: Some(true),
        require_password_change_reason: Some("leaked".into()),
        ..kim()
    };
    let edit = |asked| UserEdit { require_password_change: Some(asked), ..UserEdit::default() };
    let still = edit(true).applied_to(&asked, true);
    assert_eq!(still.require_password_change_reason.as_deref(), Some("leaked"));
    let free = edit(false).applied_to(&asked, true);
    assert_eq!((free.require_password_change, free.require_password_change_reason), (Some(false), None));
}

#[test]
fn roles_are_replaced_and_make_agents() {
    let agent = roles(&["livechat-agent"]).applied_to(&kim(), true);
    assert_eq!(agent.roles, [RoleId::from("livechat-agent")]);
    assert_eq!(agent.livechat_status, Some(LivechatStatus::NotAvailable));
}

#[test]
fn nicknames_and_bios_have_a_size() {
    let text = |count| "é".repeat(count);
    assert_eq!(check_profile(Some(&text(120)), Some(&text(260))), Ok(()));
    assert_eq!(check_profile(Some(&text(121)), Some(&text(261))), Err(ProfileTooLong::Nickname));
    assert_eq!(check_profile(None, Some(&text(261))), Err(ProfileTooLong::Bio));
}

#[test]
fn what_is_read_is_in_the_catalogue() {
    for id in EditRules::SETTINGS {
        assert!(crate::setting::find(id).is_some(), "{id}");
    }
}

fn arbitrary_edit() -> impl Strategy<Value = UserEdit> {
    let text = || prop::option::of("[a-c ]{0,2}");
    let flag = || prop::option::of(any::<bool>());
    (text(), text(), text(), text(), flag(), flag(), prop::option::of(prop::collection::vec("[ab]", 0..3)))
        .prop_map(|(username, name, email, status_text, verified, active, roles)| UserEdit {
            username,
            name,
            email,
            status_text,
            verified,
            active,
            roles: roles.map(|roles| roles.into_iter().map(RoleId::from).collect()),
            ..UserEdit::default()
        })
}

proptest! {
    #[test]
    fn the_own_password_and_profile_are_never_changed_by_an_edit_without_power_that_settings_forbid(edit in arbitrary_edit()) {
        let all_off = rules(&EditRules::SETTINGS[1..6]);
        let owner = actor("kim", &[]);
        if all_off.check(&owner, &kim(), &edit).is_ok() && edit.check_roles(&owner, &kim()).is_ok() {
            let edited = edit.applied_to(&kim(), true);
            let text = |user: &User| user.presence.text.clone().unwrap_or_default();
            prop_assert_eq!(edited.username, kim().username);
            prop_assert_eq!(text(&edit.applied_to(&kim(), true)), text(&kim()));
            prop_assert_eq!(edited.name, kim().name);
            prop_assert_eq!(edited.emails, kim().emails);
            prop_assert_eq!(edited.roles, kim().roles);
        }
    }

    #[test]
    fn applying_an_edit_twice_is_applying_it_once(edit in arbitrary_edit()) {
        let once = edit.applied_to(&kim(), false);
        prop_assert_eq!(edit.applied_to(&once, false), once);
    }
}

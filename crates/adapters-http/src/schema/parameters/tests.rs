//! The forms of `parameters!`, on the shapes that the contract asks for (framework 4.1, 4.3 and 4.4.3).

use omnicontact_domain::value::{Fields, Value};
use serde_json::json;

use crate::schema::{Constraint, Invalid, Parameters, Sent, Source};

parameters! {
    /// Which user.
    any of struct UserQuery: AjvTyped {
        /// Id.
        "userId" user_id: Option<String>,
        /// Username.
        "username" username: Option<String>,
        /// Import id.
        "importId" import_id: Option<String>,
    } with {
        /// Whether conversations are listed, too.
        "includeUserRooms" include_user_rooms: Option<String>,
        /// Accepted and ignored.
        "fields" fields: Option<String>,
    }
}

parameters! {
    /// Which user to remove.
    one of struct Removal: AjvTyped {
        /// Id.
        "userId" user_id: Option<String>,
        /// Username.
        "username" username: Option<String>,
    } with {
        /// Whether ownership is given up.
        "confirmRelinquish" confirm: Option<bool>,
    }
}

parameters! {
    /// The value of a setting.
    open struct SettingBody: AjvTyped {
        /// The value.
        "value" value: Option<Value>,
        /// How it is edited.
        "editor" editor: Option<String> [Constraint::MinLength(1)],
    }
}

parameters! {
    /// Values of settings.
    struct SettingsBody: AjvTyped {
        /// The settings.
        "settings" settings: Vec<OneSetting> [Constraint::MinItems(1)],
    }
}

parameters! {
    /// The value of one setting.
    struct OneSetting: AjvTyped {
        /// Id.
        "_id" id: String,
        /// The value.
        "value" value: Value,
        /// How it is edited.
        "editor" editor: Option<String> [Constraint::MinLength(1)],
    }
}

parameters! {
    /// Grants.
    struct Grants: AjvTyped {
        /// The permissions.
        "permissions" permissions: Vec<Grant>,
    }
}

parameters! {
    /// Who holds a permission.
    struct Grant: AjvTyped {
        /// Id.
        "_id" id: String,
        /// Roles.
        "roles" roles: Vec<String> [Constraint::UniqueItems],
    }
}

parameters! {
    /// What to change of a user.
    struct Update: AjvTyped {
        /// Id.
        "userId" user_id: String [Constraint::MinLength(1)],
        /// What to change.
        "data" data: Changes,
    }
}

parameters! {
    /// What to change.
    struct Changes: AjvTyped {
        /// Nickname.
        "nickname" nickname: Sent<String> [Constraint::Nullable],
        /// Whether the address is verified.
        "verified" verified: Sent<bool> [Constraint::Nullable],
        /// Age, for the sake of numbers.
        "age" age: Sent<f64> [Constraint::Nullable],
        /// Custom values.
        "customFields" custom_fields: Option<Fields>,
    }
}

/// What is said about a body; empty when it is fine.
fn says<T: Parameters>(sent: serde_json::Value) -> String {
    read(sent, Source::Body, |_: T| String::new())
}

fn read<T: Parameters>(sent: serde_json::Value, source: Source, then: impl FnOnce(T) -> String) -> String {
    match T::read(sent, source) {
        Ok(read) => then(read),
        Err(Invalid::Schema { message, error_type }) => {
            assert_eq!(
                error_type,
                if source == Source::Query { "error-invalid-params" } else { "invalid-params" }
            );
            message
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn one_of_several_keys_beside_common_ones() {
    const MORE: &str = "must NOT have additional properties";
    let missing = |name: &str| format!("must have required property '{name}'");
    let none = [missing("userId"), missing("username"), missing("importId")];
    let says = |sent| read(sent, Source::Query, |_: UserQuery| String::new());
    let failing = |branches: [&str; 3]| format!("{}\n must match a schema in anyOf", branches.join("\n "));
    let [id, username, import] = &none;
    for (sent, said) in [
        (json!({}), failing([id, username, import])),
        (json!({"fields": "x"}), failing([id, username, import])),
        (json!({"userId": "a", "username": "b"}), failing([MORE, MORE, import])),
        (json!({"userId": "a", "other": "b"}), failing([MORE, username, import])),
        (json!({"userId": {}, "fields": "x"}), failing(["must be string", username, import])),
        (json!({"userId": "a", "fields": {}}), failing(["must be string", username, import])),
        (json!({"userId": "a"}), String::new()),
        (json!({"username": "a", "fields": "{}", "includeUserRooms": "true"}), String::new()),
    ] {
        assert_eq!(says(sent.clone()), said, "{sent}");
    }
    let query = UserQuery::read(json!({"importId": "i", "includeUserRooms": "true"}), Source::Query).unwrap();
    assert_eq!((query.user_id, query.username, query.import_id.as_deref()), (None, None, Some("i")));
    assert_eq!((query.include_user_rooms.as_deref(), query.fields), (Some("true"), None));
}

#[test]
fn exactly_one_of_several_keys_beside_common_ones() {
    let none = "must have required property 'userId'\n must have required property 'username'\n must match exactly one schema in oneOf";
    assert_eq!(says::<Removal>(json!({"confirmRelinquish": true})), none);
    let removal =
        Removal::read(json!({"username": "kim", "confirmRelinquish": "true"}), Source::Body).unwrap();
    assert_eq!(
        (removal.user_id, removal.username.as_deref(), removal.confirm),
        (None, Some("kim"), Some(true))
    );
}

#[test]
fn open_objects_let_other_keys_pass() {
    assert_eq!(says::<SettingBody>(json!({"value": 1, "other": {"deep": []}})), "");
    assert_eq!(
        says::<SettingBody>(json!({"editor": "", "other": 1})),
        "must NOT have fewer than 1 characters"
    );
    assert_eq!(says::<SettingBody>(json!([])), "must be object");
}

#[test]
fn any_json_is_a_value_and_null_is_one_too() {
    let value = |sent: &str| {
        let sent = serde_json::from_str(&format!(r#"{{"value":{sent}}}"#)).unwrap();
        serde_json::to_string(&SettingBody::read(sent, Source::Body).unwrap().value.unwrap()).unwrap()
    };
    for json in ["null", "true", "0.05", "\"\"", "\"1\"", "[1,null]", r#"{"b":1,"a":{}}"#] {
        assert_eq!(value(json), json);
    }
    let body = SettingBody::read(json!({"editor": "color"}), Source::Body).unwrap();
    assert_eq!((body.value, body.editor.as_deref()), (None, Some("color")));
}

#[test]
fn lists_of_closed_objects_are_checked_item_by_item() {
    for (sent, said) in [
        (json!({}), "must have required property 'settings'"),
        (json!({"settings": []}), "must NOT have fewer than 1 items"),
        (json!({"settings": {}}), "must be array"),
        (json!({"settings": [1]}), "must be object"),
        (json!({"settings": [{"value": 1}]}), "must have required property '_id'"),
        (json!({"settings": [{"_id": "a"}]}), "must have required property 'value'"),
        (
            json!({"settings": [{"_id": "a", "value": null}, {"_id": "b"}]}),
            "must have required property 'value'",
        ),
        (json!({"settings": [{"_id": "a", "value": 1, "x": 1}]}), "must NOT have additional properties"),
        (
            json!({"settings": [{"_id": "a", "value": 1, "editor": ""}]}),
            "must NOT have fewer than 1 characters",
        ),
        (json!({"settings": [{"_id": [], "value": 1}]}), "must be string"),
        (json!({"settings": [{"_id": 5, "value": null}]}), ""),
    ] {
        assert_eq!(says::<SettingsBody>(sent.clone()), said, "{sent}");
    }
    let body = SettingsBody::read(json!({"settings": [{"_id": 5, "value": null}]}), Source::Body).unwrap();
    let OneSetting { id, value, editor } = &body.settings[0];
    assert_eq!((id.as_str(), value, editor), ("5", &Value::Null, &None));

    for (sent, said) in [
        (json!({"permissions": "x"}), "must be array"),
        (json!({"permissions": [{"_id": "a"}]}), "must have required property 'roles'"),
        (
            json!({"permissions": [{"_id": "a", "roles": ["r", "r"]}]}),
            "must NOT have duplicate items (items ## 1 and 0 are identical)",
        ),
        (json!({"permissions": [{"_id": "a", "roles": [{}]}]}), "must be string"),
        (json!({"permissions": [{"_id": "a", "roles": []}]}), ""),
    ] {
        assert_eq!(says::<Grants>(sent.clone()), said, "{sent}");
    }
    let grants = Grants::read(json!({"permissions": [{"_id": "a", "roles": ["r"]}]}), Source::Body).unwrap();
    assert_eq!((grants.permissions[0].id.as_str(), grants.permissions[0].roles.len()), ("a", 1));
}

#[test]
fn nested_objects_are_closed_too() {
    for (sent, said) in [
        (json!({"userId": "", "data": {}}), "must NOT have fewer than 1 characters"),
        (json!({"userId": "u"}), "must have required property 'data'"),
        (json!({"userId": "u", "data": []}), "must be object"),
        (json!({"userId": "u", "data": {"x": 1}}), "must NOT have additional properties"),
        (json!({"userId": "u", "data": {"customFields": null}}), "must be object"),
    ] {
        assert_eq!(says::<Update>(sent.clone()), said, "{sent}");
    }
}

#[test]
fn absent_null_and_empty_are_three_things() {
    let update = |data| Update::read(json!({"userId": "u", "data": data}), Source::Body).unwrap();
    let data = update(json!({})).data;
    assert_eq!((data.nickname, data.verified, data.age), (Sent::Absent, Sent::Absent, Sent::Absent));
    assert_eq!(data.custom_fields, None);
    let data = update(json!({"nickname": null, "verified": null, "age": null})).data;
    assert_eq!((data.nickname, data.verified, data.age), (Sent::Null, Sent::Null, Sent::Null));
    let data = update(json!({"nickname": "", "verified": "", "age": ""})).data;
    assert_eq!(
        (data.nickname, data.verified, data.age),
        (Sent::Value(String::new()), Sent::Null, Sent::Null)
    );
    let all =
        update(json!({"nickname": "k", "verified": false, "age": 0, "customFields": {"a": null, "b": ""}}));
    let data = all.data;
    assert_eq!((all.user_id.as_str(), data.nickname), ("u", Sent::Value("k".to_owned())));
    assert_eq!((data.verified, data.age), (Sent::Value(false), Sent::Value(0.0)));
    let custom = data.custom_fields.unwrap();
    assert_eq!((custom.get("a"), custom.get("b")), (Some(&Value::Null), Some(&Value::from(""))));
}

parameters! {
    /// A whole number.
    struct Whole: AjvTyped {
        /// The number.
        "n" n: i64,
    }
}

#[test]
fn whole_numbers_come_in_many_spellings() {
    for (json, number) in [
        ("5", 5),
        ("5.0", 5),
        ("\"5\"", 5),
        ("1e300", i64::MAX),
        ("-1e300", i64::MIN),
        ("18446744073709551615", i64::MAX),
    ] {
        let sent = serde_json::from_str(&format!(r#"{{"n":{json}}}"#)).unwrap();
        assert_eq!(Whole::read(sent, Source::Body).unwrap().n, number, "{json}");
    }
}

//! The grammar row by row, and that nothing makes it panic.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{InvalidQuery, parse};

fn read(query: &str) -> Value {
    Value::Object(parse(query).unwrap())
}

#[test]
fn every_row_of_the_table() {
    for (query, result) in [
        ("", json!({})),
        ("&&", json!({})),
        ("a=1", json!({"a": "1"})),
        ("a=", json!({"a": ""})),
        ("a", json!({"a": ""})),
        ("=x", json!({})),
        ("a=b=c", json!({"a": "b=c"})),
        ("b=2&a=1", json!({"b": "2", "a": "1"})),
        ("a=1&a=2", json!({"a": ["1", "2"]})),
        ("a[]=1&a[]=2", json!({"a": ["1", "2"]})),
        ("a[]=1", json!({"a": ["1"]})),
        ("a[0]=1", json!({"a": ["1"]})),
        ("a[1]=x&a[0]=y", json!({"a": ["y", "x"]})),
        ("a[5]=x&a[2]=y", json!({"a": ["y", "x"]})),
        ("a[01]=x", json!({"a": {"01": "x"}})),
        ("a[501]=x", json!({"a": {"501": "x"}})),
        ("a%5B%5D=1&a%5b%5d=2", json!({"a": ["1", "2"]})),
        ("a%5Bb%5D=c", json!({"a": {"b": "c"}})),
        ("a[b]=c", json!({"a": {"b": "c"}})),
        ("visitor[source][type]=api", json!({"visitor": {"source": {"type": "api"}}})),
        ("a[b]=1&a[c]=2", json!({"a": {"b": "1", "c": "2"}})),
        ("a[b]=1&a[b]=2", json!({"a": {"b": ["1", "2"]}})),
        ("a[0][b]=1&a[0][c]=2", json!({"a": [{"b": "1", "c": "2"}]})),
        ("a[0]=x&a[b]=y", json!({"a": {"0": "x", "b": "y"}})),
        ("a[b]=y&a[0]=x", json!({"a": {"b": "y", "0": "x"}})),
        ("a=1&a[b]=2", json!({"a": ["1", {"b": "2"}]})),
        ("a[b]=2&a=1", json!({"a": {"b": "2", "1": "true"}})),
        ("a=1&a[]=2", json!({"a": ["1", "2"]})),
        ("a[]=1&a=2", json!({"a": ["1", "2"]})),
        ("a[0]=1&a[0]=2", json!({"a": [["1", "2"]]})),
        ("[a]=1", json!({"a": "1"})),
        ("[]=1", json!({"0": "1"})),
        ("a[=1", json!({"a[": "1"})),
        ("a]=1", json!({"a]": "1"})),
        ("a[b=1", json!({"a[b": "1"})),
        ("a+b=c+d", json!({"a b": "c d"})),
        ("a=%2B49%20", json!({"a": "+49 "})),
        ("a=%zz", json!({"a": "%zz"})),
        ("a=%4", json!({"a": "%4"})),
        ("a=%41%zz", json!({"a": "%41%zz"})),
        ("a=%ff", json!({"a": "%ff"})),
        ("a=%C3%A9", json!({"a": "é"})),
        ("a=%00", json!({"a": "\0"})),
        ("a[__proto__]=1", json!({})),
        ("__proto__[a]=1&b=2", json!({"b": "2"})),
        ("constructor[prototype][x]=1&a[toString]=1", json!({})),
        ("a[b][c][d][e][f]=x", json!({"a": {"b": {"c": {"d": {"e": {"f": "x"}}}}}})),
        ("a[b][c][d][e][f][g][h]=x", json!({"a": {"b": {"c": {"d": {"e": {"f": {"[g][h]": "x"}}}}}}})),
        ("custom={\"a\":[1]}", json!({"custom": "{\"a\":[1]}"})),
    ] {
        assert_eq!(read(query), result, "{query}");
    }
}

#[test]
fn an_array_may_have_500_items() {
    for key in ["a", "a[]"] {
        let query = |count: usize| vec![format!("{key}=1"); count].join("&");
        assert_eq!(read(&query(500))["a"].as_array().map(Vec::len), Some(500));
        assert_eq!(parse(&query(501)), Err(InvalidQuery));
    }
    let indexed = (0..=500).map(|index| format!("a[{index}]=1")).collect::<Vec<_>>().join("&");
    assert_eq!(parse(&indexed), Err(InvalidQuery));
}

#[test]
fn a_thousand_parameters_are_read() {
    let query = (0..1_200).map(|index| format!("k{index}=1")).collect::<Vec<_>>().join("&");
    assert_eq!(parse(&query).unwrap().len(), 1_000);
}

proptest! {
    #[test]
    fn nothing_panics(query in "([ab0-9=&+%.]|\\[|\\]|%5B|%5D|%00|%C3|%A9|é|__proto__|\\[\\]|\\[b\\]|\\[0\\]){0,40}") {
        let _ = parse(&query);
    }

    #[test]
    fn plain_pairs_come_back(pairs in prop::collection::hash_map("[a-z]{1,8}", any::<String>(), 0..8)) {
        let encode = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let query = pairs.iter().map(|(key, value)| format!("{key}={}", encode(value))).collect::<Vec<_>>().join("&");
        let read = parse(&query).unwrap();
        prop_assert_eq!(read.len(), pairs.len());
        for (key, value) in &pairs {
            prop_assert_eq!(read[key].as_str(), Some(value.as_str()));
        }
    }
}

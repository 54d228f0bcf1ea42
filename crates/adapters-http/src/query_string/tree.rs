//! What a query string grows into while it is read: lists with holes, which are closed at the end.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{ARRAY_LIMIT, InvalidQuery};

/// One step from a value to a value inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// `[key]`, or the key's beginning.
    Key(String),
    /// `[0]`
    Index(usize),
    /// `[]`
    Append,
}

/// A value that is still growing.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Text(String),
    List(BTreeMap<usize, Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    pub(super) const fn empty_map() -> Self {
        Self::Map(Vec::new())
    }

    /// The value that one key and its values make.
    pub(super) fn from_path(steps: &[Step], values: Vec<String>) -> Self {
        let mut values: Vec<Self> = values.into_iter().map(Self::Text).collect();
        let leaf = if values.len() == 1 { values.remove(0) } else { Self::list(values) };
        steps.iter().rev().fold(leaf, |inner, step| match step {
            Step::Key(key) => Self::Map(vec![(key.clone(), inner)]),
            Step::Index(index) => Self::List(BTreeMap::from([(*index, inner)])),
            Step::Append => match inner {
                Self::List(items) => Self::List(items),
                Self::Text(_) | Self::Map(_) => Self::list(vec![inner]),
            },
        })
    }

    fn list(items: Vec<Self>) -> Self {
        Self::List(items.into_iter().enumerate().collect())
    }

    /// Joins what two keys say about the same value.
    pub(super) fn merge(self, other: Self) -> Self {
        match (self, other) {
            (Self::List(mut items), Self::List(others)) => {
                for (index, item) in others {
                    merge_item(&mut items, index, item);
                }
                Self::List(items)
            }
            (Self::List(mut items), Self::Text(text)) => {
                push(&mut items, Self::Text(text));
                Self::List(items)
            }
            (Self::List(items), Self::Map(keys)) => Self::Map(as_map(items)).merge(Self::Map(keys)),
            (Self::Map(keys), Self::List(items)) => Self::Map(keys).merge(Self::Map(as_map(items))),
            (Self::Map(mut keys), Self::Map(others)) => {
                for (key, value) in others {
                    merge_key(&mut keys, key, value);
                }
                Self::Map(keys)
            }
            // A text beside keys is itself a key that is set.
            (Self::Map(mut keys), Self::Text(text)) => {
                merge_key(&mut keys, text, Self::Text("true".to_owned()));
                Self::Map(keys)
            }
            (Self::Text(text), Self::List(items)) => {
                let mut all = BTreeMap::from([(0, Self::Text(text))]);
                for item in items.into_values() {
                    push(&mut all, item);
                }
                Self::List(all)
            }
            (Self::Text(text), other) => Self::list(vec![Self::Text(text), other]),
        }
    }

    /// The finished value; holes in lists are closed.
    pub(super) fn into_value(self) -> Result<Value, InvalidQuery> {
        match self {
            Self::Text(text) => Ok(Value::String(text)),
            Self::List(items) if items.len() > ARRAY_LIMIT => Err(InvalidQuery),
            Self::List(items) => {
                items.into_values().map(Self::into_value).collect::<Result<Vec<_>, _>>().map(Value::Array)
            }
            Self::Map(keys) => {
                let mut object = Map::new();
                for (key, value) in keys {
                    object.insert(key, value.into_value()?);
                }
                Ok(Value::Object(object))
            }
        }
    }
}

fn push(items: &mut BTreeMap<usize, Node>, item: Node) {
    let next = items.last_key_value().map_or(0, |(index, _)| index + 1);
    items.insert(next, item);
}

fn merge_item(items: &mut BTreeMap<usize, Node>, index: usize, item: Node) {
    match items.remove(&index) {
        None => {
            items.insert(index, item);
        }
        Some(known @ (Node::List(_) | Node::Map(_))) if !matches!(item, Node::Text(_)) => {
            items.insert(index, known.merge(item));
        }
        Some(known) => {
            items.insert(index, known);
            push(items, item);
        }
    }
}

fn merge_key(keys: &mut Vec<(String, Node)>, key: String, value: Node) {
    match keys.iter_mut().find(|(known, _)| *known == key) {
        Some((_, node)) => {
            let known = std::mem::replace(node, Node::empty_map());
            *node = known.merge(value);
        }
        None => keys.push((key, value)),
    }
}

fn as_map(items: BTreeMap<usize, Node>) -> Vec<(String, Node)> {
    items.into_iter().map(|(index, item)| (index.to_string(), item)).collect()
}

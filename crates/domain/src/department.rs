//! Departments: groups of agents with a queue of their own (contract, conversations 3.15), as far as the queue
//! needs them.

use crate::id::{UserId, text_id};
use crate::text::{self, OutOfBounds, TooMany};
use crate::time::Timestamp;
use crate::value::Fields;
use crate::version::Version;

text_id! {
    /// Id of a department: 17 characters of [`crate::id::RANDOM_ID_ALPHABET`].
    DepartmentId
}

/// Agents who are put into a department at once, at the most.
pub const AGENTS_LIMIT: usize = 1_000;
/// Tags that a department has at the most, and other keys.
const ENTRIES_LIMIT: usize = 1_000;
/// Keys of the wire that have a meaning here, so that they are not kept among the others.
const OWN_KEYS: [&str; 13] = [
    "_id",
    "name",
    "email",
    "enabled",
    "showOnOfflineForm",
    "showOnRegistration",
    "requestTagBeforeClosingChat",
    "chatClosingTags",
    "fallbackForwardDepartment",
    "numAgents",
    "_updatedAt",
    "success",
    "agents",
];

/// What is said of a new department.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDepartment {
    /// What it is called; several may be called the same.
    pub name: String,
    /// Any text.
    pub email: String,
    /// Where it is offered.
    pub shown: Shown,
    /// Whether a conversation needs a tag to be closed.
    pub asks_for_tags: bool,
    /// The tags that closing adds.
    pub closing_tags: Vec<String>,
    /// The department that gets what this one cannot; it must exist.
    pub fallback: Option<DepartmentId>,
    /// All other keys, as they were sent.
    pub other: Fields,
}

/// Where a department is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    /// At all.
    pub enabled: bool,
    /// In the form for messages while nobody is online.
    pub on_offline_form: bool,
    /// In the form for new visitors.
    pub on_registration: bool,
}

/// A department.
#[derive(Debug, Clone, PartialEq)]
pub struct Department {
    /// Which one it is.
    pub id: DepartmentId,
    /// What was said of it.
    pub said: NewDepartment,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// Which write of the department this is.
    pub version: Version,
}

/// What is said to make or to change a department.
#[derive(Debug, Clone, PartialEq)]
pub struct DepartmentEdit {
    /// What it is called.
    pub name: String,
    /// Any text.
    pub email: String,
    /// Where it is offered.
    pub shown: Shown,
    /// Whether a conversation needs a tag to be closed; as before, where it is left out.
    pub asks_for_tags: Option<bool>,
    /// The tags that closing adds; as before, where they are left out.
    pub closing_tags: Option<Vec<String>>,
    /// The department that gets what this one cannot; `Some(None)` for none, `None` for as before.
    pub fallback: Option<Option<DepartmentId>>,
    /// All keys, as they were sent; those that have a meaning here count for nothing.
    pub other: Fields,
}

/// An agent of a department. One agent is once in a department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The department.
    pub department: DepartmentId,
    /// The agent.
    pub agent: UserId,
    /// The agent's username, where it was said.
    pub username: Option<String>,
    /// How many conversations the agent takes here; 0 where it was not said.
    pub count: i64,
    /// The agent's place among the others.
    pub order: i64,
}

/// Why a department is not made or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDepartment {
    /// It asks for tags and has none to offer.
    #[error("a department that asks for tags needs some")]
    NoTags,
    /// It would get what it cannot take itself.
    #[error("a department is no fallback of its own")]
    OwnFallback,
    /// A value could not be stored.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
}

/// Why a department is not removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRemoved {
    /// None is (`Omnichannel_enable_department_removal`).
    #[error("departments are not removed")]
    Disabled,
    /// There is none.
    #[error("there is no such department")]
    NoDepartment,
}

/// Whether a department may be removed. Its memberships go with it, its conversations belong to none then.
///
/// # Errors
/// [`NotRemoved`], in the order of its variants.
pub const fn check_removal(is_enabled: bool, department: Option<&Department>) -> Result<(), NotRemoved> {
    match (is_enabled, department) {
        (false, _) => Err(NotRemoved::Disabled),
        (true, None) => Err(NotRemoved::NoDepartment),
        (true, Some(_)) => Ok(()),
    }
}

impl Department {
    /// A new department.
    ///
    /// # Errors
    /// [`InvalidDepartment`].
    ///
    /// ```
    /// use omnicontact_domain::department::{Department, InvalidDepartment, NewDepartment, Shown};
    /// use omnicontact_domain::{time::Timestamp, value::Fields};
    /// let said = NewDepartment {
    ///     name: "Sales".into(),
    ///     email: "any".into(),
    ///     shown: Shown::default(),
    ///     asks_for_tags: true,
    ///     closing_tags: vec![],
    ///     fallback: None,
    ///     other: Fields::default(),
    /// };
    /// let made = Department::new("d1".into(), said, Timestamp::from_millis(0));
    /// assert_eq!(made, Err(InvalidDepartment::NoTags));
    /// ```
    pub fn new(id: DepartmentId, said: NewDepartment, now: Timestamp) -> Result<Self, InvalidDepartment> {
        said.check(&id)?;
        Ok(Self { id, said, updated_at: now, version: Version::FIRST })
    }

    /// Says something else of the department.
    ///
    /// # Errors
    /// [`InvalidDepartment`]; nothing is changed then.
    pub fn edit(&mut self, edit: DepartmentEdit, now: Timestamp) -> Result<(), InvalidDepartment> {
        let said = edit.over(Some(&self.said));
        said.check(&self.id)?;
        self.said = said;
        self.updated_at = now;
        Ok(())
    }
}

impl NewDepartment {
    fn check(&self, id: &DepartmentId) -> Result<(), InvalidDepartment> {
        if self.asks_for_tags && self.closing_tags.is_empty() {
            return Err(InvalidDepartment::NoTags);
        }
        if self.fallback.as_ref() == Some(id) {
            return Err(InvalidDepartment::OwnFallback);
        }
        Ok(self.check_bounds()?)
    }

    fn check_bounds(&self) -> Result<(), OutOfBounds> {
        text::check("name", &self.name, text::NAME_LIMIT)?;
        text::check("email", &self.email, text::KEY_LIMIT)?;
        let fallback = self.fallback.as_ref().map(DepartmentId::as_str).unwrap_or_default();
        text::check("fallbackForwardDepartment", fallback, text::KEY_LIMIT)?;
        for (field, entries) in
            [("chatClosingTags", self.closing_tags.len()), ("department", self.other.len())]
        {
            if entries > ENTRIES_LIMIT {
                return Err(TooMany { field, limit: ENTRIES_LIMIT }.into());
            }
        }
        for tag in &self.closing_tags {
            text::check("chatClosingTags", tag, text::KEY_LIMIT)?;
        }
        for (_, value) in self.other.iter() {
            text::check("department", value.as_text().unwrap_or_default(), text::CUSTOM_VALUE_LIMIT)?;
        }
        Ok(())
    }
}

impl DepartmentEdit {
    /// What is said now, over what was said before. A blank fallback is none.
    ///
    /// ```
    /// use omnicontact_domain::department::{DepartmentEdit, Shown};
    /// use omnicontact_domain::value::Fields;
    /// let said: Fields = [("name".to_owned(), "Sales".into()), ("office".to_owned(), "B1".into())].into_iter().collect();
    /// let edit = DepartmentEdit {
    ///     name: "Sales".into(),
    ///     email: "any".into(),
    ///     shown: Shown::default(),
    ///     asks_for_tags: None,
    ///     closing_tags: Some(vec!["done".into()]),
    ///     fallback: Some(Some("".into())),
    ///     other: said,
    /// };
    /// let made = edit.clone().over(None);
    /// assert_eq!((made.asks_for_tags, &made.fallback, made.other.len()), (false, &None, 1));
    /// let later = DepartmentEdit { closing_tags: None, other: Fields::default(), ..edit };
    /// assert_eq!(later.over(Some(&made)), made);
    /// ```
    #[must_use]
    pub fn over(self, before: Option<&NewDepartment>) -> NewDepartment {
        let fallback = match self.fallback {
            Some(said) => said.filter(|id| !id.as_str().trim().is_empty()),
            None => before.and_then(|before| before.fallback.clone()),
        };
        let others = self.other.iter().filter(|(key, _)| !OWN_KEYS.contains(key));
        let others: Fields = others.map(|(key, value)| (key.to_owned(), value.clone())).collect();
        NewDepartment {
            name: self.name,
            email: self.email,
            shown: self.shown,
            asks_for_tags: self.asks_for_tags.unwrap_or(before.is_some_and(|before| before.asks_for_tags)),
            closing_tags: self
                .closing_tags
                .or_else(|| before.map(|before| before.closing_tags.clone()))
                .unwrap_or_default(),
            fallback,
            other: before.map(|before| before.other.clone()).unwrap_or_default().merged(others),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sales() -> DepartmentEdit {
        DepartmentEdit {
            name: "Sales".into(),
            email: String::new(),
            shown: Shown::default(),
            asks_for_tags: None,
            closing_tags: None,
            fallback: None,
            other: Fields::default(),
        }
    }

    fn made(edit: DepartmentEdit) -> Result<Department, InvalidDepartment> {
        Department::new("d1".into(), edit.over(None), Timestamp::from_millis(0))
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name_and_a_refused_one_keeps_everything() {
        let tags = DepartmentEdit {
            asks_for_tags: Some(true),
            closing_tags: Some(vec!["done".into()]),
            fallback: Some(Some("d2".into())),
            other: [("office".to_owned(), "B1".into())].into_iter().collect(),
            ..sales()
        };
        let mut department = made(tags).unwrap();
        let before = department.clone();
        let later = Timestamp::from_millis(5);
        for (edit, refusal) in [
            (DepartmentEdit { closing_tags: Some(vec![]), ..sales() }, InvalidDepartment::NoTags),
            (DepartmentEdit { fallback: Some(Some("d1".into())), ..sales() }, InvalidDepartment::OwnFallback),
        ] {
            assert_eq!(department.edit(edit, later), Err(refusal));
            assert_eq!(department, before);
        }
        let edit = DepartmentEdit { name: "Support".into(), fallback: Some(None), ..sales() };
        department.edit(edit, later).unwrap();
        assert_eq!((department.said.name.as_str(), &department.said.fallback), ("Support", &None));
        assert!(department.said.asks_for_tags && department.said.closing_tags == ["done"]);
        assert_eq!((&department.said.other, department.updated_at), (&before.said.other, later));
    }

    #[test]
    fn what_is_too_long_is_refused_by_name() {
        let tags = vec!["x".repeat(text::KEY_LIMIT + 1)];
        let long = [("office".to_owned(), "x".repeat(text::CUSTOM_VALUE_LIMIT + 1).into())];
        let many = (0..=ENTRIES_LIMIT).map(|number| (number.to_string(), true.into()));
        for (edit, field) in [
            (DepartmentEdit { name: "x".repeat(text::NAME_LIMIT + 1), ..sales() }, "name"),
            (DepartmentEdit { email: "x".repeat(text::KEY_LIMIT + 1), ..sales() }, "email"),
            (DepartmentEdit { closing_tags: Some(tags), ..sales() }, "chatClosingTags"),
            (
                DepartmentEdit { closing_tags: Some(vec![String::new(); ENTRIES_LIMIT + 1]), ..sales() },
                "chatClosingTags",
            ),
            (DepartmentEdit { other: long.into_iter().collect(), ..sales() }, "department"),
            (DepartmentEdit { other: many.collect(), ..sales() }, "department"),
        ] {
            let refused = made(edit).unwrap_err().to_string();
            assert!(refused.contains(&format!("field {field} ")), "{refused}");
        }
    }

    #[test]
    fn removal_is_refused_before_anybody_looks_for_the_department() {
        let department = made(sales()).unwrap();
        assert_eq!(check_removal(false, None), Err(NotRemoved::Disabled));
        assert_eq!(check_removal(true, None), Err(NotRemoved::NoDepartment));
        assert_eq!(check_removal(true, Some(&department)), Ok(()));
    }
}

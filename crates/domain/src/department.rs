//! Departments: groups of agents with a queue of their own (contract, conversations 3.15), as far as the queue
//! needs them.

use crate::id::{UserId, text_id};
use crate::text::{self, TextError};
use crate::time::Timestamp;
use crate::value::Fields;
use crate::version::Version;

text_id! {
    /// Id of a department: 17 characters of [`crate::id::RANDOM_ID_ALPHABET`].
    DepartmentId
}

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

/// An agent of a department. One agent is once in a department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The department.
    pub department: DepartmentId,
    /// The agent.
    pub agent: UserId,
    /// The agent's username, where it was said.
    pub username: Option<String>,
    /// How many conversations the agent takes here, where it was said.
    pub count: i64,
    /// The agent's place among the others.
    pub order: i64,
}

/// Why a department is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDepartment {
    /// It asks for tags and has none to offer.
    #[error("a department that asks for tags needs some")]
    NoTags,
    /// A text could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
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
        if said.asks_for_tags && said.closing_tags.is_empty() {
            return Err(InvalidDepartment::NoTags);
        }
        text::check("name", &said.name, text::NAME_LIMIT)?;
        text::check("email", &said.email, text::KEY_LIMIT)?;
        for tag in &said.closing_tags {
            text::check("chatClosingTags", tag, text::KEY_LIMIT)?;
        }
        Ok(Self { id, said, updated_at: now, version: Version::FIRST })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removal_is_refused_before_anybody_looks_for_the_department() {
        let said = NewDepartment {
            name: "Sales".into(),
            email: String::new(),
            shown: Shown::default(),
            asks_for_tags: false,
            closing_tags: vec![],
            fallback: None,
            other: Fields::default(),
        };
        let department = Department::new("d1".into(), said, Timestamp::from_millis(0)).unwrap();
        assert_eq!(check_removal(false, None), Err(NotRemoved::Disabled));
        assert_eq!(check_removal(true, None), Err(NotRemoved::NoDepartment));
        assert_eq!(check_removal(true, Some(&department)), Ok(()));
    }
}

//! What finds a visitor without its id: stores keep these beside the record, in step with it.

use std::collections::{BTreeMap, BTreeSet};

use super::Visitor;
use crate::text::fold;
use crate::value::Fields;

/// The keys of one visitor, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VisitorKeys {
    /// The secret of the session.
    pub token: Option<String>,
    /// E-mail addresses, exactly as they stand in the record.
    pub emails: BTreeSet<String>,
    /// Phone numbers, exactly as they stand in the record.
    pub phones: BTreeSet<String>,
    /// The manager's username.
    pub manager: Option<String>,
    /// The custom values that are texts, folded for search, by field id. Other values are not searched.
    pub values: BTreeMap<String, String>,
}

impl VisitorKeys {
    /// What finds this visitor.
    ///
    /// ```
    /// use omnicontact_domain::time::Timestamp;
    /// use omnicontact_domain::value::Fields;
    /// use omnicontact_domain::visitor::{Visitor, VisitorKeys};
    /// let mut visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), Timestamp::from_millis(0));
    /// let mut values = Fields::default();
    /// values.set("plan", "GOLD");
    /// visitor.livechat_data = Some(values);
    /// assert_eq!(VisitorKeys::of(&visitor).values["plan"], "gold");
    /// ```
    #[must_use]
    pub fn of(visitor: &Visitor) -> Self {
        let values = visitor.livechat_data.iter().flat_map(Fields::iter);
        Self {
            token: visitor.token.as_ref().map(|token| token.as_str().to_owned()),
            emails: visitor.emails.iter().flatten().cloned().collect(),
            phones: visitor.phones.iter().flatten().cloned().collect(),
            manager: visitor.manager.as_ref().map(|manager| manager.username.clone()),
            // U+0000 is in no text that anybody looks for, and not every store would keep it.
            values: values
                .filter(|(field, _)| !field.contains('\0'))
                .filter_map(|(field, value)| {
                    Some((field.to_owned(), fold(value.as_text()?).replace('\0', "")))
                })
                .collect(),
        }
    }
}

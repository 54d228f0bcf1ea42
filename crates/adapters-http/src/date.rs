//! Dates in parameters.

use omnicontact_domain::time::{InvalidTimestamp, Timestamp};

/// The moment after which something is asked for; an empty text asks for everything.
pub(crate) fn since(sent: Option<&str>) -> Result<Option<Timestamp>, InvalidTimestamp> {
    sent.filter(|text| !text.is_empty()).map(Timestamp::parse_date).transpose()
}

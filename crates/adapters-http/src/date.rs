//! Dates in parameters.

use omnicontact_domain::time::{InvalidTimestamp, Timestamp};

/// The moment that something is asked about; an empty text asks about none.
pub(crate) fn moment(sent: Option<&str>) -> Result<Option<Timestamp>, InvalidTimestamp> {
    sent.filter(|text| !text.is_empty()).map(Timestamp::parse_date).transpose()
}

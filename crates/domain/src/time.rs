//! Points in time with the precision of the wire: milliseconds, UTC. There is no clock here.

use std::fmt;
use std::time::Duration;

/// A point in time, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// ```
/// use omnicontact_domain::time::Timestamp;
/// let ts = Timestamp::parse("2023-10-30T12:09:05.982Z").unwrap();
/// assert_eq!(ts.as_millis(), 1_698_667_745_982);
/// assert_eq!(ts.to_string(), "2023-10-30T12:09:05.982Z");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A text is not an ISO 8601 date and time with an offset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO 8601 date and time with an offset")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// The earliest time that can be written: the beginning of the year 0.
    pub const MIN: Self = Self(-62_167_219_200_000);
    /// The latest time that can be written: the year 9999.
    pub const MAX: Self = Self(253_402_207_200_000);

    /// A time from milliseconds since 1970; what lies beyond the years 0 to 9999 is drawn to them.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        if millis < Self::MIN.0 {
            Self::MIN
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Reads an ISO 8601 date and time with `Z` or an offset; anything finer than a millisecond is cut.
    ///
    /// # Errors
    /// [`InvalidTimestamp`] when the text is none.
    pub fn parse(text: &str) -> Result<Self, InvalidTimestamp> {
        let parsed: jiff::Timestamp = text.parse().map_err(|_| InvalidTimestamp)?;
        Ok(Self::from_millis(parsed.as_millisecond()))
    }

    /// Reads an ISO 8601 date, with or without a time; what says no offset is meant in UTC.
    ///
    /// # Errors
    /// [`InvalidTimestamp`] when the text is none.
    ///
    /// ```
    /// use omnicontact_domain::time::Timestamp;
    /// let day = Timestamp::parse_date("2023-10-30").unwrap();
    /// assert_eq!(day.to_string(), "2023-10-30T00:00:00.000Z");
    /// assert_eq!(Timestamp::parse_date("2023-10-30T01:00:00+01:00"), Ok(day));
    /// assert!(Timestamp::parse_date("yesterday").is_err());
    /// ```
    pub fn parse_date(text: &str) -> Result<Self, InvalidTimestamp> {
        let in_utc = || {
            let civil: jiff::civil::DateTime = text.parse().map_err(|_| InvalidTimestamp)?;
            let moment = jiff::tz::TimeZone::UTC.to_timestamp(civil).map_err(|_| InvalidTimestamp)?;
            Ok(Self::from_millis(moment.as_millisecond()))
        };
        Self::parse(text).or_else(|InvalidTimestamp| in_utc())
    }

    /// This time moved forward.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// This time moved back.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.0.saturating_sub(millis))
    }

    /// The month, `YYYY-MM`, in UTC: the form of an entry of `activity`.
    ///
    /// ```
    /// use omnicontact_domain::time::Timestamp;
    /// assert_eq!(Timestamp::from_millis(0).month(), "1970-01");
    /// ```
    #[must_use]
    pub fn month(self) -> String {
        self.calendar().strftime("%Y-%m").to_string()
    }

    fn calendar(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    /// ISO 8601 in UTC with milliseconds and `Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.calendar())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_limits_can_be_written_and_read() {
        for limit in [Timestamp::MIN, Timestamp::MAX] {
            assert_eq!(Timestamp::parse(&limit.to_string()), Ok(limit));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(millis in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let ts = Timestamp::from_millis(millis);
            prop_assert_eq!(Timestamp::parse(&ts.to_string()), Ok(ts));
        }
    }
}

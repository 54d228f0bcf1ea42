//! Points in time as people type them: a date, a date with a time, or how long ago.

use std::time::Duration;

use omnicontact_domain::time::Timestamp;

const DAY: Duration = Duration::from_hours(24);

/// The first moment that is meant: of a date, its beginning in UTC.
pub(super) fn first(option: &str, text: &str, now: Timestamp) -> anyhow::Result<Timestamp> {
    if let Some(ago) = duration(text) {
        return Ok(now.minus(ago));
    }
    Timestamp::parse_date(text).map_err(|_| {
        anyhow::anyhow!(
            "{option} is {text:?}; it must be a date (2026-01-31), a date and a time (2026-01-31T12:00:00Z), or how \
             long ago (30m, 12h, 7d)"
        )
    })
}

/// The last moment that is meant: of a date, its end in UTC.
pub(super) fn last(option: &str, text: &str, now: Timestamp) -> anyhow::Result<Timestamp> {
    let moment = first(option, text, now)?;
    let is_date = text.len() == "2026-01-31".len() && duration(text).is_none();
    Ok(if is_date { moment.plus(DAY).minus(Duration::from_millis(1)) } else { moment })
}

/// `30m`, `12h` or `7d`.
fn duration(text: &str) -> Option<Duration> {
    let number = |unit: char| text.strip_suffix(unit)?.parse::<u32>().ok();
    let minutes = number('m').map(|number| Duration::from_mins(1) * number);
    minutes
        .or_else(|| number('h').map(|number| Duration::from_hours(1) * number))
        .or_else(|| number('d').map(|number| DAY * number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_times_and_how_long_ago_are_understood() {
        let now = Timestamp::parse("2026-01-31T12:00:00Z").unwrap();
        for (text, from, to) in [
            ("2026-01-30", "2026-01-30T00:00:00.000Z", "2026-01-30T23:59:59.999Z"),
            ("2026-01-30T10:00:00+01:00", "2026-01-30T09:00:00.000Z", "2026-01-30T09:00:00.000Z"),
            ("30m", "2026-01-31T11:30:00.000Z", "2026-01-31T11:30:00.000Z"),
            ("12h", "2026-01-31T00:00:00.000Z", "2026-01-31T00:00:00.000Z"),
            ("7d", "2026-01-24T12:00:00.000Z", "2026-01-24T12:00:00.000Z"),
        ] {
            assert_eq!(first("--since", text, now).unwrap().to_string(), from, "{text}");
            assert_eq!(last("--until", text, now).unwrap().to_string(), to, "{text}");
        }
        assert_eq!(first("--since", "4294967295d", now).unwrap(), Timestamp::MIN);
    }

    #[test]
    fn what_is_no_moment_is_named_with_its_option() {
        let now = Timestamp::from_millis(0);
        for text in ["", "soon", "7", "-7d", "7w", "2026-13-01", "99999999999d"] {
            let said = first("--since", text, now).unwrap_err().to_string();
            assert!(said.contains("--since") && said.contains(text) && said.contains("7d"), "{said}");
        }
    }
}

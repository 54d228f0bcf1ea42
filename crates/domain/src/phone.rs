//! When two phone numbers are the same line: the canonical key (decision 5 of the contract).

use phonenumber::country;

/// The key under which a number is compared. Stored beside the verbatim number, never shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneKey(String);

impl PhoneKey {
    /// The key of a number: E.164 with `;ext=` and any extension where it parses with its country code,
    /// else its digits, else (no digit at all) the very text.
    ///
    /// ```
    /// use omnicontact_domain::phone::PhoneKey;
    /// assert_eq!(PhoneKey::of("+49 (30) 123456"), PhoneKey::of("+4930123456"));
    /// assert_eq!(PhoneKey::of("(415) 555.0100").as_str(), "4155550100");
    /// assert_eq!(PhoneKey::of("invalid-phone").as_str(), "invalid-phone");
    /// ```
    #[must_use]
    pub fn of(number: &str) -> Self {
        Self::dialled_in(number, None)
    }

    /// The key of a number as people of a region write it: one without a country code counts as a number of
    /// the region where it is a valid one there. Without a region like [`PhoneKey::of`].
    ///
    /// ```
    /// use omnicontact_domain::phone::{PhoneKey, Region};
    /// let germany = Region::parse("DE");
    /// assert_eq!(PhoneKey::dialled_in("030 123456", germany), PhoneKey::of("+4930123456"));
    /// assert_eq!(PhoneKey::dialled_in("+1 415 555 0100", germany), PhoneKey::of("+14155550100"));
    /// assert_eq!(PhoneKey::dialled_in("12", germany).as_str(), "12");
    /// ```
    #[must_use]
    pub fn dialled_in(number: &str, region: Option<Region>) -> Self {
        let digits_in_ascii = ascii_digits(number);
        if number.len() <= LONGEST_NUMBER {
            let dialled = digits_in_ascii.trim();
            // The library reads letters of vanity numbers, too, but only behind a country code.
            if let Ok(parsed) = phonenumber::parse(None, dialled) {
                return Self(canonical(&parsed));
            }
            if let Some(Region(id)) = region
                && let Ok(parsed) = phonenumber::parse(Some(id), dialled)
                && phonenumber::is_valid(&parsed)
            {
                return Self(canonical(&parsed));
            }
        }
        let digits: String = digits_in_ascii.chars().filter(char::is_ascii_digit).collect();
        Self(if digits.is_empty() { number.to_owned() } else { digits })
    }

    /// The keys under which the same line may be stored, its own key first. Stores know nothing of regions, so
    /// that nothing has to be stored anew when the region changes; who looks a number up asks for all of these:
    /// the number with the country code of the region, and as people of the region write it.
    ///
    /// ```
    /// use omnicontact_domain::phone::{PhoneKey, Region};
    /// let keys = |number, region| {
    ///     let keys = PhoneKey::alike(number, Region::parse(region));
    ///     keys.iter().map(|key| key.as_str().to_owned()).collect::<Vec<_>>()
    /// };
    /// assert_eq!(keys("030 123456", "DE"), ["030123456", "+4930123456"]);
    /// assert_eq!(keys("+49 30 123456", "DE"), ["+4930123456", "030123456"]);
    /// assert_eq!(keys("+49 30 123456", "FR"), ["+4930123456"]);
    /// assert_eq!(keys("030 123456", ""), ["030123456"]);
    /// ```
    #[must_use]
    pub fn alike(number: &str, region: Option<Region>) -> Vec<Self> {
        let own = Self::of(number);
        let Some(region) = region else { return vec![own] };
        let international = Self::dialled_in(number, Some(region));
        let national = region.national_digits(&international).map(Self);
        let mut keys = vec![own];
        for key in [Some(international), national].into_iter().flatten() {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// A key as a store kept it.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The key's text, as stores keep it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nobody can be known by it: two people without a number are not the same person.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

/// A country whose numbers are written without a country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region(country::Id);

impl Region {
    /// The region with that code of two letters (ISO 3166-1), in any letter case; `None` for unknown ones.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        code.to_ascii_uppercase().parse().ok().map(Self)
    }

    /// The digits with which people of the region dial a number of it; extensions are dialled by hand.
    fn national_digits(self, key: &PhoneKey) -> Option<String> {
        let parsed = phonenumber::parse(None, key.as_str()).ok()?;
        let is_dialled = parsed.country().id() == Some(self.0) && parsed.extension().is_none();
        let national = is_dialled.then(|| parsed.format().mode(phonenumber::Mode::National).to_string())?;
        Some(national.chars().filter(char::is_ascii_digit).collect())
    }
}

/// Loads what is known about the numbers of all regions, which takes about a fifth of a second, so that nobody who
/// asks for a key later waits for it: neither the first of all nor the first of a country.
pub fn prepare() {
    // The library compiles the patterns of a calling code when it meets the first number with it.
    for calling_code in 1..=LAST_CALLING_CODE {
        let _ = PhoneKey::of(&format!("+{calling_code}2012345678"));
    }
}

/// Calling codes have one to three digits.
const LAST_CALLING_CODE: u16 = 999;

/// E.164, with any extension behind it. (The library's formatter would choose groups of digits first, by many
/// patterns, and then leave them out.)
fn canonical(parsed: &phonenumber::PhoneNumber) -> String {
    let e164 = format!("+{}{}", parsed.code().value(), parsed.national());
    match parsed.extension() {
        Some(extension) => format!("{e164};ext={extension}"),
        None => e164,
    }
}

/// Longer texts are no phone numbers; the parser need not see them.
const LONGEST_NUMBER: usize = 250;

/// Arabic-Indic, Devanagari, full-width and other decimal digits as `0` to `9`; the rest unchanged.
fn ascii_digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff0b}' => '+',
            _ => DIGIT_ZEROES
                .iter()
                .find_map(|zero| {
                    let distance = u32::from(c).checked_sub(*zero)?;
                    char::from_digit(distance, 10)
                })
                .unwrap_or(c),
        })
        .collect()
}

/// Where the runs of ten decimal digits begin that phone numbers are met in.
const DIGIT_ZEROES: [u32; 13] =
    [0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0e50, 0x0f20, 0xff10];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_line_written_in_many_ways_has_one_key() {
        for number in ["+4930123456", "+49 30 123456", "+49 (0)30 123456", "tel:+49-30-123456", "+٤٩٣٠١٢٣٤٥٦"]
        {
            assert_eq!(PhoneKey::of(number).as_str(), "+4930123456", "{number}");
        }
    }

    #[test]
    fn an_extension_is_part_of_the_line() {
        assert_eq!(PhoneKey::of("+1 (415) 555-0100 x123").as_str(), "+14155550100;ext=123");
        assert_ne!(PhoneKey::of("+1 415 555 0100"), PhoneKey::of("+1 415 555 0100 ext. 9"));
    }

    #[test]
    fn without_a_country_code_only_the_digits_count() {
        assert_eq!(PhoneKey::of("1.415.555.0100"), PhoneKey::of("1 415 555 0100"));
    }

    #[test]
    fn unknown_regions_are_none() {
        assert_eq!(Region::parse("de"), Region::parse("DE"));
        for code in ["", "XX", "Germany"] {
            assert_eq!(Region::parse(code), None, "{code}");
        }
    }

    proptest! {
        #[test]
        fn every_text_has_a_key(text in any::<String>()) {
            let _ = PhoneKey::of(&text);
        }

        #[test]
        fn nearly_numbers_have_a_key(text in "[+0-9()x.;=, a-z-]{0,40}") {
            let _ = PhoneKey::of(&text);
            let _ = PhoneKey::dialled_in(&text, Region::parse("us"));
        }

        #[test]
        fn a_region_changes_nothing_about_numbers_with_a_country_code(text in r"\+[1-9][0-9 ()x-]{4,16}") {
            // What the library cannot read as an international number may still be one of the region.
            if phonenumber::parse(None, &text).is_ok() {
                prop_assert_eq!(PhoneKey::dialled_in(&text, Region::parse("DE")), PhoneKey::of(&text));
            }
        }

        #[test]
        fn the_key_of_an_e164_number_is_itself(tail in "[1-9][0-9]{6}") {
            let number = format!("+4930{tail}");
            prop_assert_eq!(PhoneKey::of(&number).as_str().to_owned(), number);
        }
    }
}

//! Examples and laws of the search.

use proptest::prelude::*;

use super::*;
use crate::contact::{Contact, NewContact};
use crate::time::Timestamp;

fn text_of(name: &str, emails: &[&str], phones: &[&str]) -> SearchText {
    let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
    let new = NewContact {
        name: name.to_owned(),
        emails: texts(emails),
        phones: texts(phones),
        ..NewContact::default()
    };
    SearchText::of(&Contact::prepared("c1".into(), new, Timestamp::from_millis(0)))
}

fn found(text: &SearchText, term: &str) -> bool {
    text.fits(&SearchTerm::of(term))
}

#[test]
fn each_field_is_searched_and_nothing_across_two() {
    let text = text_of("Mara Lindt", &["mara@work.example", "m@x.org"], &["+49 (30) 12", "x7"]);
    for term in ["MARA LINDT", "@WORK.", "m@x.org", "(30)", "x7", "d", "a l", ""] {
        assert!(found(&text, term), "{term}");
    }
    for term in ["lindtmara", "lindt mara", "t\u{1f}m", "\u{1f}", "invalid", ".*", "l_ndt", "%"] {
        assert!(!found(&text, term), "{term}");
    }
}

#[test]
fn a_separator_in_a_field_is_found_but_separates_nothing() {
    let text = text_of("a\u{1f}b", &[], &[]);
    assert!(found(&text, "a\u{1f}b") && found(&text, "\u{1f}"));
    assert_eq!(text.as_str().split(SEPARATOR).count(), 1);
}

#[test]
fn letters_with_more_than_one_lower_case_form_are_one() {
    for (one, other) in [("Σ", "ς"), ("σ", "ς"), ("S", "ſ"), ("µ", "Μ"), ("K", "\u{212a}"), ("ẞ", "ß")]
    {
        assert_eq!(normal_form(one), normal_form(other), "{one} {other}");
    }
}

#[test]
fn letters_that_only_look_alike_differ() {
    for (one, other) in [("ı", "i"), ("ß", "ss"), ("é", "e"), ("İ", "i")] {
        assert_ne!(normal_form(one), normal_form(other), "{one} {other}");
    }
}

#[test]
fn every_character_has_one_normal_form_that_stays() {
    for c in '\0'..=char::MAX {
        let once = normal_char(c);
        assert_eq!(normal_char(once), once, "{c:?}");
        for same in [alone(c.to_lowercase()), alone(c.to_uppercase())].into_iter().flatten() {
            // Upper case of a dotless `i` is an `I`, whose lower case has a dot.
            if c != 'ı' {
                assert_eq!(normal_char(same), once, "{c:?} and {same:?}");
            }
        }
    }
}

#[test]
fn a_term_longer_than_any_field_finds_nothing() {
    assert_eq!(SearchTerm::of(&"a".repeat(NAME_LIMIT + 1)), SearchTerm::Nothing);
    assert!(matches!(SearchTerm::of(&"é".repeat(NAME_LIMIT)), SearchTerm::Long(_)));
    assert!(!found(&text_of("a", &[], &[]), &"a".repeat(NAME_LIMIT + 1)));
}

#[test]
fn an_erased_contact_has_no_text() {
    let new = NewContact { name: "Mara".to_owned(), ..NewContact::default() };
    let mut contact = Contact::prepared("c1".into(), new, Timestamp::from_millis(0));
    contact.erase(Timestamp::from_millis(1));
    assert_eq!(SearchText::of(&contact).as_str(), "");
}

/// Texts in which letters of many kinds meet.
fn written() -> impl Strategy<Value = String> {
    "[a-cA-C0-2@+ .\u{1f}éÉσςΣßẞİı]{0,12}"
}

proptest! {
    #[test]
    fn every_part_of_a_field_is_found_in_any_case(name in written(), email in written(), from in 0_usize..12, length in 1_usize..6) {
        let text = text_of(&name, &[&email], &[]);
        for field in [&name, &email] {
            let part: String = field.chars().skip(from).take(length).collect();
            prop_assert!(found(&text, &part));
            // Upper case may make two characters of one, which is another text.
            if part.to_uppercase().chars().count() == part.chars().count() && !part.contains('ı') {
                prop_assert!(found(&text, &part.to_uppercase()));
            }
        }
    }

    #[test]
    fn what_is_found_is_in_one_of_the_fields(name in written(), email in written(), term in written()) {
        let text = text_of(&name, &[&email], &[]);
        let in_a_field = [&name, &email].iter().any(|field| normal_form(field).contains(&normal_form(&term)));
        prop_assert_eq!(found(&text, &term), in_a_field);
    }

    #[test]
    fn a_short_term_is_found_exactly_by_the_short_parts(name in written(), phone in written(), term in "[a-cA-C@+ éς]{1,2}") {
        let text = text_of(&name, &[], &[&phone]);
        let SearchTerm::Short(short) = SearchTerm::of(&term) else { panic!("{term} is short") };
        prop_assert_eq!(found(&text, &term), text.short_parts().contains(&short));
    }

    #[test]
    fn normal_forms_keep_the_number_of_characters(text in any::<String>()) {
        prop_assert_eq!(normal_form(&text).chars().count(), text.chars().count());
    }
}

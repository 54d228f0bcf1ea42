//! One made-up person: everything follows from the number.

use omnicontact_domain::contact::{Association, Channel, Contact, Source};
use omnicontact_domain::id::record_id;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Fields;
use omnicontact_domain::version::Version;
use omnicontact_domain::visitor::{Visitor, VisitorManager, guest_username};

use super::names::{AGENTS, CITIES, COMPANIES, FAMILY, GIVEN, HOSTS, PLANS, SOURCES};

/// When the first person wrote: 2024-01-01T00:00:00Z. One more every 47 seconds.
const BEGINNING: i64 = 1_704_067_200_000;
const STEP: i64 = 47_000;

/// A made-up person.
pub(super) struct Person {
    number: u64,
    dice: Dice,
}

impl Person {
    pub(super) fn new(number: u64) -> Self {
        Self { number, dice: Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x6f6d_6e69) }
    }

    /// The contact, and the visitor through which the contact writes.
    pub(super) fn records(mut self) -> (Contact, Visitor) {
        let dice = &mut self.dice;
        let since = i64::try_from(self.number).unwrap_or(i64::MAX).saturating_mul(STEP);
        let ts = Timestamp::from_millis(
            BEGINNING.saturating_add(since).saturating_add(dice.below(STEP.unsigned_abs()).cast_signed()),
        );
        let contact_id = record_id(ts, dice.bytes()).into();
        let visitor_id: omnicontact_domain::id::VisitorId = record_id(ts, dice.bytes()).into();
        let (given, given_ascii) = dice.pick(GIVEN);
        let (family, family_ascii) = dice.pick(FAMILY);
        let name = format!("{given} {family}");
        let emails = self.emails(given_ascii, family_ascii);
        let dice = &mut self.dice;
        let (city, prefix, digits) = dice.pick(CITIES);
        let phone = format!("{prefix}{:0width$}", dice.below(10_u64.pow(digits)), width = digits as usize);
        let values = custom_values(dice, city);
        let manager = (dice.below(3) == 0).then(|| dice.pick(AGENTS));
        let source = Source { kind: dice.pick(SOURCES).to_owned(), ..Source::default() };
        let token = format!("{:016x}{:06x}", dice.next(), self.number);

        let contact = Contact {
            id: contact_id,
            name: Some(name.clone()),
            emails: Some(emails.clone()),
            phones: Some(vec![phone.clone()]),
            manager: manager.map(|(id, _, _)| id.into()),
            unknown: dice.below(10) == 0,
            conflicting_fields: None,
            custom_fields: Some(values.clone()),
            channels: vec![channel(&visitor_id, source)],
            last_chat: None,
            import_ids: None,
            activity: None,
            pre_registration: Some(false),
            enabled: true,
            created_at: ts,
            updated_at: ts,
            version: Version::FIRST,
        };
        let mut visitor = Visitor::new(visitor_id, guest_username(self.number + 1_000_000), token.into(), ts);
        visitor.name = Some(name);
        visitor.emails = Some(emails);
        visitor.phones = Some(vec![phone]);
        visitor.livechat_data = Some(values);
        visitor.manager = manager.map(|(_, username, _)| VisitorManager {
            user_id: None,
            username: username.to_owned(),
            name: None,
            emails: None,
        });
        visitor.status = Some("offline".to_owned());
        (contact, visitor)
    }

    /// One address, one of a kind by the number in it, and for one in five a second one at work.
    fn emails(&mut self, given: &str, family: &str) -> Vec<String> {
        let host = self.dice.pick(HOSTS);
        let mut emails = vec![format!("{given}.{family}.{}@{host}", self.number)];
        if self.dice.below(5) == 0 {
            emails.push(format!("{family}{}@work.example", self.number));
        }
        emails
    }
}

fn custom_values(dice: &mut Dice, city: &str) -> Fields {
    let mut values = Fields::default();
    values.set("company", dice.pick(COMPANIES));
    values.set("city", city);
    values.set("plan", dice.pick(PLANS));
    values
}

fn channel(visitor: &omnicontact_domain::id::VisitorId, source: Source) -> Channel {
    Channel {
        name: source.kind.clone(),
        visitor: Association {
            visitor_id: visitor.clone(),
            source_type: source.kind.clone(),
            source_id: None,
        },
        blocked: false,
        verified: false,
        verification: None,
        details: source,
        last_chat: None,
    }
}

/// A small, fixed generator (SplitMix64): reproducible on every machine and in every version.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn bytes(&mut self) -> [u8; 8] {
        self.next().to_be_bytes()
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let count = from.len() as u64;
        from[usize::try_from(self.below(count)).unwrap_or_default()]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_same_number_makes_the_same_person() {
        assert_eq!(Person::new(42).records(), Person::new(42).records());
        let (contact, visitor) = Person::new(0).records();
        assert_eq!(contact.id.as_str().len(), 24);
        assert_eq!(contact.name, visitor.name);
    }

    #[test]
    fn ids_tokens_and_addresses_are_one_of_a_kind() {
        let mut seen = BTreeSet::new();
        for number in 0..5_000 {
            let (contact, visitor) = Person::new(number).records();
            assert!(seen.insert(contact.id.into_string()));
            assert!(seen.insert(visitor.id.into_string()));
            assert!(seen.insert(visitor.token.unwrap().into_string()));
            assert!(seen.insert(contact.emails.unwrap().remove(0)));
        }
    }

    #[test]
    fn phone_numbers_are_well_formed() {
        for number in 0..200 {
            let (contact, _) = Person::new(number).records();
            let phone = contact.phones.unwrap().remove(0);
            assert_eq!(omnicontact_domain::phone::PhoneKey::of(&phone).as_str(), phone);
        }
    }
}

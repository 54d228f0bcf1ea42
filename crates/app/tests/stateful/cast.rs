//! Who plays in one sequence: few tokens, addresses, numbers and names, each spelled in several ways, and all of them
//! different from those of every other sequence, so that many share a database.

/// The identities of one sequence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cast {
    /// Which sequence it is.
    pub(crate) number: u64,
}

/// How many there are of each.
pub(crate) const TOKENS: usize = 4;
pub(crate) const ADDRESSES: usize = 2;
pub(crate) const LINES: usize = 2;
pub(crate) const NAMES: usize = 3;
/// In how many ways an address or a number is spelled.
pub(crate) const SPELLINGS: usize = 3;

/// Where a conversation comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) kind: &'static str,
    pub(crate) id: Option<&'static str>,
    pub(crate) label: Option<&'static str>,
}

/// Where conversations come from here: two sources differ in their id only.
pub(crate) const ORIGINS: [Origin; 4] = [
    Origin { kind: "api", id: None, label: None },
    Origin { kind: "widget", id: None, label: None },
    Origin { kind: "email", id: Some("sales"), label: Some("Sales") },
    Origin { kind: "email", id: Some("support"), label: None },
];

/// Nobody comes from here.
pub(crate) const NOWHERE: Origin = Origin { kind: "sms", id: None, label: None };

impl Cast {
    /// A visitor's token; the last one is blank.
    pub(crate) fn token(self, which: usize) -> String {
        if which < TOKENS { format!("token{which}.{}.", self.number) } else { " ".to_owned() }
    }

    pub(crate) fn username(self, which: usize) -> String {
        format!("user{which}.{}.", self.number)
    }

    pub(crate) fn name(self, which: usize) -> String {
        let name = ["Ada", "Mara", "Zoë"][which % NAMES];
        format!("{name} {}.", self.number)
    }

    /// An address in one of its spellings; after the last address comes a text that is none.
    pub(crate) fn address(self, which: usize, spelling: usize) -> String {
        let Self { number } = self;
        match (which < ADDRESSES, spelling % SPELLINGS) {
            (true, 0) => format!("mail{which}.{number}@x.org"),
            (true, 1) => format!("Mail{which}.{number}@X.ORG"),
            (true, _) => format!(" mail{which}.{number}@x.org "),
            (false, _) => format!("mail{which}.{number}"),
        }
    }

    /// A number in one of its spellings. The last one has no country code, so it is another line to whoever compares.
    pub(crate) fn number(self, which: usize, spelling: usize) -> String {
        let line = 10_000_000 + 2 * self.number + (which % LINES) as u64;
        let (area, rest) = (line / 10_000, line % 10_000);
        match spelling % SPELLINGS {
            0 => format!("+4930{area:04}{rest:04}"),
            1 => format!("+49 30 {area:04}-{rest:04}"),
            _ => format!("030{area:04}{rest:04}"),
        }
    }
}

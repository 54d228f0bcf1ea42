//! One request at a time on one connection: exact look-ups, and searches by how much they find. Kinds of
//! requests take turns, so that whatever else the machine does meets all of them.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::circumstances;
use super::directory::Directory;
use super::figures::{Row, Table, grouped};
use super::server::Server;

/// Rows in a page.
const PAGE: u64 = 50;
/// People whose values are looked for.
const PEOPLE: u64 = 400;
/// A page far from the first.
const FAR_PAGE: u64 = 1_000;
/// Rounds that are not counted: connections are opened, statements prepared, rules of regions loaded.
const WARM: usize = 20;
/// How often the quick ones are asked in a round, each time for another one: the slowest hundredth of few answers is
/// chance.
const QUICK_TIMES: usize = 5;
/// Terms tried of each kind.
const TERMS: usize = 60;

/// What a search term may find at the most to be called rare, and to be called common.
const RARE: u64 = 1_000;
const COMMON: u64 = 50_000;

/// Names, addresses and numbers that are in the directory.
struct Person {
    id: String,
    name: String,
    email: String,
    phone: String,
}

/// One request.
struct Query {
    pairs: Vec<(&'static str, String)>,
    answer: Expected,
}

/// What an answer must hold.
enum Expected {
    /// That contact.
    Contact(String),
    /// That there is such a contact.
    Existence,
    /// That many contacts in all.
    Total(u64),
    /// A page with all its rows.
    FullPage,
    /// No more than status 200.
    Anything,
}

impl Expected {
    fn is_in(&self, body: &Value) -> bool {
        match self {
            Self::Contact(id) => body["contact"]["_id"] == id.as_str(),
            Self::Existence => body["exists"] == true,
            Self::Total(total) => body["total"] == *total,
            Self::FullPage => body["contacts"].as_array().is_some_and(|rows| rows.len() as u64 == PAGE),
            Self::Anything => true,
        }
    }
}

/// A kind of request with all that is asked in turn.
struct Kind {
    what: &'static str,
    goal: Option<u64>,
    path: &'static str,
    queries: Vec<Query>,
    found: Option<(u64, u64)>,
    /// Requests in a round.
    times: usize,
    /// Whether something is written before each request, so that nothing can be remembered.
    after_a_write: bool,
    durations: Vec<Duration>,
    /// What took the longest, and the number of its query.
    slowest: Option<(Duration, usize)>,
}

pub(super) fn measure(directory: &Directory, samples: usize) -> Result<Table> {
    // What is measured is a directory that has been serving for a while, not how fast the disk is.
    directory.read_files()?;
    let server = directory.serve()?;
    eprintln!("looking for things to look for");
    let people = people(&server, directory.contacts)?;
    let mut kinds = vec![nothing()];
    kinds.extend(look_ups(&people));
    kinds.extend(pages(directory.contacts));
    kinds.extend(searches(&server, &people)?);
    for round in 0..WARM + samples {
        for kind in &mut kinds {
            for time in 0..kind.times {
                ask(&server, kind, round * kind.times + time, &people)?;
            }
            if round < WARM {
                kind.durations.clear();
                kind.slowest = None;
            }
        }
        if round % 50 == 49 {
            eprintln!("{} of {} rounds", round + 1, WARM + samples);
        }
    }
    for kind in &kinds {
        kind.tell_slowest();
    }
    Ok(Table {
        title: format!("{}: search among {} contacts", directory.engine.name(), grouped(directory.contacts)),
        key: format!("search, {}, {}", directory.engine.name(), directory.contacts),
        circumstances: circumstances(directory, &server, samples)?,
        rows: kinds.into_iter().map(Kind::into_row).collect(),
    })
}

fn ask(server: &Server, kind: &mut Kind, turn: usize, people: &[Person]) -> Result<()> {
    if kind.after_a_write {
        // The same name again: a write like any other, which leaves the directory as it is.
        let person = people.get(turn % people.len()).context("nobody")?;
        server
            .post("omnichannel/contacts.update", &json!({ "contactId": person.id, "name": person.name }))?;
    }
    let query = kind.queries.get(turn % kind.queries.len()).context("nothing to ask")?;
    let pairs: Vec<_> = query.pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = server.get(kind.path, &pairs)?;
    ensure!(query.answer.is_in(&answer.body), "{}: {pairs:?} answered {}", kind.what, answer.body);
    kind.durations.push(answer.took);
    if kind.slowest.as_ref().is_none_or(|(took, _)| *took < answer.took) {
        kind.slowest = Some((answer.took, turn % kind.queries.len()));
    }
    Ok(())
}

impl Kind {
    fn new(what: &'static str, path: &'static str, queries: Vec<Query>) -> Self {
        Self {
            what,
            goal: None,
            path,
            queries,
            found: None,
            times: 1,
            after_a_write: false,
            durations: Vec::new(),
            slowest: None,
        }
    }

    /// Where to look when a goal is missed.
    fn tell_slowest(&self) {
        if let Some((took, query)) = self.slowest
            && let Some(query) = self.queries.get(query)
        {
            eprintln!("slowest of {}: {:.1} ms for {:?}", self.what, took.as_secs_f64() * 1e3, query.pairs);
        }
    }

    fn into_row(self) -> Row {
        let what =
            if self.after_a_write { format!("{}, after a write", self.what) } else { self.what.to_owned() };
        let row = Row::new(what, self.durations);
        let row = match self.found {
            Some(found) => row.finding(found),
            None => row,
        };
        match self.goal {
            Some(goal) => row.within(goal),
            None => row,
        }
    }
}

/// People from all over the directory.
fn people(server: &Server, contacts: u64) -> Result<Vec<Person>> {
    let mut people = Vec::new();
    let step = (contacts / PEOPLE).max(1);
    for number in (0..PEOPLE).map(|turn| turn * step + turn % step) {
        // Made-up addresses hold the number of the person. (Pages far back take seconds in the largest directories.)
        let address = format!(".{number}@");
        let answer =
            server.get("omnichannel/contacts.search", &[("count", "1"), ("searchText", &address)])?;
        let row = &answer.body["contacts"][0];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let person = (|| {
            Some(Person {
                id: text(&row["_id"])?,
                name: text(&row["name"])?,
                email: text(&row["emails"][0]["address"])?,
                phone: text(&row["phones"][0]["phoneNumber"])?,
            })
        })();
        // One in ten is unknown, and in another list.
        people.extend(person);
    }
    if people.is_empty() {
        bail!("the directory is empty");
    }
    Ok(people)
}

/// What every request takes on this machine, whatever it asks for.
fn nothing() -> Kind {
    let query = Query { pairs: vec![], answer: Expected::Anything };
    Kind { times: QUICK_TIMES, ..Kind::new("nothing: /livez, without a store", "/livez", vec![query]) }
}

fn look_ups(people: &[Person]) -> Vec<Kind> {
    let contacts = people.iter().map(|person| Query {
        pairs: vec![("contactId", person.id.clone())],
        answer: Expected::Contact(person.id.clone()),
    });
    let get = Kind::new("contacts.get", "omnichannel/contacts.get", contacts.collect());
    let existence = |what, name, value: fn(&Person) -> &str| {
        let queries = people.iter().map(|person| Query {
            pairs: vec![(name, value(person).to_owned())],
            answer: Expected::Existence,
        });
        Kind::new(what, "omnichannel/contacts.checkExistence", queries.collect())
    };
    let by_email = existence("checkExistence by e-mail", "email", |person| &person.email);
    let by_phone = existence("checkExistence by phone", "phone", |person| &person.phone);
    [get, by_email, by_phone].map(|kind| Kind { goal: Some(5), times: QUICK_TIMES, ..kind }).into()
}

fn pages(contacts: u64) -> Vec<Kind> {
    let page = |what, number: u64| {
        let offset = ((number - 1) * PAGE).to_string();
        let query = Query { pairs: vec![("offset", offset)], answer: Expected::FullPage };
        Kind::new(what, "omnichannel/contacts.search", vec![query])
    };
    let mut kinds = vec![Kind { goal: Some(50), ..page("no term, page 1", 1) }];
    // One in ten is in the other list.
    if contacts / 10 * 9 / PAGE > FAR_PAGE {
        // The goal is ten times page 1: the table shows both.
        kinds.push(page("no term, page 1,000", FAR_PAGE));
    }
    kinds
}

/// Terms by how much they find, which the server says itself.
fn searches(server: &Server, people: &[Person]) -> Result<Vec<Kind>> {
    let mut rare = Terms::new("term that finds up to 1,000", 20);
    let mut common = Terms::new("term that finds up to 50,000", 120);
    let mut vast = Terms::new("term that finds more", 500);
    let mut short = Terms::new("one or two characters", 500);
    for term in terms(people) {
        let is_short = term.chars().count() <= 2;
        let is_known =
            if is_short { short.is_full() } else { rare.is_full() && common.is_full() && vast.is_full() };
        if is_known {
            continue;
        }
        let answer = server.get("omnichannel/contacts.search", &[("searchText", &term)])?;
        let total = answer.body["total"].as_u64().context("no total")?;
        let class = match (is_short, total) {
            (true, _) => &mut short,
            (false, ..=RARE) => &mut rare,
            (false, ..=COMMON) => &mut common,
            (false, _) => &mut vast,
        };
        class.add(term, total);
    }
    let mut kinds = Vec::new();
    for class in [rare, common, vast, short] {
        for after_a_write in [false, true] {
            kinds.extend(class.kind(after_a_write));
        }
    }
    Ok(kinds)
}

/// Terms of one class, each with the total that every answer must repeat.
struct Terms {
    what: &'static str,
    goal: u64,
    and_totals: Vec<(String, u64)>,
}

impl Terms {
    const fn new(what: &'static str, goal: u64) -> Self {
        Self { what, goal, and_totals: Vec::new() }
    }

    fn add(&mut self, term: String, total: u64) {
        if !self.is_full() {
            self.and_totals.push((term, total));
        }
    }

    fn is_full(&self) -> bool {
        self.and_totals.len() >= TERMS
    }

    fn kind(&self, after_a_write: bool) -> Option<Kind> {
        let totals = || self.and_totals.iter().map(|(_, total)| *total);
        let found = (totals().min()?, totals().max()?);
        let queries = self.and_totals.iter().map(|(term, total)| Query {
            pairs: vec![("searchText", term.clone())],
            answer: Expected::Total(*total),
        });
        Some(Kind {
            goal: Some(self.goal),
            found: Some(found),
            after_a_write,
            ..Kind::new(self.what, "omnichannel/contacts.search", queries.collect())
        })
    }
}

/// Whole values, words, parts of words, and the shortest terms; each once.
fn terms(people: &[Person]) -> Vec<String> {
    let mut terms = BTreeSet::new();
    for person in people {
        terms.extend([person.email.clone(), person.name.clone(), person.phone.clone()]);
        for word in person.name.split(' ') {
            terms.insert(word.to_lowercase());
            let letters: Vec<_> = word.chars().collect();
            for part in letters.windows(2).chain(letters.windows(1)).chain(letters.windows(3)) {
                terms.insert(part.iter().collect());
            }
        }
        if let Some((_, host)) = person.email.split_once('@') {
            terms.insert(format!("@{host}"));
        }
    }
    terms.extend(["example", "@", ".c", "+4", "1", "00", "work.example"].map(str::to_owned));
    // In an order that is the same each time and has nothing to do with the alphabet.
    let mut terms: Vec<_> = terms.into_iter().collect();
    terms.sort_by_cached_key(|term| {
        let mut hasher = DefaultHasher::new();
        term.hash(&mut hasher);
        hasher.finish()
    });
    terms
}

fn circumstances(
    directory: &Directory,
    server: &Server,
    samples: usize,
) -> Result<Vec<(&'static str, String)>> {
    let memory = server.resident_mib().map_or("unknown".to_owned(), |mib| format!("{mib} MiB"));
    let mut all =
        circumstances::here(&format!("search --contacts {} --samples {samples}", directory.contacts));
    all.extend(circumstances::of_directory(directory)?);
    all.push(("memory of the server afterwards", memory));
    Ok(all)
}

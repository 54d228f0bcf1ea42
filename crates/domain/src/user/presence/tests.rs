//! Presence by example, and what holds for all of it.

use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_000);
const LATER: Timestamp = Timestamp::from_millis(2_000);

fn choice(chosen: PresenceStatus) -> StatusChange {
    StatusChange { chosen: Some(chosen), ..StatusChange::default() }
}

fn said(text: &str) -> StatusChange {
    StatusChange { text: Some(text.to_owned()), ..StatusChange::default() }
}

fn until(change: StatusChange, end: Timestamp) -> StatusChange {
    StatusChange { expires_at: Some(end), ..change }
}

#[test]
fn online_and_offline_are_shown_at_once() {
    let online = Presence::OFFLINE.changed(choice(PresenceStatus::Online));
    assert_eq!((online.shown, online.chosen), (PresenceStatus::Online, Some(PresenceStatus::Online)));
    assert_eq!(online.source, Some(PresenceSource::Manual));
    let offline = online.changed(choice(PresenceStatus::Offline));
    assert_eq!(offline.shown, PresenceStatus::Offline);
}

#[test]
fn busy_and_away_wait_while_the_user_is_not_there() {
    let online = Presence::OFFLINE.changed(choice(PresenceStatus::Online));
    for chosen in [PresenceStatus::Busy, PresenceStatus::Away] {
        let waiting = Presence::OFFLINE.changed(choice(chosen));
        assert_eq!((waiting.shown, waiting.chosen), (PresenceStatus::Offline, Some(chosen)));
        assert_eq!(online.changed(choice(chosen)).shown, chosen);
    }
}

#[test]
fn a_text_alone_chooses_again_what_was_chosen() {
    let prepared = Presence { chosen: Some(PresenceStatus::Online), ..Presence::OFFLINE };
    let talking = prepared.changed(said("back"));
    assert_eq!((talking.shown, talking.text.as_deref()), (PresenceStatus::Online, Some("back")));
    let silent = talking.changed(said(""));
    assert_eq!(silent.text.as_deref(), Some(""), "an empty text is a text");
    let nothing_chosen = Presence::OFFLINE.changed(said("hello"));
    assert_eq!((nothing_chosen.chosen, nothing_chosen.source), (None, None));
}

#[test]
fn what_expires_gives_way_to_what_was_before() {
    let online = Presence::OFFLINE
        .changed(StatusChange { text: Some("here".into()), ..choice(PresenceStatus::Online) });
    let meeting = StatusChange { text: Some("meeting".into()), ..choice(PresenceStatus::Busy) };
    let busy = online.changed(until(meeting, LATER));
    assert_eq!(busy.clone().at(Timestamp::from_millis(1_999)), busy);
    let back = busy.at(LATER);
    assert_eq!(back, Presence { source: Some(PresenceSource::Internal), ..online });
}

#[test]
fn a_second_temporary_presence_keeps_what_the_first_took_the_place_of() {
    let online = Presence::OFFLINE.changed(choice(PresenceStatus::Online));
    let twice = online
        .changed(until(choice(PresenceStatus::Busy), LATER))
        .changed(until(choice(PresenceStatus::Away), LATER));
    assert_eq!(twice.at(LATER).shown, PresenceStatus::Online);
}

#[test]
fn a_change_without_an_end_takes_a_stored_one_away() {
    let busy = Presence::OFFLINE.changed(until(choice(PresenceStatus::Online), LATER));
    let lasting = busy.changed(said("for good"));
    assert_eq!((lasting.expires_at, lasting.former), (None, None));
}

#[test]
fn an_end_without_anything_before_it_leaves_what_is_shown() {
    let odd = Presence { shown: PresenceStatus::Busy, expires_at: Some(NOW), ..Presence::OFFLINE };
    let back = odd.at(NOW);
    assert_eq!((back.shown, back.expires_at), (PresenceStatus::Busy, None));
}

#[test]
fn the_end_lies_ahead_and_comes_before_invisibility() {
    let hidden = choice(PresenceStatus::Offline);
    let past = until(hidden.clone(), NOW);
    assert_eq!(Presence::OFFLINE.check(&past, false, NOW), Err(StatusRefusal::PastExpiry));
    assert_eq!(Presence::OFFLINE.check(&hidden, false, NOW), Err(StatusRefusal::Invisible));
    assert_eq!(Presence::OFFLINE.check(&hidden, true, NOW), Ok(()));
    assert_eq!(Presence::OFFLINE.check(&until(hidden, LATER), true, NOW), Ok(()));
}

#[test]
fn a_text_alone_is_refused_to_whoever_chose_to_be_invisible() {
    let invisible = Presence::OFFLINE.changed(choice(PresenceStatus::Offline));
    assert_eq!(invisible.check(&said("boo"), false, NOW), Err(StatusRefusal::Invisible));
    assert_eq!(Presence::OFFLINE.check(&said("boo"), false, NOW), Ok(()), "nothing was chosen");
}

fn status() -> impl Strategy<Value = PresenceStatus> {
    prop::sample::select(vec![
        PresenceStatus::Online,
        PresenceStatus::Away,
        PresenceStatus::Busy,
        PresenceStatus::Offline,
    ])
}

fn change() -> impl Strategy<Value = StatusChange> {
    let end = prop::option::of((1_001..5_000_i64).prop_map(Timestamp::from_millis));
    (prop::option::of(status()), prop::option::of("[a-z]{0,3}"), end)
        .prop_map(|(chosen, text, expires_at)| StatusChange { chosen, text, expires_at })
}

proptest! {
    #[test]
    fn after_the_last_end_nothing_temporary_is_left(changes in prop::collection::vec(change(), 0..6)) {
        let lasting = |change: &StatusChange| change.expires_at.is_none();
        let presence = changes.iter().cloned().fold(Presence::OFFLINE, |presence, change| presence.changed(change));
        let end = presence.at(Timestamp::MAX);
        prop_assert_eq!((end.expires_at, end.former.clone()), (None, None));
        // Temporary changes at the end of the row leave no trace but the source.
        let last = changes.iter().rposition(lasting).map_or(0, |index| index + 1);
        let expected = changes[..last].iter().cloned().fold(Presence::OFFLINE, |presence, change| presence.changed(change));
        prop_assert_eq!((end.shown, end.chosen, end.text), (expected.shown, expected.chosen, expected.text));
    }

    #[test]
    fn a_presence_that_ends_has_one_before_it(changes in prop::collection::vec(change(), 0..6)) {
        let presence = changes.into_iter().fold(Presence::OFFLINE, |presence, change| presence.changed(change));
        prop_assert_eq!(presence.expires_at.is_some(), presence.former.is_some());
    }
}

//! Merging and splitting people, and letting a colleague certify, by the window's own messages.

use office::{
    act::{Name, delegation::Terms},
    evidence::Evidence,
    person::{Document, DocumentKind, Identity},
};

use super::{Counter, Shell};
use crate::{
    clock, demo,
    failure::Failure,
    window::screen::{
        person::{self, same},
        users,
    },
};

/// Names of these screens.
pub const SCREENS: [&str; 3] = ["person-alike", "person-merge", "person-split"];

/// A foreigner who came with one passport and comes with another.
fn foreigner(like: &Identity, passport: &str, evidence: Evidence) -> Identity {
    let mut identity = like.clone();
    identity.person.number = None;
    identity.person.name = "DUPONT MARIE".into();
    identity.person.nationality = "FRA".into();
    identity.person.residence = String::new();
    identity.document =
        Some(Document { kind: DocumentKind::Passport, number: passport.into(), expiry: None });
    identity.evidence = evidence;
    identity
}

/// Stages one of [`SCREENS`].
pub fn at_desk(
    shell: &mut Shell,
    screen: &str,
    identity: &Identity,
    counter: &Counter,
) -> Result<(), Failure> {
    let mut former = foreigner(identity, "24AA00001", Evidence::Typed);
    let mut again = foreigner(identity, "24AA00001", Evidence::ChipIssuerUnknown);
    let mut newer = foreigner(identity, "25BB00002", Evidence::ChipIssuerUnknown);
    for identity in [&mut former, &mut again, &mut newer] {
        shell.desk.record_reading(clock::now(), identity)?;
    }
    drop(shell.open_read(if screen == "person-split" { again } else { newer }, &[], None, None));
    let mut say = |message: person::Message| drop(shell.update(message.into(), counter));
    match screen {
        "person-merge" => {
            say(person::Message::SameAsked);
            say(person::Message::Same(same::Message::Chosen(0)));
        }
        "person-split" => {
            say(person::Message::SameAsked);
            // Behind who looks alike and the newer reading.
            say(person::Message::Same(same::Message::Chosen(2)));
            let reason = "Gõ nhầm số hộ chiếu của người khác";
            say(person::Message::Same(same::Message::ReasonTyped(reason.into())));
        }
        _ => {}
    }
    Ok(())
}

/// Somebody who certifies by a decision, or the form of one.
pub fn delegate(shell: &mut Shell, screen: &str, counter: &Counter) -> Result<(), Failure> {
    let (now, mut colleagues) = (clock::now(), shell.desk.colleagues()?);
    // As the list stands.
    colleagues.sort_by_cached_key(|user| office::collate::name(&user.full_name));
    let day = clock::local(now).date();
    let mut places = (0u64..).zip(&colleagues);
    let clerk = places.find(|(_, user)| user.name.0 == demo::CLERK.user);
    let Some((place, clerk)) = clerk else { return Ok(()) };
    if screen == "users-delegated" {
        let kinds = ["certified_copy", "signature"].into_iter();
        let terms = Terms {
            decision: "12/QĐ-UBND".into(),
            decided: Some(day),
            signs_as: "TUQ. CHỦ TỊCH".into(),
            kinds: kinds.filter_map(|kind| Name::parse(kind).ok()).collect(),
            from: Some(day),
            until: Some(day.last_of_year()),
        };
        shell.desk.delegate(now, clerk, &terms)?;
    }
    drop(shell.go_users(counter));
    drop(shell.update(users::Message::Selected(place).into(), counter));
    if screen == "user-delegate" {
        drop(shell.update(users::Message::DelegateAsked.into(), counter));
    }
    Ok(())
}

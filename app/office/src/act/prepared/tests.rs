//! Preparations: what may be prepared, and what becomes of it when it is signed.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{
    act::{
        Definitions,
        tests::{Counting, KINDS, forms, name, request, signing, wordings},
    },
    book::{BookId, Numbers},
    entry::{Bears, Event},
    fixture::time,
    header::Mark,
};

fn kinds(medium: &str) -> Definitions {
    let kinds = KINDS.replace(r#""roles""#, &format!(r#""medium":"{medium}","roles""#));
    Definitions::parse_all(&[kinds.as_bytes()], &forms()).unwrap()
}

fn user(name: &str) -> UserName {
    UserName(name.into())
}

fn clerk() -> Signer {
    let clerk = signing(Part::Certifies, &[]).signer;
    Signer { user: user("hai"), full_name: "Người Lập".into(), ..clerk }
}

fn page(n: usize) -> ContentHash {
    ContentHash::of(&n.to_be_bytes())
}

/// What a clerk prepares for `thu`, who certifies.
fn attempt(
    medium: &str,
    pages: usize,
    asked: Option<&str>,
    change: impl FnOnce(&mut Request<'_>),
) -> Result<Prepared, NotPrepared> {
    let (forms, kinds, wordings) = (forms(), kinds(medium), wordings());
    let receives = Signing { signer: clerk(), roles: &[Role::Clerk], delegations: &[] };
    let receives =
        Signing { signer: Signer { part: Part::Receives, ..receives.signer }, ..receives };
    let wording = wordings.find(&name("counter")).unwrap();
    let mut request = Request {
        signing: vec![receives, signing(Part::Certifies, &[Role::Certifier])],
        ..request(forms.find("trial_copy").unwrap(), &kinds.kinds[0], wording)
    };
    change(&mut request);
    request.prepared(clerk(), (0..pages).map(page).collect(), asked.map(user))
}

#[test]
fn what_may_be_prepared_is_what_may_be_signed() {
    let prepared = attempt("electronic", 3, Some("thu"), |_| {}).unwrap();
    assert!(prepared.act.number.issued().is_none() && prepared.act.document.is_none());
    assert_eq!(prepared.by(), Some(&Signer { part: Part::Receives, ..clerk() }));
    type Change = fn(&mut Request<'_>);
    for (medium, pages, change, code) in [
        ("electronic", 1, (|_| {}) as Change, None),
        ("electronic", MOST_PAGES, |_| {}, None),
        ("electronic", 0, |_| {}, Some("OFF-181")),
        ("electronic", MOST_PAGES + 1, |_| {}, Some("OFF-181")),
        ("paper", 1, |_| {}, Some("OFF-180")),
        ("electronic", 1, |request| request.people.clear(), Some("OFF-151")),
        ("electronic", 1, |request| request.copies = 0, Some("OFF-155")),
        ("electronic", 1, |request| request.signing[1].roles = &[Role::Clerk], Some("OFF-157")),
        ("electronic", 1, |request| request.at = time("2026-12-01 09:00"), Some("OFF-158")),
    ] {
        let tried = attempt(medium, pages, None, change).err();
        assert_eq!(tried.map(|error| error.code()), code, "{medium} {pages}");
    }
    // One that tells a number, a file, or another's signature is none.
    let number = Counting(4).next(BookId::NOTICE, time("2026-11-23 09:00").date());
    let certifier = Signer { part: Part::Certifies, ..clerk() };
    for act in [
        Act { number, ..prepared.act.clone() },
        Act { document: Some(page(9)), ..prepared.act.clone() },
        Act { signers: Vec::new(), ..prepared.act.clone() },
        Act { signers: vec![certifier.clone()], ..prepared.act.clone() },
        Act { signers: vec![clerk(), certifier], ..prepared.act.clone() },
    ] {
        let tried = Prepared { act, ..prepared.clone() };
        assert_eq!(tried.check(), Err(PreparedError::NotComing.into()));
    }
}

#[test]
fn it_is_signed_by_whoever_is_asked_and_may_under_the_law_of_that_day() {
    let (kinds, wordings) = (kinds("electronic"), wordings());
    let at = |text: &str| time(text);
    let number = |day: &str| Counting(4).next(BookId::NOTICE, at(day).date());
    let (monday, december) = ("2026-11-23 15:00", "2026-12-01 09:00");
    let pending = attempt("electronic", 1, None, |_| {}).unwrap().act.number;
    for (asked, roles, wording, number, day, code) in [
        (Some("thu"), Role::Certifier, "counter", number(monday), monday, None),
        (None, Role::Head, "counter", number(monday), monday, None),
        (Some("an"), Role::Certifier, "counter", number(monday), monday, Some("OFF-183")),
        (None, Role::Clerk, "counter", number(monday), monday, Some("OFF-157")),
        (None, Role::Certifier, "counter", pending, monday, Some("OFF-168")),
        (None, Role::Certifier, "counter_2", number(monday), monday, Some("OFF-158")),
        (None, Role::Certifier, "counter", number(december), december, Some("OFF-158")),
        (
            None,
            Role::Certifier,
            "counter",
            number("2027-01-04 09:00"),
            "2027-01-04 09:00",
            Some("OFF-150"),
        ),
    ] {
        let prepared = attempt("electronic", 2, asked, |_| {}).unwrap();
        let roles = [roles];
        let certifier = signing(Part::Certifies, &roles);
        let wording = wordings.find(&name(wording)).unwrap();
        let unsigned =
            prepared.unsigned(&kinds.kinds[0], None, wording, &certifier, number, at(day));
        let told = unsigned.as_ref().err().map(Explain::code);
        assert_eq!(told, code, "{asked:?} {roles:?} {day}");
        let Ok(unsigned) = unsigned else { continue };
        let signers: Vec<(&str, Part)> =
            unsigned.signers.iter().map(|one| (one.user.0.as_str(), one.part)).collect();
        assert_eq!(signers, [("hai", Part::Receives), ("thu", Part::Certifies)]);
        assert_eq!((unsigned.at, unsigned.number), (at(day), number));
        // What was prepared is what is signed, whoever signs, when and with which number.
        assert_eq!(unsigned.settled().unwrap(), prepared.act.settled().unwrap());
        let done = Act { document: Some(page(9)), ..unsigned };
        assert_eq!(done.settled().unwrap(), prepared.act.settled().unwrap());
        for changed in [
            Act { pages: done.pages + 1, ..done.clone() },
            Act { label: "Khác".into(), ..done.clone() },
            Act { people: Vec::new(), ..done.clone() },
        ] {
            assert_ne!(changed.settled().unwrap(), prepared.act.settled().unwrap());
        }
    }
    // What the law of the day of signing excludes was looked for under that law.
    let prepared = attempt("electronic", 2, None, |_| {}).unwrap();
    let wording = wordings.find(&name("counter")).unwrap();
    let certifier = signing(Part::Certifies, &[Role::Certifier]);
    let excluded = |law: &str| Exclusion {
        title: "Bản chính không được dùng".into(),
        law: law.into(),
        from: "2026-01-01".parse().unwrap(),
        until: None,
        cases: vec!["Bị tẩy xóa".into()],
        source: "Thử".into(),
        mark: Mark::C,
        checked: false,
    };
    for (cleared, law, code) in [
        (Some("Điều 22"), "Điều 22", None),
        (Some("Điều 22"), "Điều 23", Some("OFF-186")),
        (None, "Điều 22", Some("OFF-186")),
    ] {
        let act = Act { cleared: cleared.map(Into::into), ..prepared.act.clone() };
        let prepared = Prepared { act, ..prepared.clone() };
        let excluded = excluded(law);
        let (kind, now) = (&kinds.kinds[0], at(monday));
        let unsigned =
            prepared.unsigned(kind, Some(&excluded), wording, &certifier, number(monday), now);
        assert_eq!(unsigned.err().map(|error| error.code()), code, "{cleared:?} {law}");
    }
    // Who prepares what they certify signs once.
    let prepared = attempt("electronic", 2, None, |_| {}).unwrap();
    let own = Signing {
        signer: Signer { part: Part::Certifies, ..clerk() },
        roles: &[Role::Certifier],
        delegations: &[],
    };
    let wording = wordings.find(&name("counter")).unwrap();
    let signed = prepared
        .unsigned(&kinds.kinds[0], None, wording, &own, number(monday), at(monday))
        .unwrap();
    assert_eq!(signed.signers, [Signer { part: Part::Certifies, ..clerk() }]);
}

#[test]
fn it_is_returned_by_whoever_has_to_do_with_it() {
    for (asked, who, role, may) in [
        (Some("thu"), "hai", Role::Clerk, true),
        (Some("thu"), "thu", Role::Certifier, true),
        (Some("thu"), "an", Role::Certifier, false),
        (Some("thu"), "an", Role::Head, true),
        (Some("thu"), "an", Role::Clerk, false),
        (None, "an", Role::Certifier, true),
        (None, "an", Role::Notary, true),
        (None, "an", Role::Clerk, false),
    ] {
        let prepared = attempt("electronic", 1, asked, |_| {}).unwrap();
        assert_eq!(prepared.is_returnable_by(&user(who), &[role]), may, "{asked:?} {who} {role:?}");
    }
}

#[test]
fn it_names_its_pages_its_askers_and_the_act_that_it_becomes() {
    let prepared = attempt("electronic", 3, Some("thu"), |_| {}).unwrap();
    let event = Event::ActPrepared { prepared: Box::new(prepared.clone()) };
    let about = event.about();
    assert_eq!(about.bears, Some(Bears::Prepared(&prepared.act.id)));
    assert_eq!(about.blobs, [&page(0), &page(1), &page(2)]);
    assert!(about.numbers.is_empty() && about.line.is_none(), "no number before the act is done");
    assert_eq!(about.asked_by().count(), 1);
    assert!(!format!("{prepared:?}").contains("Ổn"), "a log names nobody");
}

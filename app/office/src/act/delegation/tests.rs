//! What can be delegated by whom, and on which days it holds.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{
    act::{
        Act, ActError, Definitions, Part, Request, Signer, Signing,
        tests::{Counting, KINDS, forms, name, request, signing, wordings},
    },
    fixture::time,
};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn kinds() -> Definitions {
    let notary = KINDS
        .replace(r#""id":"copy""#, r#""id":"sale""#)
        .replace(r#"["certifier","head"]"#, r#"["notary"]"#);
    Definitions::parse_all(&[KINDS.as_bytes(), notary.as_bytes()], &forms()).unwrap()
}

fn terms() -> Terms {
    Terms {
        decision: " 12/QĐ-UBND".into(),
        decided: Some(day("2026-11-20")),
        signs_as: "TUQ. CHỦ TỊCH".into(),
        kinds: vec![name("copy")],
        from: Some(day("2026-11-23")),
        until: Some(day("2026-11-30")),
    }
}

/// What somebody with these roles gives to `thu`, who has those.
fn given(by: &[Role], to: &[Role], terms: &Terms) -> Result<Delegation, DelegationError> {
    let (giver, receiver) = (UserName("chi".into()), UserName("thu".into()));
    let giver = Official { user: &giver, full_name: "Chi", roles: by };
    let receiver = Official { user: &receiver, full_name: "Thử", roles: to };
    let kinds = kinds();
    Delegation::give(DelegationId("1".into()), giver, receiver, terms, &kinds.kinds)
}

#[test]
fn only_who_holds_the_power_by_role_delegates_it() {
    let whole = given(&[Role::Head], &[Role::Clerk], &terms()).unwrap();
    assert_eq!(whole.decision, "12/QĐ-UBND");
    assert_eq!(
        whole.words(),
        "Quyết định số 12/QĐ-UBND ngày 20/11/2026, từ 23/11/2026 đến 30/11/2026"
    );
    type Change = fn(&mut Terms);
    let head = &[Role::Head][..];
    let clerk = &[Role::Clerk][..];
    for (by, to, change, code) in [
        // Whoever has it by a delegation holds no role of it: nothing is passed on.
        (clerk, clerk, (|_| {}) as Change, "OFF-201"),
        (head, &[Role::Certifier], |_| {}, "OFF-203"),
        (head, clerk, |terms| terms.kinds.push(name("sale")), "OFF-202"),
        (&[Role::Notary], clerk, |terms| terms.kinds = vec![name("sale")], "OFF-202"),
        (head, clerk, |terms| terms.kinds.clear(), "OFF-198"),
        (head, clerk, |terms| terms.kinds.push(name("unknown")), "OFF-198"),
        (head, clerk, |terms| terms.decision = "  ".into(), "OFF-197"),
        (head, clerk, |terms| terms.decided = None, "OFF-197"),
        (head, clerk, |terms| terms.signs_as = "x".repeat(101), "OFF-197"),
        (head, clerk, |terms| terms.until = None, "OFF-199"),
        (head, clerk, |terms| terms.until = terms.decided, "OFF-199"),
        (head, clerk, |terms| terms.decided = terms.until, "OFF-199"),
    ] {
        let mut terms = terms();
        change(&mut terms);
        let refused = given(by, to, &terms).unwrap_err();
        assert_eq!(refused.code(), code, "{by:?} {terms:?}");
    }
    let own = Delegation { to: whole.by.clone(), ..whole };
    assert_eq!(own.check(), Err(DelegationError::Oneself));
}

/// It holds from its first day to the end of its last, for its kinds and its person; the act keeps by what it was done.
#[test]
fn who_certifies_by_delegation_does_it_on_its_days_alone() {
    let (forms, kinds, wordings) = (forms(), kinds(), wordings());
    let whole = given(&[Role::Head], &[Role::Clerk], &terms()).unwrap();
    let attempt = |roles: &[Role], delegations: &[Delegation], at: &str| {
        let at = time(at);
        let wording = if at.date().month() == 12 { "counter_2" } else { "counter" };
        let wording = wordings.find(&name(wording)).unwrap();
        let certifies = Signing { delegations, ..signing(Part::Certifies, roles) };
        let plain = request(forms.find("trial_copy").unwrap(), &kinds.kinds[0], wording);
        let signing = vec![signing(Part::Receives, &[Role::Clerk]), certifies];
        let mut numbers = Counting::default();
        let done = Request { signing, at, ..plain }.act(&mut numbers);
        assert_eq!(numbers.0, u32::from(done.is_ok()));
        done
    };
    let by = |act: Act| -> Option<String> {
        let certifier = act.signers.into_iter().find(|one: &Signer| one.part == Part::Certifies);
        certifier.unwrap().delegated.map(|by| by.decision)
    };
    let all = std::slice::from_ref(&whole);
    for (at, done) in [
        ("2026-11-22 23:59", false),
        ("2026-11-23 00:00", true),
        ("2026-11-30 23:59", true),
        ("2026-12-01 00:00", false),
    ] {
        match attempt(&[Role::Clerk], all, at) {
            Ok(act) => assert_eq!((by(act).as_deref(), done), (Some("12/QĐ-UBND"), true), "{at}"),
            Err(error) => {
                let told = "Quyết định số 12/QĐ-UBND ngày 20/11/2026, từ 23/11/2026 đến 30/11/2026";
                assert_eq!((error, done), (ActError::NotDelegated(told.into()), false), "{at}");
            }
        }
    }
    let at = "2026-11-23 09:00";
    // A role needs no delegation, and one of another person or kind is none.
    assert_eq!(attempt(&[Role::Certifier], all, at).map(by), Ok(None));
    let others = Delegation { to: UserName("an".into()), ..whole.clone() };
    assert_eq!(attempt(&[Role::Clerk], &[others], at), Err(ActError::NotCompetent));
    let other = Delegation { kinds: vec![name("sale")], ..whole };
    assert_eq!(attempt(&[Role::Clerk], &[other], at).unwrap_err().code(), "OFF-187");
}

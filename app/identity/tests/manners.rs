//! How the reader treats a chip and a link that stumble, and a clerk who stops: no key twice, no second
//! protocol in silence, no accident taken for a copy.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::{cell::Cell, ops::ControlFlow, rc::Rc};

use common::{InProcess, TODAY, both, mrz_keys, number, pace, read_with, trust};
use identity::{
    Fault as Wrong, ReadError,
    access::{Access as Opened, Keys},
    authenticity::{Chip, Finding},
    card::{Protocol, Transport},
    reading::{self, Progress},
    trust::Trust,
};
use jiff::civil::date;
use office::evidence::Evidence;
use virtual_card::{
    Access, ActiveKey, Card, Cipher, Curve, Fault, Hash, Modular, Nature, Options, PEOPLE,
};

type Proof = fn(&[u8]) -> bool;

/// MSE:Set of Chip Authentication, protected.
fn is_agreement(apdu: &[u8]) -> bool {
    matches!(apdu, [0x0C, 0x22, 0x41, ..])
}

fn is_active_authentication(apdu: &[u8]) -> bool {
    matches!(apdu, [0x0C, 0x88, ..])
}

#[test]
fn a_chip_that_refuses_its_key_is_asked_twice() {
    for (fault, agreements, chip) in [
        (None, 1, Chip::ChipAuth),
        (Some(Fault::AgreementStumbles), 2, Chip::ChipAuth),
        (Some(Fault::AgreementLost), 2, Chip::ChipAuth),
        // What fails after the first right answer does not undo the proof.
        (Some(Fault::SodStumbles), 1, Chip::ChipAuth),
        (Some(Fault::Clone), 2, Chip::Failed),
    ] {
        let options = Options { fault, active_authentication: None, ..Options::default() };
        let (keys, trust) = (mrz_keys(&options), trust(&options));
        let (reading, card) = read_with(options, &keys, &trust, false);
        let reading = reading.unwrap_or_else(|e| panic!("{fault:?}: {e}"));
        assert_eq!(reading.checks.chip, chip, "{fault:?}");
        assert_eq!(card.log().agreements, agreements, "{fault:?}");
        assert_eq!(card.log().wrong_keys, 0, "{fault:?}");
    }
}

/// A failing reader says nothing about the card.
#[test]
fn a_failing_reader_makes_no_copy() {
    let proofs: [Proof; 2] = [is_agreement, is_active_authentication];
    let keys = [Options::default().chip_authentication, None];
    for (chip_authentication, proof) in keys.into_iter().zip(proofs) {
        for error in [ReadError::Unreadable(Wrong::Reader), ReadError::CardLost] {
            let options = Options { chip_authentication, ..Options::default() };
            let (keys, trust) = (mrz_keys(&options), trust(&options));
            let mut transport = InProcess::new(Card::new(options), false);
            let expected = error.clone();
            transport.tamper = Box::new(move |apdu| proof(apdu).then(|| Err(error.clone())));
            assert_eq!(transport.read(&keys, &trust).err(), Some(expected));
        }
    }
}

#[test]
fn a_lost_answer_to_active_authentication_is_asked_for_again() {
    let options = Options { chip_authentication: None, ..Options::default() };
    let (keys, trust) = (mrz_keys(&options), trust(&options));
    let mut transport = InProcess::new(Card::new(options), false);
    let mut lost = false;
    transport.tamper = Box::new(move |apdu| {
        let strikes = is_active_authentication(apdu) && !std::mem::replace(&mut lost, true);
        (is_active_authentication(apdu) && strikes).then(|| Ok(vec![0x6F, 0x00]))
    });
    let reading = transport.read(&keys, &trust).unwrap();
    assert_eq!(reading.checks.chip, Chip::Active, "{:?}", reading.findings);
}

/// The chip drops its channel at large blocks: it is opened again with the key that opened it, never
/// with one that it refused before.
#[test]
fn a_chip_is_reopened_as_it_was_opened() {
    let stranger = PEOPLE[1];
    let (birth, expiry) = (date(1990, 1, 29), date(2030, 1, 29));
    let options = Options {
        access: Access::Pace(pace(Curve::P256, Cipher::Aes128)),
        // The CAN is refused, the MRZ opens.
        mrz_information: Some(stranger.mrz_information(stranger.document_number())),
        ..Options::with_fault(Fault::SmallReads6988)
    };
    let keys = Keys::number_and_dates(&number(&stranger), birth, expiry);
    let (reading, card) = read_with(options, &keys, &Trust::none(), false);
    assert!(reading.is_ok());
    assert!(card.log().opened_by_pace > 1, "the channel was lost");
    assert_eq!(card.log().wrong_keys, 1);

    let options = Options { access: both(), ..Options::with_fault(Fault::SmallReads6988) };
    let (keys, trust) = (mrz_keys(&options), trust(&options));
    let (reading, card) = read_with(options, &keys, &trust, false);
    assert_eq!(reading.unwrap().checks.access, Opened::Pace);
    assert_eq!(card.log().opened_by_bac, 0);
    assert!(card.log().opened_by_pace > 1);
}

/// When the chip no longer takes PACE, the reading ends; BAC is not tried behind the clerk's back.
#[test]
fn reopening_does_not_fall_back() {
    let options = Options { access: both(), ..Options::with_fault(Fault::SmallReads6988) };
    let (keys, trust) = (mrz_keys(&options), trust(&options));
    let mut transport = InProcess::new(Card::new(options), false);
    let mut runs = 0;
    transport.tamper = Box::new(move |apdu| {
        let pace = matches!(apdu, [0x00, 0x22, 0xC1, 0xA4, ..]);
        runs += u32::from(pace);
        (pace && runs > 1).then(|| Ok(vec![0x6A, 0x80]))
    });
    assert!(matches!(transport.read(&keys, &trust), Err(ReadError::Unreadable(_))));
    assert_eq!(transport.card.log().opened_by_bac, 0);
}

/// PACE succeeds, then the application cannot be selected in its channel: BAC starts in plain.
#[test]
fn a_pace_that_fails_late_leaves_no_channel_behind() {
    let options = Options { access: both(), ..Options::default() };
    let (keys, trust) = (mrz_keys(&options), trust(&options));
    let mut transport = InProcess::new(Card::new(options), false);
    transport.tamper =
        Box::new(|apdu| matches!(apdu, [0x0C, 0xA4, 0x04, ..]).then(|| Ok(vec![0x69, 0x88])));
    let reading = transport.read(&keys, &trust).unwrap();
    assert_eq!(reading.checks.access, Opened::Bac);
    assert!(reading.findings.contains(&Finding::FellBack));
}

/// A chip that shows its application only after PACE refuses the key: that is what the clerk must know.
#[test]
fn a_refused_key_is_said_first() {
    let options = Options { access: both(), ..Options::default() };
    let stranger = PEOPLE[1];
    for keys in [Keys::number(&number(&stranger)), Keys::mrz(&stranger.mrz()).unwrap()] {
        let mut transport = InProcess::new(Card::new(options.clone()), false);
        transport.tamper =
            Box::new(|apdu| matches!(apdu, [0x00, 0xA4, 0x04, ..]).then(|| Ok(vec![0x6A, 0x82])));
        assert_eq!(transport.read(&keys, &Trust::none()).err(), Some(ReadError::AccessDenied));
        assert_eq!(transport.card.log().wrong_keys, 1);
    }
}

/// RSA answers are longer than a short APDU; chips that give them in parts are proven all the same, and
/// for the others the clerk reads why there is no proof.
#[test]
fn long_proofs_over_short_answers() {
    for (fault, chip, evidence) in [
        (Some(Fault::AnswersInParts), Chip::Active, Evidence::ChipAuthentic),
        (None, Chip::Absent, Evidence::ChipIssuerUnknown),
    ] {
        let options = Options {
            chip_authentication: None,
            active_authentication: Some(ActiveKey::Rsa(Hash::Sha256)),
            fault,
            ..Options::default()
        };
        let (keys, trust) = (mrz_keys(&options), trust(&options));
        let reading = read_with(options, &keys, &trust, false).0.unwrap();
        assert_eq!((reading.checks.chip, reading.identity.evidence), (chip, evidence));
        let said = reading.findings.contains(&Finding::CopyNotAskable);
        assert_eq!(said, chip == Chip::Absent);
        assert!(!reading.findings.contains(&Finding::CopyNotChecked));
    }
}

/// A reader takes extended lengths, and the chip does not for its proof: it is asked once more in short
/// length, and only silence then counts against it.
#[test]
fn a_long_proof_that_is_refused_is_asked_for_in_parts() {
    for (fault, chip) in [(Fault::AnswersInParts, Chip::Active), (Fault::MuteClone, Chip::Failed)] {
        let options = Options {
            chip_authentication: None,
            active_authentication: Some(ActiveKey::Rsa(Hash::Sha256)),
            fault: Some(fault),
            ..Options::default()
        };
        let (keys, trust) = (mrz_keys(&options), trust(&options));
        let mut transport = InProcess::new(Card::new(options), true);
        transport.tamper = Box::new(|apdu| {
            matches!(apdu, [0x0C, 0x88, _, _, 0, ..]).then(|| Ok(vec![0x67, 0x00]))
        });
        let reading = transport.read(&keys, &trust).unwrap();
        assert_eq!(reading.checks.chip, chip, "{:?}", reading.findings);
    }
}

/// Whatever a chip answers in place of the proof that it offers, it never looks better than proven: refusals
/// of a question that was asked whole count against it, those of one that could not be asked whole leave it
/// open.
#[test]
fn a_proof_that_is_not_given_is_never_good() {
    let curve = Some(ActiveKey::Curve(Curve::P256));
    let rsa = Some(ActiveKey::Rsa(Hash::Sha256));
    let agreement = Options::default().chip_authentication;
    for status in [0x6700_u16, 0x6985, 0x6A80, 0x6D00, 0x6982, 0x6F00, 0x6300, 0x9000] {
        for (chip_authentication, active_authentication, extended, evidence) in [
            (None, curve, false, Evidence::ChipNotAuthentic),
            (None, rsa, true, Evidence::ChipNotAuthentic),
            (None, rsa, false, Evidence::ChipIssuerUnknown),
            (agreement, None, false, Evidence::ChipNotAuthentic),
        ] {
            let options =
                Options { chip_authentication, active_authentication, ..Options::default() };
            let (keys, trust) = (mrz_keys(&options), trust(&options));
            let mut transport = InProcess::new(Card::new(options), extended);
            transport.tamper = Box::new(move |apdu| {
                let proves = is_agreement(apdu) || is_active_authentication(apdu);
                proves.then(|| Ok(status.to_be_bytes().to_vec()))
            });
            let reading = transport.read(&keys, &trust).unwrap();
            let case = format!("{status:04X} {active_authentication:?} {extended}");
            assert_eq!(reading.identity.evidence, evidence, "{case}: {:?}", reading.findings);
        }
    }
}

/// A reader that promises extended length and carries no APDU of it, while the card stays.
#[test]
fn a_reader_that_carries_no_long_apdu_reads_in_short_ones() {
    let modp = Some(Modular::Modp2048Order224);
    for (name, options, evidence) in [
        ("as usual", Options::default(), Evidence::ChipAuthentic),
        ("by PACE", Options { access: both(), ..Options::default() }, Evidence::ChipAuthentic),
        (
            "by PACE modulo a long prime",
            Options { access: both(), group: modp, ..Options::default() },
            Evidence::ChipAuthentic,
        ),
        (
            "with a long key for chip authentication",
            Options { chip_group: modp, active_authentication: None, ..Options::default() },
            Evidence::ChipIssuerUnknown,
        ),
        (
            "with a long key for active authentication",
            Options {
                chip_authentication: None,
                active_authentication: Some(ActiveKey::Rsa(Hash::Sha256)),
                ..Options::default()
            },
            Evidence::ChipIssuerUnknown,
        ),
    ] {
        // By the length of the command, or by its form.
        for refuses in
            [|apdu: &[u8]| apdu.len() > 261, |apdu: &[u8]| apdu.len() > 7 && apdu[4] == 0]
        {
            let (keys, trust) = (mrz_keys(&options), trust(&options));
            let mut transport = InProcess::new(Card::new(options.clone()), true);
            transport.tamper = Box::new(move |apdu| {
                refuses(apdu).then_some(Err(ReadError::Unreadable(Wrong::NotTransacted)))
            });
            let reading = transport.read(&keys, &trust).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(reading.face.is_some(), "{name}");
            let allowed = [evidence, Evidence::ChipAuthentic];
            assert!(allowed.contains(&reading.identity.evidence), "{name}: {:?}", reading.findings);
            assert_eq!(transport.card.log().wrong_keys, 0, "{name}");
        }
    }
}

/// Another program holds the card in the middle of a reading, and lets go.
#[test]
fn a_card_that_is_held_for_a_moment_is_read() {
    let options = Options::default();
    let (keys, trust) = (mrz_keys(&options), trust(&options));
    let mut transport = InProcess::new(Card::new(options), false);
    let mut asked = 0;
    transport.tamper = Box::new(move |_| {
        asked += 1;
        matches!(asked, 1..=2 | 12..=14).then_some(Err(ReadError::ReaderBusy))
    });
    let reading = transport.read(&keys, &trust).unwrap();
    assert_eq!(reading.identity.evidence, Evidence::ChipAuthentic);
}

/// A contact reader of the older protocol: no answer comes with a command that carries data.
#[test]
fn a_card_is_read_over_t0() {
    let options = Options { access: both(), ..Options::default() };
    let (keys, trust) = (mrz_keys(&options), trust(&options));
    let mut link = OneWay { card: Card::new(options), waiting: Vec::new() };
    let mut go_on = |_: Progress| ControlFlow::Continue(());
    let reading = reading::read(&mut link, &keys, &trust, TODAY, &mut go_on).unwrap();
    assert_eq!(reading.identity.evidence, Evidence::ChipAuthentic, "{:?}", reading.findings);
    assert!(reading.face.is_some());
}

/// T=0: a command carries data or gets data, never both.
struct OneWay {
    card: Card,
    waiting: Vec<u8>,
}

impl Transport for OneWay {
    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, ReadError> {
        let carries = apdu.len() > 5;
        if carries {
            assert_eq!(apdu.len(), 5 + usize::from(apdu[4]), "no Le behind data");
            let answer = self.card.respond(&[apdu, &[0]].concat());
            let (data, status) = answer.split_at(answer.len() - 2);
            if data.is_empty() {
                return Ok(status.to_vec());
            }
            self.waiting = answer.clone();
            return Ok(vec![0x61, data.len() as u8]);
        }
        match apdu {
            [0, 0xC0, 0, 0, _] => Ok(std::mem::take(&mut self.waiting)),
            _ => Ok(self.card.respond(apdu)),
        }
    }

    fn protocol(&self) -> Protocol {
        Protocol::T0
    }
}

/// What a chip says when it has no such key, knows no short number or wants to be told the parameters.
#[test]
fn refusals_are_told_apart() {
    let answer = |apdu: &[u8], status: u16, to: fn(&[u8]) -> bool| {
        to(apdu).then(|| Ok(status.to_be_bytes().to_vec()))
    };
    let external: fn(&[u8]) -> bool = |apdu| matches!(apdu, [0x00, 0x82, ..]);
    let challenge: fn(&[u8]) -> bool = |apdu| matches!(apdu, [0x00, 0x84, ..]);
    for (status, to, denied) in [
        (0x63CF, external, true),
        (0x6300, external, true),
        (0x6983, external, true),
        // No such key on the chip: no number that the clerk could mend.
        (0x6A88, external, false),
        (0x6A88, challenge, false),
    ] {
        let options = Options::default();
        let (keys, trust) = (mrz_keys(&options), trust(&options));
        let mut transport = InProcess::new(Card::new(options), false);
        let tries = Rc::new(Cell::new(0));
        let count = tries.clone();
        transport.tamper = Box::new(move |apdu| {
            count.set(count.get() + u32::from(to(apdu)));
            answer(apdu, status, to)
        });
        let error = transport.read(&keys, &trust).err().unwrap();
        assert_eq!(error == ReadError::AccessDenied, denied, "{status:04X}: {error:?}");
        assert_eq!(tries.get(), 1, "{status:04X}: one try");
    }
    // MSE:Set AT without the parameter id answers 6A87: it is told, once.
    let options = Options { access: both(), ..Options::default() };
    let (keys, trust) = (mrz_keys(&options), trust(&options));
    let mut transport = InProcess::new(Card::new(options), false);
    let mut first = true;
    transport.tamper = Box::new(move |apdu| {
        let is_first = matches!(apdu, [0x00, 0x22, 0xC1, 0xA4, ..]) && std::mem::take(&mut first);
        is_first.then(|| Ok(vec![0x6A, 0x87]))
    });
    assert_eq!(transport.read(&keys, &trust).unwrap().checks.access, Opened::Pace);
    assert_eq!(transport.card.log().wrong_keys, 0);
}

/// The key has opened the chip before: a chip that then refuses it is no reason to look for a wrong number.
#[test]
fn a_chip_that_cannot_be_reopened_refuses_no_key() {
    let options = Options::default();
    let (keys, trust) = (mrz_keys(&options), trust(&options));
    let mut transport = InProcess::new(Card::new(options), false);
    let mut opened = 0;
    transport.tamper = Box::new(move |apdu| {
        let opens = matches!(apdu, [0x00, 0x82, ..]);
        opened += u32::from(opens);
        let refuses = is_agreement(apdu) || (opens && opened > 1);
        refuses.then(|| Ok(vec![0x63, 0x00]))
    });
    assert_eq!(transport.read(&keys, &trust).err(), Some(ReadError::CardLost));
}

/// Whatever the reader is doing, nothing is sent after the clerk has stopped it.
#[test]
fn a_stop_is_seen_before_the_next_apdu() {
    for fault in [None, Some(Fault::MuteClone)] {
        let options = Options { access: both(), fault, ..Options::default() };
        let (keys, trust) = (mrz_keys(&options), trust(&options));
        let run = |stop_after: u32| {
            let sent = Rc::new(Cell::new(0));
            let mut transport = InProcess::new(Card::new(options.clone()), false);
            let count = sent.clone();
            transport.tamper = Box::new(move |_| {
                count.set(count.get() + 1);
                None
            });
            let mut progress = |_: Progress| {
                if sent.get() >= stop_after {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            let result = reading::read(&mut transport, &keys, &trust, TODAY, &mut progress);
            (result.err(), sent.get())
        };
        let (error, whole) = run(u32::MAX);
        assert_eq!(error, None);
        for stop_after in 0..whole {
            assert_eq!(run(stop_after), (Some(ReadError::Cancelled), stop_after), "{fault:?}");
        }
    }
}

/// Faults that are accidents of a genuine card never cost a second wrong key.
#[test]
fn quirks_cost_no_wrong_key() {
    for fault in Fault::ALL.iter().filter(|f| f.nature() == Nature::Quirk) {
        let options = Options { access: both(), ..Options::with_fault(*fault) };
        let (keys, trust) = (mrz_keys(&options), trust(&options));
        let (_, card) = read_with(options, &keys, &trust, false);
        assert_eq!(card.log().wrong_keys, 0, "{}", fault.name());
    }
}

//! The bytes of entries, frozen: what was signed once must be read for ever as it was meant.
//!
//! `golden/events.jsonl` holds what payloads say, one a line: each kind, with and without what may be left out, each value
//! of the lists inside. A line of a released form is never changed; a new kind, field or value adds lines.

#![allow(clippy::unwrap_used, clippy::panic)]

use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use office::{
    book::BookShelf,
    conflict::ConflictKind,
    document,
    dossier::DossierId,
    entry::{
        ContentHash, DeviceId, Entry, Envelope, Event, EventKind, Lasts, Moment, OfficeId, Opened,
        PaperKind, Role, Sealed, Seen, UserName, Whom,
    },
    evidence::Evidence,
    register::Value,
    remark::Remark,
};
use serde::Serialize;

const EVENTS: &str = include_str!("golden/events.jsonl");

fn read(line: &str) -> Event {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[test]
fn every_payload_is_read_and_written_back_as_it_stands() {
    for line in EVENTS.lines() {
        assert_eq!(String::from_utf8(read(line).canonical().unwrap()).unwrap(), line);
    }
}

#[test]
fn every_kind_has_a_payload() {
    let there: Vec<EventKind> = EVENTS.lines().map(|line| EventKind::of(&read(line))).collect();
    let missing: Vec<&str> = EventKind::ALL
        .iter()
        .filter(|kind| !there.contains(kind))
        .map(|kind| kind.name())
        .collect();
    assert!(missing.is_empty(), "no payload in golden/events.jsonl: {missing:?}");
}

#[test]
fn every_value_of_a_list_stands_in_a_payload() {
    fn missing<T: Serialize>(field: &str, values: &[T]) -> Vec<String> {
        let written = |value| format!("\"{field}\":{}", serde_json::to_string(value).unwrap());
        values.iter().map(written).filter(|text| !EVENTS.contains(text)).collect()
    }
    let missing = [
        missing("kind", &PaperKind::ALL),
        missing("kind", &document::Kind::ALL),
        missing("kind", &ConflictKind::ALL),
        missing("evidence", &Evidence::ALL),
        Role::ALL
            .iter()
            .map(|role| serde_json::to_string(role).unwrap())
            .filter(|role| !EVENTS.contains(role))
            .collect(),
    ]
    .concat();
    assert!(missing.is_empty(), "not in golden/events.jsonl: {missing:?}");
}

/// A number that no table can hold makes a payload no entry: it could stand in a chain and nowhere else.
#[test]
fn no_number_of_a_payload_is_beyond_the_tables() {
    fn numbers(value: &serde_json::Value, path: &str, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Number(_) => found.push(path.to_owned()),
            serde_json::Value::Array(items) => {
                items
                    .iter()
                    .enumerate()
                    .for_each(|(n, v)| numbers(v, &format!("{path}/{n}"), found));
            }
            serde_json::Value::Object(fields) => {
                fields.iter().for_each(|(key, v)| numbers(v, &format!("{path}/{key}"), found));
            }
            _ => {}
        }
    }
    let mut tried = 0;
    for line in EVENTS.lines() {
        let payload: serde_json::Value = serde_json::from_str(line).unwrap();
        let mut found = Vec::new();
        numbers(&payload, "", &mut found);
        for path in found {
            for (number, fits) in [(i64::MAX as u64, true), (i64::MAX as u64 + 1, false)] {
                let mut other = payload.clone();
                *other.pointer_mut(&path).unwrap() = number.into();
                let bytes = serde_json::to_vec(&other).unwrap();
                // A smaller type refuses both.
                let fits = fits && serde_json::from_slice::<Event>(&bytes).is_ok();
                assert_eq!(opens(&bytes), fits, "{path}: {number} in {line:.80}");
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

/// Whether a payload is an entry, as its envelope names it.
fn opens(payload: &[u8]) -> bool {
    let event = read(EVENTS.lines().next().unwrap());
    let key = SigningKey::from_bytes(&[1; 32]);
    let device = DeviceId::of_key(key.verifying_key().as_bytes());
    let kind: serde_json::Value = serde_json::from_slice(payload).unwrap();
    let mut envelope = Envelope {
        office: OfficeId(device.0.clone()),
        device,
        sequence: 1,
        previous: ContentHash::from_hash(&[0; 32]),
        seen: Vec::new(),
        at: Timestamp::from_second(1_795_395_600).unwrap(),
        moment: Moment::default(),
        user: UserName("chi".into()),
        kind: String::new(),
        payload: ContentHash::of(b""),
    };
    let salt = [7; 16];
    let sealed =
        Sealed::seal(&mut Entry { envelope: envelope.clone(), what: event }, &key, salt).unwrap();
    let payload = [&salt, payload].concat();
    envelope.kind = kind["event"].as_str().unwrap().into();
    envelope.payload = ContentHash::of(&payload);
    let envelope = serde_json::to_vec(&envelope).unwrap();
    matches!(Sealed { envelope, payload, ..sealed }.open(), Ok(Opened::Entry(_)))
}

/// What may be erased is needed by nothing that stays, see [`office::entry::Erasure`].
#[test]
fn what_may_be_erased_stands_for_itself() {
    let mut seen = 0;
    for line in EVENTS.lines() {
        let event = read(line);
        if EventKind::of(&event).facts().lasts == Lasts::UntilErased {
            let about = event.about();
            assert!(about.numbers.is_empty() && about.bears.is_none(), "{line}");
            assert!(about.blobs.is_empty() && about.evidence.is_none(), "{line}");
            let of_a_subject = |(whom, _): &(Whom<'_>, _)| matches!(whom, Whom::Subject(_));
            assert!(about.concerns.iter().all(of_a_subject), "{line}");
            seen += 1;
        }
    }
    assert!(seen > 0);
}

/// A field of a newer program is passed over; what is no JSON or lacks its end is no entry.
#[test]
fn a_payload_with_more_is_the_same_event_and_one_with_less_is_none() {
    for line in EVENTS.lines() {
        let open = line.strip_suffix('}').unwrap();
        assert_eq!(
            read(&format!("{open},\"of_a_newer_program\":{{\"n\":[1,null]}}}}")),
            read(line)
        );
        for broken in [open, &format!("{open},}}"), &format!("{line}}}"), "", "{}"] {
            assert!(serde_json::from_str::<Event>(broken).is_err(), "{broken}");
        }
    }
}

// One sealed entry. Hash and signature were computed by Python's hashlib and cryptography from these bytes
// and the first secret key of RFC 8032, section 7.1.
const SECRET: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const SALT: &str = "000102030405060708090a0b0c0d0e0f";
const PAYLOAD: &str = r#"{"event":"remark_made.1","remark":{"subject":"dossier:00000000000000000000000000000007","text":"Hẹn chiều"}}"#;
const ENVELOPE: &str = r#"[1,"00000000000000000000000000000001","21fe31dfa154a261626bf854046fd227",3,"6db7d803e74f1ffa7d8f5adc0bf95b3e15bf4c8373fffadf546227cc6c6742cb",[["00000000000000000000000000000002",9,"7208794c984ea1c75d13877c7427336fe98722c41a056eeee4f37360ec367123"]],"2026-11-23T01:00:00.123Z",217558800123,"chi","remark_made.1","8e841f8ac3ddfd0da4a122700be6619186bdd308256ea83b73af00fee80c8aaa"]"#;
const HASH: &str = "306bc01764170891925bc4850c295eb8dfeb06bb6b5bddfb6bf4f1d8e318769d";
const SIGNATURE: &str = "50c6113dc34dd618d814ab65d0e69422ac6a52aaa1b7031abaad356e54ce1537b76535280602fdbb5db05fcfe0b834c8d0132c5170d71f985d4acbbf9fc3890c";

fn bytes<const N: usize>(digits: &str) -> [u8; N] {
    hex::decode(digits).unwrap().try_into().unwrap()
}

fn payload() -> Vec<u8> {
    [bytes::<16>(SALT).as_slice(), PAYLOAD.as_bytes()].concat()
}

fn sealed() -> Sealed {
    Sealed { envelope: ENVELOPE.into(), payload: payload(), signature: bytes(SIGNATURE) }
}

fn entry() -> Entry {
    let at: Timestamp = "2026-11-23T01:00:00.123Z".parse().unwrap();
    let id = |n: u32| format!("{n:032}");
    let digest = |digits: &str| ContentHash(digits.into());
    Entry {
        envelope: Envelope {
            office: OfficeId(id(1)),
            device: DeviceId("21fe31dfa154a261626bf854046fd227".into()),
            sequence: 3,
            previous: digest("6db7d803e74f1ffa7d8f5adc0bf95b3e15bf4c8373fffadf546227cc6c6742cb"),
            seen: vec![Seen {
                device: DeviceId(id(2)),
                sequence: 9,
                hash: digest("7208794c984ea1c75d13877c7427336fe98722c41a056eeee4f37360ec367123"),
            }],
            at,
            moment: Moment::of(at),
            user: UserName("chi".into()),
            kind: "remark_made.1".into(),
            payload: digest("8e841f8ac3ddfd0da4a122700be6619186bdd308256ea83b73af00fee80c8aaa"),
        },
        what: Event::RemarkMade {
            remark: Box::new(Remark {
                subject: (&DossierId(id(7))).into(),
                text: "Hẹn chiều".into(),
            }),
        },
    }
}

#[test]
fn a_sealed_entry_is_what_its_bytes_say() {
    let sealed = sealed();
    assert_eq!(hex::encode(sealed.hash()), HASH);
    assert!(sealed.is_signed_by(&bytes(PUBLIC)));
    assert_eq!(sealed.open().unwrap(), Opened::Entry(entry()));
    assert_eq!(entry().envelope.place(), 222_780_211_326_087);
}

#[test]
fn an_entry_is_sealed_to_these_bytes() {
    let mut unsealed = entry();
    unsealed.envelope.kind.clear();
    unsealed.envelope.payload = ContentHash(String::new());
    let key = SigningKey::from_bytes(&bytes(SECRET));
    assert_eq!(DeviceId::of_key(key.verifying_key().as_bytes()), unsealed.envelope.device);
    assert_eq!(Sealed::seal(&mut unsealed, &key, bytes(SALT)).unwrap(), sealed());
}

/// Each changed digit, sign or letter of the bytes is found by the signature or the payload's digest.
#[test]
fn no_byte_of_a_sealed_entry_can_be_another() {
    let changed = |bytes: &[u8], i: usize| {
        let mut bytes = bytes.to_vec();
        bytes[i] ^= 1;
        bytes
    };
    let public = bytes(PUBLIC);
    for i in 0..ENVELOPE.len() {
        let envelope = changed(ENVELOPE.as_bytes(), i);
        assert!(!Sealed { envelope, ..sealed() }.is_signed_by(&public), "{i}");
    }
    for i in 0..payload().len() {
        let payload = changed(&payload(), i);
        assert!(Sealed { payload, ..sealed() }.open().is_err(), "{i}");
    }
    for i in 0..64 {
        let signature = changed(&sealed().signature, i).try_into().unwrap();
        assert!(!Sealed { signature, ..sealed() }.is_signed_by(&public), "{i}");
    }
}

/// An event that stands as a line is drawn; one that a book could only show empty is none.
#[test]
fn what_stands_in_a_book_as_a_line_says_what_is_in_it() {
    let definition = include_str!("../../../assets/books/tracking.json");
    let book = BookShelf::parse_all(&[definition.as_bytes()]).unwrap().all()[0].book();
    let mut lines = 0;
    for line in EVENTS.lines() {
        let event = read(line);
        let values = event.told(&book, "H38.99");
        let is_line = event.about().line.is_some();
        assert_eq!(
            values.get("number").is_some_and(|value| *value != Value::Empty),
            is_line,
            "{line}"
        );
        assert_eq!(values.is_empty(), !is_line, "{line}");
        lines += usize::from(is_line);
    }
    assert!(lines >= 2);
}

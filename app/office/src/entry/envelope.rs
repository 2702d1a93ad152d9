//! The envelope: who wrote an entry, where in which chain and when, apart from what it says.
//!
//! ```text
//! payload (salt, JSON) ── SHA-256 ──▶ envelope (JSON array) ── SHA-256 ──▶ hash, named by the next envelope
//!                                        └── Ed25519 by the device's key ──▶ signature
//! ```
//!
//! - **Old bytes stay true.** Hash and signature are over the bytes as they are stored and sent; nothing is
//!   serialised again to be verified. An envelope has one form only: an array in the order of
//!   [`Envelope`]'s fields, no white space, integers only.
//! - **Readable without the payload.** A kind that this program does not know, or a payload that was destroyed
//!   because it had to be forgotten ([`super::Erasure`]), leaves chain, order and author as they are. A destroyed
//!   payload is stored and sent as no bytes.
//! - **Salted.** A payload begins with 16 random bytes. Otherwise whoever keeps the envelope could try which of the
//!   few likely payloads has the hash that it names. All payloads have one, whatever their kind: there is one form,
//!   and which kinds are erased may change with the law. It costs 16 bytes of some 700 that an entry has.
//! - **Order.** [`Moment`] is a hybrid logical clock: it follows the device's clock, and is always later than
//!   every entry that the device had seen. Entries of two devices stand in the order of their moments, then
//!   of their devices, see [`Envelope::place`].
//! - **What was seen.** An envelope names the newest entries of other chains that came in since the device's
//!   entry before. So an entry is never judged without what it rests on, and a chain that was cut off or
//!   rewritten contradicts the others.
//!
//! - **Branches.** Two machines that write with one key (a copied data folder, an old state brought back) make two
//!   chains of one device that part at some entry. The one that a seat took first goes on there; the other is a
//!   [`Branch`], which counts once the head admitted it by an entry.
//!
//! The gateway links this module: it needs no database.

use std::collections::BTreeMap;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Entry, Event, EventKind, Lasts, UnreadableEntry, whole};
use crate::id::{ContentHash, DeviceId, Hash, OfficeId, UserName, sha256};

/// The form of envelopes that this program writes.
pub const FORMAT: u8 = 1;

/// Most other chains that an envelope names.
pub const MOST_SEEN: usize = 64;

/// Largest envelope in bytes.
pub const ENVELOPE_LIMIT: usize = 16 * 1024;

/// The random bytes that a payload begins with.
pub type Salt = [u8; 16];

/// What a payload says, in JSON.
pub fn unsalted(payload: &[u8]) -> &[u8] {
    payload.get(size_of::<Salt>()..).unwrap_or_default()
}

/// What the first entry of a chain names as its predecessor.
pub const NO_HASH: Hash = [0; 32];

/// A hybrid logical clock's time, in milliseconds since 2020-01-01 (UTC).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Moment(u64);

/// 2020-01-01T00:00:00Z in milliseconds since 1970.
const EPOCH: i64 = 1_577_836_800_000;

/// The part of a place that is a tag: of a device, or of a branch of its chain.
pub const TAG: u64 = (1 << 10) - 1;

/// The latest moment, so that a place fits an SQLite key and a JSON number: in the year 2298.
const LATEST: u64 = (1 << 43) - 1;

impl Moment {
    /// The moment of an entry written at `at` on a device that has seen everything up to `self`.
    pub fn next(self, at: Timestamp) -> Self {
        Self(Self::of(at).0.max(self.0.saturating_add(1)).min(LATEST))
    }

    /// A clock's time as it stands.
    pub fn of(at: Timestamp) -> Self {
        Self(u64::try_from(at.as_millisecond() - EPOCH).unwrap_or_default().min(LATEST))
    }

    /// The first place that an entry of this moment may have.
    pub fn place(self) -> u64 {
        self.0 << 10
    }

    /// The time that it names.
    pub fn timestamp(self) -> Timestamp {
        let since = i64::try_from(self.0).unwrap_or(i64::MAX);
        Timestamp::from_millisecond(EPOCH.saturating_add(since)).unwrap_or(Timestamp::MAX)
    }
}

/// Entries of a device that part from its chain: from the first, by their links, up to the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// The device whose key signed them.
    pub device: DeviceId,
    /// Place of the first in its chain; from 2.
    pub from: u64,
    /// Hash of the first: it names the branch.
    pub first: ContentHash,
    /// Place of the last.
    pub to: u64,
    /// Hash of the last.
    pub last: ContentHash,
}

/// An entry by its place in a chain: the newest of it that somebody had seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(DeviceId, u64, ContentHash)", into = "(DeviceId, u64, ContentHash)")]
pub struct Seen {
    /// Whose chain.
    pub device: DeviceId,
    /// Its place in that chain.
    pub sequence: u64,
    /// Its hash.
    pub hash: ContentHash,
}

impl From<(DeviceId, u64, ContentHash)> for Seen {
    fn from((device, sequence, hash): (DeviceId, u64, ContentHash)) -> Self {
        Self { device, sequence, hash }
    }
}

impl From<Seen> for (DeviceId, u64, ContentHash) {
    fn from(seen: Seen) -> Self {
        (seen.device, seen.sequence, seen.hash)
    }
}

/// What is known of an entry without its payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Row", into = "Row")]
pub struct Envelope {
    /// The office.
    pub office: OfficeId,
    /// The device that wrote it.
    pub device: DeviceId,
    /// Place in the device's chain, from 1, without gap.
    pub sequence: u64,
    /// Hash of the entry before in the chain; zeros for the first.
    pub previous: ContentHash,
    /// Newest entries of other chains that came in since the entry before, by device.
    pub seen: Vec<Seen>,
    /// When, by the device's clock (UTC).
    pub at: Timestamp,
    /// When, in the order of all devices.
    pub moment: Moment,
    /// Who.
    pub user: UserName,
    /// The kind's name, see [`EventKind::name`]; it may be one of a newer program.
    pub kind: String,
    /// SHA-256 of the payload.
    pub payload: ContentHash,
}

type Row = (
    u8,
    OfficeId,
    DeviceId,
    u64,
    ContentHash,
    Vec<Seen>,
    Timestamp,
    Moment,
    UserName,
    String,
    ContentHash,
);

/// An envelope in a form that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("envelope format {0}")]
pub struct UnknownFormat(u8);

impl TryFrom<Row> for Envelope {
    type Error = UnknownFormat;

    fn try_from(row: Row) -> Result<Self, UnknownFormat> {
        let (format, office, device, sequence, previous, seen, at, moment, user, kind, payload) =
            row;
        if format != FORMAT {
            return Err(UnknownFormat(format));
        }
        Ok(Self { office, device, sequence, previous, seen, at, moment, user, kind, payload })
    }
}

impl From<Envelope> for Row {
    fn from(e: Envelope) -> Row {
        (
            FORMAT, e.office, e.device, e.sequence, e.previous, e.seen, e.at, e.moment, e.user,
            e.kind, e.payload,
        )
    }
}

impl Envelope {
    /// The entry's place among all entries of the office: its moment, then its device's tag. It grows along
    /// every chain, and no two entries have the same, as devices differ in their tags.
    pub fn place(&self) -> u64 {
        self.moment.place() | self.device.tag()
    }

    /// Its place in a branch of its device's chain, named by the branch's first entry.
    pub fn place_in(&self, branch: &ContentHash) -> u64 {
        self.moment.place() | branch.tag()
    }

    /// Whether its payload may be erased. Of a newer program's kinds its author knew.
    pub fn may_be_erased(&self) -> bool {
        EventKind::named(&self.kind).is_none_or(|kind| kind.facts().lasts == Lasts::UntilErased)
    }

    /// Reads an envelope; bytes in another than the one form are refused.
    ///
    /// # Errors
    /// [`UnreadableEntry`].
    pub fn parse(bytes: &[u8]) -> Result<Self, UnreadableEntry> {
        let other_form = UnreadableEntry { line: 0, column: 0 };
        if bytes.len() > ENVELOPE_LIMIT {
            return Err(other_form);
        }
        let envelope: Envelope = serde_json::from_slice(bytes)?;
        let fits = envelope.seen.len() <= MOST_SEEN && envelope.moment.0 <= LATEST;
        if fits && serde_json::to_vec(&envelope)? == bytes { Ok(envelope) } else { Err(other_form) }
    }
}

/// An entry as it is stored and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The envelope's bytes.
    pub envelope: Vec<u8>,
    /// The payload's bytes; none where it was erased.
    pub payload: Vec<u8>,
    /// Ed25519 over the envelope's bytes.
    pub signature: [u8; 64],
}

/// What a sealed entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// An entry.
    Entry(Entry),
    /// An entry of a kind that only a newer program knows.
    Newer(Envelope),
    /// An entry whose payload was erased, or has not come along.
    Erased(Envelope),
}

impl Opened {
    /// The envelope.
    pub fn envelope(&self) -> &Envelope {
        match self {
            Opened::Entry(entry) => &entry.envelope,
            Opened::Newer(envelope) | Opened::Erased(envelope) => envelope,
        }
    }
}

impl Sealed {
    /// Seals an event with a device's key: the envelope's kind and payload are the event's.
    ///
    /// # Errors
    /// [`UnreadableEntry`] where the event holds what has no form in JSON.
    pub fn seal(entry: &mut Entry, key: &SigningKey, salt: Salt) -> Result<Self, UnreadableEntry> {
        let payload = [&salt, entry.what.canonical()?.as_slice()].concat();
        entry.envelope.kind = EventKind::of(&entry.what).name().into();
        entry.envelope.payload = ContentHash::of(&payload);
        let envelope = serde_json::to_vec(&entry.envelope)?;
        let signature = key.sign(&envelope).to_bytes();
        Ok(Self { envelope, payload, signature })
    }

    /// The entry's hash.
    pub fn hash(&self) -> Hash {
        sha256(&self.envelope)
    }

    /// Whether the device with this key signed it.
    pub fn is_signed_by(&self, public_key: &[u8; 32]) -> bool {
        let signature = Signature::from_bytes(&self.signature);
        VerifyingKey::from_bytes(public_key)
            .is_ok_and(|key| key.verify_strict(&self.envelope, &signature).is_ok())
    }

    /// Reads what it says, if the payload is erased or the one that the envelope names.
    ///
    /// # Errors
    /// [`UnreadableEntry`].
    pub fn open(&self) -> Result<Opened, UnreadableEntry> {
        let envelope = Envelope::parse(&self.envelope)?;
        if self.payload.is_empty() && envelope.may_be_erased() {
            return Ok(Opened::Erased(envelope));
        }
        if ContentHash::of(&self.payload) != envelope.payload {
            return Err(UnreadableEntry { line: 0, column: 0 });
        }
        let Some(kind) = EventKind::named(&envelope.kind) else {
            return Ok(Opened::Newer(envelope));
        };
        let json = unsalted(&self.payload);
        let what: Event = serde_json::from_slice(json)?;
        whole::check(json)?;
        if EventKind::of(&what) != kind {
            return Err(UnreadableEntry { line: 0, column: 0 });
        }
        Ok(Opened::Entry(Entry { envelope, what }))
    }
}

/// The newest entries of chains, by device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads(BTreeMap<DeviceId, (u64, Hash)>);

impl Heads {
    /// How long a device's chain is, and its newest entry's hash.
    pub fn of(&self, device: &DeviceId) -> (u64, Hash) {
        self.0.get(device).copied().unwrap_or((0, NO_HASH))
    }

    /// Notes a chain's newest entry.
    pub fn note(&mut self, device: DeviceId, sequence: u64, hash: Hash) {
        self.0.insert(device, (sequence, hash));
    }

    /// Entries of all chains together.
    pub fn entries(&self) -> u64 {
        self.0.values().map(|(sequence, _)| sequence).sum()
    }

    /// Every chain, by device.
    pub fn iter(&self) -> impl Iterator<Item = (&DeviceId, u64, &Hash)> {
        self.0.iter().map(|(device, (sequence, hash))| (device, *sequence, hash))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::{entry::Purpose, person::PersonId, remark::Remark};

    const SALT: Salt = [7; 16];

    fn key(n: u8) -> SigningKey {
        SigningKey::from_bytes(&[n; 32])
    }

    fn entry(moment: Moment, device: &SigningKey) -> Entry {
        let device = DeviceId::of_key(device.verifying_key().as_bytes());
        Entry {
            envelope: Envelope {
                office: OfficeId(device.0.clone()),
                device: device.clone(),
                sequence: 3,
                previous: ContentHash::of(b"before"),
                seen: vec![Seen { device, sequence: 9, hash: ContentHash::of(b"seen") }],
                at: Timestamp::from_second(1_795_395_600).unwrap(),
                moment,
                user: UserName("chi".into()),
                kind: String::new(),
                payload: ContentHash::of(b""),
            },
            what: Event::PersonViewed { who: PersonId(7), purpose: Purpose::Search },
        }
    }

    /// These bytes are what another program must read and verify.
    #[test]
    fn an_envelope_is_an_array_in_one_form() {
        let sealed = Sealed::seal(&mut entry(Moment(7), &key(1)), &key(1), SALT).unwrap();
        let text = String::from_utf8(sealed.envelope.clone()).unwrap();
        assert!(text.starts_with("[1,\"34750f98bd59fcfc946da45aaabe933b\","), "{text}");
        assert!(text.contains(",3,\""), "{text}");
        assert!(text.contains("\"2026-11-23T01:00:00Z\",7,\"chi\",\"person_viewed.1\","), "{text}");
        assert!(Envelope::parse(&sealed.envelope).is_ok());
        for other in [
            text.replacen("[1,", "[2,", 1),
            text.replacen("[1,", "[ 1,", 1),
            text.replacen(",7,", ",7.0,", 1),
            text.replacen(",7,", ",9000000000000000000,", 1),
            text.replacen(",3,", ",-3,", 1),
            format!("{text} "),
            text[..text.len() - 1].to_owned(),
            format!("{}{text}{}", "[".repeat(10_000), "]".repeat(10_000)),
            String::new(),
        ] {
            assert!(Envelope::parse(other.as_bytes()).is_err(), "{other:.80}");
        }
    }

    #[test]
    fn a_signature_holds_for_these_bytes_and_this_device_alone() {
        let sealed = Sealed::seal(&mut entry(Moment(7), &key(1)), &key(1), SALT).unwrap();
        let public = |n| key(n).verifying_key().to_bytes();
        assert!(sealed.is_signed_by(&public(1)) && !sealed.is_signed_by(&public(2)));
        assert!(matches!(sealed.open(), Ok(Opened::Entry(_))));
        let mut changed = sealed.clone();
        changed.envelope[20] ^= 1;
        assert!(!changed.is_signed_by(&public(1)));
        let mut changed = sealed;
        changed.payload[0] ^= 1;
        assert!(changed.is_signed_by(&public(1)), "the chain holds without the payload");
        assert!(changed.open().is_err(), "but it is not the one that was sealed");
    }

    #[test]
    fn a_kind_of_a_newer_program_is_told_by_its_envelope() {
        let mut newer = entry(Moment(7), &key(1));
        let sealed = Sealed::seal(&mut newer, &key(1), SALT).unwrap();
        newer.envelope.kind = "stay_declared.3".into();
        let envelope = serde_json::to_vec(&newer.envelope).unwrap();
        let told = Sealed { envelope, ..sealed };
        assert_eq!(told.open().unwrap(), Opened::Newer(newer.envelope.clone()));
        // A known kind's name on another payload is no entry.
        newer.envelope.kind = EventKind::RecoveryRenewed.name().into();
        let envelope = serde_json::to_vec(&newer.envelope).unwrap();
        assert!(Sealed { envelope, ..told }.open().is_err());
    }

    /// Only what may be erased is an entry without its payload; the signature holds all the same.
    #[test]
    fn a_payload_that_may_be_erased_can_be_left_out() {
        for (what, may) in [
            (Event::RecoveryRenewed, false),
            (Event::PersonViewed { who: PersonId(7), purpose: Purpose::Search }, false),
            (
                Event::RemarkMade {
                    remark: Box::new(Remark {
                        subject: "dossier:1".parse().unwrap(),
                        text: "Hẹn chiều".into(),
                    }),
                },
                true,
            ),
        ] {
            let mut entry = Entry { what, ..entry(Moment(7), &key(1)) };
            let sealed = Sealed::seal(&mut entry, &key(1), SALT).unwrap();
            assert!(matches!(sealed.open(), Ok(Opened::Entry(_))));
            let erased = Sealed { payload: Vec::new(), ..sealed };
            assert!(erased.is_signed_by(&key(1).verifying_key().to_bytes()));
            let opened = erased.open();
            assert_eq!(opened.is_ok_and(|it| it == Opened::Erased(entry.envelope)), may);
        }
    }

    /// Two entries that say the same have hashes that do not tell so.
    #[test]
    fn the_same_said_twice_has_two_hashes() {
        let hash = |salt| {
            let mut entry = entry(Moment(7), &key(1));
            Sealed::seal(&mut entry, &key(1), salt).unwrap();
            entry.envelope.payload
        };
        assert_eq!(hash([7; 16]), hash([7; 16]));
        assert_ne!(hash([7; 16]), hash([8; 16]));
    }

    proptest! {
        /// Whatever the clock does, each entry stands behind all that its device had seen.
        #[test]
        fn places_grow_along_what_was_seen(clocks in prop::collection::vec(any::<i32>(), 1..40)) {
            let mut last = entry(Moment::default(), &key(1)).envelope;
            for (n, seconds) in clocks.into_iter().enumerate() {
                let at = Timestamp::from_second(1_795_395_600 + i64::from(seconds)).unwrap();
                let device = key(n as u8 % 3 + 1);
                let next = entry(last.moment.next(at), &device).envelope;
                prop_assert!(next.place() > last.place());
                prop_assert!(next.moment >= Moment::of(at));
                last = next;
            }
        }
    }
}

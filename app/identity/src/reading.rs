//! One chip, read whole: opened, read once in as few APDUs as possible, judged, and told as an
//! [`Identity`].
//!
//! Facts come first and the photo last, so a window can show the person while the photo is still under
//! way; the evidence is only known at the end, when everything that is signed has been read.

pub mod file;
mod person;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
    time::{Duration, Instant},
};

use base64ct::{Base64, Encoding};
use jiff::civil::Date;
use office::person::{Identity, Person};

use crate::{
    access::{self, Keys, Opened},
    authenticity::{
        self, Checks, Chip, Finding, Material, Verdict,
        chip::{ActiveKey, ChipKey},
    },
    card::{Channel, Status, Transport},
    error::{Fault, ReadError},
    groups::{self, COM, Group, SOD, dg13, face},
    mrz::Mrz,
    trust::Trust,
};
use file::{Blocks, FileId};

pub use crate::groups::face::Face;
pub(crate) use person::person_json;

/// Time for one card.
pub const TIME_LIMIT: Duration = Duration::from_secs(20);

/// How far the reading is.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// The chip is being opened.
    Opening,
    /// A group is being read.
    Reading {
        /// Which.
        group: Group,
        /// Bytes so far.
        read: usize,
        /// Bytes in all.
        total: usize,
    },
    /// The facts are known; what they are worth is not yet.
    Facts(Box<Person>),
    /// Everything is read; signatures are being checked.
    Checking,
}

/// One chip, read and judged.
#[derive(Clone)]
pub struct Reading {
    /// Person, document, evidence and reasons.
    pub identity: Identity,
    /// The checks.
    pub checks: Checks,
    /// The findings behind the reasons.
    pub findings: Vec<Finding>,
    /// The photo, if the chip has one.
    pub face: Option<Face>,
    /// Command APDUs sent.
    pub apdus: u32,
    /// Bytes sent and received.
    pub bytes: u64,
    /// Time from the first to the last check.
    pub milliseconds: u64,
    /// The data groups as they are on the chip.
    pub groups: BTreeMap<Group, Vec<u8>>,
    /// EF.SOD as it is on the chip.
    pub sod: Option<Vec<u8>>,
}

/// The chip's data stay out of logs.
impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reading({:?}, {:?}, …)", self.identity.evidence, self.checks)
    }
}

/// Reads and judges one chip. `today` is the local date; `progress` may stop the reading.
///
/// Errors: see [`ReadError`]. A chip that fails its checks is no error: its evidence says so.
pub fn read(
    transport: &mut dyn Transport,
    keys: &Keys,
    trust: &Trust,
    today: Date,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Reading, ReadError> {
    let start = Instant::now();
    let mut channel = Channel::new(transport, start + TIME_LIMIT);
    tell(progress, Progress::Opening)?;
    let opened = access::open(&mut channel, keys)?;
    let mut session = Session { channel, keys, opened, blocks: Blocks::default() };
    let content = session.read_groups(today, progress)?;
    tell(progress, Progress::Checking)?;
    let verdict = judge(&session.opened, keys, &content, trust, today);
    let counters = session.channel.counters();
    Ok(Reading {
        identity: Identity {
            person: content.person,
            document: Some(person::document(&content.mrz, content.dg13.as_ref())),
            evidence: verdict.evidence,
            reasons: verdict.findings.iter().map(ToString::to_string).collect(),
        },
        checks: verdict.checks,
        findings: verdict.findings,
        face: content.face,
        apdus: counters.apdus,
        bytes: counters.bytes,
        milliseconds: start.elapsed().as_millis() as u64,
        groups: content.groups,
        sod: content.sod,
    })
}

fn tell(
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    event: Progress,
) -> Result<(), ReadError> {
    if progress(event).is_break() { Err(ReadError::Cancelled) } else { Ok(()) }
}

fn judge(opened: &Opened, keys: &Keys, content: &Content, trust: &Trust, today: Date) -> Verdict {
    let mut findings = content.findings.clone();
    if opened.fell_back {
        findings.push(Finding::FellBack);
    }
    let material = Material {
        access: opened.access,
        listed: &content.listed,
        groups: &content.groups,
        sod: content.sod.as_deref(),
        mrz: &content.mrz,
        dg13: content.dg13.as_ref(),
        declared: keys.declared.as_ref(),
        chip: content.chip,
        card_access: opened.card_access.as_deref(),
        findings,
    };
    authenticity::judge(material, trust, today)
}

/// What the chip held.
struct Content {
    listed: BTreeSet<Group>,
    groups: BTreeMap<Group, Vec<u8>>,
    sod: Option<Vec<u8>>,
    mrz: Mrz,
    dg13: Option<Person>,
    person: Person,
    face: Option<Face>,
    chip: Chip,
    findings: Vec<Finding>,
}

struct Session<'t, 'k> {
    channel: Channel<'t>,
    keys: &'k Keys,
    opened: Opened,
    blocks: Blocks,
}

impl Session<'_, '_> {
    fn read_groups(
        &mut self,
        today: Date,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Content, ReadError> {
        let mut silent = |_: usize, _: usize| ControlFlow::Continue(());
        let com = self.read_file(COM, &mut silent)?.ok_or(Fault::Status(Status::NOT_FOUND.0))?;
        let listed = groups::listed(&com)?;
        let mut groups = BTreeMap::new();
        let mut findings = Vec::new();
        let mut facts = None;
        for group in Group::READ {
            if group != Group::DG1 && !listed.contains(&group) {
                continue;
            }
            let mut on_block = |read, total| progress(Progress::Reading { group, read, total });
            match self.read_file(group.file(), &mut on_block)? {
                Some(bytes) => drop(groups.insert(group, bytes)),
                None => findings.push(Finding::Missing(group)),
            }
            // DG13 follows DG1 at once: with both the person is known.
            if group == Group::DG13 || (group == Group::DG1 && !listed.contains(&Group::DG13)) {
                let known = Facts::of(&groups, today)?;
                tell(progress, Progress::Facts(Box::new(known.person.clone())))?;
                facts = Some(known);
            }
        }
        let (chip, sod) = self.prove_and_read_sod(&groups)?;
        let face = groups.get(&Group::DG2).and_then(|dg2| face::face(dg2).ok());
        if face.is_none() && groups.contains_key(&Group::DG2) {
            findings.push(Finding::NoPhoto);
        }
        let Facts { mrz, dg13, person } = match facts {
            Some(facts) => facts,
            None => Facts::of(&groups, today)?,
        };
        Ok(Content { listed, groups, sod, mrz, dg13, person, face, chip, findings })
    }

    /// Lets the chip prove that it is no copy, and reads EF.SOD. Chip Authentication replaces the
    /// channel's keys; that EF.SOD comes through the new channel is the proof. A chip that fails it may
    /// still prove itself by Active Authentication.
    fn prove_and_read_sod(
        &mut self,
        groups: &BTreeMap<Group, Vec<u8>>,
    ) -> Result<(Chip, Option<Vec<u8>>), ReadError> {
        let mut silent = |_: usize, _: usize| ControlFlow::Continue(());
        let key = groups.get(&Group::DG14).and_then(|dg14| ChipKey::read(dg14));
        if let Some(key) = &key {
            let proven = key.agree(&mut self.channel).and_then(|secure| {
                self.channel.protect(secure);
                self.blocks.read(&mut self.channel, SOD, &mut silent)
            });
            match proven {
                Ok(sod) => return Ok((Chip::ChipAuth, sod)),
                Err(ReadError::Unreadable(_)) => {
                    access::reopen(&mut self.channel, self.keys, &self.opened)?;
                }
                Err(error) => return Err(error),
            }
        }
        let chip = match self.active_authentication(groups)? {
            Chip::Absent if key.is_some() => Chip::Failed,
            other => other,
        };
        Ok((chip, self.read_file(SOD, &mut silent)?))
    }

    fn active_authentication(
        &mut self,
        groups: &BTreeMap<Group, Vec<u8>>,
    ) -> Result<Chip, ReadError> {
        let dg14 = groups.get(&Group::DG14).map(Vec::as_slice);
        let Some(key) = groups.get(&Group::DG15).and_then(|dg15| ActiveKey::read(dg15, dg14))
        else {
            return Ok(Chip::Absent);
        };
        if key.answer_length() > self.channel.largest_response() {
            // The answer needs extended length, which this reader or chip does not take.
            return Ok(Chip::Absent);
        }
        let chip = match key.challenge(&mut self.channel) {
            Ok(true) => Chip::Active,
            Ok(false) | Err(ReadError::Unreadable(_)) => Chip::Failed,
            Err(error) => return Err(error),
        };
        if !self.channel.is_protected() {
            access::reopen(&mut self.channel, self.keys, &self.opened)?;
        }
        Ok(chip)
    }

    /// Reads one file; where large blocks break secure messaging, opens the chip again and reads on
    /// with smaller ones. The key is known to be right by then.
    fn read_file(
        &mut self,
        file: FileId,
        on_block: file::OnBlock<'_>,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        loop {
            let largest = self.channel.largest_response();
            let result = self.blocks.read(&mut self.channel, file, on_block);
            match result {
                // A status other than 9000: the chip refused the length and dropped the channel.
                Err(ReadError::Unreadable(Fault::Unprotected(status)))
                    if status != Status::OK.0 => {}
                other => return other,
            }
            if self.blocks.smaller(&mut self.channel, largest).is_none() {
                return result;
            }
            access::reopen(&mut self.channel, self.keys, &self.opened)?;
        }
    }
}

/// What DG1 and DG13 say.
struct Facts {
    mrz: Mrz,
    dg13: Option<Person>,
    person: Person,
}

impl Facts {
    fn of(groups: &BTreeMap<Group, Vec<u8>>, today: Date) -> Result<Self, ReadError> {
        let mrz = groups::mrz(groups.get(&Group::DG1).ok_or(Fault::Format)?)?;
        let dg13 = groups.get(&Group::DG13).map(|bytes| dg13::person(bytes)).transpose()?;
        let person = person::person(&mrz, dg13.as_ref(), today);
        Ok(Self { mrz, dg13, person })
    }
}

impl Reading {
    /// The object that `read --json` prints: person, document, evidence, checks, reasons, face, costs.
    /// Dates are ISO 8601; the photo is base64.
    pub fn to_json(&self) -> serde_json::Value {
        let face = self.face.as_ref().map(|face| {
            serde_json::json!({ "format": face.format, "bytes": Base64::encode_string(&face.bytes) })
        });
        serde_json::json!({
            "person": person::person_json(&self.identity.person),
            "document": self.identity.document.as_ref().map(person::document_json),
            "evidence": self.identity.evidence,
            "checks": self.checks,
            "reasons": self.identity.reasons,
            "face": face,
            "apdus": self.apdus,
            "bytes": self.bytes,
            "milliseconds": self.milliseconds,
        })
    }
}

//! One chip, read whole: opened, read once in as few APDUs as possible, judged, and told as an
//! [`Identity`].
//!
//! Facts come first and the photo last, so a window can show the person while the photo is still under
//! way; the evidence is only known at the end, when everything that is signed has been read.

mod session;

use std::{cell::RefCell, collections::BTreeMap, ops::ControlFlow, time::Instant};

use base64ct::{Base64, Encoding};
use jiff::civil::Date;
use office::{
    evidence::DocumentSigner,
    person::{Identity, Person, ReadOn},
};

use crate::{
    access::{self, Keys, Opened},
    authenticity::{self, Checks, Finding, Material, Verdict},
    card::{Channel, Limits, Transport},
    error::ReadError,
    groups::Group,
    person::{document, document_json, person_json},
    trust::Trust,
};
use session::{Content, Session};

pub use crate::groups::{
    details::{Holder, Issue},
    face::Face,
};

/// How far the reading is.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Another program holds the card.
    Held,
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
    /// Who signed, where the signature holds.
    pub signer: Option<DocumentSigner>,
    /// The findings behind the reasons.
    pub findings: Vec<Finding>,
    /// The photo, if the chip has one, as the chip holds it; [`crate::picture::decode`] shows it.
    pub face: Option<Face>,
    /// DG11, where it is there and clear.
    pub holder: Option<Holder>,
    /// DG12, where it is there and clear.
    pub issue: Option<Issue>,
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

/// Reads and judges one chip. `today` is the local date; `progress` may stop the reading, and is asked
/// before each APDU: a step may be told more than once.
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
    let watch = Watch { progress: RefCell::new(progress), phase: RefCell::new(Progress::Opening) };
    let stopped = || watch.is_stopped();
    let mut channel = Channel::new(transport, Limits::default());
    channel.stop_when(&stopped);
    let opened = access::open(&mut channel, keys)?;
    channel.progress();
    let mut session = Session::new(channel, keys, opened, &watch);
    let content = session.read_groups(trust, today)?;
    watch.enter(Progress::Checking)?;
    let verdict = judge(&session.opened, keys, &content, trust, today);
    let counters = session.channel.counters();
    Ok(Reading {
        identity: Identity {
            person: content.person,
            document: Some(document(&content.mrz, content.dg13.as_ref(), today)),
            evidence: verdict.evidence,
            read: ReadOn::Day(today),
            whose: None,
            reasons: verdict.findings.iter().map(ToString::to_string).collect(),
        },
        checks: verdict.checks,
        signer: verdict.signer,
        findings: verdict.findings,
        face: content.face,
        holder: content.holder,
        issue: content.issue,
        apdus: counters.apdus,
        bytes: counters.bytes,
        milliseconds: start.elapsed().as_millis() as u64,
        groups: content.groups,
        sod: content.sod,
    })
}

/// Who follows the reading, and the step to tell before the next APDU.
struct Watch<'p> {
    progress: RefCell<&'p mut dyn FnMut(Progress) -> ControlFlow<()>>,
    phase: RefCell<Progress>,
}

impl Watch<'_> {
    /// Tells one step.
    fn tell(&self, step: Progress) -> ControlFlow<()> {
        (self.progress.borrow_mut())(step)
    }

    /// A new step begins.
    fn enter(&self, step: Progress) -> Result<(), ReadError> {
        self.phase.replace(step.clone());
        if self.tell(step).is_break() { Err(ReadError::Cancelled) } else { Ok(()) }
    }

    fn is_stopped(&self) -> bool {
        let step = self.phase.borrow().clone();
        self.tell(step).is_break()
    }
}

fn judge(opened: &Opened, keys: &Keys, content: &Content, trust: &Trust, today: Date) -> Verdict {
    let mut findings = content.findings.clone();
    if opened.fell_back {
        findings.push(Finding::FellBack);
    }
    let material = Material {
        access: opened.access,
        listed: &content.listed,
        version: content.version.as_ref(),
        groups: &content.groups,
        sod: content.sod.as_deref(),
        mrz: &content.mrz,
        dg13: content.dg13.as_ref(),
        holder: content.holder.as_ref(),
        issued: content.person.issue_date,
        declared: keys.declared.as_ref(),
        key: opened.mrz_key(keys),
        chip: content.chip,
        card_access: opened.card_access.as_deref(),
        findings,
    };
    authenticity::judge(material, trust, today)
}

impl Reading {
    /// The object that `read --json` prints: person, document, evidence, checks, reasons, face, costs. The
    /// reasons end with what the window warns of.
    /// Dates are ISO 8601; the photo is base64.
    pub fn to_json(&self) -> serde_json::Value {
        let face = self.face.as_ref().map(|face| {
            serde_json::json!({ "format": face.format, "bytes": Base64::encode_string(&face.bytes) })
        });
        let reasons = [self.identity.reasons.clone(), self.identity.warnings()].concat();
        serde_json::json!({
            "person": person_json(&self.identity.person),
            "document": self.identity.document.as_ref().map(document_json),
            "evidence": self.identity.evidence,
            "checks": self.checks,
            "reasons": reasons,
            "face": face,
            "apdus": self.apdus,
            "bytes": self.bytes,
            "milliseconds": self.milliseconds,
        })
    }
}

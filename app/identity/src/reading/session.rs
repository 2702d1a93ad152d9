//! One opened chip: its files in reading order, its proof against copying, and the ways back after a
//! chip dropped the protected channel.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

use jiff::civil::Date;
use office::person::Person;

use super::{
    Progress, Watch,
    file::{Blocks, FileId, OnBlock},
    person,
};
use crate::{
    access::{self, Keys, Opened},
    authenticity::{
        Chip, Finding,
        chip::{ActiveKey, ChipKey},
    },
    card::{Channel, Status},
    error::{Fault, ReadError},
    groups::{
        self, COM, Group, LdsVersion, SOD, dg13,
        face::{self, Face},
    },
    mrz::Mrz,
};

/// The only state whose DG13 has a known form.
const VIET_NAM: &str = "VNM";

/// What the chip held.
pub(super) struct Content {
    pub listed: BTreeSet<Group>,
    pub version: Option<LdsVersion>,
    pub groups: BTreeMap<Group, Vec<u8>>,
    pub sod: Option<Vec<u8>>,
    pub mrz: Mrz,
    pub dg13: Option<Person>,
    pub person: Person,
    pub face: Option<Face>,
    pub chip: Chip,
    pub findings: Vec<Finding>,
}

pub(super) struct Session<'t, 'k, 'p> {
    pub channel: Channel<'t>,
    pub opened: Opened,
    keys: &'k Keys,
    watch: &'k Watch<'p>,
    blocks: Blocks,
}

impl<'t, 'k, 'p> Session<'t, 'k, 'p> {
    pub fn new(channel: Channel<'t>, keys: &'k Keys, opened: Opened, watch: &'k Watch<'p>) -> Self {
        Self { channel, opened, keys, watch, blocks: Blocks::default() }
    }

    pub fn read_groups(&mut self, today: Date) -> Result<Content, ReadError> {
        let com = self.read_silently(COM)?.ok_or(Fault::Status(Status::NOT_FOUND.0))?;
        let listed = groups::listed(&com)?;
        let version = groups::version(&com);
        let mut groups = BTreeMap::new();
        let mut findings = Vec::new();
        let mut facts = None;
        for group in Group::READ {
            if group != Group::DG1 && !listed.contains(&group) {
                continue;
            }
            self.watch.phase.replace(Progress::Reading { group, read: 0, total: 0 });
            let watch = self.watch;
            let mut on_block = |read, total| {
                let step = Progress::Reading { group, read, total };
                watch.phase.replace(step.clone());
                watch.tell(step)
            };
            match self.read_file(group.file(), &mut on_block)? {
                Some(bytes) => drop(groups.insert(group, bytes)),
                None => findings.push(Finding::Missing(group)),
            }
            // DG13 follows DG1 at once: with both the person is known.
            if group == Group::DG13 || (group == Group::DG1 && !listed.contains(&Group::DG13)) {
                let known = Facts::of(&groups, today)?;
                self.watch.enter(Progress::Facts(Box::new(known.person.clone())))?;
                facts = Some(known);
            }
        }
        self.watch.enter(Progress::Checking)?;
        let (chip, sod) = self.prove_and_read_sod(&groups, &mut findings)?;
        let face = groups.get(&Group::DG2).and_then(|dg2| face::face(dg2).ok());
        if face.is_none() && groups.contains_key(&Group::DG2) {
            findings.push(Finding::NoPhoto);
        }
        let Facts { mrz, dg13, person, opaque } = match facts {
            Some(facts) => facts,
            None => Facts::of(&groups, today)?,
        };
        if opaque {
            findings.push(Finding::FactsOpaque);
        }
        Ok(Content { listed, version, groups, sod, mrz, dg13, person, face, chip, findings })
    }

    /// Lets the chip prove that it is no copy, and reads EF.SOD. A chip that fails Chip Authentication may
    /// still prove itself by Active Authentication.
    fn prove_and_read_sod(
        &mut self,
        groups: &BTreeMap<Group, Vec<u8>>,
        findings: &mut Vec<Finding>,
    ) -> Result<(Chip, Option<Vec<u8>>), ReadError> {
        let key = groups.get(&Group::DG14).and_then(|dg14| ChipKey::read(dg14));
        if let Some(key) = &key
            && let Some(sod) = self.chip_authentication(key)?
        {
            return Ok((Chip::ChipAuth, sod));
        }
        let chip = match self.active_authentication(groups, findings)? {
            Chip::Absent if key.is_some() => Chip::Failed,
            other => other,
        };
        Ok((chip, self.read_silently(SOD)?))
    }

    /// Replaces the channel's keys and reads EF.SOD under the new ones: the first right answer is the
    /// proof, whatever fails later. An antenna fails more often than a copy is met, so a chip is asked
    /// twice; `None` after the second refusal.
    fn chip_authentication(&mut self, key: &ChipKey) -> Result<Option<Option<Vec<u8>>>, ReadError> {
        for _ in 0..2 {
            let error = match key.agree(&mut self.channel) {
                Ok(secure) => {
                    self.channel.protect(secure);
                    let largest = self.channel.largest_response();
                    match self.blocks.read(&mut self.channel, SOD, &mut silent) {
                        Ok(sod) => return Ok(Some(sod)),
                        Err(error) if self.channel.has_answered() => {
                            self.recover(error, largest)?;
                            return self.read_silently(SOD).map(Some);
                        }
                        Err(error) => {
                            if dropped_the_channel(&error) {
                                self.blocks.smaller(&mut self.channel, largest);
                            }
                            error
                        }
                    }
                }
                Err(error) => error,
            };
            self.reopen_after(error)?;
        }
        Ok(None)
    }

    /// Asks twice, as Chip Authentication does; a false signature is no accident and counts at once.
    fn active_authentication(
        &mut self,
        groups: &BTreeMap<Group, Vec<u8>>,
        findings: &mut Vec<Finding>,
    ) -> Result<Chip, ReadError> {
        let dg14 = groups.get(&Group::DG14).map(Vec::as_slice);
        let Some(key) = groups.get(&Group::DG15).and_then(|dg15| ActiveKey::read(dg15, dg14))
        else {
            return Ok(Chip::Absent);
        };
        let overflows = key.overflows(&self.channel);
        for _ in 0..2 {
            match key.challenge(&mut self.channel) {
                Ok(true) => return Ok(Chip::Active),
                Ok(false) => return Ok(Chip::Failed),
                Err(error) => self.reopen_after(error)?,
            }
            if overflows {
                findings.push(Finding::CopyNotAskable);
                return Ok(Chip::Absent);
            }
        }
        Ok(Chip::Failed)
    }

    /// Opens the chip again after a wrong answer; other errors end the reading.
    fn reopen_after(&mut self, error: ReadError) -> Result<(), ReadError> {
        if !error.is_of_the_chip() {
            return Err(error);
        }
        access::reopen(&mut self.channel, self.keys, &self.opened)
    }

    fn read_silently(&mut self, file: FileId) -> Result<Option<Vec<u8>>, ReadError> {
        self.read_file(file, &mut silent)
    }

    /// Reads one file; where large blocks break secure messaging, opens the chip again and reads on
    /// with smaller ones. The key is known to be right by then.
    fn read_file(
        &mut self,
        file: FileId,
        on_block: OnBlock<'_>,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        loop {
            let largest = self.channel.largest_response();
            match self.blocks.read(&mut self.channel, file, on_block) {
                Err(error) => self.recover(error, largest)?,
                read => return read,
            }
        }
    }

    /// Makes ready for another try with smaller blocks, if the chip refused the length and dropped the
    /// channel; else gives the error back.
    fn recover(&mut self, error: ReadError, largest: u32) -> Result<(), ReadError> {
        if !dropped_the_channel(&error) || self.blocks.smaller(&mut self.channel, largest).is_none()
        {
            return Err(error);
        }
        access::reopen(&mut self.channel, self.keys, &self.opened)
    }
}

fn silent(_: usize, _: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// A status other than 9000 outside the protected channel.
fn dropped_the_channel(error: &ReadError) -> bool {
    matches!(error, ReadError::Unreadable(Fault::Unprotected(status)) if *status != Status::OK.0)
}

/// What DG1 and DG13 say.
struct Facts {
    mrz: Mrz,
    dg13: Option<Person>,
    person: Person,
    /// DG13 is there and gives nothing.
    opaque: bool,
}

impl Facts {
    /// Other states put other things into DG13, and parts of a Vietnamese one may be enciphered: then the
    /// MRZ has the word.
    fn of(groups: &BTreeMap<Group, Vec<u8>>, today: Date) -> Result<Self, ReadError> {
        let mrz = groups::mrz(groups.get(&Group::DG1).ok_or(Fault::Format)?)?;
        let bytes = groups.get(&Group::DG13).filter(|_| mrz.issuer == VIET_NAM);
        let dg13 = match bytes.map(|bytes| dg13::person(bytes)) {
            Some(Ok(person)) if person != Person::default() => Some(person),
            Some(Err(error)) if dg13::is_hostile(&error) => return Err(error),
            _ => None,
        };
        let opaque = bytes.is_some() && dg13.is_none();
        let person = person::person(&mrz, dg13.as_ref(), today);
        Ok(Self { mrz, dg13, person, opaque })
    }
}

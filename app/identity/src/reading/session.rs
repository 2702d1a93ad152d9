//! One opened chip: its files in reading order, its proof against copying, and the ways back after a
//! chip dropped the protected channel.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

use jiff::civil::Date;
use office::person::Person;

use super::{Progress, Watch};
use crate::{
    access::{self, Keys, Opened},
    apdu::Status,
    authenticity::{
        Chip, Finding,
        chip::{ActiveKey, ChipKey, card_security::CardSecurity},
    },
    card::{
        Channel,
        file::{Blocks, FileId, OnBlock},
    },
    error::{Fault, ReadError},
    groups::{
        self, COM, Group, LdsVersion, SOD,
        details::{self, Holder, Issue},
        dg13,
        face::{self, Face},
    },
    mrz::Mrz,
    person::{self, Extras},
    picture,
    trust::Trust,
};

/// What the chip held.
pub(super) struct Content {
    pub listed: BTreeSet<Group>,
    pub version: Option<LdsVersion>,
    pub groups: BTreeMap<Group, Vec<u8>>,
    pub sod: Option<Vec<u8>>,
    pub mrz: Mrz,
    pub dg13: Option<Person>,
    pub holder: Option<Holder>,
    pub issue: Option<Issue>,
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

    pub fn read_groups(&mut self, trust: &Trust, today: Date) -> Result<Content, ReadError> {
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
            // DG13 follows DG1 at once: with both the person is known. DG11 and DG12 may add to it.
            let speaks = match group {
                Group::DG1 => !listed.contains(&Group::DG13),
                Group::DG11 | Group::DG12 | Group::DG13 => true,
                _ => false,
            };
            if speaks {
                let known = Facts::of(&groups, today)?;
                self.watch.enter(Progress::Facts(Box::new(known.person.clone())))?;
                facts = Some(known);
            }
        }
        self.watch.enter(Progress::Checking)?;
        let (mut chip, sod) = self.prove_and_read_sod(&groups, &mut findings)?;
        let face = groups.get(&Group::DG2).and_then(|dg2| face::face(dg2).ok());
        let drawable = face.as_ref().is_some_and(|face| picture::is_drawable(&face.bytes));
        if !drawable && groups.contains_key(&Group::DG2) {
            findings.push(Finding::NoPhoto);
        }
        let Facts { mrz, dg13, holder, issue, person, findings: found } = match facts {
            Some(facts) => facts,
            None => Facts::of(&groups, today)?,
        };
        findings.extend(found);
        if chip == Chip::Absent && self.opened.by_chip_authentication() {
            let issued = dg13.as_ref().and_then(|person| person.issue_date);
            chip = self.proof_by_card_security(trust, &mrz, issued, today, &mut findings)?;
        }
        Ok(Content {
            listed,
            version,
            groups,
            sod,
            mrz,
            dg13,
            holder,
            issue,
            person,
            face,
            chip,
            findings,
        })
    }

    /// Lets the chip prove that it is no copy, and reads EF.SOD. A chip that opened by the key of DG14 has
    /// done so already; one that fails Chip Authentication may still prove itself by Active
    /// Authentication.
    fn prove_and_read_sod(
        &mut self,
        groups: &BTreeMap<Group, Vec<u8>>,
        findings: &mut Vec<Finding>,
    ) -> Result<(Chip, Option<Vec<u8>>), ReadError> {
        let keys = groups.get(&Group::DG14).map(|dg14| ChipKey::of_dg14(dg14)).unwrap_or_default();
        let proof = self.opened.proof.as_ref();
        if proof.is_some_and(|proof| keys.iter().any(|key| key.is_proven_by(proof))) {
            return Ok((Chip::PaceCam, self.read_silently(SOD)?));
        }
        let refused = match self.chip_authentication(&keys)? {
            Agreement::Proven(sod) => return Ok((Chip::ChipAuth, sod)),
            Agreement::Refused => true,
            Agreement::NotAsked => false,
        };
        let chip = match (self.active_authentication(groups)?, keys.is_empty()) {
            (Active::Proven, _) => Chip::Active,
            (Active::Failed, _) => Chip::Failed,
            (Active::NoKey | Active::NotAskable, _) if refused => Chip::Failed,
            (Active::NotAskable, _) | (Active::NoKey, false) => {
                findings.push(Finding::CopyNotAskable);
                Chip::Absent
            }
            (Active::NoKey, true) => Chip::Absent,
        };
        self.channel.progress();
        Ok((chip, self.read_silently(SOD)?))
    }

    /// Chip authentication mapping with a key that no signed group has: EF.CardSecurity must vouch for it.
    /// A chip that opened so and has no such file is a copy that left it out.
    fn proof_by_card_security(
        &mut self,
        trust: &Trust,
        mrz: &Mrz,
        issued: Option<Date>,
        today: Date,
        findings: &mut Vec<Finding>,
    ) -> Result<Chip, ReadError> {
        let proof = self.opened.proof.clone();
        let file = match access::card_security(&mut self.channel, &mut self.blocks) {
            Err(error) if !error.is_of_the_chip() => return Err(error),
            Ok(Some(file)) => file,
            // Nothing can be said of a chip that does not let itself be asked.
            Ok(None) | Err(_) => {
                findings.push(Finding::CopyNotChecked);
                return Ok(Chip::Absent);
            }
        };
        let Some(file) = file else { return Ok(Chip::Failed) };
        let said = CardSecurity::judge(&file, proof.as_ref(), trust, mrz, issued, today);
        let offered =
            self.opened.card_access.as_deref().map(access::pace_infos).unwrap_or_default();
        if !access::same_offer(&said.pace, &offered) {
            findings.push(Finding::AccessDiffers);
        }
        if said.chip == Chip::Absent {
            findings.push(Finding::CopyNotChecked);
        }
        Ok(said.chip)
    }

    /// Replaces the channel's keys and reads EF.SOD under the new ones: the first right answer is the
    /// proof, whatever fails later. An antenna fails more often than a copy is met, so a chip is asked
    /// twice, by its second key if it has one. Keys whose commands the reader does not carry are left out.
    fn chip_authentication(&mut self, keys: &[ChipKey]) -> Result<Agreement, ReadError> {
        let (mut refused, mut carried) = (false, true);
        let usable: Vec<_> = keys.iter().filter(|key| !key.overflows(&self.channel)).collect();
        for key in usable.iter().cycle().take(2) {
            if !carried && key.overflows(&self.channel) {
                continue;
            }
            let error = match key.agree(&mut self.channel) {
                Ok(secure) => {
                    self.channel.protect(secure);
                    let largest = self.channel.largest_response();
                    match self.blocks.read(&mut self.channel, SOD, &mut silent) {
                        Ok(sod) => return Ok(Agreement::Proven(sod)),
                        Err(error) if self.channel.has_answered() => {
                            self.recover(error, largest)?;
                            return self.read_silently(SOD).map(Agreement::Proven);
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
            if error.is_long_refused() {
                carried = false;
            } else {
                refused = true;
            }
            self.reopen_after(error)?;
        }
        Ok(if refused { Agreement::Refused } else { Agreement::NotAsked })
    }

    /// Asks twice, as Chip Authentication does; a false signature is no accident and counts at once. A
    /// chip that refuses a long answer is asked once more in short length, which it may answer in parts;
    /// where that is the only way to ask, its refusal says nothing.
    fn active_authentication(
        &mut self,
        groups: &BTreeMap<Group, Vec<u8>>,
    ) -> Result<Active, ReadError> {
        let dg14 = groups.get(&Group::DG14).map(Vec::as_slice);
        let Some(key) = groups.get(&Group::DG15).and_then(|dg15| ActiveKey::read(dg15, dg14))
        else {
            return Ok(Active::NoKey);
        };
        let (promised, mut was_askable) = (self.channel.takes_extended_length(), false);
        for attempt in 0..3 {
            if attempt == 2 && !(key.is_long() && self.channel.give_up_extended_length()) {
                break;
            }
            match key.challenge(&mut self.channel) {
                Ok(true) => return Ok(Active::Proven),
                Ok(false) => return Ok(Active::Failed),
                Err(error) => self.reopen_after(error)?,
            }
            was_askable |= !key.overflows(&self.channel);
            // One more try where the reader was found out, in short length.
            if !was_askable && (attempt > 0 || !promised) {
                break;
            }
        }
        Ok(if was_askable { Active::Failed } else { Active::NotAskable })
    }

    /// Opens the chip again after a wrong answer, or after the reader did not carry a long command; other
    /// errors end the reading.
    fn reopen_after(&mut self, error: ReadError) -> Result<(), ReadError> {
        let shortened = error.is_long_refused() && self.channel.give_up_extended_length();
        if !shortened && !error.is_of_the_chip() {
            return Err(error);
        }
        self.reopen()
    }

    /// The key is known to be right by then: a chip that refuses it now has lost its way, and the clerk
    /// need not look for a wrong number.
    fn reopen(&mut self) -> Result<(), ReadError> {
        access::reopen(&mut self.channel, self.keys, &mut self.opened).map_err(
            |error| match error {
                ReadError::AccessDenied | ReadError::NotIdentity => ReadError::CardLost,
                other => other,
            },
        )
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
        let is_of_length = dropped_the_channel(&error) || error.is_long_refused();
        if !is_of_length || self.blocks.smaller(&mut self.channel, largest).is_none() {
            return Err(error);
        }
        self.reopen()
    }
}

/// What Chip Authentication gave.
enum Agreement {
    /// The chip has a key of DG14; EF.SOD was read under it.
    Proven(Option<Vec<u8>>),
    /// It was asked and did not prove it.
    Refused,
    /// No key, or none whose commands reader and chip exchange.
    NotAsked,
}

/// What Active Authentication gave.
enum Active {
    /// The chip has the key of DG15.
    Proven,
    /// It gave a false proof, or none though it could be asked.
    Failed,
    /// The answer is longer than reader and chip exchange.
    NotAskable,
    /// No DG15, or a key of a kind that is not known here.
    NoKey,
}

fn silent(_: usize, _: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// A status other than 9000 outside the protected channel.
fn dropped_the_channel(error: &ReadError) -> bool {
    matches!(error, ReadError::Unreadable(Fault::Unprotected(status)) if *status != Status::OK.0)
}

/// What DG1, DG11, DG12 and DG13 say.
struct Facts {
    mrz: Mrz,
    dg13: Option<Person>,
    holder: Option<Holder>,
    issue: Option<Issue>,
    person: Person,
    /// Groups that are there and give nothing, or contradict themselves.
    findings: Vec<Finding>,
}

impl Facts {
    /// Other states put other things into DG13, and parts of a Vietnamese one may be enciphered: then the
    /// MRZ has the word.
    fn of(groups: &BTreeMap<Group, Vec<u8>>, today: Date) -> Result<Self, ReadError> {
        let mrz = groups::mrz(groups.get(&Group::DG1).ok_or(Fault::Format)?)?;
        let mut findings = Vec::new();
        let bytes = groups.get(&Group::DG13).filter(|_| mrz.is_vietnamese());
        let content = understood(bytes, dg13::read)?.unwrap_or_default();
        findings.extend(content.doubts.into_iter().map(Finding::from));
        let dg13 = Some(content.person).filter(|person| *person != Person::default());
        if bytes.is_some() && dg13.is_none() {
            findings.push(Finding::FactsOpaque);
        }
        let holder = understood(groups.get(&Group::DG11), details::holder)?;
        let issue = understood(groups.get(&Group::DG12), details::issue)?;
        for (group, is_clear) in [(Group::DG11, holder.is_some()), (Group::DG12, issue.is_some())] {
            if groups.contains_key(&group) && !is_clear {
                findings.push(Finding::DetailsOpaque(group));
            }
        }
        let extras = Extras { dg13: dg13.as_ref(), holder: holder.as_ref(), issue: issue.as_ref() };
        let person = person::person(&mrz, extras, today);
        Ok(Self { mrz, dg13, holder, issue, person, findings })
    }
}

/// What a group says; `None` if it is not there or not understood. An attack on parsers is an error.
fn understood<T>(
    bytes: Option<&Vec<u8>>,
    read: fn(&[u8]) -> Result<T, ReadError>,
) -> Result<Option<T>, ReadError> {
    let Some(bytes) = bytes else { return Ok(None) };
    match read(bytes) {
        Err(error) if dg13::is_hostile(&error, bytes) => Err(error),
        content => Ok(content.ok()),
    }
}

//! Books along the walk: who held which book when, and which numbers and volumes follow on each other.
//!
//! What a machine wrote about a volume without having heard of all that stands before it, after a restore for one,
//! is no finding, as nothing that breaks a rule in that way is.

use std::collections::{HashMap, HashSet};

use office::{
    book::{Book, BookId, Issued, Lease, Series, VolumeId},
    entry::{DeviceId, Entry, Event},
};

use serde::{Deserialize, Serialize};

use super::{ChainKey, pairs};
use crate::findings::{CheckReport, FindingKind};

#[derive(Serialize, Deserialize)]
struct Newest {
    holder: DeviceId,
    epoch: u32,
    giver: DeviceId,
}

/// A book's year: its newest volume.
#[derive(Serialize, Deserialize)]
struct Volume {
    volume: u16,
    /// Numbers in it.
    count: u32,
    closed: bool,
}

/// Follows books, volumes, leases and numbers as the entries tell of them.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Books {
    #[serde(with = "pairs")]
    opened: HashMap<BookId, Book>,
    #[serde(with = "pairs")]
    volumes: HashMap<(BookId, i16), Volume>,
    #[serde(with = "pairs")]
    leases: HashMap<(BookId, i16), (DeviceId, u32)>,
    /// Who holds the lease of each epoch.
    #[serde(with = "pairs")]
    held: HashMap<(BookId, i16, u32), DeviceId>,
    /// Who holds a book's highest epoch, and who gave it.
    #[serde(with = "pairs")]
    newest: HashMap<BookId, Newest>,
    #[serde(with = "pairs")]
    pub(super) last: HashMap<Series, u32>,
    restored: HashSet<DeviceId>,
    /// Devices with an admitted branch: both chains number under one lease, and what they issue twice is a
    /// conflict.
    pub(super) branched: HashSet<DeviceId>,
    /// Numbers of branches: who did not know of them issues them again.
    doubled: HashSet<(Series, u32)>,
}

impl Books {
    /// A book's name; its id where nobody opened it.
    pub(super) fn label(&self, book: BookId) -> String {
        self.opened.get(&book).map_or_else(|| book.to_string(), |book| book.label.clone())
    }

    /// `known`: whether the device that a lease names has joined; `knew`: whether the author had seen all that
    /// stands before.
    pub(super) fn follow(
        &mut self,
        name: &str,
        entry: &Entry,
        (_, branch): &ChainKey,
        known: bool,
        knew: bool,
        report: &mut CheckReport,
    ) {
        match &entry.what {
            Event::BookOpened { book } => {
                self.opened.entry(book.id).or_insert_with(|| Book::clone(book));
            }
            Event::VolumeOpened { id, after, epoch, .. } => {
                let right = self.open(&entry.envelope.device, *id, *epoch, *after);
                if !right && knew && !self.branched.contains(&entry.envelope.device) {
                    report.find(FindingKind::Book, format!("{name}: mở {}", self.volume(*id)));
                }
            }
            Event::VolumeClosed { id, last, count, epoch, .. } => {
                let right = self.close(&entry.envelope.device, *id, *epoch, (*last, *count));
                if !right && knew && !self.branched.contains(&entry.envelope.device) {
                    report.find(FindingKind::Book, format!("{name}: khóa {}", self.volume(*id)));
                }
            }
            Event::LeaseTaken { lease } => self.take(name, entry, lease, known, report),
            Event::Restored { .. } => {
                self.restored.insert(entry.envelope.device.clone());
            }
            _ => {}
        }
        for issued in entry.what.numbers() {
            if !branch.is_empty() {
                self.doubled.insert((issued.series, issued.value));
            }
            self.issue(name, &entry.envelope.device, issued, knew, report);
        }
    }

    fn volume(&self, id: VolumeId) -> String {
        id.named(&self.label(id.book))
    }

    /// Whether the device holds the book's year, and under this epoch.
    fn holds(&self, device: &DeviceId, id: VolumeId, epoch: u32) -> bool {
        self.leases.get(&(id.book, id.year)) == Some(&(device.clone(), epoch))
    }

    /// Whether it did once: what it wrote about volumes then counts.
    fn held(&self, device: &DeviceId, id: VolumeId, epoch: u32) -> bool {
        self.held.get(&(id.book, id.year, epoch)) == Some(device)
    }

    fn last(&self, id: VolumeId) -> u32 {
        let series = Series { book: id.book, year: id.year, day: None };
        self.last.get(&series).copied().unwrap_or(0)
    }

    /// Whether the volume could be opened: the next one, by the book's holder, after the last number, the one
    /// before it closed.
    fn open(&mut self, device: &DeviceId, id: VolumeId, epoch: u32, after: u32) -> bool {
        if !self.held(device, id, epoch) {
            return false;
        }
        let kept = self.opened.get(&id.book).is_some_and(|book| book.volumes);
        let right = kept && self.holds(device, id, epoch) && after == self.last(id);
        let before = self.volumes.get(&(id.book, id.year));
        let next = match before {
            None => id.volume == 1,
            Some(before) => before.closed && id.volume == before.volume.saturating_add(1),
        };
        if before.is_none_or(|before| id.volume > before.volume) {
            let fresh = Volume { volume: id.volume, count: 0, closed: false };
            self.volumes.insert((id.book, id.year), fresh);
        }
        right && next
    }

    /// Whether the volume could be closed so: by the book's holder, at its last number.
    fn close(
        &mut self,
        device: &DeviceId,
        id: VolumeId,
        epoch: u32,
        (last, count): (u32, u32),
    ) -> bool {
        if !self.held(device, id, epoch) {
            return false;
        }
        let right = self.holds(device, id, epoch) && last == self.last(id);
        match self.volumes.get_mut(&(id.book, id.year)) {
            Some(volume) if volume.volume == id.volume => {
                let open = !std::mem::replace(&mut volume.closed, true);
                right && open && count == volume.count
            }
            _ => false,
        }
    }

    fn take(
        &mut self,
        name: &str,
        entry: &Entry,
        lease: &Lease,
        known: bool,
        report: &mut CheckReport,
    ) {
        let author = &entry.envelope.device;
        let open = self.opened.contains_key(&lease.book);
        let key = (lease.book, lease.year, lease.epoch);
        self.held.entry(key).or_insert_with(|| lease.device.clone());
        let before =
            self.leases.insert((lease.book, lease.year), (lease.device.clone(), lease.epoch));
        let newest = self.newest.get(&lease.book);
        let rises = newest.is_none_or(|newest| lease.epoch > newest.epoch);
        // A new epoch of the book; or a further year in the epoch that the same device got.
        let further = newest
            .is_some_and(|newest| newest.epoch == lease.epoch && newest.holder == lease.device);
        let in_order = rises || (further && before.is_none_or(|(_, epoch)| epoch < lease.epoch));
        // The holder hands it on or goes on itself; nobody else takes a book but a restored copy.
        let entitled = match newest {
            None => lease.device == *author,
            Some(newest) => {
                newest.holder == *author
                    || (further && newest.giver == *author)
                    || (lease.device == *author && self.restored.contains(author))
            }
        };
        if rises {
            let (holder, epoch) = (lease.device.clone(), lease.epoch);
            self.newest.insert(lease.book, Newest { holder, epoch, giver: author.clone() });
        }
        let is_conflict = self.branched.contains(author);
        let right = open && entitled && known && lease.epoch > 0 && in_order;
        if !right && !is_conflict {
            report.find(
                FindingKind::Book,
                format!("{name}: quyền cấp số {} năm {}", self.label(lease.book), lease.year),
            );
        }
        if lease.after > 0 {
            let last = self.last.entry(lease.series()).or_default();
            *last = lease.after.max(*last);
        }
    }

    fn issue(
        &mut self,
        name: &str,
        device: &DeviceId,
        issued: Issued,
        knew: bool,
        report: &mut CheckReport,
    ) {
        let series = issued.series;
        let words = series.named(&self.label(series.book));
        if !self.opened.get(&series.book).is_some_and(|book| book.has(series)) {
            report.find(FindingKind::Book, format!("{name}: {words}, số của sổ chưa mở"));
        }
        let held = self.leases.get(&(series.book, series.year));
        let is_conflict =
            self.branched.contains(device) || self.doubled.contains(&(series, issued.value));
        if held != Some(&(device.clone(), issued.epoch)) && !is_conflict {
            report.find(
                FindingKind::Book,
                format!("{name}: {words}, số {} cấp khi không giữ quyền", issued.value),
            );
        }
        let last = self.last.entry(series).or_default();
        if self.opened.get(&series.book).is_some_and(|book| book.volumes) {
            let volume = self.volumes.get_mut(&(series.book, series.year));
            match volume.filter(|volume| !volume.closed) {
                // A number that came twice is one.
                Some(volume) if issued.value > *last => volume.count += 1,
                Some(_) => {}
                None if knew && !is_conflict => report.find(
                    FindingKind::Book,
                    format!("{name}: {words}, số {} ngoài quyển đang mở", issued.value),
                ),
                None => {}
            }
        }
        if issued.value != last.saturating_add(1) && !is_conflict {
            report.find(
                FindingKind::Book,
                format!("{name}: {words}, sau số {last} là số {}", issued.value),
            );
        }
        *last = issued.value.max(*last);
    }
}

//! Signed files get their time stamps, and what proves the signer's certificate, as soon as there is a network: signing
//! at the counter waits for nobody's service (they take minutes, and fail often).
//!
//! One file at a time is raised and put on the disk by a worker; the window's thread writes the entry when it comes back,
//! behind a locked window too. What waits is what the ledger has no such file of, so a restart loses nothing. A service that fails is asked
//! again after a rest that doubles from failure to failure: where the time-stamping service failed all files rest,
//! where a certificate's services failed that file alone. So does a disk that is full or locked, for all files. Nobody is told but whoever opens the act or the devices. What
//! is wrong with the file itself is not tried again in this session.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use iced::{Task, futures::channel::oneshot};
use jiff::Timestamp;
use ledger::{LedgerError, Sealer};
use office::{Explain, act::ActId, entry::PaperKind};
use reports::{
    sign::raise::{Raised, Service, Shortfall, Why, Wish, raise},
    verify::{Level, certificates},
};

use super::{App, Message};
use crate::{
    clock,
    desk::stamped::{Extendable, Extended, Unstamped},
    online::Online,
};

/// Longest for one answer: the state's services take up to two minutes.
const PATIENCE: Duration = Duration::from_secs(150);
/// The first rest after a failure, and the longest.
const REST: Duration = Duration::from_secs(60);
const LONGEST_REST: Duration = Duration::from_secs(3600);
/// Pages of acts that are looked through after a login: acts before them are raised by `motcua raise`.
const PAGES: u32 = 40;

/// What a worker brings; nothing where it fell.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The file that is to be kept, on the disk already; or why it is not.
    pub extended: Option<Arc<Result<Extended, LedgerError>>>,
    /// Why it is not of the highest level.
    pub short: Option<Shortfall>,
}

/// A rest after failures, in a row, and the last one's reason.
struct Rest {
    failures: u32,
    until: Instant,
    /// The same in the words of a clock.
    told_until: Timestamp,
    why: String,
}

/// Why a service failed, with the code for support.
fn told(short: &Shortfall) -> String {
    format!("{} (mã {})", short.why, short.code())
}

/// A file that a worker has. A result with another number is of one that nobody waits for any more.
struct Running {
    number: u64,
    id: ActId,
}

/// Files that wait for a time stamp.
#[derive(Default)]
pub struct Stamping {
    /// The service's address at the last look.
    authority: Option<String>,
    waiting: VecDeque<ActId>,
    /// How many pages of acts were looked through, and where it goes on; `None` when all were.
    look: Option<(u32, Option<u64>)>,
    /// When the newest acts were looked through.
    looked_at: Option<Instant>,
    running: Option<Running>,
    /// The time-stamping service failed: all files rest.
    rest: Option<Rest>,
    /// Files that rest as their certificates' services failed. They wait too.
    resting: BTreeMap<ActId, Rest>,
    /// What is not tried again in this session, and why.
    settled: BTreeMap<ActId, Option<Shortfall>>,
}

/// Whose failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The time-stamping service's: no file fares better.
    Authority,
    /// That of the services for this file's certificates.
    Certificates,
    /// The file's own, or its certificates'.
    File,
}

impl Fault {
    fn of(why: &Why) -> Self {
        match why {
            Why::Silent(Service::TimeStamp, _) | Why::Stamp(_) => Self::Authority,
            Why::Silent(Service::Status(_) | Service::Issuer(_), _) | Why::Standing(_) => {
                Self::Certificates
            }
            Why::Unsigned
            | Why::NotSound(_)
            | Why::Document(_)
            | Why::NoIssuer(_)
            | Why::NoPlace(_)
            | Why::Revoked(_)
            | Why::NotReached => Self::File,
        }
    }
}

impl Rest {
    /// The rest after one more failure.
    fn after(before: Option<&Self>, why: String, now: (Instant, Timestamp)) -> Self {
        let failures = before.map_or(0, |rest| rest.failures).saturating_add(1);
        let length = Self::length(failures);
        let (until, told_until) = (now.0 + length, now.1.checked_add(length).unwrap_or(now.1));
        Self { failures, until, told_until, why }
    }

    fn length(failures: u32) -> Duration {
        let doubled = REST.saturating_mul(1 << failures.saturating_sub(1).min(16));
        doubled.min(LONGEST_REST)
    }

    fn words(&self) -> String {
        format!(
            "{}. Tệp đã ký giữ nguyên; chương trình tự thử lại lúc {}.",
            self.why,
            clock::local(self.told_until).strftime("%H:%M")
        )
    }
}

impl Stamping {
    /// How the file of an act stands, in the words of its screen; `newest` is what it became.
    pub fn words(&self, id: &ActId, newest: Option<PaperKind>, authority: Option<&str>) -> String {
        let has = match newest {
            Some(PaperKind::LongTerm) => {
                return "Đã có, kèm đủ dữ liệu để kiểm tra lâu dài (B-LTA)".into();
            }
            Some(_) => "Đã có; chưa đủ dữ liệu để kiểm tra lâu dài",
            None => "Chưa có; chữ ký vẫn dùng được",
        };
        if authority.is_none() {
            return format!("{has}. Chưa đặt địa chỉ dịch vụ cấp dấu thời gian (F10, Thiết bị).");
        }
        if let Some(settled) = self.settled.get(id) {
            return match settled {
                Some(short) => format!(
                    "{has}: {}. Tệp đã ký giữ nguyên; thử lại như cũ sẽ không khác, hãy báo bộ phận hỗ trợ.",
                    told(short)
                ),
                None => format!(
                    "{has}. Lần này không thêm được. Tệp đã ký giữ nguyên; chương trình thử lại ở lần đăng nhập sau."
                ),
            };
        }
        if !self.holds(id) {
            return format!("{has}.");
        }
        match self.resting.get(id).or(self.rest.as_ref()) {
            Some(rest) => format!("{has}: {}", rest.words()),
            None => format!("{has}. Chương trình tự thêm khi có mạng."),
        }
    }

    /// Whether the file waits here: not those of others, nor of acts that were annulled or are too old.
    fn holds(&self, id: &ActId) -> bool {
        self.waiting.contains(id) || self.running.as_ref().is_some_and(|running| running.id == *id)
    }

    /// What waits, in the words of the devices' screen.
    fn told(&self) -> Option<String> {
        let waiting = self.waiting.len() + usize::from(self.running.is_some());
        let last = self.rest.as_ref().or_else(|| self.resting.values().next());
        let failed =
            last.map_or_else(String::new, |rest| format!(" Lần thử gần nhất: {}", rest.words()));
        (waiting > 0).then(|| format!("{waiting} bản điện tử chờ dấu thời gian.{failed}"))
    }

    /// A file has no time stamp, or no proof.
    fn add(&mut self, id: ActId) {
        if !self.holds(&id) && !self.settled.contains_key(&id) {
            self.waiting.push_back(id);
        }
    }

    /// Another service's address begins anew; what a worker brings from the old one is not waited for.
    pub(super) fn set_authority(&mut self, authority: Option<&String>) {
        if self.authority.as_ref() != authority {
            *self = Self { authority: authority.cloned(), ..Self::default() };
            self.look = Some((0, None));
        }
    }

    /// Whether nothing is to be begun now.
    pub(super) fn rests(&self, now: Instant) -> bool {
        self.running.is_some() || self.rest.as_ref().is_some_and(|rest| now < rest.until)
    }

    /// The next file whose own rest is over.
    pub(super) fn next(&mut self, now: Instant) -> Option<ActId> {
        let rests = |id| self.resting.get(id).is_some_and(|rest| now < rest.until);
        let place = self.waiting.iter().position(|id| !rests(id))?;
        self.waiting.remove(place)
    }

    /// Where to look for acts now: once through those of former days, then at the newest now and then.
    pub(super) fn place(&mut self, now: Instant) -> Option<Option<u64>> {
        let is_over = self.looked_at.is_none_or(|at| now.duration_since(at) >= REST);
        if self.look.is_none() && is_over {
            self.look = Some((PAGES - 1, None));
        }
        let (_, before) = self.look?;
        if before.is_none() {
            self.looked_at = Some(now);
        }
        Some(before)
    }

    /// Takes in what was found of the acts.
    pub(super) fn looked(&mut self, found: Unstamped) {
        for id in found.acts {
            self.add(id);
        }
        let pages = self.look.map_or(0, |(pages, _)| pages + 1);
        self.look = found.next.filter(|_| pages < PAGES).map(|next| (pages, Some(next)));
    }

    /// A worker has this file; its number.
    pub(super) fn begin(&mut self, id: ActId) -> u64 {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        self.running = Some(Running { number, id });
        number
    }

    /// Whose file came back, where it is waited for.
    pub(super) fn ended(&mut self, number: u64) -> Option<ActId> {
        self.running.take_if(|running| running.number == number).map(|running| running.id)
    }

    /// Something that is not a service's is in the way: not again in this session.
    pub(super) fn put_off(&mut self, id: ActId) {
        self.settled.insert(id, None);
    }

    /// This machine is in the way for a while (a full or locked disk, a clock): all files rest, and this one is tried again.
    pub(super) fn rest(&mut self, id: ActId, error: &LedgerError, now: (Instant, Timestamp)) {
        let why = format!("chưa cất được tệp ({})", error.code());
        self.rest = Some(Rest::after(self.rest.as_ref(), why, now));
        self.add(id);
    }

    /// What is to become of a file that came back. `grew`: the time-stamping service added to it, and it was kept;
    /// `short`: why it is not of the highest level.
    pub(super) fn came_back(
        &mut self,
        id: ActId,
        grew: bool,
        short: Option<Shortfall>,
        now: (Instant, Timestamp),
    ) {
        if grew {
            self.rest = None;
        }
        let Some(short) = short else {
            self.resting.remove(&id);
            self.settled.insert(id, None);
            return;
        };
        match Fault::of(&short.why) {
            Fault::Authority => {
                self.rest = Some(Rest::after(self.rest.as_ref(), told(&short), now));
                self.add(id);
            }
            Fault::Certificates => {
                let rest = Rest::after(self.resting.get(&id), told(&short), now);
                self.resting.insert(id.clone(), rest);
                self.add(id);
            }
            Fault::File => {
                self.resting.remove(&id);
                self.settled.insert(id, Some(short));
            }
        }
    }
}

/// Raises one file on a thread of its own: whoever closes the window does not wait for a service that is silent.
pub(super) fn raise_elsewhere(
    file: Extendable,
    held: Vec<Vec<u8>>,
    sealer: Sealer,
    authority: String,
) -> Task<Option<Outcome>> {
    let (sender, receiver) = oneshot::channel();
    let work = move || {
        // Nobody listens any more where the window closed.
        let _ = sender.send(work(&file, &held, &sealer, authority));
    };
    // Where no thread can be had nothing comes, as from one that fell.
    drop(thread::Builder::new().name("time stamp".into()).spawn(work));
    Task::future(receiver).map(|came| came.ok().flatten())
}

/// It may take minutes.
fn work(
    file: &Extendable,
    held: &[Vec<u8>],
    sealer: &Sealer,
    authority: String,
) -> Option<Outcome> {
    let issuers: Vec<_> = held.iter().flat_map(|der| certificates(der)).collect();
    let wish = Wish { level: Level::Archive, renew: false, issuers: &issuers, now: clock::now() };
    let raised = raise(file.read().ok()?, &wish, &mut Online::new(Some(authority), PATIENCE));
    Some(match raised {
        Ok(Raised { bytes, changed, level, short }) => {
            let extended = if changed { file.extended(bytes, level, sealer) } else { None };
            Outcome { extended: extended.map(Arc::new), short }
        }
        Err(short) => Outcome { extended: None, short: Some(short) },
    })
}

impl App {
    /// Has the next file raised, where somebody is logged in whose it is and nothing rests.
    pub(super) fn stamp(&mut self) -> Task<Message> {
        let authority = self.counter.devices.tsa.clone();
        let Some(shell) = self.shell() else {
            self.counter.stamping = None;
            return Task::none();
        };
        let task = shell.stamp(authority);
        self.counter.stamping = shell.stamping.told();
        task.map(|(number, outcome)| Message::Stamped(number, outcome))
    }

    /// A worker came back.
    pub(super) fn stamped(&mut self, number: u64, outcome: Option<Outcome>) -> Task<Message> {
        if let Some(shell) = self.shell() {
            shell.take_stamped(number, outcome);
        }
        // The next one does not wait for the next beat.
        self.stamp()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use pki::stamp::{Denial, Fault as Wrong};
    use reports::sign::raise::Silence;

    use super::*;

    const AUTHORITY: &str = "http://tsa.vn/";

    fn id(n: u8) -> ActId {
        ActId(format!("{n:032x}"))
    }

    fn short(why: Why) -> Option<Shortfall> {
        Some(Shortfall { wished: Level::Archive, reached: Some(Level::Basic), why })
    }

    fn silent(service: Service) -> Option<Shortfall> {
        short(Why::Silent(service, Silence::TooSlow))
    }

    fn status() -> Service {
        Service::Status("Vàng Thị Giả Định".into())
    }

    fn stamping() -> Stamping {
        let mut stamping = Stamping::default();
        stamping.set_authority(Some(&AUTHORITY.into()));
        stamping
    }

    fn found(acts: &[u8], next: Option<u64>) -> Unstamped {
        Unstamped { acts: acts.iter().map(|n| id(*n)).collect(), next }
    }

    /// Lets a worker have the next file and come back with this.
    fn goes(stamping: &mut Stamping, short: Option<Shortfall>, now: Instant) -> ActId {
        let next = stamping.next(now).unwrap();
        let number = stamping.begin(next.clone());
        assert!(stamping.rests(now), "one at a time");
        stamping.add(next.clone());
        assert!(!stamping.waiting.contains(&next), "not twice");
        assert_eq!(stamping.ended(number), Some(next.clone()));
        let grew = short.is_none();
        stamping.came_back(next.clone(), grew, short, (now, Timestamp::UNIX_EPOCH));
        next
    }

    #[test]
    fn rests_grow_and_end_at_an_hour() {
        let seconds: Vec<u64> = (1..=8).map(|n| Rest::length(n).as_secs()).collect();
        assert_eq!(seconds, [60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(Rest::length(u32::MAX), LONGEST_REST);
    }

    /// Late, wrong, signed by somebody else, or never: one question, then a rest for all files, each longer.
    #[test]
    fn a_service_that_fails_is_not_asked_for_each_file() {
        let faults = [
            Why::Silent(Service::TimeStamp, Silence::Unreachable),
            Why::Silent(Service::TimeStamp, Silence::Status(404)),
            Why::Stamp(Wrong::Unreadable),
            Why::Stamp(Wrong::Nonce),
            Why::Stamp(Wrong::Imprint),
            Why::Stamp(Wrong::Authority),
            Why::Stamp(Wrong::Signature),
            Why::Stamp(Wrong::Weak),
            Why::Stamp(Wrong::Denied(Denial::Algorithm)),
        ];
        let mut stamping = stamping();
        stamping.looked(found(&[1, 2], None));
        let mut now = Instant::now();
        for (n, why) in (1..).zip(faults) {
            let words = why.to_string();
            goes(&mut stamping, short(why), now);
            assert_eq!(stamping.waiting.len(), 2, "both wait");
            let told = stamping.words(&id(1), None, Some(AUTHORITY));
            assert!(told.contains(&words) && told.contains("SIG-"), "{told}");
            assert_eq!(told, stamping.words(&id(2), None, Some(AUTHORITY)));
            assert!(stamping.told().unwrap().contains(&words));
            let rest = Rest::length(n);
            assert!(stamping.rests(now + rest - Duration::from_secs(1)));
            now += rest;
            assert!(!stamping.rests(now));
        }
        goes(&mut stamping, None, now);
        assert!(!stamping.rests(now) && stamping.waiting.len() == 1, "the next one at once");
        // Another service may do what the first could not.
        goes(&mut stamping, silent(Service::TimeStamp), now);
        stamping.set_authority(Some(&"http://other.vn/".into()));
        assert!(!stamping.rests(now) && stamping.look.is_some());
    }

    /// A certificate's service that is down keeps back its files, and no others.
    #[test]
    fn a_file_rests_alone_where_its_certificate_is_not_told_of() {
        let mut stamping = stamping();
        stamping.looked(found(&[1, 2], None));
        let now = Instant::now();
        assert_eq!(goes(&mut stamping, silent(status()), now), id(1));
        assert!(!stamping.rests(now));
        assert_eq!(goes(&mut stamping, None, now), id(2));
        assert_eq!(stamping.next(now), None);
        let told = stamping.words(&id(1), Some(PaperKind::Stamped), Some(AUTHORITY));
        assert!(told.starts_with("Đã có; chưa đủ") && told.contains("SIG-31"), "{told}");
        assert_eq!(goes(&mut stamping, silent(status()), now + REST), id(1));
        assert_eq!(stamping.next(now + 2 * REST), None, "a longer rest");
        assert_eq!(goes(&mut stamping, None, now + 3 * REST), id(1));
        assert_eq!(stamping.told(), None);
    }

    /// A full disk is no reason to leave a file without its time stamp until the next login.
    #[test]
    fn a_disk_that_is_full_makes_all_files_rest_and_is_tried_again() {
        let mut stamping = stamping();
        stamping.looked(found(&[1, 2], None));
        let now = Instant::now();
        let next = stamping.next(now).unwrap();
        let number = stamping.begin(next.clone());
        assert_eq!(stamping.ended(number), Some(next.clone()));
        stamping.rest(next.clone(), &LedgerError::DiskFull, (now, Timestamp::UNIX_EPOCH));
        assert!(stamping.rests(now) && !stamping.rests(now + REST));
        let told = stamping.words(&next, None, Some(AUTHORITY));
        assert!(told.contains(LedgerError::DiskFull.code()) && told.contains("thử lại"), "{told}");
        let seconds = |stamping: &mut Stamping| stamping.next(now + REST);
        assert_eq!([seconds(&mut stamping), seconds(&mut stamping)], [Some(id(2)), Some(id(1))]);
    }

    #[test]
    fn what_another_try_does_not_change_is_not_tried_again() {
        let mut stamping = stamping();
        stamping.looked(found(&[1], None));
        let now = Instant::now();
        goes(&mut stamping, short(Why::Revoked("Vàng Thị Giả Định".into())), now);
        stamping.looked(found(&[1], None));
        assert_eq!(stamping.next(now + LONGEST_REST), None);
        let told = stamping.words(&id(1), None, Some(AUTHORITY));
        assert!(told.contains("SIG-43") && told.contains("không khác"), "{told}");
        let unset = stamping.words(&id(1), None, None);
        assert!(unset.contains("Chưa đặt địa chỉ"), "{unset}");
        // What is as high as it can be is not looked at again either.
        stamping.looked(found(&[2], None));
        goes(&mut stamping, None, now);
        stamping.looked(found(&[2], None));
        assert_eq!(stamping.next(now), None);
    }

    /// A result of a worker that nobody waits for any more is not taken for that of the present one.
    #[test]
    fn late_results_are_nobodys() {
        let mut stamping = stamping();
        let old = stamping.begin(id(1));
        stamping.set_authority(Some(&"http://other.vn/".into()));
        let new = stamping.begin(id(1));
        assert_eq!(stamping.ended(old), None);
        assert_eq!(stamping.ended(new), Some(id(1)));
        assert_eq!(stamping.ended(new), None);
    }

    #[test]
    fn acts_are_looked_through_to_the_end_or_far_enough() {
        let mut stamping = stamping();
        let now = Instant::now();
        assert_eq!(stamping.place(now), Some(None));
        stamping.looked(found(&[1, 2], Some(7)));
        assert_eq!(stamping.place(now), Some(Some(7)));
        stamping.looked(found(&[2, 3], None));
        assert_eq!((stamping.look, stamping.waiting.len()), (None, 3));
        assert_eq!(stamping.place(now + REST / 2), None);
        assert_eq!(stamping.place(now + REST), Some(None), "what was signed meanwhile");
        stamping.looked(found(&[], Some(7)));
        assert_eq!(stamping.look, None, "the newest only");
        stamping.look = Some((PAGES - 1, Some(9)));
        stamping.looked(found(&[], Some(8)));
        assert_eq!(stamping.look, None);
    }
}

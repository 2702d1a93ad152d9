//! Signed files get their time stamps, and what proves the signer's certificate, as soon as there is a network: signing
//! at the counter waits for nobody's service (they take minutes, and fail often).
//!
//! One file at a time is raised by a worker, and kept by the window's thread when it comes back, behind a locked window
//! too. A service that fails is asked again after a rest that doubles from failure to failure; nobody is told but whoever
//! opens the act. What a later try cannot change is not tried again in this session.

use std::{
    collections::{BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use iced::Task;
use ledger::EventKind;
use office::act::ActId;
use reports::{
    sign::raise::{Again, Raised, Shortfall, Wish, raise},
    verify::{Level, certificates},
};
use tokio::task::spawn_blocking;

use super::{App, Message};
use crate::{clock, desk::stamped::Unstamped, online::Online, window::shell::Shell};

/// Longest for one answer: the state's services take up to two minutes.
const PATIENCE: Duration = Duration::from_secs(150);
/// The first rest after a failure, and the longest.
const REST: Duration = Duration::from_secs(60);
const LONGEST_REST: Duration = Duration::from_secs(3600);
/// Pages of acts that are looked through after a login: acts before them are raised by `motcua raise`.
const PAGES: u32 = 40;

/// What came back from a worker; `None` where it fell.
pub type Outcome = Option<Result<Raised, Shortfall>>;

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
    /// Whose file a worker has.
    running: Option<ActId>,
    failures: u32,
    rests_until: Option<Instant>,
    /// What another try does not change.
    given_up: BTreeSet<ActId>,
}

/// How an act's file stands, in the words of its screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has a time stamp.
    Stamped,
    /// It waits for a network.
    Waits,
    /// Another try does not help.
    GivenUp,
    /// Nobody said where the service is.
    Unset,
}

impl Standing {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Stamped => "Đã thêm dấu thời gian",
            Self::Waits => "Chờ mạng để thêm dấu thời gian; chữ ký vẫn dùng được",
            Self::GivenUp => {
                "Không thêm được dấu thời gian; chữ ký vẫn dùng được. Hãy lưu bản điện tử và chạy motcua raise để xem lý do"
            }
            Self::Unset => "Chưa có dấu thời gian: chưa đặt địa chỉ dịch vụ (F10, Thiết bị)",
        }
    }
}

impl Stamping {
    /// How the file of an act without a time stamp stands.
    pub fn standing(&self, id: &ActId, authority: Option<&str>) -> Standing {
        match authority {
            None => Standing::Unset,
            Some(_) if self.given_up.contains(id) => Standing::GivenUp,
            Some(_) => Standing::Waits,
        }
    }

    /// A file has no time stamp.
    fn add(&mut self, id: ActId) {
        if !self.waiting.contains(&id) && !self.given_up.contains(&id) {
            self.waiting.push_back(id);
        }
    }

    /// Another service's address begins anew.
    fn set_authority(&mut self, authority: Option<&String>) {
        if self.authority.as_ref() != authority {
            let running = self.running.take();
            *self = Self { authority: authority.cloned(), running, ..Self::default() };
            self.look = Some((0, None));
        }
    }

    /// How long nothing is asked after so many failures.
    fn rest(failures: u32) -> Duration {
        let doubled = REST.saturating_mul(1 << failures.saturating_sub(1).min(16));
        doubled.min(LONGEST_REST)
    }

    fn rests(&self, now: Instant) -> bool {
        self.running.is_some() || self.rests_until.is_some_and(|until| now < until)
    }

    /// Where to look for acts now: once through those of former days, then at the newest now and then.
    fn place(&mut self, now: Instant) -> Option<Option<u64>> {
        let is_over = self.looked_at.is_none_or(|at| now.duration_since(at) >= REST);
        if self.look.is_none() && self.waiting.is_empty() && is_over {
            self.look = Some((PAGES - 1, None));
        }
        let (_, before) = self.look?;
        if before.is_none() {
            self.looked_at = Some(now);
        }
        Some(before)
    }

    /// Takes in what was found of the acts.
    fn looked(&mut self, found: Unstamped) {
        for id in found.acts {
            self.add(id);
        }
        let pages = self.look.map_or(0, |(pages, _)| pages + 1);
        self.look = found.next.filter(|_| pages < PAGES).map(|next| (pages, Some(next)));
    }

    /// What is to become of a file that came back with this shortfall; `changed`: something was added to it.
    fn came_back(&mut self, id: ActId, short: Option<&Shortfall>, changed: bool, now: Instant) {
        self.running = None;
        let Some(short) = short else {
            self.failures = 0;
            return;
        };
        match short.why.again() {
            Again::Later => {
                self.failures += 1;
                self.rests_until = Some(now + Self::rest(self.failures));
                self.add(id);
            }
            // What it got it keeps.
            Again::Never if changed => {}
            Again::Never => drop(self.given_up.insert(id)),
        }
    }
}

impl App {
    /// Has the next file raised, where somebody is logged in whose it is and nothing rests.
    pub(super) fn stamp(&mut self) -> Task<Message> {
        let authority = self.counter.devices.tsa.clone();
        let Some(shell) = self.shell() else { return Task::none() };
        shell.stamping.set_authority(authority.as_ref());
        let Some(authority) = authority else { return Task::none() };
        let now = Instant::now();
        if shell.stamping.rests(now) || !shell.may_stamp() {
            return Task::none();
        }
        if let Some(before) = shell.stamping.place(now) {
            // What cannot be read now is read at the next beat.
            if let Ok(found) = shell.desk.unstamped(before) {
                shell.stamping.looked(found);
            }
        }
        let Some(id) = shell.stamping.waiting.pop_front() else { return Task::none() };
        let (Ok(bytes), Ok(held)) =
            (shell.desk.to_stamp(&id), shell.desk.ledger.signature_authorities())
        else {
            shell.stamping.given_up.insert(id);
            return Task::none();
        };
        shell.stamping.running = Some(id.clone());
        let work = move || {
            let issuers: Vec<_> = held.iter().flat_map(|der| certificates(der)).collect();
            let wish =
                Wish { level: Level::Archive, renew: false, issuers: &issuers, now: clock::now() };
            raise(bytes, &wish, &mut Online::new(Some(authority), PATIENCE))
        };
        Task::future(async move { spawn_blocking(work).await.ok() })
            .map(move |outcome| Message::Stamped(id.clone(), Box::new(outcome)))
    }

    /// A worker came back.
    pub(super) fn stamped(&mut self, id: ActId, outcome: Outcome) -> Task<Message> {
        if let Some(shell) = self.shell() {
            shell.take_stamped(id, outcome);
        }
        // The next one does not wait for the next beat.
        self.stamp()
    }
}

impl Shell {
    /// Whether the user's signed files get time stamps.
    fn may_stamp(&self) -> bool {
        self.desk.ledger.may(EventKind::PaperMade)
    }

    fn take_stamped(&mut self, id: ActId, outcome: Outcome) {
        // Somebody else logged in meanwhile: it is raised again in its author's session.
        if self.stamping.running.as_ref() != Some(&id) {
            return;
        }
        let now = Instant::now();
        match outcome {
            Some(Ok(raised)) => {
                let kept = !raised.changed
                    || self.desk.keep_stamped(clock::now(), &id, &raised.bytes).is_ok();
                if kept {
                    self.stamping.came_back(id, raised.short.as_ref(), raised.changed, now);
                } else {
                    self.stamping.running = None;
                    self.stamping.given_up.insert(id);
                }
            }
            Some(Err(short)) => self.stamping.came_back(id, Some(&short), false, now),
            None => {
                self.stamping.running = None;
                self.stamping.given_up.insert(id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use reports::sign::raise::{Service, Silence, Why};

    use super::*;

    fn id(n: u8) -> ActId {
        ActId(format!("{n:032x}"))
    }

    fn short(why: Why) -> Shortfall {
        Shortfall { wished: Level::Archive, reached: Some(Level::Basic), why }
    }

    #[test]
    fn rests_grow_and_end_at_an_hour() {
        let seconds: Vec<u64> = (1..=8).map(|n| Stamping::rest(n).as_secs()).collect();
        assert_eq!(seconds, [60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(Stamping::rest(u32::MAX), LONGEST_REST);
    }

    #[test]
    fn what_fails_for_a_while_is_tried_again_and_what_fails_for_ever_is_not() {
        let mut stamping = Stamping::default();
        let authority = String::from("http://tsa.vn/");
        stamping.set_authority(Some(&authority));
        let now = Instant::now();
        let later = short(Why::Silent(Service::TimeStamp, Silence::Unreachable));
        stamping.running = Some(id(1));
        assert!(stamping.rests(now), "one at a time");
        stamping.came_back(id(1), Some(&later), false, now);
        assert!(stamping.rests(now + REST / 2) && !stamping.rests(now + REST));
        assert_eq!(stamping.waiting, [id(1)]);
        assert_eq!(stamping.standing(&id(1), Some(&authority)), Standing::Waits);

        stamping.came_back(id(2), Some(&short(Why::Unsigned)), false, now);
        assert_eq!(stamping.waiting, [id(1)]);
        assert_eq!(stamping.standing(&id(2), Some(&authority)), Standing::GivenUp);
        assert_eq!(stamping.standing(&id(2), None), Standing::Unset);
        // Another service may do what the first could not.
        stamping.set_authority(Some(&String::from("http://other.vn/")));
        assert_eq!(stamping.standing(&id(2), Some(&authority)), Standing::Waits);
        assert!(!stamping.rests(now) && stamping.look.is_some());
    }

    #[test]
    fn acts_are_looked_through_to_the_end_or_far_enough() {
        let mut stamping = Stamping { look: Some((0, None)), ..Stamping::default() };
        stamping.looked(Unstamped { acts: vec![id(1), id(2)], next: Some(7) });
        stamping.looked(Unstamped { acts: vec![id(2), id(3)], next: None });
        assert_eq!((stamping.look, stamping.waiting.len()), (None, 3));
        let now = Instant::now();
        assert_eq!(stamping.place(now), None, "some wait already");
        stamping.waiting.clear();
        assert_eq!(stamping.place(now), Some(None), "what was signed meanwhile");
        stamping.looked(Unstamped { acts: Vec::new(), next: Some(7) });
        assert_eq!(stamping.place(now + REST / 2), None);
        assert_eq!(stamping.place(now + REST), Some(None));
        stamping.look = Some((PAGES - 1, Some(9)));
        stamping.looked(Unstamped { acts: Vec::new(), next: Some(8) });
        assert_eq!(stamping.look, None);
    }
}

//! Scanners that play a keyboard, whatever control has the focus.
//!
//! Such a scanner types its code into the focused field, presses buttons with its spaces and opens lists
//! with its letters. What the code is and how fast a scanner types, the application knows ([`Finder`]);
//! here is what the controls need: a line remembers how it was when a run of quick keys began, and gets
//! that back when the run turns out to be a scan. Nothing is held back meanwhile: a clerk who types
//! quickly must see every letter at once. Keys that come before a new screen has given a line the focus are
//! put into it as soon as it has.
//!
//! A scanner that ends with no key may send a rest after its pause, held back by an input method. What comes
//! then is a run like any other, and taken out of the line only if it is quick and can go on where the scan
//! stopped; a hand that goes on typing after a scan loses nothing.

use std::any::Any;
use std::time::{Duration, Instant};

use iced::advanced::input_method;
use iced::advanced::widget::Id;
use iced::advanced::widget::operation::{Operation, Outcome};
use iced::keyboard;
use iced::{Event, Rectangle, window};

use crate::{field, pick};

/// Finds scans in what is typed. Times are milliseconds of one steady clock.
pub trait Finder {
    /// Whether so long nothing was typed that the next character begins a new run.
    fn is_quiet(&self, now: u64) -> bool;
    /// A character was typed.
    fn typed(&mut self, c: char, at: u64);
    /// Whether no hand has typed what has come so far.
    fn is_quick(&self) -> bool;
    /// The run is over. Returns what was typed if it was a scan by its pace.
    fn ended(&mut self, at: u64) -> Option<String>;
    /// Within so many milliseconds after a scan that ended with no key a rest of it may come: an input
    /// method may hold a part of it back.
    fn rest(&self) -> u64;
    /// Whether `rest` can go on where `scan` stopped.
    fn goes_on(&self, scan: &str, rest: &str) -> bool;
    /// Whether a field must not keep this text: it is a code, or what is left of one.
    fn is_code(&self, text: &str) -> bool;
}

/// How long after the last key a run is looked at again, for scanners that end with no key.
pub(crate) const PAUSE: Duration = Duration::from_millis(120);

/// The run of keys that is under way.
pub(crate) struct Run {
    pub(crate) finder: Box<dyn Finder>,
    /// Whether it goes into a line or a list that is searched by typing.
    pub(crate) in_line: bool,
    /// Whether the line holds all of it.
    pub(crate) fully: bool,
    /// What came of it so far, for a line that gets the focus in the middle of it.
    pub(crate) keys: String,
    /// The scan that ended with no key, and until when more of it may come.
    rest: Option<(String, u64)>,
    start: Instant,
    /// Time that the window spent on drawing, in which keys could only queue.
    busy: Duration,
    fresh: Option<Instant>,
}

impl Run {
    pub(crate) fn new(finder: Box<dyn Finder>) -> Self {
        Self {
            finder,
            in_line: false,
            fully: false,
            keys: String::new(),
            rest: None,
            start: Instant::now(),
            busy: Duration::ZERO,
            fresh: None,
        }
    }

    /// The time, less what the window itself took: a slow machine must not tear a scan apart.
    pub(crate) fn now(&self) -> u64 {
        let now = self.start.elapsed().saturating_sub(self.busy);
        u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
    }

    /// A run begins; `in_line`: a line or list has the focus.
    pub(crate) fn begin(&mut self, in_line: bool) {
        self.in_line = in_line;
        self.fully = in_line;
        self.keys.clear();
    }

    /// A scan ended with no key.
    pub(crate) fn expect_rest(&mut self, scan: String) {
        self.rest = Some((scan, self.now() + self.finder.rest()));
    }

    /// More of the scan came, and yet more may.
    pub(crate) fn expect_more(&mut self) {
        let until = self.now() + self.finder.rest();
        if let Some(rest) = &mut self.rest {
            rest.1 = until;
        }
    }

    /// A hand is at the keys.
    pub(crate) fn expect_nothing(&mut self) {
        self.rest = None;
    }

    /// The scan of which more may come.
    pub(crate) fn stopped(&self) -> Option<&str> {
        let (scan, until) = self.rest.as_ref()?;
        (self.now() < *until).then_some(scan)
    }

    /// Whether what was typed can be the rest of the scan before.
    pub(crate) fn can_be_rest(&self, typed: &str) -> bool {
        self.stopped().is_some_and(|scan| self.finder.goes_on(scan, typed))
    }

    /// A character goes to the controls.
    pub(crate) fn typed(&mut self, c: char) {
        let now = self.now();
        self.finder.typed(c, now);
        self.keys.push(c);
        self.fresh = Some(Instant::now());
    }

    /// A frame is being drawn.
    pub(crate) fn drawn(&mut self) {
        if let Some(since) = self.fresh.take() {
            self.busy += since.elapsed();
        }
    }
}

/// The character that an event types. What is in composition comes again with each of its letters: one
/// event counts as one character.
pub(crate) fn typed(event: &Event) -> Option<char> {
    let text =
        match event {
            Event::Keyboard(keyboard::Event::KeyPressed {
                text: Some(text), modifiers, ..
            }) if crate::keys::is_typing(*modifiers) => text.as_str(),
            Event::InputMethod(
                input_method::Event::Preedit(text, _) | input_method::Event::Commit(text),
            ) => text,
            _ => return None,
        };
    text.chars().next_back().filter(|c| !c.is_control())
}

/// Whether the window draws a frame.
pub(crate) fn is_frame(event: &Event) -> bool {
    matches!(event, Event::Window(window::Event::RedrawRequested(_)))
}

/// What is asked of the controls.
pub(crate) enum Ask {
    /// The focused line remembers how it is.
    Remember,
    /// What was put into the line since; nothing from a list, which knows its keys only.
    Tell,
    /// The line becomes what it was.
    Restore,
    /// What was typed before the line had the focus goes into it.
    Put(String),
}

/// Asks the focused control. The outcome is what [`Ask::Tell`] tells, else empty; there is none without a
/// focused line, and for [`Ask::Tell`] none from a line that keeps what it has.
pub(crate) struct Question {
    ask: Ask,
    answer: Option<String>,
}

impl Question {
    pub(crate) fn new(ask: Ask) -> Self {
        Self { ask, answer: None }
    }
}

impl Operation<String> for Question {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<String>)) {
        operate(self);
    }

    fn custom(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Any) {
        if let Some(line) = state.downcast_mut::<field::State>() {
            self.answer = match &self.ask {
                Ask::Remember => line.remember().then(String::new),
                Ask::Tell => line.put_in(),
                Ask::Restore => line.restore().then(String::new),
                Ask::Put(keys) => line.put(keys).then(String::new),
            }
            .or(self.answer.take());
        } else if let Some(list) = state.downcast_mut::<pick::State>()
            && list.is_focused()
        {
            // What was searched in a list need not come back.
            match self.ask {
                Ask::Remember | Ask::Tell => self.answer = Some(String::new()),
                Ask::Restore => list.close(),
                Ask::Put(_) => {}
            }
        }
    }

    fn finish(&self) -> Outcome<String> {
        self.answer.clone().map_or(Outcome::None, Outcome::Some)
    }
}

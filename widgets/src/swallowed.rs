//! Keys that end a word in composition and get lost on the way.
//!
//! On X11 an input method may hand a key back (Tab, Enter, F2: not for me) before it hands over the
//! word that the key ended; IBus does so unless told otherwise. winit takes every key that comes
//! while a word is in composition for text: Tab, Enter and Escape arrive as the commit of a control
//! character, keys without a character do not arrive at all, only their release does. A clerk would
//! have to press F2 twice. [`keys`] stands around the whole screen, presses such a key anew once the
//! word has come, and hands it on if no control takes it. Where word and key come in order it does
//! nothing.
//!
//! Standing before all controls, the net also drops a key that is pressed again when its act is done
//! ([`Net::place`]), moves the focus the moment Tab is pressed (an operation of
//! the application would come after all events of the frame, and the next letters would land in the
//! field before), and keeps the work of a scanner out of the controls ([`crate::scanner`]).

use std::time::Instant;

use iced::advanced::input_method;
use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::{Operation, Tree, Widget, tree};
use iced::advanced::{Clipboard, Shell, overlay, renderer};
use iced::keyboard::{self, Key, Location, Modifiers, key, key::Named};
use iced::{Event, Length, Rectangle, Renderer, Size, Theme, Vector, mouse, window};

use crate::again::Again;
use crate::keys::Pressed;
use crate::scanner::{self, Ask, Finder, PAUSE, Question, Run};
use crate::{Element, travel};

/// Puts the net under the whole screen. `on_key` is the message of a rescued key that no control
/// took, as if `iced::keyboard::listen` had told it.
pub fn keys<'a, Message: 'a>(
    screen: impl Into<Element<'a, Message>>,
    on_key: impl Fn(keyboard::Event) -> Message + 'a,
) -> Net<'a, Message> {
    Net { screen: screen.into(), on_key: Box::new(on_key), arrows: false, place: 0, scans: None }
}

/// The net; see [`keys`].
pub struct Net<'a, Message> {
    screen: Element<'a, Message>,
    on_key: Box<dyn Fn(keyboard::Event) -> Message + 'a>,
    arrows: bool,
    place: u64,
    scans: Option<Scans<'a, Message>>,
}

struct Scans<'a, Message> {
    finder: fn() -> Box<dyn Finder>,
    on_scan: Box<dyn Fn(String) -> Message + 'a>,
}

impl<'a, Message> Net<'a, Message> {
    /// Whether the arrows move the focus too: a menu is open.
    pub fn arrows(mut self, arrows: bool) -> Self {
        self.arrows = arrows;
        self
    }

    /// What is open, as a number that changes with it: for a moment a key that changed it is not taken again.
    pub fn place(mut self, place: u64) -> Self {
        self.place = place;
        self
    }

    /// Looks out for scanners that play a keyboard. `on_scan` is the message of what one typed; the line
    /// that had the focus has told before that it is again what it was.
    pub fn scans(
        mut self,
        finder: fn() -> Box<dyn Finder>,
        on_scan: impl Fn(String) -> Message + 'a,
    ) -> Self {
        self.scans = Some(Scans { finder, on_scan: Box::new(on_scan) });
        self
    }
}

impl<'a, Message: 'a> From<Net<'a, Message>> for Element<'a, Message> {
    fn from(net: Net<'a, Message>) -> Self {
        Element::new(net)
    }
}

/// What the net remembers between events.
#[derive(Default)]
struct Memory {
    keys: State,
    again: Again,
    run: Option<Run>,
}

/// What the events so far told about a lost key.
#[derive(Debug, Default)]
struct State {
    modifiers: Modifiers,
    /// A word is in composition.
    composing: bool,
    /// The key that came as a control character; its word is still to come.
    due: Option<Named>,
    /// A word was committed and no key pressed since: the key that ended it may be lost.
    ended: bool,
    /// The key that is down and not lost.
    held: Option<Named>,
}

/// What to do about an event.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Pass,
    /// It was no text.
    Drop,
    /// Let it pass, then press this key.
    Press(Named, Modifiers),
}

impl State {
    fn forget(&mut self) {
        *self = Self { modifiers: self.modifiers, held: self.held, ..Self::default() };
    }

    fn judge(&mut self, event: &Event) -> Verdict {
        match event {
            Event::Keyboard(keyboard::Event::ModifiersChanged(modifiers)) => {
                self.modifiers = *modifiers;
            }
            Event::Keyboard(keyboard::Event::KeyPressed { key, .. }) => {
                self.forget();
                self.held = match key {
                    Key::Named(named) => Some(*named),
                    _ => None,
                };
            }
            Event::Window(window::Event::Unfocused)
            | Event::InputMethod(input_method::Event::Opened | input_method::Event::Closed) => {
                self.forget();
            }
            Event::Keyboard(keyboard::Event::KeyReleased { key: Key::Named(named), .. }) => {
                let heard = self.held.take_if(|held| held == named).is_some();
                if self.ended && !heard && has_no_character(*named) {
                    self.ended = false;
                    // Tab has its character unless Shift is down, which may be up again by now.
                    let shift =
                        if *named == Named::Tab { Modifiers::SHIFT } else { Modifiers::NONE };
                    return Verdict::Press(*named, self.modifiers | shift);
                }
            }
            // winit clears the composition before each commit: an empty one tells nothing.
            Event::InputMethod(input_method::Event::Preedit(text, _)) if !text.is_empty() => {
                self.composing = true;
                self.ended = false;
            }
            Event::InputMethod(input_method::Event::Commit(text)) => {
                if let Some(named) = of_control(text) {
                    self.due = self.composing.then_some(named);
                    return Verdict::Drop;
                }
                let composed = std::mem::take(&mut self.composing);
                let due = self.due.take();
                self.ended = composed && due.is_none();
                return due.map_or(Verdict::Pass, |named| Verdict::Press(named, self.modifiers));
            }
            _ => {}
        }
        Verdict::Pass
    }
}

/// The key whose character is `text`.
fn of_control(text: &str) -> Option<Named> {
    match text {
        "\t" => Some(Named::Tab),
        "\r" | "\n" => Some(Named::Enter),
        "\u{1b}" => Some(Named::Escape),
        "\u{8}" => Some(Named::Backspace),
        "\u{7f}" => Some(Named::Delete),
        _ => None,
    }
}

/// Keys that Vietnamese input methods never keep for themselves and that have no character. Tab is
/// among them with Shift.
fn has_no_character(named: Named) -> bool {
    use Named::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, End, Home, PageDown, PageUp, Tab};
    matches!(
        named,
        ArrowDown | ArrowLeft | ArrowRight | ArrowUp | End | Home | PageDown | PageUp | Tab
    ) || crate::keys::function_number(named).is_some()
}

fn pressed(named: Named, modifiers: Modifiers) -> keyboard::Event {
    keyboard::Event::KeyPressed {
        key: Key::Named(named),
        modified_key: Key::Named(named),
        physical_key: key::Physical::Unidentified(key::NativeCode::Unidentified),
        location: Location::Standard,
        modifiers,
        text: None,
        repeat: false,
    }
}

/// The screen under the net, with what its controls need to hear an event.
struct Under<'u, 'a, Message> {
    screen: &'u mut Element<'a, Message>,
    tree: &'u mut Tree,
    layout: Layout<'u>,
    cursor: mouse::Cursor,
    renderer: &'u Renderer,
    clipboard: &'u mut dyn Clipboard,
    viewport: &'u Rectangle,
    arrows: bool,
}

impl<Message> Under<'_, '_, Message> {
    fn tell(&mut self, event: &Event, shell: &mut Shell<'_, Message>) {
        self.screen.as_widget_mut().update(
            self.tree,
            event,
            self.layout,
            self.cursor,
            self.renderer,
            self.clipboard,
            shell,
            self.viewport,
        );
    }

    fn operate<T>(&mut self, operation: impl Operation<T> + 'static) -> Option<T> {
        travel::at_once(self.screen, self.tree, self.layout, self.renderer, operation)
    }

    fn ask(&mut self, ask: Ask) -> Option<String> {
        self.operate(Question::new(ask))
    }

    /// Moves the focus if the key asks for it.
    fn moves(&mut self, key: &keyboard::Event, shell: &mut Shell<'_, Message>) -> bool {
        match Pressed::of(key) {
            Some(Pressed::Next) => self.operate(travel::next()),
            Some(Pressed::Previous) => self.operate(travel::previous()),
            Some(Pressed::Down) if self.arrows => {
                self.operate(travel::toward(travel::Toward::Down))
            }
            Some(Pressed::Up) if self.arrows => self.operate(travel::toward(travel::Toward::Up)),
            Some(Pressed::Left) if self.arrows => {
                self.operate(travel::toward(travel::Toward::Left))
            }
            Some(Pressed::Right) if self.arrows => {
                self.operate(travel::toward(travel::Toward::Right))
            }
            // A search hands its arrow on to the table that it searches.
            Some(Pressed::Down) => match self.operate(travel::into_table()) {
                Some(()) => {
                    self.tell(&Event::Keyboard(key.clone()), shell);
                    None
                }
                None => return false,
            },
            _ => return false,
        };
        shell.request_redraw();
        true
    }
}

/// Presses the key of a verdict anew.
fn press<Message>(
    verdict: Verdict,
    on_key: &dyn Fn(keyboard::Event) -> Message,
    under: &mut Under<'_, '_, Message>,
    shell: &mut Shell<'_, Message>,
) {
    let Verdict::Press(named, modifiers) = verdict else { return };
    // The event itself may have been taken, which says nothing about the key.
    let key = pressed(named, modifiers);
    let mut messages = Vec::new();
    let mut own = Shell::new(&mut messages);
    under.tell(&Event::Keyboard(key.clone()), &mut own);
    if !own.is_event_captured() && !under.moves(&key, &mut own) {
        own.publish(on_key(key));
    }
    shell.merge(own, std::convert::identity);
}

/// Whether the event is a key with which scanners end.
fn ends(event: &Event) -> bool {
    matches!(
        event,
        Event::Keyboard(keyboard::Event::KeyPressed {
            key: Key::Named(Named::Enter | Named::Tab),
            ..
        })
    )
}

/// Whether the event is a key that no scanner sends: a hand is at work.
fn is_of_a_hand(event: &Event) -> bool {
    use Named::{Backspace, Delete, Escape};
    matches!(
        event,
        Event::Keyboard(keyboard::Event::KeyPressed { key: Key::Named(named), .. })
            if *named != Named::Tab
                && (has_no_character(*named) || matches!(named, Backspace | Delete | Escape))
    )
}

/// What a run of keys was, when it is over.
#[derive(PartialEq, Eq)]
enum Ended {
    /// The controls' own.
    Typing,
    /// A scan.
    Scan,
    /// More of the scan before.
    Rest,
}

/// Looks out for a scanner.
struct Watch<'w, Message> {
    run: &'w mut Run,
    on_scan: &'w dyn Fn(String) -> Message,
    modifiers: Modifiers,
}

impl<Message> Watch<'_, Message> {
    /// Follows an event; returns whether it is a scanner's and for no control.
    fn takes(
        &mut self,
        event: &Event,
        under: &mut Under<'_, '_, Message>,
        shell: &mut Shell<'_, Message>,
    ) -> bool {
        if scanner::is_frame(event) {
            self.run.drawn();
            if self.run.finder.is_quiet(self.run.now()) {
                self.end(false, under, shell);
            } else {
                shell.request_redraw_at(Instant::now() + PAUSE);
            }
            return false;
        }
        if is_of_a_hand(event) {
            self.run.expect_nothing();
        }
        if let Some(c) = scanner::typed(event) {
            if self.run.finder.is_quiet(self.run.now()) {
                if self.end(false, under, shell) == Ended::Scan {
                    return true;
                }
                if matches!(event, Event::InputMethod(input_method::Event::Commit(_))) {
                    // The word was begun before: by the scan that has just ended, or it is no part of a
                    // run that begins now.
                    return self.run.stopped().is_some();
                }
                self.run.begin(under.ask(Ask::Remember).is_some());
            } else if !self.run.in_line && under.ask(Ask::Remember).is_some() {
                // A screen that has just opened gives a line the focus.
                self.run.in_line = true;
                let early = Ask::Put(self.run.keys.clone());
                self.run.fully = self.run.keys.is_empty() || under.ask(early).is_some();
            }
            self.run.typed(c);
            shell.request_redraw();
            return !self.run.in_line
                && (self.run.finder.is_quick()
                    || (!c.is_alphabetic() && self.run.can_be_rest(c.encode_utf8(&mut [0; 4]))));
        }
        ends(event) && self.ends_scan(under, shell)
    }

    /// Whether a key with which scanners end is a scanner's.
    fn ends_scan(
        &mut self,
        under: &mut Under<'_, '_, Message>,
        shell: &mut Shell<'_, Message>,
    ) -> bool {
        match self.end(true, under, shell) {
            Ended::Scan => true,
            Ended::Rest | Ended::Typing => {
                let late = self.run.stopped().is_some();
                self.run.expect_more();
                late
            }
        }
    }

    /// The run is over, `by_key` or by a pause. Tells a scan to the application.
    fn end(
        &mut self,
        by_key: bool,
        under: &mut Under<'_, '_, Message>,
        shell: &mut Shell<'_, Message>,
    ) -> Ended {
        let keys = std::mem::take(&mut self.run.keys);
        let quick = self.run.finder.is_quick();
        let ended = self.run.finder.ended(self.run.now());
        if keys.is_empty() {
            return Ended::Typing;
        }
        let in_line = if self.run.in_line { under.ask(Ask::Tell) } else { None };
        if self.run.stopped().is_some() {
            if quick && self.run.can_be_rest(in_line.as_deref().unwrap_or(&keys)) {
                self.take_out(under, shell);
                self.run.expect_more();
                return Ended::Rest;
            }
            self.run.expect_nothing();
        }
        let Some(mut scan) = ended else { return Ended::Typing };
        if self.run.in_line {
            // What the line holds is what an input method made of the keys.
            let Some(text) = in_line else { return Ended::Typing };
            if self.run.fully && self.run.finder.is_code(&text) {
                scan = text;
            } else if !self.run.finder.is_code(&scan) {
                return Ended::Typing;
            }
        }
        self.take_out(under, shell);
        if by_key {
            self.run.expect_nothing();
        } else {
            self.run.expect_rest(scan.clone());
        }
        shell.publish((self.on_scan)(scan));
        shell.request_redraw();
        Ended::Scan
    }

    /// The line becomes what it was before the run.
    fn take_out(&self, under: &mut Under<'_, '_, Message>, shell: &mut Shell<'_, Message>) {
        under.ask(Ask::Restore);
        // The line tells the screen with the next event that it hears.
        let nothing = keyboard::Event::ModifiersChanged(self.modifiers);
        under.tell(&Event::Keyboard(nothing), shell);
    }
}

impl<Message> Widget<Message, Theme, Renderer> for Net<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<Memory>()
    }

    fn state(&self) -> tree::State {
        let run = self.scans.as_ref().map(|scans| Run::new((scans.finder)()));
        tree::State::new(Memory { run, ..Memory::default() })
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.screen)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.screen));
    }

    fn size(&self) -> Size<Length> {
        self.screen.as_widget().size()
    }

    fn size_hint(&self) -> Size<Length> {
        self.screen.as_widget().size_hint()
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        renderer: &Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        self.screen.as_widget_mut().layout(&mut tree.children[0], renderer, limits)
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        self.screen.as_widget_mut().operate(&mut tree.children[0], layout, renderer, operation);
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        viewport: &Rectangle,
    ) {
        let Memory { keys, again, run } = tree.state.downcast_mut::<Memory>();
        let verdict = keys.judge(event);
        let modifiers = keys.modifiers;
        let mut under = Under {
            screen: &mut self.screen,
            tree: &mut tree.children[0],
            layout,
            cursor,
            renderer,
            clipboard,
            viewport,
            arrows: self.arrows,
        };
        let pressed_already = match event {
            Event::Keyboard(key) => again.takes(key, self.place, Instant::now()),
            Event::InputMethod(input_method::Event::Commit(_)) => {
                again.typed();
                false
            }
            // The first frame of what was opened.
            _ => {
                again.sees(self.place, Instant::now());
                false
            }
        };
        if verdict == Verdict::Drop || pressed_already {
            shell.capture_event();
            return;
        }
        if let (Some(run), Some(scans)) = (run, &self.scans) {
            let mut watch = Watch { run, on_scan: &scans.on_scan, modifiers };
            if watch.takes(event, &mut under, shell) {
                shell.capture_event();
                return;
            }
            if let Verdict::Press(Named::Enter | Named::Tab, _) = verdict {
                // The word that the scan ends with is in this very event.
                under.tell(event, shell);
                if watch.ends_scan(&mut under, shell) {
                    return;
                }
                press(verdict, &self.on_key, &mut under, shell);
                return;
            }
        }
        under.tell(event, shell);
        if let Event::Keyboard(key) = event
            && !shell.is_event_captured()
            && under.moves(key, shell)
        {
            shell.capture_event();
        }
        press(verdict, &self.on_key, &mut under, shell);
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let screen = self.screen.as_widget();
        screen.draw(&tree.children[0], renderer, theme, style, layout, cursor, viewport);
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        let screen = self.screen.as_widget();
        screen.mouse_interaction(&tree.children[0], layout, cursor, viewport, renderer)
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, Renderer>> {
        let child = &mut tree.children[0];
        self.screen.as_widget_mut().overlay(child, layout, renderer, viewport, translation)
    }
}

//! Keys that end a word in composition and get lost on the way.
//!
//! On X11 an input method may hand a key back (Tab, Enter, F2: not for me) before it hands over the
//! word that the key ended; IBus does so unless told otherwise. winit takes every key that comes
//! while a word is in composition for text: Tab, Enter and Escape arrive as the commit of a control
//! character, keys without a character do not arrive at all, only their release does. A clerk would
//! have to press F2 twice. [`keys`] stands around the whole screen, presses such a key anew once the
//! word has come, and hands it on if no control takes it. Where word and key come in order it does
//! nothing.

use iced::advanced::input_method;
use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::{Operation, Tree, Widget, tree};
use iced::advanced::{Clipboard, Shell, overlay, renderer};
use iced::keyboard::{self, Key, Location, Modifiers, key, key::Named};
use iced::{Event, Length, Rectangle, Renderer, Size, Theme, Vector, mouse, window};

use crate::Element;

/// Puts the net under the whole screen. `on_key` is the message of a rescued key that no control
/// took, as if `iced::keyboard::listen` had told it.
pub fn keys<'a, Message: 'a>(
    screen: impl Into<Element<'a, Message>>,
    on_key: impl Fn(keyboard::Event) -> Message + 'a,
) -> Element<'a, Message> {
    Element::new(Net { screen: screen.into(), on_key: Box::new(on_key) })
}

struct Net<'a, Message> {
    screen: Element<'a, Message>,
    on_key: Box<dyn Fn(keyboard::Event) -> Message + 'a>,
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

fn press(named: Named, modifiers: Modifiers) -> keyboard::Event {
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

impl<Message> Widget<Message, Theme, Renderer> for Net<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
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
        let state = tree.state.downcast_mut::<State>();
        let verdict = state.judge(event);
        let child = &mut tree.children[0];
        let mut tell = |event: &Event, shell: &mut Shell<'_, Message>| {
            let screen = self.screen.as_widget_mut();
            screen.update(child, event, layout, cursor, renderer, clipboard, shell, viewport);
        };
        if verdict == Verdict::Drop {
            shell.capture_event();
            return;
        }
        tell(event, shell);
        if let Verdict::Press(named, modifiers) = verdict {
            // The event itself may have been taken, which says nothing about the key.
            let key = press(named, modifiers);
            let mut messages = Vec::new();
            let mut own = Shell::new(&mut messages);
            tell(&Event::Keyboard(key.clone()), &mut own);
            if !own.is_event_captured() {
                own.publish((self.on_key)(key));
            }
            shell.merge(own, std::convert::identity);
        }
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

//! Focus and pressing, the same for every control.
//!
//! iced moves focus by an operation over the widget tree and tells nobody; a widget learns it
//! from its own state at the next event. A press anywhere else takes the focus away, so there
//! is never more than one focused widget.

use iced::advanced::widget::operation::Focusable;
use iced::advanced::{Renderer as _, Shell, renderer};
use iced::keyboard::{self, Key, key::Named};
use iced::{Border, Event, Rectangle, Renderer, mouse, touch};

use crate::theme::{Tokens, measure};

/// The state of a control that can be focused and pressed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Focus {
    focused: bool,
    hovered: bool,
    pressed: bool,
}

impl Focusable for Focus {
    fn is_focused(&self) -> bool {
        self.focused
    }

    fn focus(&mut self) {
        self.focused = true;
    }

    fn unfocus(&mut self) {
        self.focused = false;
    }
}

impl Focus {
    /// Whether the keyboard speaks to this control.
    pub fn is_focused(&self) -> bool {
        self.focused
    }

    /// Whether the pointer is over the control.
    pub fn is_hovered(&self) -> bool {
        self.hovered
    }

    /// Whether the control is held down.
    pub fn is_pressed(&self) -> bool {
        self.pressed
    }

    /// Takes or gives back the focus.
    pub fn set(&mut self, focused: bool) {
        self.focused = focused;
    }

    /// Lets go of everything, as a control does when it is disabled.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Follows the pointer and moves the focus with presses.
    /// Returns whether the control was pressed down just now.
    pub fn follow<Message>(
        &mut self,
        event: &Event,
        bounds: Rectangle,
        cursor: mouse::Cursor,
        shell: &mut Shell<'_, Message>,
    ) -> bool {
        match event {
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerPressed { .. }) => {
                let over = cursor.is_over(bounds) && !shell.is_event_captured();
                if self.focused != over || over {
                    shell.request_redraw();
                }
                self.focused = over;
                self.pressed = over;
                over
            }
            Event::Mouse(mouse::Event::CursorMoved { .. } | mouse::Event::CursorLeft) => {
                let over = cursor.is_over(bounds);
                if self.hovered != over {
                    self.hovered = over;
                    shell.request_redraw();
                }
                false
            }
            _ => false,
        }
    }

    /// Follows the pointer and the keyboard. Returns whether the control was activated: a
    /// press released over it, or Enter or Space while focused. A held key activates once.
    pub fn activated<Message>(
        &mut self,
        event: &Event,
        bounds: Rectangle,
        cursor: mouse::Cursor,
        shell: &mut Shell<'_, Message>,
    ) -> bool {
        if self.follow(event, bounds, cursor, shell) {
            shell.capture_event();
            return false;
        }
        match event {
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerLifted { .. })
                if self.pressed =>
            {
                self.pressed = false;
                shell.request_redraw();
                shell.capture_event();
                cursor.is_over(bounds)
            }
            Event::Touch(touch::Event::FingerLost { .. }) => {
                self.pressed = false;
                false
            }
            Event::Keyboard(keyboard::Event::KeyPressed {
                key: Key::Named(Named::Enter | Named::Space),
                modifiers,
                repeat,
                ..
            }) if self.focused && modifiers.is_empty() && !shell.is_event_captured() => {
                shell.capture_event();
                !repeat
            }
            _ => false,
        }
    }
}

/// Draws the focus ring just outside `bounds`.
pub fn ring(renderer: &mut Renderer, bounds: Rectangle, radius: f32, tokens: &Tokens) {
    let gap = measure::RING + 1.0;
    renderer.fill_quad(
        renderer::Quad {
            bounds: bounds.expand(gap),
            border: Border {
                color: tokens.accent,
                width: measure::RING,
                radius: (radius + gap).into(),
            },
            ..renderer::Quad::default()
        },
        iced::Color::TRANSPARENT,
    );
}

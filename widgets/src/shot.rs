//! Draws a view to pixels without a window: for pictures in manuals and for looking at a
//! screen on a machine without a display. The program's own fonts and tiny-skia make the same
//! pixels everywhere.

use std::sync::Once;
use std::time::Instant;

use iced::advanced::graphics::text::font_system;
use iced::advanced::renderer::{Headless as _, Style};
use iced::advanced::widget::operation::focusable::find_focused;
use iced::advanced::widget::operation::{Outcome, black_box};
use iced::advanced::widget::{Id, Operation};
use iced::advanced::{clipboard, mouse};
use iced::theme::Base as _;
use iced::{Event, Pixels, Rectangle, Renderer, Size, Theme, window};
use iced_runtime::UserInterface;
use iced_runtime::user_interface::Cache;

use crate::Element;
use crate::font::{FONT, fonts};
use crate::theme::size;

/// The longest edge that is drawn, in physical px.
const LIMIT: f32 = 16_384.0;

/// Pixels of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// In physical px.
    pub width: u32,
    /// In physical px.
    pub height: u32,
    /// Rows from the top, four bytes a pixel: red, green, blue, alpha.
    pub rgba: Vec<u8>,
}

/// Loads the screen's fonts into the process, once. A running window loads them by
/// [`crate::settings`].
pub fn load_fonts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if let Ok(mut system) = font_system().write() {
            for bytes in fonts() {
                system.load_font(bytes.into());
            }
        }
    });
}

/// A renderer without a window, with our font and text size.
pub fn renderer() -> Renderer {
    load_fonts();
    Renderer::new(FONT, Pixels(size::BODY))
}

/// Draws `view` at `size` (logical px) and `scale`.
pub fn draw<'a, Message: 'a>(
    view: impl Into<Element<'a, Message>>,
    theme: &Theme,
    size: Size,
    scale: f32,
) -> Picture {
    let mut renderer = renderer();
    let mut ui = UserInterface::build(view, size, Cache::default(), &mut renderer);
    paint(&mut ui, &mut renderer, theme, size, scale)
}

/// The words that a view of `size` shows, in their order.
pub fn words<'a, Message: 'a>(view: impl Into<Element<'a, Message>>, size: Size) -> Vec<String> {
    struct Words(Vec<String>);
    impl Operation for Words {
        fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
            operate(self);
        }

        fn text(&mut self, _: Option<&Id>, _: Rectangle, text: &str) {
            self.0.push(text.to_owned());
        }
    }
    let mut renderer = renderer();
    let mut ui = UserInterface::build(view, size, Cache::default(), &mut renderer);
    let mut words = Words(Vec::new());
    ui.operate(&renderer, &mut words);
    words.0
}

/// Whether a view of `size` has a control with this id that can take the keyboard.
pub fn can_focus<'a, Message: 'a>(
    view: impl Into<Element<'a, Message>>,
    size: Size,
    id: impl Into<Id>,
) -> bool {
    let mut renderer = renderer();
    let mut ui = UserInterface::build(view, size, Cache::default(), &mut renderer);
    focus(&mut ui, &renderer, id.into());
    let mut find = find_focused();
    ui.operate(&renderer, &mut black_box(&mut find));
    matches!(find.finish(), Outcome::Some(_))
}

/// Gives the control with this id the keyboard.
pub(crate) fn focus<Message>(
    ui: &mut UserInterface<'_, Message, Theme, Renderer>,
    renderer: &Renderer,
    id: Id,
) {
    operate(ui, renderer, Box::new(crate::travel::to(id)));
}

/// Carries out an operation and what follows from it.
pub(crate) fn operate<Message>(
    ui: &mut UserInterface<'_, Message, Theme, Renderer>,
    renderer: &Renderer,
    operation: Box<dyn Operation>,
) {
    let mut next = Some(operation);
    while let Some(mut operation) = next.take() {
        ui.operate(renderer, operation.as_mut());
        next = match operation.finish() {
            Outcome::Chain(following) => Some(following),
            Outcome::None | Outcome::Some(()) => None,
        };
    }
}

/// Draws a user interface as it stands.
pub fn paint<Message>(
    ui: &mut UserInterface<'_, Message, Theme, Renderer>,
    renderer: &mut Renderer,
    theme: &Theme,
    size: Size,
    scale: f32,
) -> Picture {
    let style = theme.base();
    let cursor = mouse::Cursor::Unavailable;
    let redraw = Event::Window(window::Event::RedrawRequested(Instant::now()));
    // What widgets say to a redraw is for a running application.
    let mut unheard = Vec::new();
    let _ = ui.update(&[redraw], cursor, renderer, &mut clipboard::Null, &mut unheard);
    let text = Style { text_color: style.text_color };
    ui.draw(renderer, theme, &text, cursor);
    let physical = |edge: f32| (edge * scale).round().clamp(1.0, LIMIT) as u32;
    let size = Size::new(physical(size.width), physical(size.height));
    Picture {
        width: size.width,
        height: size.height,
        rgba: renderer.screenshot(size, scale, style.background_color),
    }
}

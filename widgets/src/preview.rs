//! A document as it will be printed: its pages one under the other, with zoom. It can be
//! reached by Tab and turned with the keyboard, which iced's scrollable cannot.

use iced::advanced::image::{self, Renderer as _};
use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::{Id, Operation, Tree, Widget, tree};
use iced::advanced::{Clipboard, Renderer as _, Shell, renderer};
use iced::keyboard::{self, Key, key::Named};
use iced::widget::image::Handle;
use iced::{Border, Color, Event, Length, Rectangle, Renderer, Size, Theme, mouse};

use crate::Element;
use crate::focus::{Focus, ring};
use crate::theme::{Tokens, measure, space};

/// How far one press of an arrow or one notch of the wheel goes, in px.
const STEP: f32 = 60.0;

/// The picture of one page. Keep it with the screen's state: a handle made anew for each
/// frame is decoded anew.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The pixels.
    pub handle: Handle,
    /// The page's size in any unit; only the proportion counts.
    pub size: Size,
}

/// How large pages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zoom {
    /// As wide as the room.
    #[default]
    Width,
    /// In percent of that.
    Percent(u16),
}

impl Zoom {
    const STEP: u16 = 25;

    fn percent(self) -> u16 {
        match self {
            Self::Width => 100,
            Self::Percent(percent) => percent.clamp(25, 400),
        }
    }

    /// One step larger.
    pub fn larger(self) -> Self {
        Self::Percent((self.percent() + Self::STEP).min(400))
    }

    /// One step smaller.
    pub fn smaller(self) -> Self {
        Self::Percent((self.percent() - Self::STEP).max(25))
    }
}

/// A document as it will be printed.
pub struct Preview<'a, Message> {
    pages: &'a [Page],
    zoom: Zoom,
    id: Option<Id>,
    on_zoom: Option<Box<dyn Fn(Zoom) -> Message + 'a>>,
}

/// Shows the pages of a document, one under the other.
pub fn preview<Message>(pages: &[Page], zoom: Zoom) -> Preview<'_, Message> {
    Preview { pages, zoom, id: None, on_zoom: None }
}

impl<'a, Message> Preview<'a, Message> {
    /// The name by which operations and tests find it.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The message of Ctrl with the wheel, plus or minus.
    pub fn on_zoom(mut self, message: impl Fn(Zoom) -> Message + 'a) -> Self {
        self.on_zoom = Some(Box::new(message));
        self
    }

    /// The rooms of the pages below each other, from (0, 0), and the size of all.
    fn places(&self, room: Size) -> (Vec<Rectangle>, Size) {
        let margin = space::M;
        let width = (room.width - 2.0 * margin).max(1.0) * f32::from(self.zoom.percent()) / 100.0;
        let whole = (width + 2.0 * margin).max(room.width);
        let mut y = margin;
        let places = self
            .pages
            .iter()
            .map(|page| {
                let place = Rectangle {
                    x: ((whole - width) / 2.0).round(),
                    y,
                    width: width.round(),
                    height: (width * page.size.height / page.size.width.max(1.0)).round(),
                };
                y += place.height + margin;
                place
            })
            .collect();
        (places, Size::new(whole, y))
    }

    fn zoom(&self, zoom: Zoom, shell: &mut Shell<'_, Message>) {
        if let Some(on_zoom) = &self.on_zoom {
            shell.publish(on_zoom(zoom));
        }
    }
}

#[derive(Default)]
struct State {
    focus: Focus,
    /// How far the pages are moved to the left and up, in px.
    scroll: iced::Vector,
    control: bool,
}

impl State {
    fn scroll(&mut self, x: f32, y: f32, all: Size, room: Size) {
        let most = |all: f32, room: f32| (all - room).max(0.0);
        self.scroll.x = (self.scroll.x + x).clamp(0.0, most(all.width, room.width));
        self.scroll.y = (self.scroll.y + y).clamp(0.0, most(all.height, room.height));
    }
}

impl<Message> Widget<Message, Theme, Renderer> for Preview<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Fill)
    }

    fn layout(&mut self, tree: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        let node = layout::atomic(limits, Length::Fill, Length::Fill);
        let (_, all) = self.places(node.size());
        tree.state.downcast_mut::<State>().scroll(0.0, 0.0, all, node.size());
        node
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        _: &Renderer,
        operation: &mut dyn Operation,
    ) {
        let focus = &mut tree.state.downcast_mut::<State>().focus;
        operation.container(self.id.as_ref(), layout.bounds());
        operation.focusable(self.id.as_ref(), layout.bounds(), focus);
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Renderer,
        _: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        _: &Rectangle,
    ) {
        let bounds = layout.bounds();
        let room = bounds.size();
        let (_, all) = self.places(room);
        let state = tree.state.downcast_mut::<State>();
        if state.focus.follow(event, bounds, cursor, shell) {
            shell.capture_event();
        }
        match event {
            Event::Keyboard(keyboard::Event::ModifiersChanged(modifiers)) => {
                state.control = modifiers.command();
                return;
            }
            Event::Mouse(mouse::Event::WheelScrolled { delta }) if cursor.is_over(bounds) => {
                let (x, y) = match delta {
                    mouse::ScrollDelta::Lines { x, y } => (x * STEP, y * STEP),
                    mouse::ScrollDelta::Pixels { x, y } => (*x, *y),
                };
                if state.control && y > 0.0 {
                    self.zoom(self.zoom.larger(), shell);
                } else if state.control {
                    self.zoom(self.zoom.smaller(), shell);
                } else {
                    state.scroll(-x, -y, all, room);
                }
            }
            Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. })
                if state.focus.is_focused() && !shell.is_event_captured() =>
            {
                let page = room.height - STEP;
                let (x, y) = match key.as_ref() {
                    Key::Named(Named::ArrowDown) => (0.0, STEP),
                    Key::Named(Named::ArrowUp) => (0.0, -STEP),
                    Key::Named(Named::ArrowRight) => (STEP, 0.0),
                    Key::Named(Named::ArrowLeft) => (-STEP, 0.0),
                    Key::Named(Named::PageDown | Named::Space) => (0.0, page),
                    Key::Named(Named::PageUp) => (0.0, -page),
                    Key::Named(Named::Home) => (0.0, -all.height),
                    Key::Named(Named::End) => (0.0, all.height),
                    Key::Character("+" | "=") if modifiers.command() => {
                        self.zoom(self.zoom.larger(), shell);
                        (0.0, 0.0)
                    }
                    Key::Character("-") if modifiers.command() => {
                        self.zoom(self.zoom.smaller(), shell);
                        (0.0, 0.0)
                    }
                    _ => return,
                };
                state.scroll(x, y, all, room);
            }
            _ => return,
        }
        shell.request_redraw();
        shell.capture_event();
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        _: &renderer::Style,
        layout: Layout<'_>,
        _: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let tokens = Tokens::of(theme);
        let state = tree.state.downcast_ref::<State>();
        let bounds = layout.bounds();
        let Some(clip) = bounds.intersection(viewport) else {
            return;
        };
        renderer.fill_quad(
            renderer::Quad {
                bounds,
                border: Border { color: tokens.line, width: 1.0, radius: measure::RADIUS.into() },
                ..renderer::Quad::default()
            },
            tokens.sunken,
        );
        if state.focus.is_focused() {
            ring(renderer, bounds, measure::RADIUS, tokens);
        }
        let (places, all) = self.places(bounds.size());
        let origin = iced::Vector::new(bounds.x, bounds.y) - state.scroll;
        renderer.with_layer(clip, |renderer| {
            for (page, place) in self.pages.iter().zip(places) {
                let place = place + origin;
                if !place.intersects(&clip) {
                    continue;
                }
                // Paper is white by night too.
                renderer.fill_quad(
                    renderer::Quad { bounds: place, ..renderer::Quad::default() },
                    Color::WHITE,
                );
                renderer.draw_image(image::Image::new(page.handle.clone()), place, clip);
            }
        });
        if all.height > bounds.height {
            let track = bounds.height - space::S;
            renderer.with_layer(clip, |renderer| {
                renderer.fill_quad(
                    renderer::Quad {
                        bounds: Rectangle {
                            x: bounds.x + bounds.width - space::S,
                            y: bounds.y + space::XS + track * state.scroll.y / all.height,
                            width: space::XS,
                            height: track * bounds.height / all.height,
                        },
                        border: iced::border::rounded(2.0),
                        ..renderer::Quad::default()
                    },
                    tokens.border,
                );
            });
        }
    }

    fn mouse_interaction(
        &self,
        _: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Rectangle,
        _: &Renderer,
    ) -> mouse::Interaction {
        if cursor.is_over(layout.bounds()) {
            mouse::Interaction::Idle
        } else {
            mouse::Interaction::None
        }
    }
}

impl<'a, Message: 'a> From<Preview<'a, Message>> for Element<'a, Message> {
    fn from(preview: Preview<'a, Message>) -> Self {
        Element::new(preview)
    }
}

//! A small set of line icons on a 20-unit square, drawn as paths: they take the colour of the
//! text they stand beside and need no icon font. An icon never stands without its word. They were drawn
//! for this suite and carry its licence (MIT OR Apache-2.0).

use iced::advanced::graphics::geometry::Renderer as _;
use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::{Tree, Widget};
use iced::advanced::{Renderer as _, renderer};
use iced::widget::canvas::{Frame, LineCap, LineJoin, Path, Stroke, path};
use iced::{Color, Length, Point, Rectangle, Renderer, Size, Theme, Vector, mouse};

use crate::Element;
use crate::theme::{Tokens, Tone, measure};

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// A chip card.
    Card,
    /// A person.
    Person,
    /// A magnifying glass.
    Search,
    /// A printer.
    Printer,
    /// A closed lock.
    Lock,
    /// A triangle with a mark.
    Warning,
    /// A tick.
    Check,
    /// A cross.
    Cross,
    /// Connected: waves.
    Network,
    /// Not connected: waves, struck through.
    Offline,
    /// A folder.
    Folder,
    /// A sheet of paper.
    Document,
    /// A clock.
    Clock,
    /// A circle with an i.
    Info,
    /// An arrow head pointing down.
    Down,
    /// An arrow head pointing up.
    Up,
    /// An arrow head pointing right.
    Right,
    /// An arrow head pointing left.
    Left,
    /// A plus.
    Plus,
    /// Two arrows in a circle.
    Sync,
    /// A house.
    Home,
    /// Three sliders.
    Settings,
    /// Lines of a journal with their marks.
    Log,
    /// A shield with a tick.
    Shield,
    /// A key.
    Key,
    /// Sheets one behind the other.
    Papers,
    /// A lifebuoy: the way back in.
    Lifebuoy,
    /// A circle, half of it dark.
    Contrast,
    /// A ticket with a torn edge.
    Ticket,
    /// A banknote.
    Money,
    /// An open book.
    Book,
    /// Books beside each other.
    Shelf,
    /// Bars of different heights.
    Chart,
    /// A list with ticks.
    List,
    /// A sheet of a calendar.
    Calendar,
    /// A public building.
    Office,
    /// A circle with a question mark.
    Help,
    /// Three lines.
    Menu,
    /// Something laid into a box.
    Backup,
    /// Something taken out of a box.
    Restore,
    /// Two screens.
    Machines,
    /// A seal with its ribbons.
    Seal,
    /// A signature on a line.
    Signature,
}

impl Icon {
    /// All icons.
    pub const ALL: [Self; 43] = [
        Self::Card,
        Self::Person,
        Self::Search,
        Self::Printer,
        Self::Lock,
        Self::Warning,
        Self::Check,
        Self::Cross,
        Self::Network,
        Self::Offline,
        Self::Folder,
        Self::Document,
        Self::Clock,
        Self::Info,
        Self::Down,
        Self::Up,
        Self::Right,
        Self::Left,
        Self::Plus,
        Self::Sync,
        Self::Home,
        Self::Settings,
        Self::Log,
        Self::Shield,
        Self::Key,
        Self::Papers,
        Self::Lifebuoy,
        Self::Contrast,
        Self::Ticket,
        Self::Money,
        Self::Book,
        Self::Shelf,
        Self::Chart,
        Self::List,
        Self::Calendar,
        Self::Office,
        Self::Help,
        Self::Menu,
        Self::Backup,
        Self::Restore,
        Self::Machines,
        Self::Seal,
        Self::Signature,
    ];

    fn trace(self, pen: &mut Pen) {
        match self {
            Self::Card => {
                pen.rect(2.0, 4.0, 16.0, 12.0, 2.0);
                pen.rect(5.0, 8.0, 4.0, 4.0, 1.0);
                pen.line(&[(12.0, 8.5), (15.0, 8.5)]);
                pen.line(&[(12.0, 11.5), (15.0, 11.5)]);
            }
            Self::Person => {
                pen.circle(10.0, 6.5, 3.5);
                pen.arc(10.0, 18.0, 6.5, 180.0, 360.0);
            }
            Self::Search => {
                pen.circle(8.5, 8.5, 5.5);
                pen.line(&[(12.7, 12.7), (17.5, 17.5)]);
            }
            Self::Printer => {
                pen.line(&[(5.5, 7.0), (5.5, 2.5), (14.5, 2.5), (14.5, 7.0)]);
                pen.line(&[
                    (5.5, 14.5),
                    (2.5, 14.5),
                    (2.5, 7.0),
                    (17.5, 7.0),
                    (17.5, 14.5),
                    (14.5, 14.5),
                ]);
                pen.rect(5.5, 11.5, 9.0, 6.0, 0.5);
            }
            Self::Lock => {
                pen.rect(4.0, 9.0, 12.0, 8.5, 1.5);
                pen.arc(10.0, 6.5, 3.5, 180.0, 360.0);
                pen.line(&[(6.5, 6.5), (6.5, 9.0)]);
                pen.line(&[(13.5, 6.5), (13.5, 9.0)]);
            }
            Self::Warning => {
                pen.line(&[(10.0, 2.5), (18.0, 17.0), (2.0, 17.0), (10.0, 2.5)]);
                pen.line(&[(10.0, 8.0), (10.0, 12.0)]);
                pen.dot(10.0, 14.5);
            }
            Self::Check => pen.line(&[(3.5, 10.5), (8.0, 15.0), (16.5, 5.5)]),
            Self::Cross => {
                pen.line(&[(4.5, 4.5), (15.5, 15.5)]);
                pen.line(&[(15.5, 4.5), (4.5, 15.5)]);
            }
            Self::Network => pen.waves(),
            Self::Offline => {
                pen.waves();
                pen.line(&[(3.5, 3.5), (16.5, 17.5)]);
            }
            Self::Folder => pen.line(&[
                (2.5, 16.0),
                (2.5, 4.0),
                (8.0, 4.0),
                (10.0, 6.5),
                (17.5, 6.5),
                (17.5, 16.0),
                (2.5, 16.0),
            ]),
            Self::Document => {
                pen.line(&[
                    (4.5, 2.5),
                    (11.5, 2.5),
                    (15.5, 6.5),
                    (15.5, 17.5),
                    (4.5, 17.5),
                    (4.5, 2.5),
                ]);
                pen.line(&[(7.5, 10.0), (12.5, 10.0)]);
                pen.line(&[(7.5, 13.5), (12.5, 13.5)]);
            }
            Self::Clock => {
                pen.circle(10.0, 10.0, 7.5);
                pen.line(&[(10.0, 5.5), (10.0, 10.0), (13.0, 12.0)]);
            }
            Self::Info => {
                pen.circle(10.0, 10.0, 7.5);
                pen.line(&[(10.0, 9.5), (10.0, 14.0)]);
                pen.dot(10.0, 6.3);
            }
            Self::Down => pen.line(&[(5.0, 7.5), (10.0, 12.5), (15.0, 7.5)]),
            Self::Up => pen.line(&[(5.0, 12.5), (10.0, 7.5), (15.0, 12.5)]),
            Self::Right => pen.line(&[(7.5, 5.0), (12.5, 10.0), (7.5, 15.0)]),
            Self::Left => pen.line(&[(12.5, 5.0), (7.5, 10.0), (12.5, 15.0)]),
            Self::Plus => {
                pen.line(&[(10.0, 4.0), (10.0, 16.0)]);
                pen.line(&[(4.0, 10.0), (16.0, 10.0)]);
            }
            Self::Sync => {
                pen.arc(10.0, 10.0, 6.5, 200.0, 340.0);
                pen.arc(10.0, 10.0, 6.5, 20.0, 160.0);
                pen.line(&[(16.5, 4.0), (16.2, 7.9), (12.4, 7.4)]);
                pen.line(&[(3.5, 16.0), (3.8, 12.1), (7.6, 12.6)]);
            }
            Self::Home => {
                pen.line(&[(2.5, 10.0), (10.0, 3.0), (17.5, 10.0)]);
                pen.line(&[(5.0, 8.0), (5.0, 17.0), (15.0, 17.0), (15.0, 8.0)]);
            }
            Self::Settings => {
                for (y, knob) in [(5.0, 13.0), (10.0, 7.0), (15.0, 12.0)] {
                    pen.line(&[(2.5, y), (knob - 2.0, y)]);
                    pen.circle(knob, y, 2.0);
                    pen.line(&[(knob + 2.0, y), (17.5, y)]);
                }
            }
            Self::Log => {
                for y in [4.5, 10.0, 15.5] {
                    pen.dot(3.5, y);
                    pen.line(&[(7.0, y), (17.5, y)]);
                }
            }
            Self::Seal => {
                pen.circle(10.0, 7.5, 5.5);
                pen.line(&[(7.4, 7.6), (9.3, 9.5), (12.8, 5.6)]);
                pen.line(&[(6.6, 12.0), (5.5, 18.0), (10.0, 15.6), (14.5, 18.0), (13.4, 12.0)]);
            }
            Self::Signature => {
                pen.line(&[
                    (2.5, 13.0),
                    (5.5, 4.5),
                    (7.5, 4.5),
                    (6.0, 13.0),
                    (9.0, 9.0),
                    (10.5, 13.0),
                    (12.5, 9.5),
                    (14.0, 12.5),
                    (17.5, 11.0),
                ]);
                pen.line(&[(2.5, 17.0), (17.5, 17.0)]);
            }
            Self::Shield => {
                pen.line(&[
                    (10.0, 2.0),
                    (17.0, 4.5),
                    (17.0, 10.0),
                    (14.5, 14.8),
                    (10.0, 18.0),
                    (5.5, 14.8),
                    (3.0, 10.0),
                    (3.0, 4.5),
                    (10.0, 2.0),
                ]);
                pen.line(&[(6.8, 9.8), (9.2, 12.2), (13.4, 7.5)]);
            }
            Self::Key => {
                pen.circle(6.5, 13.5, 4.0);
                pen.line(&[(9.4, 10.6), (17.0, 3.0)]);
                pen.line(&[(13.2, 6.8), (15.8, 9.4)]);
            }
            Self::Papers => {
                pen.rect(2.5, 2.5, 11.0, 12.5, 0.5);
                pen.line(&[(6.5, 17.5), (17.5, 17.5), (17.5, 5.5)]);
                pen.line(&[(5.5, 6.5), (10.5, 6.5)]);
                pen.line(&[(5.5, 10.0), (10.5, 10.0)]);
            }
            Self::Lifebuoy => {
                pen.circle(10.0, 10.0, 7.5);
                pen.circle(10.0, 10.0, 3.0);
                for (x, y) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
                    pen.line(&[(10.0 + 2.1 * x, 10.0 + 2.1 * y), (10.0 + 5.3 * x, 10.0 + 5.3 * y)]);
                }
            }
            Self::Contrast => {
                pen.circle(10.0, 10.0, 7.5);
                for x in [10.0, 12.0, 14.0, 16.0] {
                    let half = f32::sqrt(56.25 - (x - 10.0) * (x - 10.0));
                    pen.line(&[(x, 10.0 - half), (x, 10.0 + half)]);
                }
            }
            Self::Ticket => {
                pen.line(&[(2.5, 8.0), (2.5, 5.0), (17.5, 5.0), (17.5, 8.0)]);
                pen.arc(17.5, 10.0, 2.0, 270.0, 90.0);
                pen.line(&[(17.5, 12.0), (17.5, 15.0), (2.5, 15.0), (2.5, 12.0)]);
                pen.arc(2.5, 10.0, 2.0, -90.0, 90.0);
                pen.line(&[(8.0, 8.0), (8.0, 12.0)]);
            }
            Self::Money => {
                pen.rect(2.0, 5.0, 16.0, 10.0, 1.0);
                pen.circle(10.0, 10.0, 2.5);
                pen.dot(5.0, 10.0);
                pen.dot(15.0, 10.0);
            }
            Self::Book => {
                pen.line(&[(10.0, 5.0), (10.0, 17.0)]);
                pen.line(&[
                    (10.0, 5.0),
                    (7.5, 3.5),
                    (2.5, 3.5),
                    (2.5, 15.5),
                    (7.5, 15.5),
                    (10.0, 17.0),
                ]);
                pen.line(&[
                    (10.0, 5.0),
                    (12.5, 3.5),
                    (17.5, 3.5),
                    (17.5, 15.5),
                    (12.5, 15.5),
                    (10.0, 17.0),
                ]);
            }
            Self::Shelf => {
                pen.rect(2.5, 3.0, 4.0, 14.0, 0.5);
                pen.rect(6.5, 5.5, 4.0, 11.5, 0.5);
                pen.line(&[(12.0, 5.0), (15.0, 4.0), (18.0, 16.0), (15.0, 17.0), (12.0, 5.0)]);
            }
            Self::Chart => {
                pen.line(&[(2.5, 2.5), (2.5, 17.5), (17.5, 17.5)]);
                pen.line(&[(6.5, 14.0), (6.5, 10.0)]);
                pen.line(&[(10.5, 14.0), (10.5, 4.5)]);
                pen.line(&[(14.5, 14.0), (14.5, 7.5)]);
            }
            Self::List => {
                for y in [4.5, 10.0, 15.5] {
                    pen.line(&[(2.0, y), (3.5, y + 1.5), (6.0, y - 1.5)]);
                    pen.line(&[(9.0, y), (17.5, y)]);
                }
            }
            Self::Calendar => {
                pen.rect(2.5, 4.0, 15.0, 13.5, 1.0);
                pen.line(&[(2.5, 8.5), (17.5, 8.5)]);
                pen.line(&[(6.5, 2.0), (6.5, 5.5)]);
                pen.line(&[(13.5, 2.0), (13.5, 5.5)]);
                pen.rect(6.0, 11.0, 3.0, 3.0, 0.0);
            }
            Self::Office => {
                pen.line(&[(2.0, 7.5), (10.0, 2.5), (18.0, 7.5), (2.0, 7.5)]);
                pen.line(&[(2.0, 17.5), (18.0, 17.5)]);
                for x in [4.5, 8.2, 11.8, 15.5] {
                    pen.line(&[(x, 10.0), (x, 15.0)]);
                }
            }
            Self::Help => {
                pen.circle(10.0, 10.0, 7.5);
                pen.arc(10.0, 7.8, 2.4, 180.0, 400.0);
                pen.line(&[(11.8, 9.4), (10.0, 11.0), (10.0, 12.0)]);
                pen.dot(10.0, 14.5);
            }
            Self::Menu => {
                for y in [5.0, 10.0, 15.0] {
                    pen.line(&[(3.0, y), (17.0, y)]);
                }
            }
            Self::Backup => {
                pen.line(&[(2.5, 11.0), (2.5, 17.0), (17.5, 17.0), (17.5, 11.0)]);
                pen.line(&[(10.0, 2.5), (10.0, 12.0)]);
                pen.line(&[(6.0, 8.0), (10.0, 12.0), (14.0, 8.0)]);
            }
            Self::Restore => {
                pen.line(&[(2.5, 11.0), (2.5, 17.0), (17.5, 17.0), (17.5, 11.0)]);
                pen.line(&[(10.0, 12.0), (10.0, 2.5)]);
                pen.line(&[(6.0, 6.5), (10.0, 2.5), (14.0, 6.5)]);
            }
            Self::Machines => {
                pen.rect(1.5, 3.0, 10.0, 7.0, 1.0);
                pen.rect(8.5, 12.0, 10.0, 6.0, 1.0);
                pen.line(&[(4.5, 10.0), (4.5, 15.0), (8.5, 15.0)]);
            }
        }
    }

    /// Draws the icon in `bounds`, a square.
    pub fn draw(self, renderer: &mut Renderer, bounds: Rectangle, color: Color) {
        let scale = bounds.width / 20.0;
        let mut frame = Frame::new(renderer, bounds.size());
        let path = Path::new(|builder| self.trace(&mut Pen { builder, scale }));
        frame.stroke(
            &path,
            Stroke {
                width: (1.6 * scale).max(1.2),
                line_cap: LineCap::Round,
                line_join: LineJoin::Round,
                ..Stroke::default().with_color(color)
            },
        );
        renderer.with_translation(Vector::new(bounds.x, bounds.y), |renderer| {
            renderer.draw_geometry(frame.into_geometry());
        });
    }
}

struct Pen<'a> {
    builder: &'a mut path::Builder,
    scale: f32,
}

impl Pen<'_> {
    fn point(&self, x: f32, y: f32) -> Point {
        Point::new(x * self.scale, y * self.scale)
    }

    fn line(&mut self, points: &[(f32, f32)]) {
        for (i, (x, y)) in points.iter().enumerate() {
            let point = self.point(*x, *y);
            if i == 0 {
                self.builder.move_to(point);
            } else {
                self.builder.line_to(point);
            }
        }
    }

    fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, radius: f32) {
        self.builder.rounded_rectangle(
            self.point(x, y),
            Size::new(width * self.scale, height * self.scale),
            (radius * self.scale).into(),
        );
    }

    fn circle(&mut self, x: f32, y: f32, radius: f32) {
        self.builder.circle(self.point(x, y), radius * self.scale);
    }

    /// Degrees go clockwise from three o'clock.
    fn arc(&mut self, x: f32, y: f32, radius: f32, from: f32, to: f32) {
        let steps = 24;
        let points: Vec<_> = (0..=steps)
            .map(|i| {
                let angle = (from + (to - from) * i as f32 / steps as f32).to_radians();
                (x + radius * angle.cos(), y + radius * angle.sin())
            })
            .collect();
        self.line(&points);
    }

    fn dot(&mut self, x: f32, y: f32) {
        self.circle(x, y, 0.3);
    }

    fn waves(&mut self) {
        self.arc(10.0, 15.5, 11.0, 230.0, 310.0);
        self.arc(10.0, 15.5, 6.5, 228.0, 312.0);
        self.dot(10.0, 15.5);
    }
}

struct Drawn {
    icon: Icon,
    size: f32,
    tone: Option<Tone>,
}

/// An icon beside text, in the text's colour.
pub fn icon<'a, Message: 'a>(icon: Icon) -> Element<'a, Message> {
    Element::new(Drawn { icon, size: measure::ICON, tone: None })
}

/// An icon of any edge length in px, coloured by its meaning.
pub fn sized<'a, Message: 'a>(icon: Icon, size: f32, tone: Tone) -> Element<'a, Message> {
    Element::new(Drawn { icon, size, tone: Some(tone) })
}

impl<Message> Widget<Message, Theme, Renderer> for Drawn {
    fn size(&self) -> Size<Length> {
        Size::new(self.size.into(), self.size.into())
    }

    fn layout(&mut self, _: &mut Tree, _: &Renderer, limits: &layout::Limits) -> layout::Node {
        layout::atomic(limits, self.size, self.size)
    }

    fn draw(
        &self,
        _: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        _: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        if layout.bounds().intersects(viewport) {
            let color = self.tone.map_or(style.text_color, |tone| Tokens::of(theme).tone(tone).ink);
            self.icon.draw(renderer, layout.bounds(), color);
        }
    }
}

/// An icon beside small text, in the text's colour.
pub(crate) fn small<'a, Message: 'a>(icon: Icon) -> Element<'a, Message> {
    Element::new(Drawn { icon, size: crate::theme::size::BODY, tone: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_icons_look_alike() {
        let draw = |icon| {
            let view: Element<'_, ()> = sized(icon, 40.0, Tone::Plain);
            let theme = crate::Mode::Light.theme();
            crate::shot::draw(view, &theme, Size::new(40.0, 40.0), 1.0).rgba
        };
        let drawn: Vec<_> = Icon::ALL.into_iter().map(|icon| (icon, draw(icon))).collect();
        for (n, (icon, pixels)) in drawn.iter().enumerate() {
            let ground = &pixels[..4];
            assert!(pixels.chunks(4).any(|pixel| pixel != ground), "{icon:?} is empty");
            let twin = drawn.iter().skip(n + 1).find(|(_, other)| other == pixels);
            assert!(twin.is_none(), "{icon:?} looks like {:?}", twin.map(|(icon, _)| icon));
        }
    }
}

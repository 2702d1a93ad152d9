//! Columns, rows and pages with the grid's distances already in them.

use iced::widget::scrollable::{Direction, Scrollbar};
use iced::widget::{Column, Container, Row, Space, container, scrollable};
use iced::{Alignment, Length, Theme};

use crate::Element;
use crate::theme::{Tokens, space};

/// Children one under the other, `space::M` apart.
pub fn column<'a, Message: 'a>(
    children: impl IntoIterator<Item = Element<'a, Message>>,
) -> Column<'a, Message> {
    Column::with_children(children).spacing(space::M)
}

/// Children side by side on one middle line, `space::S` apart.
pub fn row<'a, Message: 'a>(
    children: impl IntoIterator<Item = Element<'a, Message>>,
) -> Row<'a, Message> {
    Row::with_children(children).spacing(space::S).align_y(Alignment::Center)
}

/// Fields side by side: their labels and lines stay level whatever stands below them.
pub fn fields<'a, Message: 'a>(
    children: impl IntoIterator<Item = Element<'a, Message>>,
) -> Row<'a, Message> {
    Row::with_children(children).spacing(space::M)
}

/// Pushes what follows in a row to the far end.
pub fn spring() -> Space {
    Space::new().width(Length::Fill)
}

/// A whole page: margins, and a scroll bar when the window is too low.
pub fn page<'a, Message: 'a>(content: impl Into<Element<'a, Message>>) -> Element<'a, Message> {
    scroll(container(content).padding(space::L).width(Length::Fill))
}

/// Content that may be higher than its room, which it fills.
pub fn scroll<'a, Message: 'a>(content: impl Into<Element<'a, Message>>) -> Element<'a, Message> {
    scroll_within(content, Length::Fill)
}

/// Content that is as high as it is, but never higher than its room.
pub fn scroll_if_needed<'a, Message: 'a>(
    content: impl Into<Element<'a, Message>>,
) -> Element<'a, Message> {
    scroll_within(content, Length::Shrink)
}

/// Between the edge of a scroll area and what stands in it, in px. The area lies anywhere between two pixels, and
/// tiny-skia clears only those whose middle is in it before it paints the area anew: what is flush with its edge
/// would be painted over itself in the next pixel, as a line that grows darker with every time.
const EDGE: f32 = 1.0;

fn scroll_within<'a, Message: 'a>(
    content: impl Into<Element<'a, Message>>,
    height: Length,
) -> Element<'a, Message> {
    let bar = Scrollbar::new().width(space::S).scroller_width(space::S).spacing(space::XS);
    scrollable(container(content).padding(EDGE))
        .direction(Direction::Vertical(bar))
        .width(Length::Fill)
        .height(height)
        .style(|theme: &Theme, status| {
            let tokens = Tokens::of(theme);
            let mut style = scrollable::default(theme, status);
            style.vertical_rail.background = None;
            style.vertical_rail.scroller.background = tokens.border.into();
            style.vertical_rail.scroller.border = iced::border::rounded(space::XS);
            style
        })
        .into()
}

/// The bar at the top or bottom edge of a window.
pub fn bar<'a, Message: 'a>(content: impl Into<Element<'a, Message>>) -> Container<'a, Message> {
    container(content).width(Length::Fill).padding([space::S, space::L]).style(|theme: &Theme| {
        let tokens = Tokens::of(theme);
        container::Style {
            background: Some(tokens.surface.into()),
            border: iced::Border { color: tokens.line, width: 1.0, radius: 0.0.into() },
            ..container::Style::default()
        }
    })
}

/// A thin line between two groups.
pub fn divider<'a, Message: 'a>() -> Element<'a, Message> {
    container(Space::new().width(Length::Fill).height(1.0))
        .style(|theme: &Theme| Tokens::of(theme).line.into())
        .into()
}

#[cfg(test)]
mod tests {
    use iced::Size;
    use iced_runtime::{UserInterface, user_interface::Cache};

    use super::*;
    use crate::{Mode, card, shot, text};

    /// A part that changed is painted anew in its scroll area alone: the pixels whose middle is in it are cleared
    /// first. What stands in it may touch no other, or it grows darker there with every time.
    #[test]
    fn what_is_painted_anew_leaves_no_line_at_its_edge() {
        let mut edges = 0;
        for width in 1000..1030u16 {
            let part = |portion| {
                let content = card(text::body("Lịch sử"));
                container(scroll(content)).width(Length::FillPortion(portion))
            };
            let view: Element<'_, ()> =
                Row::new().push(part(5)).push(part(4)).push(part(4)).spacing(space::L).into();
            let size = Size::new(width.into(), 600.0);
            let mut renderer = shot::renderer();
            let mut ui = UserInterface::build(view, size, Cache::default(), &mut renderer);
            shot::paint(&mut ui, &mut renderer, &Mode::Light.theme(), size, 1.0);
            for layer in renderer.layers() {
                let room = layer.bounds;
                let inside = layer.quads.iter().map(|(quad, _)| quad.bounds);
                for quad in inside.filter(|quad| quad.is_within(&room)) {
                    edges += 1;
                    let left = quad.x.floor() + 0.5 - room.x;
                    let right = room.x + room.width - ((quad.x + quad.width).ceil() - 0.5);
                    assert!(left >= 0.0 && right >= 0.0, "{width}: {quad:?} in {room:?}");
                }
            }
        }
        assert!(edges >= 90, "{edges}");
    }
}

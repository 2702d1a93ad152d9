//! A question over a screen. While it stands, the screen behind takes no event and cannot be
//! reached by Tab; Escape closes it; the focus starts in it and returns to where it was. A question with nothing
//! to fill in or to choose starts at the button that shows Enter, so that Enter does what that button says.

use iced::advanced::input_method;
use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::operation::{self, Operation};
use iced::advanced::widget::{Tree, Widget, tree};
use iced::advanced::{Clipboard, Renderer as _, Shell, overlay, renderer};
use iced::keyboard::{self, Key, key::Named};
use iced::widget::text::{Fragment, IntoFragment};
use iced::widget::{Column, Row, Stack, container};
use iced::{
    Border, Event, Length, Padding, Point, Rectangle, Renderer, Size, Theme, Vector, mouse, window,
};

use crate::theme::{Tokens, measure, space};
use crate::travel::at_once;
use crate::{Element, text};

/// How wide a dialog is unless said, in px.
const WIDTH: f32 = 480.0;

/// How far the ring of a focused control stands out of it.
const RING: f32 = measure::RING + 1.0;

/// A question over a screen.
pub struct Dialog<'a, Message> {
    title: Fragment<'a>,
    content: Element<'a, Message>,
    actions: Vec<Element<'a, Message>>,
    width: f32,
    on_close: Option<Message>,
}

impl<'a, Message: 'a> Dialog<'a, Message> {
    /// A dialog with its title and content.
    pub fn new(title: impl IntoFragment<'a>, content: impl Into<Element<'a, Message>>) -> Self {
        Self {
            title: title.into_fragment(),
            content: content.into(),
            actions: Vec::new(),
            width: WIDTH,
            on_close: None,
        }
    }

    /// Adds a button to the row at the bottom; the main action comes last.
    pub fn action(mut self, action: impl Into<Element<'a, Message>>) -> Self {
        self.actions.push(action.into());
        self
    }

    /// The width in px.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// The message of Escape. Without one the question must be answered.
    pub fn on_close(mut self, message: Message) -> Self {
        self.on_close = Some(message);
        self
    }
}

impl<'a, Message: 'a> Dialog<'a, Message> {
    /// The same dialog with its messages made into a screen's or window's.
    pub fn map<Outer: 'a>(self, out: impl Fn(Message) -> Outer + Copy + 'a) -> Dialog<'a, Outer> {
        Dialog {
            title: self.title,
            content: self.content.map(out),
            actions: self.actions.into_iter().map(|action| action.map(out)).collect(),
            width: self.width,
            on_close: self.on_close.map(out),
        }
    }
}

/// Shows `dialog`, if there is one, over `base`. Keep `modal` around the screen also while
/// there is no dialog, so that the screen keeps its state.
pub fn modal<'a, Message: Clone + 'a>(
    base: impl Into<Element<'a, Message>>,
    dialog: Option<Dialog<'a, Message>>,
) -> Element<'a, Message> {
    let mut children = vec![base.into()];
    let mut on_close = None;
    if let Some(dialog) = dialog {
        on_close = dialog.on_close;
        let actions = (!dialog.actions.is_empty()).then(|| {
            Row::new().push(crate::flow::spring()).extend(dialog.actions).spacing(space::S)
        });
        // A scroll area cuts what stands out of it: the ring of the focus needs room at its edges.
        let fills = dialog.content.as_widget().size().height.is_fill();
        let content = container(dialog.content).padding(RING);
        // What fills its room scrolls by itself.
        let content = match fills {
            true => content.into(),
            false => crate::flow::scroll_if_needed(content),
        };
        let title = container(text::heading(dialog.title)).padding([0.0, RING]);
        let content = Column::new().push(title).push(content).spacing(space::L - RING);
        // The buttons keep their room whatever stands above them.
        let content: Element<'a, Message> = match actions {
            None => content.into(),
            Some(actions) => Stack::new()
                .push(
                    container(content)
                        .padding(Padding::ZERO.bottom(measure::CONTROL + space::L - RING)),
                )
                .push(container(actions).padding([0.0, RING]).align_bottom(Length::Fill))
                .into(),
        };
        children.push(
            container(content)
                .padding([space::L, space::L - RING])
                .width(dialog.width)
                .style(|theme: &Theme| {
                    let tokens = Tokens::of(theme);
                    container::Style {
                        text_color: Some(tokens.text),
                        background: Some(tokens.surface.into()),
                        border: Border {
                            color: tokens.line,
                            width: 1.0,
                            radius: measure::RADIUS_CARD.into(),
                        },
                        ..container::Style::default()
                    }
                })
                .into(),
        );
    }
    Element::new(Modal { children, on_close })
}

/// The screen, and the dialog while there is one.
struct Modal<'a, Message> {
    children: Vec<Element<'a, Message>>,
    on_close: Option<Message>,
}

#[derive(Default)]
struct State {
    /// Whether the open dialog has been given the focus.
    entered: bool,
}

impl<Message> Modal<'_, Message> {
    fn is_open(&self) -> bool {
        self.children.len() > 1
    }

    fn top(&self) -> usize {
        self.children.len() - 1
    }
}

impl<'a, Message: Clone + 'a> Widget<Message, Theme, Renderer> for Modal<'a, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn children(&self) -> Vec<Tree> {
        self.children.iter().map(Tree::new).collect()
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(&self.children);
        if !self.is_open() {
            tree.state.downcast_mut::<State>().entered = false;
        }
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Fill)
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        renderer: &Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        let room = limits.max();
        let nodes = self
            .children
            .iter_mut()
            .zip(&mut tree.children)
            .enumerate()
            .map(|(n, (child, tree))| {
                let margin = if n == 0 { 0.0 } else { 2.0 * space::L };
                let limits =
                    layout::Limits::new(Size::ZERO, room).shrink(Size::new(margin, margin));
                let node = child.as_widget_mut().layout(tree, renderer, &limits);
                if n == 0 {
                    return node;
                }
                let size = node.size();
                // A little above the middle looks like the middle.
                node.move_to(Point::new(
                    ((room.width - size.width) / 2.0).round(),
                    ((room.height - size.height) * 0.4).round(),
                ))
            })
            .collect();
        layout::Node::with_children(room, nodes)
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        let top = self.top();
        operation.container(None, layout.bounds());
        operation.traverse(&mut |operation| {
            self.children[top].as_widget_mut().operate(
                &mut tree.children[top],
                layout.child(top),
                renderer,
                operation,
            );
        });
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
        let top = self.top();
        let state = tree.state.downcast_mut::<State>();
        if self.is_open() && !state.entered {
            state.entered = true;
            // A word in composition behind the dialog is taken before it is out of reach.
            let mut messages = Vec::new();
            self.children[0].as_widget_mut().update(
                &mut tree.children[0],
                &Event::InputMethod(input_method::Event::Closed),
                layout.child(0),
                mouse::Cursor::Unavailable,
                renderer,
                clipboard,
                &mut Shell::new(&mut messages),
                viewport,
            );
            messages.into_iter().for_each(|message| shell.publish(message));
            enter(&mut self.children[top], &mut tree.children[top], layout.child(top), renderer);
            shell.request_redraw();
        }
        self.children[top].as_widget_mut().update(
            &mut tree.children[top],
            event,
            layout.child(top),
            cursor,
            renderer,
            clipboard,
            shell,
            viewport,
        );
        if !self.is_open() {
            return;
        }
        match event {
            Event::Keyboard(keyboard::Event::KeyPressed {
                key: Key::Named(Named::Escape), ..
            }) if !shell.is_event_captured() => {
                if let Some(message) = &self.on_close {
                    shell.publish(message.clone());
                }
                shell.capture_event();
            }
            Event::Mouse(_) | Event::Touch(_) => shell.capture_event(),
            // The screen behind learns that the window lost or found its focus, and no more.
            Event::Window(window::Event::Focused | window::Event::Unfocused) => {
                self.children[0].as_widget_mut().update(
                    &mut tree.children[0],
                    event,
                    layout.child(0),
                    mouse::Cursor::Unavailable,
                    renderer,
                    clipboard,
                    shell,
                    viewport,
                );
            }
            _ => {}
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
        for (n, (child, tree)) in self.children.iter().zip(&tree.children).enumerate() {
            let draw = |renderer: &mut Renderer, cursor| {
                child.as_widget().draw(
                    tree,
                    renderer,
                    theme,
                    style,
                    layout.child(n),
                    cursor,
                    viewport,
                );
            };
            if n == 0 {
                let cursor = if self.is_open() { mouse::Cursor::Unavailable } else { cursor };
                draw(renderer, cursor);
            } else {
                renderer.with_layer(*viewport, |renderer| {
                    renderer.fill_quad(
                        renderer::Quad { bounds: layout.bounds(), ..renderer::Quad::default() },
                        Tokens::of(theme).veil,
                    );
                    draw(renderer, cursor);
                });
            }
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        let top = self.top();
        let interaction = self.children[top].as_widget().mouse_interaction(
            &tree.children[top],
            layout.child(top),
            cursor,
            viewport,
            renderer,
        );
        match interaction {
            mouse::Interaction::None if self.is_open() => mouse::Interaction::Idle,
            interaction => interaction,
        }
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, Renderer>> {
        let top = self.top();
        self.children[top].as_widget_mut().overlay(
            &mut tree.children[top],
            layout.child(top),
            renderer,
            viewport,
            translation,
        )
    }
}

/// Focuses what a dialog begins with, unless one of its controls is focused already.
fn enter<Message>(
    dialog: &mut Element<'_, Message>,
    tree: &mut Tree,
    layout: Layout<'_>,
    renderer: &Renderer,
) {
    let count = at_once(dialog, tree, layout, renderer, operation::focusable::count());
    if count.is_some_and(|count| count.focused.is_some()) {
        return;
    }
    at_once(dialog, tree, layout, renderer, crate::travel::begin());
}

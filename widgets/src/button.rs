//! What can be pressed: buttons, ticks, tabs and whole cards. All are one widget, so all are
//! reached by Tab, ringed when focused and activated by Enter, Space or the pointer.

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::{Id, Operation, Tree, Widget, tree};
use iced::advanced::{Clipboard, Renderer as _, Shell, overlay, renderer};
use iced::keyboard::{self, Key, key::Named};
use iced::widget::{container, text as iced_text};
use iced::{
    Alignment, Border, Color, Event, Length, Padding, Rectangle, Renderer, Size, Theme, Vector,
    mouse,
};

use crate::focus::{Focus, ring};
use crate::theme::{Tokens, measure, size, space};
use crate::{Element, Icon, font, text};

/// How much a button asks to be pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Primary,
    Secondary,
    Quiet,
    Danger,
    /// One of several, chosen or not.
    Tab(bool),
    /// A box with a tick and its words.
    Tick,
    /// A whole card, chosen or not.
    Card(bool),
}

struct Paint {
    ground: Color,
    ink: Color,
    border: Color,
}

impl Look {
    fn paint(self, tokens: &Tokens, enabled: bool, focus: &Focus) -> Paint {
        let clear = Color::TRANSPARENT;
        let busy = focus.is_hovered() || focus.is_pressed();
        let paint = |ground, ink, border| Paint { ground, ink, border };
        match self {
            Self::Tick if !enabled => paint(clear, tokens.faint, clear),
            Self::Quiet | Self::Tab(false) if !enabled => paint(clear, tokens.faint, clear),
            _ if !enabled => paint(tokens.sunken, tokens.faint, tokens.line),
            Self::Primary if busy => paint(tokens.accent_strong, tokens.on_accent, clear),
            Self::Primary => paint(tokens.accent, tokens.on_accent, clear),
            Self::Danger if busy => paint(tokens.bad_strong, tokens.on_bad, clear),
            Self::Danger => paint(tokens.bad_fill, tokens.on_bad, clear),
            Self::Secondary if busy => paint(tokens.accent_soft, tokens.text, tokens.accent),
            Self::Secondary => paint(tokens.surface, tokens.text, tokens.border),
            Self::Tab(true) => paint(tokens.accent_soft, tokens.accent, tokens.accent),
            Self::Quiet | Self::Tab(false) if busy => paint(tokens.sunken, tokens.text, clear),
            Self::Quiet => paint(clear, tokens.accent, clear),
            Self::Tab(false) => paint(clear, tokens.muted, clear),
            Self::Tick => paint(clear, tokens.text, clear),
            Self::Card(true) => paint(tokens.accent_soft, tokens.text, tokens.accent),
            Self::Card(false) if busy => paint(tokens.surface, tokens.text, tokens.accent),
            Self::Card(false) => paint(tokens.surface, tokens.text, tokens.line),
        }
    }

    fn radius(self) -> f32 {
        match self {
            Self::Card(_) => measure::RADIUS_CARD,
            _ => measure::RADIUS,
        }
    }
}

/// A button with words, perhaps an icon before and a key after them.
pub struct Button<'a, Message> {
    label: iced_text::Fragment<'a>,
    icon: Option<Icon>,
    key: Option<&'a str>,
    look: Look,
    width: Length,
    id: Option<Id>,
    on_press: Option<Message>,
}

fn new<'a, Message>(label: impl iced_text::IntoFragment<'a>, look: Look) -> Button<'a, Message> {
    Button {
        label: label.into_fragment(),
        icon: None,
        key: None,
        look,
        width: Length::Shrink,
        id: None,
        on_press: None,
    }
}

/// The main action of a screen; there is one.
pub fn primary<'a, Message>(label: impl iced_text::IntoFragment<'a>) -> Button<'a, Message> {
    new(label, Look::Primary)
}

/// An action beside the main one.
pub fn secondary<'a, Message>(label: impl iced_text::IntoFragment<'a>) -> Button<'a, Message> {
    new(label, Look::Secondary)
}

/// The usual button: [`secondary`].
pub fn button<'a, Message>(label: impl iced_text::IntoFragment<'a>) -> Button<'a, Message> {
    secondary(label)
}

/// An action that stays in the background.
pub fn quiet<'a, Message>(label: impl iced_text::IntoFragment<'a>) -> Button<'a, Message> {
    new(label, Look::Quiet)
}

/// An action that destroys something.
pub fn danger<'a, Message>(label: impl iced_text::IntoFragment<'a>) -> Button<'a, Message> {
    new(label, Look::Danger)
}

impl<'a, Message> Button<'a, Message> {
    /// Puts an icon before the words.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Prints the key that does the same, like "F2".
    pub fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// The message of a press. Without one the button is disabled.
    pub fn on_press(mut self, message: Message) -> Self {
        self.on_press = Some(message);
        self
    }

    /// The message of a press, or disabled.
    pub fn on_press_maybe(mut self, message: Option<Message>) -> Self {
        self.on_press = message;
        self
    }

    /// The width; as wide as its content unless said.
    pub fn width(mut self, width: impl Into<Length>) -> Self {
        self.width = width.into();
        self
    }

    /// The name by which operations and tests find it.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }
}

impl<'a, Message: Clone + 'a> From<Button<'a, Message>> for Element<'a, Message> {
    fn from(button: Button<'a, Message>) -> Self {
        let words = iced::widget::text(button.label)
            .font(font::SEMIBOLD)
            .size(size::BODY)
            .wrapping(iced_text::Wrapping::None);
        let mut content = iced::widget::Row::new().spacing(space::S).align_y(Alignment::Center);
        if let Some(icon) = button.icon {
            content = content.push(crate::icon(icon));
        }
        content = content.push(words);
        if let Some(key) = button.key {
            let (look, enabled) = (button.look, button.on_press.is_some());
            content = content.push(key_cap(key, move |tokens| {
                look.paint(tokens, enabled, &Focus::default()).ink
            }));
        }
        let content = container(content)
            .center_x(button.width)
            .center_y(measure::CONTROL)
            .padding([0.0, space::M]);
        Element::new(Pressable {
            content: content.into(),
            look: button.look,
            enters: button.key == Some("Enter"),
            id: button.id,
            on_press: button.on_press,
        })
    }
}

/// The cap of a key, like "F2", in the ink of what it stands on.
fn key_cap<'a, Message: 'a>(
    key: &'a str,
    ink: impl Fn(&Tokens) -> Color + 'a,
) -> Element<'a, Message> {
    container(
        iced::widget::text(key)
            .font(font::SEMIBOLD)
            .size(size::SMALL)
            .wrapping(iced_text::Wrapping::None),
    )
    .padding([0.0, space::XS + 1.0])
    .style(move |theme: &Theme| container::Style {
        border: Border {
            color: ink(Tokens::of(theme)).scale_alpha(0.55),
            width: 1.0,
            radius: space::XS.into(),
        },
        ..container::Style::default()
    })
    .into()
}

/// A tick box with its words.
pub struct Check<'a, Message> {
    label: iced_text::Fragment<'a>,
    checked: bool,
    id: Option<Id>,
    on_toggle: Option<Box<dyn Fn(bool) -> Message + 'a>>,
}

/// A box to tick, with its words.
pub fn check<'a, Message>(
    label: impl iced_text::IntoFragment<'a>,
    checked: bool,
) -> Check<'a, Message> {
    Check { label: label.into_fragment(), checked, id: None, on_toggle: None }
}

impl<'a, Message> Check<'a, Message> {
    /// The message of the new state. Without one the box is disabled.
    pub fn on_toggle(mut self, message: impl Fn(bool) -> Message + 'a) -> Self {
        self.on_toggle = Some(Box::new(message));
        self
    }

    /// The name by which operations and tests find it.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }
}

impl<'a, Message: Clone + 'a> From<Check<'a, Message>> for Element<'a, Message> {
    fn from(check: Check<'a, Message>) -> Self {
        let (checked, enabled) = (check.checked, check.on_toggle.is_some());
        let mark: Element<'a, Message> =
            if checked { crate::icon(Icon::Check) } else { iced::widget::Space::new().into() };
        let square = container(mark).center(20.0).style(move |theme: &Theme| {
            let tokens = Tokens::of(theme);
            let (ground, ink, border) = match (enabled, checked) {
                (false, _) => (tokens.sunken, tokens.faint, tokens.line),
                (true, true) => (tokens.accent, tokens.on_accent, tokens.accent),
                (true, false) => (tokens.surface, tokens.text, tokens.border),
            };
            container::Style {
                text_color: Some(ink),
                background: Some(ground.into()),
                border: Border { color: border, width: 1.0, radius: space::XS.into() },
                ..container::Style::default()
            }
        });
        let content = container(
            iced::widget::row![square, text::body(check.label)]
                .spacing(space::S)
                .align_y(Alignment::Center),
        )
        .padding([space::XS, space::XS]);
        Element::new(Pressable {
            content: content.into(),
            look: Look::Tick,
            enters: false,
            id: check.id,
            on_press: check.on_toggle.map(|toggle| toggle(!checked)),
        })
    }
}

/// A row of views of which one is open. `id` names tab `n` as `{id}-{n}`.
pub fn tabs<'a, Message: Clone + 'a>(
    id: &str,
    labels: impl IntoIterator<Item = impl iced_text::IntoFragment<'a>>,
    open: usize,
    on_open: impl Fn(usize) -> Message + 'a,
) -> Element<'a, Message> {
    let tabs = labels.into_iter().enumerate().map(|(n, label)| {
        new(label, Look::Tab(n == open)).id(format!("{id}-{n}")).on_press(on_open(n)).into()
    });
    iced::widget::Row::with_children(tabs).spacing(space::XS).into()
}

/// Any content that can be pressed as a whole, like a card to choose.
pub struct Choice<'a, Message> {
    content: Element<'a, Message>,
    chosen: bool,
    width: Length,
    id: Option<Id>,
    on_press: Option<Message>,
}

/// Makes a card of `content` that can be pressed as a whole.
pub fn pressable<'a, Message>(content: impl Into<Element<'a, Message>>) -> Choice<'a, Message> {
    Choice { content: content.into(), chosen: false, width: Length::Fill, id: None, on_press: None }
}

impl<'a, Message> Choice<'a, Message> {
    /// Marks the card as the chosen one.
    pub fn chosen(mut self, chosen: bool) -> Self {
        self.chosen = chosen;
        self
    }

    /// The width; it fills its room unless said.
    pub fn width(mut self, width: impl Into<Length>) -> Self {
        self.width = width.into();
        self
    }

    /// The message of a press. Without one the card is disabled.
    pub fn on_press(mut self, message: Message) -> Self {
        self.on_press = Some(message);
        self
    }

    /// The name by which operations and tests find it.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }
}

impl<'a, Message: Clone + 'a> From<Choice<'a, Message>> for Element<'a, Message> {
    fn from(choice: Choice<'a, Message>) -> Self {
        Element::new(Pressable {
            content: container(choice.content).padding(space::M).width(choice.width).into(),
            look: Look::Card(choice.chosen),
            enters: false,
            id: choice.id,
            on_press: choice.on_press,
        })
    }
}

fn is_enter(event: &Event) -> bool {
    matches!(
        event,
        Event::Keyboard(keyboard::Event::KeyPressed { key: Key::Named(Named::Enter), .. })
    )
}

/// What a button that shows Enter tells of itself.
pub(crate) struct Enters;

struct Pressable<'a, Message> {
    content: Element<'a, Message>,
    look: Look,
    /// Whether it shows Enter.
    enters: bool,
    id: Option<Id>,
    on_press: Option<Message>,
}

impl<'a, Message: Clone + 'a> Widget<Message, Theme, Renderer> for Pressable<'a, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<Focus>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(Focus::default())
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.content)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.content));
        if self.on_press.is_none() {
            tree.state.downcast_mut::<Focus>().clear();
        }
    }

    fn size(&self) -> Size<Length> {
        self.content.as_widget().size()
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        renderer: &Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        let size = self.content.as_widget().size();
        layout::padded(limits, size.width, size.height, Padding::ZERO, |limits| {
            self.content.as_widget_mut().layout(&mut tree.children[0], renderer, limits)
        })
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        operation.container(self.id.as_ref(), layout.bounds());
        if self.on_press.is_some() {
            let focus = tree.state.downcast_mut::<Focus>();
            operation.focusable(self.id.as_ref(), layout.bounds(), focus);
            if self.enters {
                operation.custom(self.id.as_ref(), layout.bounds(), &mut Enters);
            }
        }
        operation.traverse(&mut |operation| {
            self.content.as_widget_mut().operate(
                &mut tree.children[0],
                layout.child(0),
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
        self.content.as_widget_mut().update(
            &mut tree.children[0],
            event,
            layout.child(0),
            cursor,
            renderer,
            clipboard,
            shell,
            viewport,
        );
        if let Some(message) = &self.on_press {
            let focus = tree.state.downcast_mut::<Focus>();
            // Enter in a form means "go on", also from a tick box: only Space ticks.
            let goes_on = matches!(self.look, Look::Tick) && is_enter(event);
            if !goes_on && focus.activated(event, layout.bounds(), cursor, shell) {
                shell.publish(message.clone());
            }
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        _: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let tokens = Tokens::of(theme);
        let focus = tree.state.downcast_ref::<Focus>();
        let bounds = layout.bounds();
        let paint = self.look.paint(tokens, self.on_press.is_some(), focus);
        renderer.fill_quad(
            renderer::Quad {
                bounds,
                border: Border {
                    color: paint.border,
                    width: 1.0,
                    radius: self.look.radius().into(),
                },
                ..renderer::Quad::default()
            },
            paint.ground,
        );
        if focus.is_focused() {
            ring(renderer, bounds, self.look.radius(), tokens);
        }
        self.content.as_widget().draw(
            &tree.children[0],
            renderer,
            theme,
            &renderer::Style { text_color: paint.ink },
            layout.child(0),
            cursor,
            viewport,
        );
    }

    fn mouse_interaction(
        &self,
        _: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _: &Rectangle,
        _: &Renderer,
    ) -> mouse::Interaction {
        match cursor.is_over(layout.bounds()) {
            true if self.on_press.is_some() => mouse::Interaction::Pointer,
            true => mouse::Interaction::Idle,
            false => mouse::Interaction::None,
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
        self.content.as_widget_mut().overlay(
            &mut tree.children[0],
            layout.child(0),
            renderer,
            viewport,
            translation,
        )
    }
}

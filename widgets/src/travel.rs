//! Moving the focus. iced's own moves stop at the last control and leave what they focus out
//! of sight below the edge of a scrollable; on a low screen a form would be lost. These go
//! round and scroll the focused control into sight.

use iced::advanced::Layout;
use iced::advanced::widget::operation::scrollable::AbsoluteOffset;
use iced::advanced::widget::operation::{Focusable, Operation, Outcome, Scrollable};
use iced::advanced::widget::{Id, Tree, operation};
use iced::{Rectangle, Renderer, Task, Vector};
use iced_runtime::{Action, task};

use crate::{Element, space};

/// Focuses the next control, after the last the first.
pub fn next() -> impl Operation {
    Count::new(Way::Next)
}

/// Focuses the control before, before the first the last.
pub fn previous() -> impl Operation {
    Count::new(Way::Previous)
}

/// Focuses the control with an id, if it is on the screen and enabled.
pub fn to(id: Id) -> impl Operation {
    To(id)
}

/// [`to`] as a task of the application, for a screen that opens or finds an error.
pub fn focus<Message>(id: impl Into<Id>) -> Task<Message> {
    run(to(id.into()))
}

pub(crate) fn run<Message>(operation: impl Operation + 'static) -> Task<Message> {
    task::effect(Action::widget(operation))
}

/// Carries out an operation, and what follows from it, on a piece of the screen at once. Returns what it
/// finds.
pub(crate) fn at_once<Message, T>(
    screen: &mut Element<'_, Message>,
    tree: &mut Tree,
    layout: Layout<'_>,
    renderer: &Renderer,
    operation: impl Operation<T> + 'static,
) -> Option<T> {
    let mut next: Box<dyn Operation<T>> = Box::new(operation);
    loop {
        let mut untyped = operation::black_box(next.as_mut());
        screen.as_widget_mut().operate(tree, layout, renderer, &mut untyped);
        drop(untyped);
        match next.finish() {
            Outcome::Chain(following) => next = following,
            Outcome::Some(found) => return Some(found),
            Outcome::None => return None,
        }
    }
}

#[derive(Clone, Copy)]
enum Way {
    Next,
    Previous,
}

/// How many controls there are and which of them has the focus.
struct Count {
    way: Way,
    total: usize,
    focused: Option<usize>,
}

impl Count {
    fn new(way: Way) -> Self {
        Self { way, total: 0, focused: None }
    }
}

impl Operation for Count {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Focusable) {
        if state.is_focused() {
            self.focused = Some(self.total);
        }
        self.total += 1;
    }

    fn finish(&self) -> Outcome<()> {
        let Some(last) = self.total.checked_sub(1) else {
            return Outcome::None;
        };
        let target = match (self.way, self.focused) {
            (Way::Next, Some(focused)) if focused < last => focused + 1,
            (Way::Next, _) => 0,
            (Way::Previous, Some(focused)) if focused > 0 => focused - 1,
            (Way::Previous, _) => last,
        };
        Outcome::Chain(Box::new(Move { target, current: 0 }))
    }
}

/// Focuses the `target`-th control and no other.
struct Move {
    target: usize,
    current: usize,
}

impl Operation for Move {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Focusable) {
        put(self.current == self.target, state);
        self.current += 1;
    }

    fn finish(&self) -> Outcome<()> {
        Outcome::Chain(Box::new(Locate::default()))
    }
}

struct To(Id);

impl Operation for To {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, id: Option<&Id>, _: Rectangle, state: &mut dyn Focusable) {
        put(id == Some(&self.0), state);
    }

    fn finish(&self) -> Outcome<()> {
        Outcome::Chain(Box::new(Locate::default()))
    }
}

fn put(focus: bool, state: &mut dyn Focusable) {
    if focus {
        state.focus();
    } else {
        state.unfocus();
    }
}

/// Finds the focused control and the scrollables around it.
#[derive(Default)]
struct Locate {
    /// All scrollables so far: their rooms and how far their content is moved.
    seen: Vec<(Rectangle, Vector)>,
    /// The scrollables that are being traversed.
    around: Vec<usize>,
    /// A scrollable whose content comes next.
    entering: Option<usize>,
    /// By how much which scrollable must move for the control to be in sight.
    moves: Vec<(usize, f32)>,
}

impl Operation for Locate {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        let entered = self.entering.take();
        self.around.extend(entered);
        operate(self);
        if entered.is_some() {
            self.around.pop();
        }
    }

    fn scrollable(
        &mut self,
        _: Option<&Id>,
        bounds: Rectangle,
        _: Rectangle,
        translation: Vector,
        _: &mut dyn Scrollable,
    ) {
        self.entering = Some(self.seen.len());
        self.seen.push((bounds, translation));
    }

    fn focusable(&mut self, _: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        if !state.is_focused() {
            return;
        }
        let mut inner = bounds.expand(space::M);
        for n in self.around.iter().rev() {
            let Some((room, translation)) = self.seen.get(*n) else {
                continue;
            };
            let top = inner.y - translation.y;
            let above = room.y - top;
            let below = top + inner.height - (room.y + room.height);
            let by = match () {
                () if above > 0.0 => -above,
                () if below > 0.0 => below.min(-above),
                () => 0.0,
            };
            self.moves.push((*n, by));
            inner = *room;
        }
    }

    fn finish(&self) -> Outcome<()> {
        if self.moves.iter().all(|(_, by)| *by == 0.0) {
            return Outcome::None;
        }
        Outcome::Chain(Box::new(Reveal { moves: self.moves.clone(), current: 0 }))
    }
}

struct Reveal {
    moves: Vec<(usize, f32)>,
    current: usize,
}

impl Operation for Reveal {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn scrollable(
        &mut self,
        _: Option<&Id>,
        bounds: Rectangle,
        content_bounds: Rectangle,
        _: Vector,
        state: &mut dyn Scrollable,
    ) {
        if let Some((_, by)) = self.moves.iter().find(|(n, _)| *n == self.current) {
            state.scroll_by(AbsoluteOffset { x: 0.0, y: *by }, bounds, content_bounds);
        }
        self.current += 1;
    }
}

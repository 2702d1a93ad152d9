//! Moving the focus. iced's own moves stop at the last control and leave what they focus out
//! of sight below the edge of a scrollable; on a low screen a form would be lost. These go
//! round and scroll the focused control into sight.

use std::any::Any;

use iced::advanced::Layout;
use iced::advanced::widget::operation::scrollable::AbsoluteOffset;
use iced::advanced::widget::operation::{Focusable, Operation, Outcome, Scrollable};
use iced::advanced::widget::{Id, Tree, operation};
use iced::{Rectangle, Renderer, Task, Vector};
use iced_runtime::{Action, task};

use crate::{Element, button::Enters, field, pick, space, table};

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

/// Where an arrow leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// To what stands above.
    Up,
    /// To what stands below.
    Down,
    /// To what stands at the left.
    Left,
    /// To what stands at the right.
    Right,
}

/// Focuses the nearest control in a direction, as in a menu of two columns. At the end of a column Down leads to
/// the next one and Up to the one before; at the edge Left and Right stay. What has no focus yet begins at the first
/// control.
pub fn toward(toward: Toward) -> impl Operation {
    Nearest { toward, places: Vec::new(), focused: None }
}

struct Nearest {
    toward: Toward,
    places: Vec<Rectangle>,
    focused: Option<usize>,
}

impl Nearest {
    /// How far one control is from another in the direction, what stands askew last; `None`: not there.
    fn distance(&self, from: Rectangle, to: Rectangle) -> Option<f32> {
        let (across, along) = (to.center_x() - from.center_x(), to.center_y() - from.center_y());
        let (ahead, askew, apart) = match self.toward {
            Toward::Up => (-along, across, from.width),
            Toward::Down => (along, across, from.width),
            Toward::Left => (-across, along, from.height),
            Toward::Right => (across, along, from.height),
        };
        let clear = match self.toward {
            Toward::Up => to.y + to.height <= from.center_y(),
            Toward::Down => to.y >= from.center_y(),
            Toward::Left => to.x + to.width <= from.center_x(),
            Toward::Right => to.x >= from.center_x(),
        };
        // What is beside it is not before it.
        let vertical = matches!(self.toward, Toward::Up | Toward::Down);
        let beside = vertical && askew.abs() > apart / 2.0;
        (clear && !beside).then(|| ahead + askew.abs() * 2.0)
    }
}

impl Operation for Nearest {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        if state.is_focused() {
            self.focused = Some(self.places.len());
        }
        self.places.push(bounds);
    }

    fn finish(&self) -> Outcome<()> {
        let target = match self.focused.and_then(|focused| self.places.get(focused)) {
            None if self.places.is_empty() => return Outcome::None,
            None => 0,
            Some(from) => {
                let far = |(n, to): (usize, &Rectangle)| Some((self.distance(*from, *to)?, n));
                let nearest = self.places.iter().enumerate().filter_map(far);
                match (nearest.min_by(|(a, _), (b, _)| a.total_cmp(b)), self.toward) {
                    (Some((_, n)), _) => n,
                    (None, Toward::Down) => return Outcome::Chain(Box::new(next())),
                    (None, Toward::Up) => return Outcome::Chain(Box::new(previous())),
                    (None, Toward::Left | Toward::Right) => return Outcome::None,
                }
            }
        };
        Outcome::Chain(Box::new(Move { target, current: 0 }))
    }
}

/// Focuses the next field: a line or a choice, no button between them. At the last one it stays.
pub fn next_field() -> impl Operation {
    Fields::default()
}

/// Focuses what a question begins with: its first control, or where nothing is to be filled in or chosen, the button
/// that shows Enter.
pub(crate) fn begin() -> impl Operation {
    Begin::default()
}

#[derive(Default)]
struct Begin {
    controls: usize,
    fills: bool,
    enters: Option<usize>,
}

impl Operation for Begin {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _: Option<&Id>, _: Rectangle, _: &mut dyn Focusable) {
        self.controls += 1;
    }

    fn custom(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Any) {
        self.fills |= is_filled_in(state);
        if state.is::<Enters>() {
            self.enters = self.controls.checked_sub(1);
        }
    }

    fn finish(&self) -> Outcome<()> {
        if self.controls == 0 {
            return Outcome::None;
        }
        let target = self.enters.filter(|_| !self.fills).unwrap_or(0);
        Outcome::Chain(Box::new(Move { target, current: 0 }))
    }
}

/// [`next_field`] as a task of the application, for Enter in a form.
pub fn go_on<Message>() -> Task<Message> {
    run(next_field())
}

/// Focuses the control with an id unless another has the focus, so that a key is never nobody's.
pub fn rest<Message>(id: impl Into<Id>) -> Task<Message> {
    run(Rest { id: id.into(), focused: false })
}

/// The focus of a field, if it is one.
fn of_field(state: &mut dyn Any) -> Option<&mut dyn Focusable> {
    if state.is::<field::State>() {
        state.downcast_mut::<field::State>().map(|line| line as &mut dyn Focusable)
    } else {
        state.downcast_mut::<pick::State>().map(|list| &mut list.focus as &mut dyn Focusable)
    }
}

/// Whether something is filled in or chosen there: a field, a choice, a table.
pub(crate) fn is_filled_in(state: &mut dyn Any) -> bool {
    of_field(state).is_some() || state.is::<table::State>()
}

/// From a field into the first table after it. The outcome tells whether there was one.
pub(crate) fn into_table() -> impl Operation {
    Table::default()
}

#[derive(Default)]
struct Table {
    in_field: bool,
    /// Tables before the field, and whether one comes after it.
    before: usize,
    after: bool,
}

impl Operation for Table {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn custom(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Any) {
        if let Some(line) = state.downcast_ref::<field::State>() {
            self.in_field |= line.is_focused();
        } else if state.is::<table::State>() {
            match self.in_field {
                true => self.after = true,
                false => self.before += 1,
            }
        }
    }

    fn finish(&self) -> Outcome<()> {
        match self.after {
            true => Outcome::Chain(Box::new(MoveTable { target: self.before, current: 0 })),
            false => Outcome::None,
        }
    }
}

/// Focuses the `target`-th table and no other control.
struct MoveTable {
    target: usize,
    current: usize,
}

impl Operation for MoveTable {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Focusable) {
        state.unfocus();
    }

    fn custom(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Any) {
        if let Some(table) = state.downcast_mut::<table::State>() {
            put(self.current == self.target, &mut table.focus);
            self.current += 1;
        }
    }

    fn finish(&self) -> Outcome<()> {
        Outcome::Some(())
    }
}

/// How many fields there are and which of them has the focus, or is the next after the button that has.
#[derive(Default)]
struct Fields {
    total: usize,
    next: Option<usize>,
}

impl Operation for Fields {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Focusable) {
        if state.is_focused() {
            self.next = Some(self.total);
        }
    }

    fn custom(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Any) {
        if let Some(field) = of_field(state) {
            self.total += 1;
            if field.is_focused() {
                self.next = Some(self.total);
            }
        }
    }

    fn finish(&self) -> Outcome<()> {
        let target = self.next.unwrap_or(0);
        if target >= self.total {
            return Outcome::None;
        }
        Outcome::Chain(Box::new(MoveField { target, current: 0 }))
    }
}

/// Focuses the `target`-th field and no other control.
struct MoveField {
    target: usize,
    current: usize,
}

impl Operation for MoveField {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Focusable) {
        state.unfocus();
    }

    fn custom(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Any) {
        if let Some(field) = of_field(state) {
            put(self.current == self.target, field);
            self.current += 1;
        }
    }

    fn finish(&self) -> Outcome<()> {
        Outcome::Chain(Box::new(Locate::default()))
    }
}

/// Whether any control has the focus.
struct Rest {
    id: Id,
    focused: bool,
}

impl Operation for Rest {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Focusable) {
        self.focused |= state.is_focused();
    }

    fn finish(&self) -> Outcome<()> {
        match self.focused {
            true => Outcome::None,
            false => Outcome::Chain(Box::new(To(self.id.clone()))),
        }
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

//! A table over any number of rows: only the rows in sight exist.
//!
//! The scroll position is a row number, not a distance: ten million rows of 32 px are more
//! than an `f32` can count. The screen gives the number of rows and answers for single cells;
//! it is told which rows are in sight (`on_range`) and fetches those. A cell it does not have
//! yet shows as "…". What the table remembers is in `state`, the widget in `view`.
//!
//! Columns keep to the user's [`Layout`]. Where the room is still too narrow for all that are shown, the
//! ones that are spare stay away until there is room again.

mod state;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use iced::Length;
use iced::advanced::widget::Id;
use iced::widget::text::{Fragment, IntoFragment};

use crate::Element;
use crate::theme::Tone;
pub(crate) use state::State;
use view::View;

/// A column of a table.
pub struct Column<'a> {
    pub(crate) head: Fragment<'a>,
    pub(crate) width: Width,
    pub(crate) end: bool,
    pub(crate) sortable: bool,
    /// The user does without it.
    pub(crate) hidden: bool,
    pub(crate) spare: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Width {
    /// In px.
    Fixed(f32),
    /// A share of the room that is left.
    Share(u16),
}

impl<'a> Column<'a> {
    /// A column of a fixed width in px.
    pub fn fixed(head: impl IntoFragment<'a>, width: f32) -> Self {
        Self {
            head: head.into_fragment(),
            width: Width::Fixed(width),
            end: false,
            sortable: false,
            hidden: false,
            spare: false,
        }
    }

    /// A column that takes a share of the room that the fixed ones leave.
    pub fn share(head: impl IntoFragment<'a>, share: u16) -> Self {
        Self { width: Width::Share(share), ..Self::fixed(head, 0.0) }
    }

    /// Its head.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// Aligns numbers at the end of the column.
    pub fn end(mut self) -> Self {
        self.end = true;
        self
    }

    /// Lets the column stay away where there is too little room.
    pub fn spare(mut self) -> Self {
        self.spare = true;
        self
    }

    /// Lets the column be sorted by.
    pub fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    pub(crate) words: String,
    pub(crate) tone: Option<Tone>,
}

impl Cell {
    /// Words in the colour of their meaning.
    pub fn toned(words: impl Into<String>, tone: Tone) -> Self {
        Self { words: words.into(), tone: Some(tone) }
    }

    /// Its words.
    pub fn words(&self) -> &str {
        &self.words
    }
}

impl<S: Into<String>> From<S> for Cell {
    fn from(words: S) -> Self {
        Self { words: words.into(), tone: None }
    }
}

/// The way a table is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// From A to Z, from small to great, from old to new.
    Rising,
    /// The other way round.
    Falling,
}

/// How a user wants a table's columns, by their heads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    /// Columns that are not shown.
    pub hidden: BTreeSet<String>,
    /// Widths that were pulled, in px.
    pub widths: BTreeMap<String, f32>,
}

/// A table over any number of rows.
pub struct Table<'a, Message>(View<'a, Message>);

/// A table of `total` rows; `cell(row, column)` is asked only for cells in sight and returns
/// `None` for a row that is not loaded yet.
pub fn table<'a, Message>(
    columns: impl IntoIterator<Item = Column<'a>>,
    total: u64,
    cell: impl Fn(u64, usize) -> Option<Cell> + 'a,
) -> Table<'a, Message> {
    Table(View {
        columns: columns.into_iter().collect(),
        total,
        cell: Box::new(cell),
        selected: None,
        sorted: None,
        height: Length::Fill,
        id: None,
        on_select: None,
        on_open: None,
        on_range: None,
        on_sort: None,
        on_pull: None,
        sums: None,
    })
}

impl<'a, Message> Table<'a, Message> {
    /// The name by which operations and tests find it.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.0.id = Some(id.into());
        self
    }

    /// The height; it fills its room unless said.
    pub fn height(mut self, height: impl Into<Length>) -> Self {
        self.0.height = height.into();
        self
    }

    /// The selected row. When the screen changes it, the table brings it in sight.
    pub fn selected(mut self, row: Option<u64>) -> Self {
        self.0.selected = row;
        self
    }

    /// The message of a row that was selected.
    pub fn on_select(mut self, message: impl Fn(u64) -> Message + 'a) -> Self {
        self.0.on_select = Some(Box::new(message));
        self
    }

    /// The message of a row that was opened, by Enter or a double click.
    pub fn on_open(mut self, message: impl Fn(u64) -> Message + 'a) -> Self {
        self.0.on_open = Some(Box::new(message));
        self
    }

    /// The message of the rows in sight, whenever they become others.
    pub fn on_range(mut self, message: impl Fn(Range<u64>) -> Message + 'a) -> Self {
        self.0.on_range = Some(Box::new(message));
        self
    }

    /// The column that the rows are sorted by.
    pub fn sorted(mut self, column: usize, order: Order) -> Self {
        self.0.sorted = Some((column, order));
        self
    }

    /// Shows the columns as the user wants them.
    pub fn layout(mut self, layout: &Layout) -> Self {
        for column in &mut self.0.columns {
            let head: &str = &column.head;
            column.hidden = layout.hidden.contains(head);
            if let Some(width) = layout.widths.get(head) {
                column.width = Width::Fixed(width.max(view::SHORTEST));
            }
        }
        self
    }

    /// The message of a column that was pulled to another width, in px.
    pub fn on_pull(mut self, message: impl Fn(usize, f32) -> Message + 'a) -> Self {
        self.0.on_pull = Some(Box::new(message));
        self
    }

    /// Rows from this one on are sums and stand out.
    pub fn sums(mut self, from: u64) -> Self {
        self.0.sums = Some(from);
        self
    }

    /// The message of a column whose head was clicked, or of Ctrl and its number.
    pub fn on_sort(mut self, message: impl Fn(usize) -> Message + 'a) -> Self {
        self.0.on_sort = Some(Box::new(message));
        self
    }
}

impl<'a, Message: 'a> From<Table<'a, Message>> for Element<'a, Message> {
    fn from(table: Table<'a, Message>) -> Self {
        Element::new(table.0)
    }
}

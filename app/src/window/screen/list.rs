//! The frame of a list: a table with its period, filter, order, columns, pages, ways out, notice and empty words.
//!
//! A list is a file with its [`Content`]: columns, cells, what it asks of the desk, its words. Everything else is
//! the same for all and stands here. Rows that come all at once are sorted and filtered here; where a content says
//! [`Content::in_pages`], the ledger sorts, and the pages are searched for the words of the filter.

use std::{ops::Range, path::PathBuf};

use iced::{
    Length::Fill,
    widget::{Column as Lines, Row as Line, Space, container},
};
use jiff::civil::Date;
use ledger::{Ledger, LedgerError, Page};
use widgets::{
    Dialog, Element, Icon, empty_state, flow,
    keys::Pressed,
    modal, quiet, row, space, table,
    table::{Cell, Column, Order},
    text,
};

use super::{
    Shown,
    grid::{self, Grid, Key},
    help::Help,
    menu,
    outlet::{self, Out},
    paged::{Paged, seek},
    period::{self, Length},
};
use crate::{
    browse::Wanted,
    desk::{Desk, books::Paper},
    window::{layout, notice::Notice},
};

/// The words of a list's filter.
pub struct Filter {
    /// What it looks at.
    pub over: &'static str,
    /// That no row has what is typed.
    pub nothing: &'static str,
    /// What to do then.
    pub advice: &'static str,
}

/// The words of a list without rows.
pub struct Empty {
    /// Its sign.
    pub icon: Icon,
    /// That there is nothing.
    pub nothing: &'static str,
    /// What to do then, or where rows come from.
    pub advice: &'static str,
}

/// What is asked of the desk.
pub struct Asked {
    /// The days of the period, both included; all days for a list without one.
    pub days: (Date, Date),
    /// The column by which a list that comes in pages is sorted; `None`: as it is by itself.
    pub sorted: Option<(usize, Order)>,
    /// The place after which the page begins; `None`: the first one.
    pub after: Option<u64>,
}

/// What one list has of its own.
pub trait Content: Sized {
    /// A line of it.
    type Row;
    /// What is counted beside the lines.
    type Total: Default;
    /// What happens on no other list.
    type Own: Clone;
    /// What the shell has to do for no other list.
    type Ask;

    /// The table's name.
    const TABLE: &'static str;
    /// Its page of the help.
    const HELP: Help;
    /// Its row in the menu.
    const MENU: menu::Row;
    /// The period that is shown first; `None`: the list is not one of days.
    const PERIOD: Option<Length>;
    /// Its filter, if it has one.
    const FILTER: Option<Filter>;
    /// Its words where nothing is there.
    const EMPTY: Empty;

    /// The window's title.
    fn title(&self) -> &'static str;

    /// See [`Shown::subject`].
    fn subject(&self) -> String {
        String::new()
    }

    /// The columns, from left to right.
    fn columns(&self) -> Vec<Column<'_>>;

    /// What stands in a column.
    fn cell(&self, row: &Self::Row, column: usize) -> Cell;

    /// What a row is sorted by in a column.
    fn key(&self, row: &Self::Row, column: usize) -> Key {
        Key::words(self.cell(row, column).words())
    }

    /// What stands in a column of the row of sums, if there is one.
    fn sum(&self, _total: &Self::Total, _column: usize) -> Option<Cell> {
        None
    }

    /// Whether rows come page by page.
    fn in_pages(&self) -> bool {
        false
    }

    /// Reads rows: a page of them, or all.
    ///
    /// # Errors
    /// Those of the ledger.
    fn read(&self, desk: &Desk, asked: &Asked) -> Result<Page<Self::Row>, LedgerError>;

    /// Counts what stands beside the rows; `rows` are the first ones, or all.
    ///
    /// # Errors
    /// Those of the ledger.
    fn count(
        &self,
        _desk: &Desk,
        _days: (Date, Date),
        _rows: &[Self::Row],
    ) -> Result<Self::Total, LedgerError> {
        Ok(Self::Total::default())
    }

    /// What opening a row asks for.
    fn open(&self, row: &Self::Row) -> Option<Self::Ask>;

    /// Takes in what happens here only.
    fn own(&mut self, own: Self::Own) -> Action<Self::Ask>;

    /// What a key means here only.
    fn key_of_own(&self, _key: Pressed) -> Option<Self::Own> {
        None
    }

    /// The paper that is printed or saved, if there is one.
    fn paper(&self) -> Option<Paper> {
        None
    }

    /// What stands at the top's left.
    fn head(&self) -> Element<'_, Message<Self::Own>> {
        text::title(self.title()).into()
    }

    /// A choice beside the period.
    fn choice(&self) -> Option<Element<'_, Message<Self::Own>>> {
        None
    }

    /// How many rows there are, in words.
    fn counted(&self, _total: &Self::Total) -> Option<String> {
        None
    }

    /// A button of its own.
    fn action<'a>(&'a self, _list: &'a List<Self>) -> Option<Element<'a, Message<Self::Own>>> {
        None
    }

    /// A field beside the filter.
    fn field(&self) -> Option<Element<'_, Message<Self::Own>>> {
        None
    }

    /// What stands below the table.
    fn below<'a>(&'a self, _list: &'a List<Self>) -> Option<Element<'a, Message<Self::Own>>> {
        None
    }

    /// What stands at the table's right.
    fn side<'a>(&'a self, _list: &'a List<Self>) -> Option<Element<'a, Message<Self::Own>>> {
        None
    }

    /// The question that stands over the list.
    fn dialog(&self) -> Option<Dialog<'_, Message<Self::Own>>> {
        None
    }

    /// See [`Shown::waits_for`].
    fn waits_for(&self) -> Option<Wanted> {
        None
    }

    /// See [`Shown::given`].
    fn given(&self, _path: PathBuf) -> Option<Self::Own> {
        None
    }

    /// See [`Shown::asks_for_file`].
    fn asks_for_file(_own: &Self::Own) -> bool {
        false
    }
}

/// What happened on a list.
#[derive(Clone, Debug)]
pub enum Message<Own> {
    /// Other days.
    Period(period::Message),
    /// A row was selected.
    Selected(u64),
    /// A row was opened.
    Opened(u64),
    /// With the table itself.
    Grid(grid::Message),
    /// The rows in sight.
    Ranged(Range<u64>),
    /// Print the paper or save it.
    Taken(Out),
    /// Back.
    Closed,
    /// What only this list has.
    Own(Own),
}

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action<Ask> {
    /// Nothing.
    None,
    /// Fetch the page after a place, or the first one.
    Fetch(Option<u64>),
    /// Print the paper or save it.
    Take(Out),
    /// Back.
    Close,
    /// What only this list asks for.
    Own(Ask),
}

/// A list with its rows.
pub struct List<C: Content> {
    /// What it is of.
    pub content: C,
    /// Which days, where it is a list of days.
    pub period: Option<period::State>,
    /// Order, filter and columns of the table.
    pub grid: Grid,
    rows: Paged<C::Row>,
    /// Places in `rows`, as they are shown.
    order: Vec<usize>,
    total: C::Total,
    /// The rows could not be read: that is not the same as none there.
    unread: bool,
    notice: Option<Notice>,
}

fn heads(content: &impl Content) -> Vec<String> {
    content.columns().iter().map(|column| column.head().to_owned()).collect()
}

impl<C: Content> List<C> {
    /// A list without rows; the shell fetches them.
    pub fn new(content: C, today: Date) -> Self {
        Self {
            period: C::PERIOD.map(|length| period::State::new(length, today)),
            grid: Grid::new(C::TABLE, &heads(&content)),
            content,
            rows: Paged::default(),
            order: Vec::new(),
            total: C::Total::default(),
            unread: false,
            notice: None,
        }
    }

    /// The chosen days; `None` while what is typed is no period.
    pub fn days(&self) -> Option<(Date, Date)> {
        self.period.as_ref().map_or(Some((Date::MIN, Date::MAX)), period::State::days)
    }

    /// The rows that came so far, as they came.
    pub fn rows(&self) -> &[C::Row] {
        self.rows.rows()
    }

    /// A row by its place in the table.
    pub fn row(&self, place: u64) -> Option<&C::Row> {
        self.rows().get(*self.order.get(usize::try_from(place).ok()?)?)
    }

    /// A cell by its row's place in the table; the row of sums stands behind the others.
    pub fn cell(&self, place: u64, column: usize) -> Option<Cell> {
        match self.row(place) {
            Some(row) => Some(self.content.cell(row, column)),
            None => self.content.sum(&self.total, column),
        }
    }

    /// The selected row.
    pub fn chosen(&self) -> Option<&C::Row> {
        self.row(self.rows.selected()?)
    }

    /// The place of the selected row.
    pub fn selected(&self) -> Option<u64> {
        self.rows.selected()
    }

    /// Whether to ask for the next page at once.
    pub fn goes_on(&self) -> bool {
        self.rows.goes_on()
    }

    /// Whether a row holds the words of the filter.
    pub fn holds(&self, row: &C::Row) -> bool {
        self.grid.holds(|| self.words(row))
    }

    fn words(&self, row: &C::Row) -> String {
        let cells = (0..self.grid.heads()).map(|column| self.content.cell(row, column));
        cells.map(|cell| cell.words().to_owned() + " ").collect()
    }

    /// Fetches the page after a place, or the first one with what is counted beside it.
    ///
    /// # Errors
    /// Those of the ledger; what is shown stays as it was.
    pub fn fetch(&mut self, desk: &Desk, after: Option<u64>) -> Result<(), LedgerError> {
        let Some(days) = self.days() else {
            self.show(Page { items: Vec::new(), next: None }, C::Total::default());
            return Ok(());
        };
        let sorted = self.grid.sorted();
        let turn = |after| self.content.read(desk, &Asked { days, sorted, after });
        let page = match self.content.in_pages() {
            true => seek(after, turn, |row| self.holds(row))?,
            false => turn(after)?,
        };
        match after {
            Some(_) => self.extend(page),
            None => {
                let total = self.content.count(desk, days, &page.items)?;
                self.show(page, total);
            }
        }
        Ok(())
    }

    /// The first page, or all rows.
    pub fn show(&mut self, page: Page<C::Row>, total: C::Total) {
        (self.total, self.unread, self.notice) = (total, false, None);
        self.rows.show(page.items, page.next);
        self.arrange();
    }

    /// The next page.
    pub fn extend(&mut self, page: Page<C::Row>) {
        self.rows.extend(page.items, page.next);
        self.arrange_more();
    }

    /// The rows of the chosen days could not be read.
    pub fn failed(&mut self, notice: Notice) {
        self.show(Page { items: Vec::new(), next: None }, C::Total::default());
        (self.unread, self.notice) = (true, Some(notice));
    }

    fn arrange(&mut self) {
        self.arrange_more();
        self.rows.select((!self.order.is_empty()).then_some(0));
    }

    fn arrange_more(&mut self) {
        self.order = match self.content.in_pages() {
            true => (0..self.rows.count()).collect(),
            false => {
                let key = |row: &C::Row, column| self.content.key(row, column);
                self.grid.order(self.rows(), key, |row| self.words(row))
            }
        };
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message<C::Own>) -> Action<C::Ask> {
        match message {
            Message::Period(message) => {
                if let Some(period) = &mut self.period {
                    period.update(message);
                }
                Action::Fetch(None)
            }
            Message::Selected(place) => {
                self.rows.select(place);
                Action::None
            }
            Message::Opened(place) => {
                let asked = self.row(place).and_then(|row| self.content.open(row));
                asked.map_or(Action::None, Action::Own)
            }
            Message::Grid(message) => {
                if !self.grid.update(message) {
                    return Action::None;
                }
                if self.content.in_pages() {
                    return Action::Fetch(None);
                }
                self.arrange();
                Action::None
            }
            Message::Ranged(sight) => match self.rows.wanted(&sight) {
                Some(after) => Action::Fetch(Some(after)),
                None => Action::None,
            },
            Message::Taken(out) => Action::Take(out),
            Message::Closed => Action::Close,
            Message::Own(own) => {
                let action = self.content.own(own);
                self.grid.rename(heads(&self.content));
                action
            }
        }
    }

    fn table(&self) -> Element<'_, Message<C::Own>> {
        if self.unread {
            return layout::unread();
        }
        if self.rows.is_empty() && !(self.content.in_pages() && self.grid.filters()) {
            let Empty { icon, nothing, advice } = C::EMPTY;
            let earlier = self.period.as_ref().and_then(period::State::earlier);
            let earlier = earlier.map(|words| {
                quiet(words).on_press(Message::Period(period::Message::Earlier)).into()
            });
            return empty_state(icon, nothing, advice, earlier);
        }
        let comes = self.rows.next().is_some();
        if let Some(Filter { nothing, advice, .. }) =
            C::FILTER.filter(|_| self.order.is_empty() && !comes)
        {
            return empty_state(Icon::Search, nothing, advice, None);
        }
        let shown = self.order.len() as u64;
        let has_sums = self.content.sum(&self.total, 0).is_some();
        // A row past the loaded ones asks for the next page when it comes into sight.
        let total = shown + u64::from(comes) + u64::from(has_sums);
        let mut list =
            table(self.content.columns(), total, |place, column| self.cell(place, column))
                .id(C::TABLE)
                .selected(self.rows.selected())
                .on_select(Message::Selected)
                .on_open(Message::Opened)
                .on_range(Message::Ranged);
        if has_sums {
            list = list.sums(shown);
        }
        self.grid.dress(list, Message::Grid).into()
    }

    /// The filter with the field beside it; a list without rows has none to look for.
    fn filter(&self) -> Option<Element<'_, Message<C::Own>>> {
        let Filter { over, .. } = C::FILTER?;
        Some(match self.content.field() {
            Some(field) => {
                let filter = self.grid.filter_labelled("Lọc", over, Message::Grid);
                flow::fields([filter, field]).into()
            }
            None if self.rows.is_empty() && !self.grid.filters() => return None,
            None => self.grid.filter(over, Message::Grid),
        })
    }
}

impl<C: Content> Shown for List<C> {
    type Message = Message<C::Own>;

    const HELP: Help = C::HELP;
    const MENU: Option<menu::Row> = Some(C::MENU);

    fn may_open(ledger: &Ledger) -> bool {
        ledger.sees_people()
    }

    fn title(&self) -> &'static str {
        self.content.title()
    }

    fn subject(&self) -> String {
        self.content.subject()
    }

    fn asks(&self) -> bool {
        self.content.dialog().is_some()
    }

    fn main_field(&self) -> Option<String> {
        Some(C::TABLE.into())
    }

    fn grid(&self) -> Option<&Grid> {
        Some(&self.grid)
    }

    fn grid_mut(&mut self) -> Option<&mut Grid> {
        Some(&mut self.grid)
    }

    fn key(&self, key: Pressed) -> Option<Self::Message> {
        if let Some(own) = self.content.key_of_own(key) {
            return Some(Message::Own(own));
        }
        if self.asks() {
            return None;
        }
        match key {
            Pressed::Escape => Some(Message::Closed),
            key => self.content.paper().and_then(|_| Out::key(key)).map(Message::Taken),
        }
    }

    fn waits_for(&self) -> Option<Wanted> {
        self.content.waits_for()
    }

    fn given(&self, path: PathBuf) -> Option<Self::Message> {
        self.content.given(path).map(Message::Own)
    }

    fn asks_for_file(message: &Self::Message) -> bool {
        matches!(message, Message::Own(own) if C::asks_for_file(own))
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Self::Message> {
        let head = row([self.content.head(), Space::new().width(space::S).into()])
            .push(self.period.as_ref().map(|period| period.view().map(Message::Period)))
            .push(self.content.choice())
            .push(flow::spring())
            .push(self.content.counted(&self.total).map(text::small))
            .push(Grid::button(Message::Grid))
            .push(self.content.action(self))
            .push(self.content.paper().map(|_| outlet::buttons(Message::Taken)));
        let left = Lines::new()
            .push(self.filter())
            .push(container(self.table()).height(Fill))
            .push(self.content.below(self))
            .spacing(space::M)
            .width(Fill);
        let body =
            Line::new().push(left).push(self.content.side(self)).spacing(space::L).height(Fill);
        let screen = Lines::new()
            .push(head)
            .push(self.notice.as_ref().map(Notice::view))
            .push(body)
            .spacing(space::M);
        modal(container(screen).padding(space::L).height(Fill), self.content.dialog())
    }
}

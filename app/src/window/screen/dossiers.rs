//! Every dossier of the office, newest first or in the order of a column: by where it stands and whose it is,
//! with a search that ignores diacritics. The ledger sorts, as the list comes page by page.

use jiff::civil::DateTime;
use ledger::{DossierRecord, Due, Filter, Ledger, Page, Sort, SortBy};
use office::{
    calendar::{DueState, due_state, is_near},
    dossier::{DossierId, Status},
};
use widgets::{
    Element, Icon, column, empty_state, field,
    keys::Pressed,
    pick, quiet, row, table,
    table::{Cell, Column},
    tabs, text,
};

use super::{
    Shown,
    dossier::status_tone,
    grid::{self, Grid},
    help::{Help, help},
    paged::Paged,
};
use crate::window::{layout, notice::Notice};

/// The search's field.
pub const SEARCH: &str = "dossiers-search";

/// The list.
pub const TABLE: &str = "dossiers-table";

const HEADS: [&str; 7] =
    ["Mã hồ sơ", "Người nộp", "Thủ tục", "Nhận ngày", "Hẹn trả", "Thời hạn", "Trạng thái"];

const NAME: usize = 1;
const PROCEDURE: usize = 2;
const DUE: usize = 4;
const STATUS: usize = 6;

const OFFICER_WIDTH: f32 = 200.0;

const APOLOGISE: &str = "Hôm nay là ngày cuối để xin lỗi và gia hạn trước hạn: hồ sơ nào không kịp thì mở ra, nhấn F4, chọn “Xin lỗi và gia hạn (mẫu 04)”.";

/// Where the dossiers of a list stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    All,
    Open,
    Overdue,
    Today,
    Soon,
    Waiting,
    ToReturn,
    Ended,
}

impl View {
    const ALL: [View; 8] = [
        View::All,
        View::Open,
        View::Overdue,
        View::Today,
        View::Soon,
        View::Waiting,
        View::ToReturn,
        View::Ended,
    ];

    fn label(self) -> &'static str {
        match self {
            View::All => "Tất cả",
            View::Open => "Đang giải quyết",
            View::Overdue => "Quá hạn",
            View::Today => "Hẹn hôm nay",
            View::Soon => "Sắp đến hạn",
            View::Waiting => "Chờ công dân",
            View::ToReturn => "Chờ trả kết quả",
            View::Ended => "Đã kết thúc",
        }
    }

    fn statuses(self) -> &'static [Status] {
        match self {
            View::All => &[],
            View::Open | View::Overdue | View::Today | View::Soon => &[
                Status::Received,
                Status::Processing,
                Status::SupplementAsked,
                Status::PaymentAsked,
            ],
            View::Waiting => &[Status::SupplementAsked, Status::PaymentAsked],
            View::ToReturn => &[Status::Resolved],
            View::Ended => &[
                Status::Returned,
                Status::NotAccepted,
                Status::Withdrawn,
                Status::Stopped,
                Status::Annulled,
            ],
        }
    }

    fn due(self, now: DateTime, soon: (DateTime, DateTime)) -> Option<Due> {
        match self {
            View::Soon => Some(Due::Within(soon.0, soon.1)),
            View::Overdue => Some(Due::Overdue(now)),
            View::Today => Some(Due::Today(now.date())),
            _ => None,
        }
    }

    /// The same for one record, and more than the ledger is asked for: a dossier that has just come in is
    /// not soon due.
    fn holds(self, record: &DossierRecord, now: DateTime, soon: (DateTime, DateTime)) -> bool {
        let standing = self.statuses().is_empty() || self.statuses().contains(&record.status());
        let due = record.course.deadline.as_ref().map(|deadline| due_state(deadline, now));
        standing
            && match self {
                View::Overdue => matches!(due, Some(DueState::Overdue(_))),
                View::Today => record
                    .course
                    .deadline
                    .as_ref()
                    .is_some_and(|deadline| deadline.at.date() == now.date()),
                View::Soon => record.course.deadline.as_ref().is_some_and(|deadline| {
                    (soon.0..soon.1).contains(&deadline.at)
                        && is_near(deadline, record.dossier.received_at, now)
                }),
                _ => true,
            }
    }
}

/// What the ledger sorts a column by.
fn sort_of(column: usize) -> SortBy {
    match column {
        NAME => SortBy::Name,
        PROCEDURE => SortBy::Procedure,
        DUE => SortBy::Due,
        STATUS => SortBy::Status,
        _ => SortBy::Received,
    }
}

/// A narrower list that another screen asks for.
#[derive(Clone, Debug)]
pub struct Only {
    /// What it shows, in words.
    pub words: String,
    /// Which dossiers.
    pub filter: Filter,
}

/// The screen's state.
pub struct State {
    view: View,
    officers: Vec<String>,
    officer: Option<String>,
    only: Option<Only>,
    query: String,
    rows: Paged<DossierRecord>,
    /// Columns of the list.
    pub grid: Grid,
    /// Why rows could not be read: that is not the same as none there.
    notice: Option<Notice>,
    now: DateTime,
    soon: (DateTime, DateTime),
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The search changed.
    QueryTyped(String),
    /// Another view.
    Viewed(usize),
    /// Of one officer, or of all.
    OfficerChosen(Option<String>),
    /// The whole list again.
    Widened,
    /// What is searched for is looked for in every view, of every officer.
    SearchedEverywhere,
    /// A row was selected.
    Selected(u64),
    /// A row was opened.
    Opened(u64),
    /// Enter in the search.
    FirstOpened,
    /// With the list itself.
    Grid(grid::Message),
    /// The rows in sight.
    Ranged(std::ops::Range<u64>),
    /// Back.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Search anew.
    Search,
    /// Fetch the page after the last row.
    More,
    /// Open a dossier.
    Open(DossierId),
    /// Back.
    Close,
}

impl State {
    /// An empty list; the shell fills it. `officers`: full names to choose from. `soon`: between which
    /// times a deadline is near.
    pub fn new(
        officers: Vec<String>,
        only: Option<Only>,
        now: DateTime,
        soon: (DateTime, DateTime),
    ) -> Self {
        Self {
            view: View::All,
            officers,
            officer: None,
            only,
            query: String::new(),
            rows: Paged::default(),
            grid: Grid::new(TABLE, &HEADS),
            notice: None,
            now,
            soon,
        }
    }

    /// Which dossiers are wanted.
    pub fn filter(&self) -> Filter {
        let mut filter = self.only.as_ref().map(|only| only.filter.clone()).unwrap_or_default();
        if self.view != View::All {
            filter.statuses = self.view.statuses().to_vec();
            filter.due = self.view.due(self.now, self.soon);
        }
        if self.officer.is_some() {
            filter.officer.clone_from(&self.officer);
        }
        let sorted = self.grid.sorted();
        filter.sort = sorted.map_or_else(Sort::default, |(column, order)| Sort {
            by: sort_of(column),
            way: grid::way(order),
        });
        filter
    }

    /// Whether a record that was found belongs into the view.
    pub fn holds(&self, record: &DossierRecord) -> bool {
        self.view.holds(record, self.now, self.soon)
            && self.officer.as_ref().is_none_or(|officer| *officer == record.course.officer)
    }

    /// What to search for.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Whether to ask for the next page at once.
    pub fn goes_on(&self) -> bool {
        self.rows.goes_on()
    }

    /// Where the next page begins.
    pub fn next(&self) -> Option<u64> {
        self.rows.next()
    }

    /// The first page of an answer.
    pub fn show(&mut self, page: Page<DossierRecord>) {
        self.notice = None;
        self.rows.show(page.items, page.next);
    }

    /// The next page.
    pub fn extend(&mut self, page: Page<DossierRecord>) {
        self.rows.extend(page.items, page.next);
    }

    /// The ledger could not be read.
    pub fn failed(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn open(&self, place: u64) -> Action {
        self.rows.get(place).map_or(Action::None, |row| Action::Open(row.dossier.id.clone()))
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::QueryTyped(query) => {
                self.query = query;
                self.grid.unsort();
                Action::Search
            }
            Message::Viewed(n) => {
                self.view = View::ALL.get(n).copied().unwrap_or(View::All);
                Action::Search
            }
            Message::OfficerChosen(officer) => {
                self.officer = officer;
                Action::Search
            }
            Message::Widened => {
                self.only = None;
                Action::Search
            }
            Message::SearchedEverywhere => {
                (self.view, self.officer) = (View::All, None);
                Action::Search
            }
            Message::Selected(place) => {
                self.rows.select(place);
                Action::None
            }
            Message::Grid(grid::Message::Sorted(_)) if !self.query.trim().is_empty() => {
                Action::None
            }
            Message::Grid(message) => match self.grid.update(message) {
                true => Action::Search,
                false => Action::None,
            },
            Message::Opened(place) => self.open(place),
            Message::FirstOpened => self.open(self.rows.selected().unwrap_or(0)),
            Message::Ranged(range) => match self.rows.wanted(&range) {
                Some(_) => Action::More,
                None => Action::None,
            },
            Message::Closed => Action::Close,
        }
    }

    fn searches(&self) -> bool {
        !self.query.trim().is_empty()
    }

    /// Where a search looks, in words; `None`: everywhere.
    fn searched(&self) -> Option<String> {
        let view = (self.view != View::All).then(|| format!("mục “{}”", self.view.label()));
        let officer = self.officer.as_ref().map(|name| format!("hồ sơ của {name}"));
        let parts: Vec<String> = view.into_iter().chain(officer).collect();
        (self.searches() && !parts.is_empty()).then(|| parts.join(", "))
    }

    fn sorts_by_due(&self) -> bool {
        matches!(self.grid.sorted(), Some((DUE, _)))
    }

    fn officer_choice(&self) -> Element<'_, Message> {
        let all = (None, "Mọi cán bộ");
        let officers = self.officers.iter().map(|name| (Some(name.clone()), name.as_str()));
        pick("Cán bộ", std::iter::once(all).chain(officers), Some(&self.officer))
            .width(OFFICER_WIDTH)
            .on_pick(Message::OfficerChosen)
            .into()
    }

    fn cell(&self, place: u64, column: usize) -> Option<Cell> {
        let record = self.rows.get(place)?;
        let (dossier, status) = (&record.dossier, record.status());
        let due = record.course.deadline.as_ref();
        Some(match column {
            0 => dossier.code_label().into(),
            1 => dossier.applicant.person.name.as_str().into(),
            2 => dossier.procedure.name.as_str().into(),
            3 => dossier.received_at.strftime("%d/%m/%Y").to_string().into(),
            4 => due.map(|d| d.at.strftime("%d/%m/%Y").to_string()).unwrap_or_default().into(),
            5 => match due.filter(|_| status.is_open()).map(|d| due_state(d, self.now)) {
                Some(_) if record.course.paused.is_some() => "đang dừng".into(),
                Some(state) => {
                    let near = due.is_some_and(|due| is_near(due, dossier.received_at, self.now));
                    Cell::toned(state.to_string(), layout::due_tone(state, near))
                }
                None => "".into(),
            },
            _ => Cell::toned(status.label(), status_tone(status)),
        })
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("dossiers");

    fn may_open(ledger: &Ledger) -> bool {
        ledger.sees_people()
    }

    fn title(&self) -> &'static str {
        "Hồ sơ"
    }

    fn main_field(&self) -> Option<String> {
        Some(SEARCH.into())
    }

    fn grid(&self) -> Option<&Grid> {
        Some(&self.grid)
    }

    fn grid_mut(&mut self) -> Option<&mut Grid> {
        Some(&mut self.grid)
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        match key {
            Pressed::Escape => Some(Message::Closed),
            Pressed::F(5) if self.searched().is_some() => Some(Message::SearchedEverywhere),
            _ => None,
        }
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let search = field("Tìm hồ sơ", &self.query)
            .id(SEARCH)
            .icon(Icon::Search)
            .placeholder("Tên, số định danh, mã hồ sơ, thủ tục – không cần gõ dấu")
            .on_change(Message::QueryTyped)
            .on_submit(Message::FirstOpened);
        let list: Element<'_, Message> = if let Some(notice) = &self.notice {
            notice.view()
        } else if self.rows.is_empty() {
            if !self.searches() && self.view != View::All {
                empty_state(
                    Icon::Folder,
                    "Không có hồ sơ nào ở mục này",
                    "Chọn mục khác ở hàng trên để xem các hồ sơ còn lại.",
                    None,
                )
            } else if !self.searches() {
                empty_state(
                    Icon::Folder,
                    "Chưa có hồ sơ nào",
                    "Hồ sơ tiếp nhận sẽ hiện ở đây.",
                    None,
                )
            } else if let Some(searched) = self.searched() {
                empty_state(
                    Icon::Search,
                    format!("Không tìm thấy trong {searched}"),
                    "Hồ sơ có thể ở mục khác hoặc do người khác giải quyết. Nhấn F5 để tìm trong tất cả.",
                    None,
                )
            } else {
                empty_state(
                    Icon::Search,
                    "Không tìm thấy hồ sơ nào",
                    "Hãy gõ ít chữ hơn, hoặc tìm theo số định danh hay mã hồ sơ.",
                    None,
                )
            }
        } else {
            let [code, name, procedure, received, due, left, status] = HEADS;
            let list = table(
                [
                    Column::fixed(code, 184.0).sortable(),
                    Column::share(name, 3).sortable(),
                    Column::share(procedure, 4).sortable(),
                    Column::fixed(received, 104.0).sortable().spare(),
                    Column::fixed(due, 104.0).sortable(),
                    Column::fixed(left, 136.0),
                    Column::fixed(status, 184.0).sortable(),
                ],
                self.rows.table_rows(),
                |place, column| self.cell(place, column),
            )
            .id(TABLE)
            .selected(self.rows.selected())
            .on_select(Message::Selected)
            .on_open(Message::Opened)
            .on_range(Message::Ranged);
            self.grid.dress(list, Message::Grid).into()
        };
        let shown =
            format!("{}{} hồ sơ", self.rows.count(), if self.next().is_some() { "+" } else { "" });
        iced::widget::container(
            column([
                row([
                    text::title("Hồ sơ").into(),
                    widgets::flow::spring().into(),
                    text::small(shown).into(),
                    Grid::button(Message::Grid),
                ])
                .into(),
                tabs(
                    "dossiers-view",
                    View::ALL.map(View::label),
                    View::ALL.iter().position(|view| *view == self.view).unwrap_or(0),
                    Message::Viewed,
                ),
                widgets::flow::fields([search.into(), self.officer_choice()]).into(),
            ])
            .push(self.searched().map(|searched| {
                row([
                    text::strong(format!("Chỉ tìm trong {searched}.")).into(),
                    quiet("Tìm trong tất cả")
                        .key("F5")
                        .on_press(Message::SearchedEverywhere)
                        .into(),
                ])
            }))
            // A search looks beyond what another screen asked for.
            .push(self.only.as_ref().filter(|_| !self.searches()).map(|only| {
                row([
                    text::strong(only.words.as_str()).into(),
                    quiet("Xem tất cả").on_press(Message::Widened).into(),
                ])
            }))
            .push(
                self.sorts_by_due()
                    .then(|| text::small("Xếp theo hạn trả: chỉ gồm hồ sơ đang tính thời hạn.")),
            )
            .push(
                (self.view == View::Soon && !self.rows.is_empty()).then(|| text::small(APOLOGISE)),
            )
            .push(list)
            .height(iced::Length::Fill),
        )
        .padding(widgets::space::L)
        .into()
    }
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use ledger::Way;

    use super::*;

    fn says(state: &State, words: &str) -> bool {
        let size = iced::Size::new(1366.0, 768.0);
        widgets::shot::words(state.view(), size).iter().any(|shown| shown.contains(words))
    }

    #[test]
    fn a_search_in_a_view_says_so_and_one_key_looks_everywhere() {
        let now = jiff::civil::date(2026, 11, 28).at(9, 0, 0, 0);
        let only = Only { words: "Hộ tịch".into(), filter: Filter::default() };
        let mut state = State::new(vec!["Lò Thị Mẫu".into()], Some(only), now, (now, now));
        let (nowhere, everywhere) = (
            "Không tìm thấy trong mục “Quá hạn”, hồ sơ của Lò Thị Mẫu",
            "Không tìm thấy hồ sơ nào",
        );
        assert!(says(&state, "Hộ tịch"));
        state.update(Message::QueryTyped("vàng".into()));
        assert!(says(&state, everywhere) && !says(&state, "Hộ tịch"));
        assert!(state.key(Pressed::F(5)).is_none());
        state.update(Message::Viewed(2));
        state.update(Message::OfficerChosen(Some("Lò Thị Mẫu".into())));
        assert!(says(&state, nowhere) && says(&state, "F5"));
        let Some(message) = state.key(Pressed::F(5)) else { panic!("no key") };
        assert!(matches!(state.update(message), Action::Search));
        assert!(says(&state, everywhere) && !says(&state, nowhere));
        assert_eq!(state.query(), "vàng");
    }

    #[test]
    fn heads_sort_in_the_ledger_and_what_is_searched_for_comes_as_it_is_found() {
        let now = jiff::civil::date(2026, 11, 28).at(9, 0, 0, 0);
        let mut state = State::new(Vec::new(), None, now, (now, now));
        let sort = |state: &mut State, column| {
            let action = state.update(Message::Grid(grid::Message::Sorted(column)));
            (matches!(action, Action::Search), state.filter().sort)
        };
        for (column, by) in [
            (0, SortBy::Received),
            (1, SortBy::Name),
            (2, SortBy::Procedure),
            (3, SortBy::Received),
            (4, SortBy::Due),
            (6, SortBy::Status),
        ] {
            for expected in [
                Sort { by, way: Way::Rising },
                Sort { by, way: Way::Falling },
                Sort { by: SortBy::Received, way: Way::Falling },
            ] {
                assert_eq!(sort(&mut state, column), (true, expected), "{column}");
            }
        }
        sort(&mut state, 4);
        state.update(Message::QueryTyped("lò".into()));
        assert_eq!(state.filter().sort, Sort::default());
        assert_eq!(sort(&mut state, 4), (false, Sort::default()));
    }
}

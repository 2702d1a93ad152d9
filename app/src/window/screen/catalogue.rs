//! The office's law on procedures, to look at: which there are, what each asks for, where that comes
//! from and what is doubtful about it. An updated list is seen line by line before it is taken.

mod detail;
pub mod import;
mod unknown;

use std::{path::PathBuf, sync::Arc};

use jiff::civil::Date;
use office::{
    catalogue::{Procedure, essential::Essential},
    portal_code::Table,
    settings::LawKind,
    unknown::Unknown,
};
use widgets::{
    DateInput, Element, Icon, Tone, check, column,
    date::Century,
    date_field, empty_state, field, flow,
    keys::Pressed,
    modal, pick, row, secondary, space, table,
    table::{Cell, Column},
    tabs, text,
};

use super::{
    Shown,
    grid::{self, Grid, Key},
    help::{Help, help},
    menu,
};
use crate::{assets::Law, browse::Wanted, window::notice::Notice};

/// The search's field.
pub const SEARCH: &str = "catalogue-search";
/// The list.
pub const TABLE: &str = "catalogue-table";

/// Under which names the machine keeps the columns of the other lists.
const SERVICES: &str = "services-table";
const UNKNOWN: &str = "unknown-table";

const HEADS: [&str; 4] = ["Mã", "Tên thủ tục", "Lĩnh vực", "Đối chiếu"];
const SERVICE_HEADS: [&str; 4] = ["Quyết định", "Dịch vụ", "Mã thủ tục", "Độ chắc"];

const DAY_WIDTH: f32 = 150.0;
const FIELD_WIDTH: f32 = 240.0;

/// What is looked at; in the order of the tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Procedures,
    Services,
    Unknown,
}

/// The screen's state.
pub struct State {
    law: Arc<Law>,
    portal: Table,
    view: View,
    gaps: unknown::Gaps,
    query: String,
    field: Option<String>,
    essential: bool,
    today: Date,
    day: DateInput,
    codes: Vec<String>,
    fields: Vec<String>,
    /// Essential services as they are shown, by their places in the list.
    listed: Vec<usize>,
    /// One for each view.
    grids: Box<[Grid; 3]>,
    selected: Option<u64>,
    may_import: bool,
    import: Option<import::State>,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Procedures, essential services, or what is not known.
    Viewed(usize),
    /// One kind of what is not known.
    UnknownChosen(Unknown),
    /// The search changed.
    QueryTyped(String),
    /// One field, or all.
    FieldChosen(Option<String>),
    /// Only essential services.
    EssentialTicked(bool),
    /// As in force on another day.
    DayTyped(DateInput),
    /// A row was selected.
    Selected(u64),
    /// With the list itself.
    Grid(grid::Message),
    /// Read an updated list in.
    ImportAsked,
    /// In its dialog.
    Import(import::Message),
    /// Back.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Move the keyboard to this field.
    Focus(&'static str),
    /// Read this file and show what it changes.
    Read(import::Handed),
    /// Write what is shown.
    Take(import::Taken),
    /// Back.
    Close,
}

impl State {
    /// Everything in force today. `portal`: the portal's codes that the office entered.
    pub fn new(law: Arc<Law>, portal: Table, today: Date, may_import: bool) -> Self {
        let mut state = Self {
            law,
            portal,
            view: View::Procedures,
            gaps: unknown::Gaps::default(),
            query: String::new(),
            field: None,
            essential: false,
            today,
            day: DateInput::new(Some(today), Century::This),
            codes: Vec::new(),
            fields: Vec::new(),
            listed: Vec::new(),
            grids: Box::new([
                Grid::new(TABLE, &HEADS),
                Grid::new(SERVICES, &SERVICE_HEADS),
                Grid::new(UNKNOWN, &unknown::HEADS),
            ]),
            selected: None,
            may_import,
            import: None,
            notice: None,
        };
        state.search();
        state
    }

    /// The dialog of an updated list.
    pub fn import(&mut self) -> Option<&mut import::State> {
        self.import.as_mut()
    }

    /// An updated list was taken.
    pub fn taken(&mut self, law: Arc<Law>, notice: Notice) {
        (self.law, self.import, self.notice) = (law, None, Some(notice));
        self.search();
    }

    fn day(&self) -> Date {
        self.day.date().unwrap_or(self.today)
    }

    /// Fills the list anew.
    fn search(&mut self) {
        let day = self.day();
        let mut fields: Vec<String> =
            self.law.catalogue.in_force(day).map(|p| p.field.clone()).collect();
        fields.sort();
        fields.dedup();
        let found = self.law.catalogue.search(&self.query, day, &[]);
        let found: Vec<&Procedure> = found
            .into_iter()
            .filter(|p| self.field.as_ref().is_none_or(|field| *field == p.field))
            .filter(|p| !self.essential || self.law.services.of(&p.code).next().is_some())
            .collect();
        let [procedures, services, unknown] = &*self.grids;
        let key = |p: &&Procedure, column| Key::words(&cell(p, column).0);
        let order = procedures.order(&found, key, |_| String::new());
        self.codes = order.into_iter().map(|n| found[n].code.clone()).collect();
        let key = |service: &Essential, column| Key::words(&service_cell(service, column).0);
        self.listed = services.order(self.law.services.all(), key, |_| String::new());
        self.fields = fields;
        if self.view == View::Unknown {
            self.gaps.fill(&self.law, &self.portal, day, unknown);
        }
        let rows = match self.view {
            View::Procedures => self.codes.len(),
            View::Services => self.listed.len(),
            View::Unknown => self.gaps.len(),
        };
        self.selected = (rows > 0).then_some(0);
    }

    fn procedure(&self, place: u64) -> Option<&Procedure> {
        let code = self.codes.get(usize::try_from(place).ok()?)?;
        self.law.catalogue.find(code, self.day())
    }

    fn service(&self, place: u64) -> Option<&Essential> {
        self.law.services.all().get(*self.listed.get(usize::try_from(place).ok()?)?)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Viewed(n) => {
                self.view = match n {
                    0 => View::Procedures,
                    1 => View::Services,
                    _ => View::Unknown,
                };
                self.search();
            }
            Message::UnknownChosen(what) => {
                self.gaps.choose(what);
                self.search();
            }
            Message::QueryTyped(query) => {
                self.query = query;
                self.search();
            }
            Message::FieldChosen(field) => {
                self.field = field;
                self.search();
            }
            Message::EssentialTicked(only) => {
                self.essential = only;
                self.search();
            }
            Message::DayTyped(day) => {
                self.day = day;
                self.search();
            }
            Message::Selected(place) => self.selected = Some(place),
            Message::Grid(message) => {
                if self.grids[self.view as usize].update(message) {
                    self.search();
                }
            }
            Message::ImportAsked if self.may_import => {
                let kind = match self.view {
                    View::Services => LawKind::EssentialServices,
                    View::Procedures | View::Unknown => LawKind::Catalogue,
                };
                self.import = Some(import::State::new(kind, self.today));
                self.notice = None;
                return Action::Focus(import::PATH);
            }
            Message::ImportAsked => {}
            Message::Import(message) => {
                let Some(import) = &mut self.import else { return Action::None };
                match import.update(message) {
                    import::Action::None => {}
                    import::Action::Read(handed) => return Action::Read(handed),
                    import::Action::Take(taken) => return Action::Take(taken),
                    import::Action::Close => self.import = None,
                }
            }
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn filters(&self) -> Element<'_, Message> {
        let fields = std::iter::once((None, "Mọi lĩnh vực".to_owned()));
        let fields = fields.chain(self.fields.iter().map(|f| (Some(f.clone()), f.clone())));
        column([
            field("Tìm thủ tục", &self.query)
                .id(SEARCH)
                .icon(Icon::Search)
                .placeholder("Mã, tên, lĩnh vực – không cần gõ dấu")
                .on_change(Message::QueryTyped)
                .into(),
            row([
                pick("Lĩnh vực", fields, Some(&self.field))
                    .width(FIELD_WIDTH)
                    .on_pick(Message::FieldChosen)
                    .into(),
                date_field("Có hiệu lực ngày", &self.day)
                    .width(DAY_WIDTH)
                    .on_change(Message::DayTyped)
                    .into(),
                check("Thiết yếu", self.essential).on_toggle(Message::EssentialTicked).into(),
            ])
            .spacing(space::M)
            .align_y(iced::Alignment::End)
            .into(),
        ])
        .spacing(space::S)
        .into()
    }

    fn list(&self) -> Element<'_, Message> {
        if self.view == View::Procedures && self.codes.is_empty() {
            return empty_state(
                Icon::Search,
                "Không có thủ tục nào như vậy",
                "Hãy gõ ít chữ hơn, chọn lĩnh vực hoặc ngày khác.",
                None,
            );
        }
        let (columns, rows) = match self.view {
            View::Unknown if self.gaps.len() == 0 => return unknown::nothing(),
            View::Unknown => (unknown::columns(), self.gaps.len()),
            View::Services => {
                let [decision, service, codes, certainty] = SERVICE_HEADS;
                let columns = [
                    Column::fixed(decision, 136.0),
                    Column::share(service, 4),
                    Column::share(codes, 2),
                    Column::fixed(certainty, 96.0),
                ];
                (columns.into(), self.listed.len())
            }
            View::Procedures => {
                let [code, name, field, checked] = HEADS;
                let columns = [
                    Column::fixed(code, 96.0),
                    Column::share(name, 4),
                    Column::share(field, 2),
                    Column::fixed(checked, 120.0),
                ];
                (columns.into(), self.codes.len())
            }
        };
        let columns: Vec<Column> = columns;
        let columns = columns.into_iter().map(Column::sortable);
        let list = table(columns, rows as u64, |place, column| {
            Some(match self.view {
                View::Unknown => (self.gaps.cell(place, column)?, None),
                View::Services => service_cell(self.service(place)?, column),
                View::Procedures => cell(self.procedure(place)?, column),
            })
            .map(|(words, tone)| match tone {
                Some(tone) => Cell::toned(words, tone),
                None => words.into(),
            })
        })
        .id(TABLE)
        .selected(self.selected)
        .on_select(Message::Selected);
        self.grids[self.view as usize].dress(list, Message::Grid).into()
    }

    fn chosen(&self) -> Element<'_, Message> {
        let place = self.selected.unwrap_or(0);
        match self.view {
            View::Procedures => match self.procedure(place) {
                Some(procedure) => detail::procedure(procedure, self.day(), &self.law),
                None => text::small("Chưa chọn thủ tục nào.").into(),
            },
            View::Services => match self.service(place) {
                Some(service) => detail::service(service, &self.law.services.header),
                None => text::small("Chưa chọn dịch vụ nào.").into(),
            },
            View::Unknown => self.gaps.chosen(place, self.day(), &self.law),
        }
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("catalogue");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::List, "Danh mục thủ tục"));

    fn title(&self) -> &'static str {
        "Danh mục thủ tục"
    }

    fn asks(&self) -> bool {
        self.import.is_some()
    }

    /// Only the procedures have a search.
    fn main_field(&self) -> Option<String> {
        let field = match self.view {
            View::Procedures => SEARCH,
            View::Services | View::Unknown => TABLE,
        };
        Some(field.into())
    }

    fn grid(&self) -> Option<&Grid> {
        Some(&self.grids[self.view as usize])
    }

    fn grid_mut(&mut self) -> Option<&mut Grid> {
        Some(&mut self.grids[self.view as usize])
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        if self.asks() {
            return Some(Message::Import(match key {
                Pressed::Escape => import::Message::Dropped,
                Pressed::Enter => import::Message::Confirmed,
                _ => return None,
            }));
        }
        Some(match key {
            Pressed::F(2) => Message::ImportAsked,
            Pressed::Escape => Message::Closed,
            _ => return None,
        })
    }

    fn waits_for(&self) -> Option<Wanted> {
        self.asks().then_some(Wanted::Catalogue)
    }

    fn given(&self, path: PathBuf) -> Option<Message> {
        Some(Message::Import(import::Message::FileGiven(path)))
    }

    fn asks_for_file(message: &Message) -> bool {
        matches!(message, Message::Import(import::Message::FileAsked))
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let views = tabs(
            "catalogue-view",
            ["Thủ tục", "Dịch vụ công thiết yếu", "Chưa biết"],
            self.view as usize,
            Message::Viewed,
        );
        let count = match self.view {
            View::Procedures => format!("{} thủ tục", self.codes.len()),
            View::Services => format!("{} dịch vụ", self.law.services.all().len()),
            View::Unknown => format!("{} điều chưa biết", self.gaps.count()),
        };
        let mut head = row([
            text::title("Danh mục").into(),
            views,
            flow::spring().into(),
            text::small(count).into(),
            Grid::button(Message::Grid),
        ])
        .spacing(space::M);
        if self.may_import {
            head =
                head.push(secondary("Nhập bản cập nhật").key("F2").on_press(Message::ImportAsked));
        }
        let mut left = column([]);
        left = match self.view {
            View::Procedures => left.push(self.filters()),
            View::Services => left,
            View::Unknown => left.push(self.gaps.kinds()),
        };
        left = left.push(iced::widget::container(self.list()).height(iced::Length::Fill));
        let body = iced::widget::Row::new()
            .push(left.width(iced::Length::FillPortion(6)))
            .push(
                iced::widget::container(flow::scroll(self.chosen()))
                    .width(iced::Length::FillPortion(5)),
            )
            .spacing(space::L)
            .height(iced::Length::Fill);
        let screen = iced::widget::Column::new()
            .push(head)
            .push(self.notice.as_ref().map(Notice::view))
            .push(body)
            .spacing(space::M);
        modal(
            iced::widget::container(screen).padding(space::L).height(iced::Length::Fill),
            self.import.as_ref().map(|import| import.dialog(Message::Import)),
        )
    }
}

fn cell(procedure: &Procedure, column: usize) -> (String, Option<Tone>) {
    match column {
        0 => (procedure.code.clone(), None),
        1 => (procedure.short_name().to_owned(), None),
        2 => (procedure.field.clone(), None),
        _ if procedure.checked => ("đã".into(), Some(Tone::Good)),
        _ if procedure.flags.is_empty() => ("chưa".into(), Some(Tone::Caution)),
        _ => (format!("chưa, {} điểm", procedure.flags.len()), Some(Tone::Caution)),
    }
}

fn service_cell(service: &Essential, column: usize) -> (String, Option<Tone>) {
    match column {
        0 => (service.decision.clone(), None),
        1 => (service.name.clone(), None),
        2 if service.codes.is_empty() => ("chưa có mã".into(), Some(Tone::Caution)),
        2 => (service.codes.join(", "), None),
        _ if service.candidate => ("ứng viên".into(), Some(Tone::Caution)),
        _ => (service.certainty.label().to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_not_known_is_told_once_and_by_kind() {
        let law = Arc::new(Law::load().unwrap());
        let today = jiff::civil::date(2026, 11, 28);
        let mut state = State::new(law, Table::default(), today, false);
        state.update(Message::Viewed(2));
        // Fees come first; by code, as the catalogue gives them.
        let first = |state: &State, column| state.gaps.cell(0, column);
        assert_eq!(first(&state, 0).as_deref(), Some("1.000080"));
        assert!(first(&state, 2).unwrap().starts_with("Hội đồng nhân dân cấp tỉnh"));
        let count = state.gaps.count();
        state.update(Message::UnknownChosen(Unknown::Content));
        assert_eq!((state.gaps.len(), state.selected), (54, Some(0)));
        state.update(Message::UnknownChosen(Unknown::ServiceElsewhere));
        assert_eq!((state.gaps.len(), state.gaps.count()), (7, count));
        state.update(Message::Grid(grid::Message::Sorted(0)));
        assert_eq!(first(&state, 0).as_deref(), Some("1.001437"), "sorted by code");
    }

    #[test]
    fn procedures_are_found_without_marks_and_narrowed() {
        let law = Arc::new(Law::load().unwrap());
        let mut state = State::new(law, Table::default(), jiff::civil::date(2026, 11, 28), false);
        let all = state.codes.len();
        state.update(Message::QueryTyped("khai sinh".into()));
        let found = state.codes.len();
        assert!(found > 0 && found < all);
        state.update(Message::EssentialTicked(true));
        assert!(state.codes.len() <= found);
        state.update(Message::QueryTyped("không có thủ tục này đâu".into()));
        assert!(state.codes.is_empty() && state.selected.is_none());
        assert!(matches!(state.update(Message::ImportAsked), Action::None), "not for a clerk");
    }

    #[test]
    fn heads_sort_procedures_and_services_and_the_row_shows_what_stands_in_it() {
        let law = Arc::new(Law::load().unwrap());
        let mut state = State::new(law, Table::default(), jiff::civil::date(2026, 11, 28), false);
        let sort = |state: &mut State, column| {
            state.update(Message::Grid(grid::Message::Sorted(column)));
        };
        let codes = state.codes.clone();
        sort(&mut state, 0);
        assert!(state.codes.is_sorted() && state.codes.len() == codes.len());
        assert!(state.procedure(0).is_some_and(|p| p.code == state.codes[0]));
        sort(&mut state, 0);
        assert!(state.codes.is_sorted_by(|a, b| a >= b));
        sort(&mut state, 0);
        assert_eq!(state.codes, codes, "as the search gives them");
        sort(&mut state, 1);
        let names = |state: &State, letter: char| {
            let first = |p: &Procedure| p.short_name().starts_with(letter);
            (0..state.codes.len() as u64).position(|n| state.procedure(n).is_some_and(first))
        };
        let (c, dd, t) = (names(&state, 'C'), names(&state, 'Đ'), names(&state, 'T'));
        assert!(c < dd && dd < t && c.is_some(), "{c:?} {dd:?} {t:?}");
        state.update(Message::Viewed(1));
        let first = state.service(0).map(|service| service.name.clone());
        sort(&mut state, 1);
        sort(&mut state, 1);
        let last = state.service(0).map(|service| service.name.clone());
        assert!(first.is_some() && first != last);
        sort(&mut state, 1);
        assert_eq!(state.service(0).map(|service| service.name.clone()), first);
    }
}

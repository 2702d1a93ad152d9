//! Whom the office trusts to sign identity documents: by country, with who took it, when, from which
//! file and how it was checked. Whoever keeps trust hands files over here, sees what they offer before
//! anything is kept, and removes what is trusted no longer.

mod handover;
pub mod removal;
pub mod words;

use std::{path::PathBuf, sync::Arc};

use jiff::civil::Date;
use ledger::{Ledger, LedgerError, TrustRecord};
use office::{entry::ContentHash, text::fold, trust::TrustKind};
use widgets::{
    Dialog, Element, Icon, Tone, banner, card, empty_state, field, flow,
    keys::Pressed,
    modal, pick, primary, quiet, row, secondary, space, table,
    table::{Cell, Column},
    text,
};

use super::{
    Shown,
    help::{Help, help},
    menu,
};
use crate::{browse::Wanted, clock, trust::Parcels, window::notice::Notice};
pub use handover::{Handover, Offered};
use removal::{REASON, Removal, Words};
use words::{EMPTY, day, grouped, until, validity, voucher};

/// The list.
pub const TABLE: &str = "trust-table";

const SEARCH_WIDTH: f32 = 280.0;
const COUNTRY_WIDTH: f32 = 160.0;
const KIND_WIDTH: f32 = 232.0;

/// One trusted certificate or revocation list and who took it, by full name.
#[derive(Clone, Debug)]
pub struct Row {
    /// What the ledger says.
    pub record: TrustRecord,
    /// Who took it.
    pub by: String,
}

/// The screen's state.
pub struct State {
    rows: Vec<Row>,
    /// More are trusted than are shown.
    more: bool,
    shown: Vec<usize>,
    query: String,
    country: Option<String>,
    kind: Option<TrustKind>,
    selected: Option<u64>,
    today: Date,
    may_change: bool,
    /// A folder from before the ledger kept trust.
    legacy: Option<PathBuf>,
    asked: Option<Asked>,
    notice: Option<Notice>,
    refused: Option<String>,
}

/// The question that is open.
enum Asked {
    /// Files are handed over.
    Handover(Handover),
    /// Why something is trusted no longer.
    Remove(Removal),
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Words to search by.
    QueryTyped(String),
    /// Only this country, or all.
    CountryChosen(Option<String>),
    /// Only this kind, or all.
    KindChosen(Option<TrustKind>),
    /// A row was selected.
    Selected(u64),
    /// Files are to be handed over.
    AddAsked,
    /// The old folder's files are to be handed over.
    LegacyAsked,
    /// A file was dropped on the window.
    FileGiven(PathBuf),
    /// A file is to be chosen.
    FileAsked,
    /// In the dialog of files.
    Handover(handover::Message),
    /// These files were read.
    Read(Vec<PathBuf>, Arc<Parcels>),
    /// The selected one is to be removed.
    RemoveAsked,
    /// Why.
    ReasonTyped(String),
    /// Enter or the question's main button.
    Confirmed,
    /// Rather not.
    Forgone,
    /// Back.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Focus a field.
    Focus(&'static str),
    /// Read these files, off the window's thread.
    Read(Vec<PathBuf>),
    /// Trust what was handed over.
    Take {
        /// The files.
        parcels: Arc<Parcels>,
        /// How they were checked.
        words: String,
        /// Document signers too.
        signers: bool,
    },
    /// Trust something no longer.
    Remove {
        /// What.
        fingerprint: ContentHash,
        /// Why.
        reason: String,
    },
    /// Back.
    Close,
}

impl State {
    /// Shows what is trusted. `legacy` is the folder of certificates from before the ledger kept them.
    pub fn new(today: Date, may_change: bool, legacy: Option<PathBuf>) -> Self {
        Self {
            rows: Vec::new(),
            more: false,
            shown: Vec::new(),
            query: String::new(),
            country: None,
            kind: None,
            selected: None,
            today,
            may_change,
            legacy: legacy.filter(|_| may_change),
            asked: None,
            notice: None,
            refused: None,
        }
    }

    /// What is trusted now; `more`: there is more than this.
    pub fn show(&mut self, mut rows: Vec<Row>, more: bool) {
        rows.sort_by_cached_key(|row| {
            let item = &row.record.item;
            (item.country.clone(), item.kind.label(), fold(&item.name), row.record.place)
        });
        (self.rows, self.more) = (rows, more);
        if !self.countries().iter().any(|(country, _)| Some(country) == self.country.as_ref()) {
            self.country = None;
        }
        self.narrow();
    }

    /// The ledger does not show it to this user, or cannot.
    pub fn closed_to(&mut self, error: &LedgerError) {
        self.refused = Some(error.to_string());
    }

    /// The question was carried out.
    pub fn done(&mut self, notice: Notice) {
        self.asked = None;
        self.notice = Some(notice);
    }

    /// The ledger refused; gives the field to correct.
    pub fn refused(&mut self, error: Notice) -> &'static str {
        match &mut self.asked {
            Some(Asked::Handover(handover)) => {
                handover.refused(error);
                handover.first_field()
            }
            Some(Asked::Remove(removal)) => {
                removal.refused(error);
                REASON
            }
            None => {
                self.notice = Some(error);
                TABLE
            }
        }
    }

    /// Shows the dialog of files in some state, for pictures of the window.
    pub fn hand_over(&mut self, handover: Handover) {
        self.asked = Some(Asked::Handover(handover));
    }

    /// Whether a dropped file is one to be handed over.
    pub fn takes_files(&self) -> bool {
        self.may_change && !matches!(self.asked, Some(Asked::Remove(_)))
    }

    /// Whether the dialog waits for files.
    pub fn asks_for_files(&self) -> bool {
        matches!(&self.asked, Some(Asked::Handover(handover)) if handover.waits())
    }

    fn chosen(&self) -> Option<&Row> {
        let place = self.shown.get(usize::try_from(self.selected?).ok()?)?;
        self.rows.get(*place)
    }

    /// Each country with how many are trusted.
    fn countries(&self) -> Vec<(String, usize)> {
        let mut countries: Vec<(String, usize)> = Vec::new();
        for row in &self.rows {
            let country = &row.record.item.country;
            match countries.last_mut() {
                Some((last, count)) if last == country => *count += 1,
                _ => countries.push((country.clone(), 1)),
            }
        }
        countries
    }

    fn narrow(&mut self) {
        let words = fold(&self.query);
        let fits = |row: &Row| {
            let item = &row.record.item;
            self.country.as_ref().is_none_or(|country| *country == item.country)
                && self.kind.is_none_or(|kind| kind == item.kind)
                && (words.is_empty() || row.text().contains(&words))
        };
        let places = self.rows.iter().enumerate().filter(|(_, row)| fits(row));
        self.shown = places.map(|(place, _)| place).collect();
        self.selected = (!self.shown.is_empty()).then_some(0);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::QueryTyped(query) => {
                self.query = query;
                self.narrow();
            }
            Message::CountryChosen(country) => {
                self.country = country;
                self.narrow();
            }
            Message::KindChosen(kind) => {
                self.kind = kind;
                self.narrow();
            }
            Message::Selected(place) => self.selected = Some(place),
            Message::AddAsked if self.may_change => {
                self.notice = None;
                self.asked = Some(Asked::Handover(Handover::default()));
                return Action::Focus(handover::PATH);
            }
            Message::LegacyAsked => {
                if let Some(folder) = self.legacy.clone() {
                    return self.take_files(vec![folder]);
                }
            }
            Message::FileGiven(path) if self.takes_files() => return self.take_files(vec![path]),
            Message::AddAsked | Message::FileGiven(_) | Message::FileAsked => {}
            Message::Handover(message) => {
                if let Some(Asked::Handover(handover)) = &mut self.asked {
                    handover.update(message);
                }
            }
            Message::Read(paths, parcels) => {
                if let Some(Asked::Handover(handover)) = &mut self.asked
                    && handover.awaits(&paths)
                {
                    handover.offered(Offered::of(parcels));
                    return Action::Focus(handover.first_field());
                }
            }
            Message::RemoveAsked if self.may_change => {
                if let Some(row) = self.chosen() {
                    self.asked = Some(Asked::Remove(Removal::of(row.record.item.clone())));
                    self.notice = None;
                    return Action::Focus(REASON);
                }
            }
            Message::RemoveAsked => {}
            Message::ReasonTyped(text) => {
                if let Some(Asked::Remove(removal)) = &mut self.asked {
                    removal.type_reason(text);
                }
            }
            Message::Confirmed => return self.confirm(),
            Message::Forgone => {
                self.asked = None;
                return Action::Focus(TABLE);
            }
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn take_files(&mut self, paths: Vec<PathBuf>) -> Action {
        self.notice = None;
        let handover = match &mut self.asked {
            Some(Asked::Handover(handover)) => handover,
            asked => {
                *asked = Some(Asked::Handover(Handover::default()));
                return self.take_files(paths);
            }
        };
        Action::Read(handover.read(paths))
    }

    fn confirm(&mut self) -> Action {
        match &mut self.asked {
            None => Action::None,
            Some(Asked::Handover(handover)) => handover.confirm(),
            Some(Asked::Remove(removal)) => match removal.confirm() {
                Some((fingerprint, reason)) => Action::Remove { fingerprint, reason },
                None => Action::Focus(REASON),
            },
        }
    }

    fn head(&self) -> Element<'_, Message> {
        let more = if self.more { " đầu, còn nữa" } else { "" };
        let mut head = row([
            text::title("Chứng thư tin cậy").into(),
            text::small(match self.rows.len() {
                0 => String::new(),
                count => format!("{count} mục{more}, {} nước", self.countries().len()),
            })
            .into(),
            flow::spring().into(),
        ])
        .spacing(space::M);
        if self.may_change {
            let add = primary("Thêm chứng thư").icon(Icon::Plus).key("F2");
            head = head.push(add.on_press(Message::AddAsked));
        }
        head.into()
    }

    fn narrowing(&self) -> Element<'_, Message> {
        let all = self.rows.len();
        let countries = std::iter::once((None, format!("Mọi nước ({all})"))).chain(
            self.countries().into_iter().map(|(country, count)| {
                let words = format!("{country} ({count})");
                (Some(country), words)
            }),
        );
        let kinds = [
            TrustKind::CountrySigner,
            TrustKind::Link,
            TrustKind::RevocationList,
            TrustKind::DocumentSigner,
        ];
        let kinds =
            std::iter::once((None, "Mọi loại")).chain(kinds.map(|kind| (Some(kind), kind.label())));
        row([
            field("", &self.query)
                .plain()
                .icon(Icon::Search)
                .placeholder("Tên, số hoặc SHA-256")
                .width(SEARCH_WIDTH)
                .on_change(Message::QueryTyped)
                .into(),
            pick("", countries, Some(&self.country))
                .width(COUNTRY_WIDTH)
                .on_pick(Message::CountryChosen)
                .into(),
            pick("", kinds, Some(&self.kind)).width(KIND_WIDTH).on_pick(Message::KindChosen).into(),
        ])
        .spacing(space::M)
        .into()
    }

    fn list(&self) -> Element<'_, Message> {
        if self.rows.is_empty() {
            let add = secondary("Thêm chứng thư").key("F2").on_press(Message::AddAsked);
            return empty_state(
                Icon::Document,
                "Chưa tin cậy nơi cấp nào",
                EMPTY,
                self.may_change.then(|| add.into()),
            );
        }
        if self.shown.is_empty() {
            let advice = "Hãy bớt từ tìm, hoặc chọn mọi nước và mọi loại.";
            return empty_state(Icon::Search, "Không có mục nào khớp", advice, None);
        }
        table(
            [
                Column::fixed("Nước", 72.0),
                Column::share("Tên", 5),
                Column::fixed("Loại", 208.0),
                Column::fixed("Hiệu lực đến", 120.0),
                Column::share("Người thêm", 3),
                Column::fixed("Ngày thêm", 112.0),
            ],
            self.shown.len() as u64,
            |place, column| self.cell(place, column),
        )
        .id(TABLE)
        .selected(self.selected)
        .on_select(Message::Selected)
        .into()
    }

    fn cell(&self, place: u64, column: usize) -> Option<Cell> {
        let row = self.rows.get(*self.shown.get(usize::try_from(place).ok()?)?)?;
        let item = &row.record.item;
        Some(match column {
            0 => item.country.as_str().into(),
            1 => item.name.as_str().into(),
            2 => item.kind.label().into(),
            3 => until(item.until, self.today),
            4 => row.by.as_str().into(),
            _ => day(clock::local(row.record.at).date()).into(),
        })
    }

    /// The selected one whole: what it is, who vouched, from which file.
    fn about<'a>(&self, row: &'a Row) -> Element<'a, Message> {
        let TrustRecord { item, source, at, .. } = &row.record;
        let serial = match item.serial.as_str() {
            "" => String::new(),
            serial => format!(", số {serial}"),
        };
        let lines = iced::widget::Column::new()
            .push(text::strong(item.name.as_str()))
            .push(text::body(format!(
                "{} của {}{serial}. {}.",
                item.kind.label(),
                item.country,
                validity(item.kind, item.from, item.until)
            )))
            .push(text::number(format!("SHA-256 {}", grouped(&item.fingerprint))))
            .push(text::body(format!(
                "{} thêm lúc {}. {}",
                row.by,
                clock::local(*at).strftime("%H:%M ngày %d/%m/%Y"),
                voucher(&source.voucher)
            )))
            .push(
                (!source.words.is_empty())
                    .then(|| text::body(format!("Nguồn và cách kiểm tra: {}", source.words))),
            )
            .push(text::small(format!("Tệp {}, SHA-256 {}", source.file, source.sha256.0)))
            .spacing(space::XS)
            .width(iced::Length::Fill);
        let mut line = iced::widget::Row::new().push(lines).spacing(space::M);
        if self.may_change {
            line = line.push(quiet("Bỏ chứng thư này").on_press(Message::RemoveAsked));
        }
        card(line).into()
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("trust");
    const MENU: Option<menu::Row> = Some(menu::Row::office(Icon::Shield, "Chứng thư tin cậy"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.sees_log()
    }

    fn title(&self) -> &'static str {
        match self.asked {
            None => "Chứng thư tin cậy",
            Some(Asked::Handover(_)) => "Thêm chứng thư tin cậy",
            Some(Asked::Remove(_)) => "Bỏ chứng thư tin cậy",
        }
    }

    fn asks(&self) -> bool {
        self.asked.is_some()
    }

    fn main_field(&self) -> Option<String> {
        Some(TABLE.into())
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        Some(match (key, self.asks()) {
            (Pressed::Escape, true) => Message::Forgone,
            (Pressed::Enter, true) => Message::Confirmed,
            (Pressed::F(2), false) => Message::AddAsked,
            (Pressed::Escape, false) => Message::Closed,
            _ => return None,
        })
    }

    fn waits_for(&self) -> Option<Wanted> {
        self.asks_for_files().then_some(Wanted::Trust)
    }

    fn takes_drop(&self) -> bool {
        self.asks_for_files() || self.takes_files()
    }

    fn given(&self, path: PathBuf) -> Option<Message> {
        Some(Message::FileGiven(path))
    }

    fn asks_for_file(message: &Message) -> bool {
        matches!(message, Message::FileAsked)
    }

    fn tell(&mut self, notice: Notice) {
        let _ = self.refused(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        if let Some(sentence) = &self.refused {
            let back = quiet("Về trang chính").key("Esc").on_press(Message::Closed);
            return iced::widget::container(empty_state(
                Icon::Lock,
                "Chưa xem được chứng thư tin cậy",
                sentence.as_str(),
                Some(back.into()),
            ))
            .center_y(iced::Length::Fill)
            .into();
        }
        let base = iced::widget::Column::new()
            .push(self.head())
            .push(self.notice.as_ref().map(Notice::view))
            .push(self.legacy.as_ref().map(|_| legacy()))
            .push((!self.rows.is_empty()).then(|| self.narrowing()))
            .push(iced::widget::container(self.list()).height(iced::Length::Fill))
            .push(self.chosen().map(|row| self.about(row)))
            .spacing(space::M);
        let base = iced::widget::container(base).padding(space::L).height(iced::Length::Fill);
        modal(base, self.asked.as_ref().map(|asked| asked.dialog(self.today)))
    }
}

impl Row {
    /// What is searched.
    fn text(&self) -> String {
        let item = &self.record.item;
        let (number, print) = (&item.serial, &item.fingerprint.0);
        fold(&format!(
            "{} {} {number} {print} {}",
            item.country, item.name, self.record.source.file
        ))
    }
}

impl Asked {
    fn dialog(&self, today: Date) -> Dialog<'_, Message> {
        match self {
            Self::Handover(handover) => handover.dialog(today),
            Self::Remove(removal) => removal.dialog(
                &Words {
                    title: "Bỏ chứng thư tin cậy này?",
                    meaning: words::removal(removal.item().kind),
                    example: "Nơi cấp báo khóa bị lộ",
                    button: "Bỏ chứng thư",
                },
                Message::ReasonTyped,
                [Message::Confirmed, Message::Forgone],
            ),
        }
    }
}

fn legacy<'a>() -> Element<'a, Message> {
    banner(
        Tone::Caution,
        "Thư mục “trust” trong thư mục dữ liệu còn tệp đặt từ trước. Các tệp ở đó không được tin cậy nữa. Hãy xem để thêm những tệp đúng vào đây, rồi xóa thư mục ấy.",
    )
    .action(secondary("Xem các tệp").on_press(Message::LegacyAsked))
    .into()
}

#[cfg(test)]
mod tests;

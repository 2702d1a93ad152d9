//! The log: every entry of the ledger, newest first, for those who watch over the office.
//!
//! A line says when, who and what, and no more of a person than the number that the entry is about:
//! whoever reads the log need not learn what the counter learned.

mod row;

use ledger::{EventKind, Ledger, LedgerError, Way};
use office::collate;
pub use row::{Row, Words, detail};
use widgets::{
    Element, Icon, card, column, empty_state, flow,
    keys::Pressed,
    pick, quiet, row, space, table,
    table::{Cell, Column, Order},
    text,
};

use super::{
    Shown,
    grid::{self, Grid},
    help::{Help, help},
    menu,
    paged::Paged,
};
use crate::window::notice::Notice;

/// The list.
pub const TABLE: &str = "log-table";

const HEADS: [&str; 4] = ["Lúc", "Người làm", "Việc", "Chi tiết"];

/// The column of the kinds.
const WHAT: usize = 2;

/// Width of the choice of kinds.
const KINDS_WIDTH: f32 = 320.0;

/// The screen's state.
pub struct State {
    kind: Option<EventKind>,
    /// Columns of the list.
    pub grid: Grid,
    rows: Paged<Row>,
    refused: Option<String>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Only entries of this kind, or all.
    KindChosen(Option<EventKind>),
    /// A row was selected.
    Selected(u64),
    /// With the list itself.
    Grid(grid::Message),
    /// The rows in sight.
    Ranged(std::ops::Range<u64>),
    /// Back.
    Closed,
}

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Fetch the first page of the entries.
    Fetch,
    /// Fetch the page after this place.
    More(u64),
    /// Back.
    Close,
}

impl Default for State {
    fn default() -> Self {
        Self { kind: None, grid: Grid::new(TABLE, &HEADS), rows: Paged::default(), refused: None }
    }
}

impl State {
    /// The first page of an answer.
    pub fn show(&mut self, rows: Vec<Row>, next: Option<u64>) {
        self.refused = None;
        self.rows.show(rows, next);
    }

    /// The next page.
    pub fn extend(&mut self, rows: Vec<Row>, next: Option<u64>) {
        self.rows.extend(rows, next);
    }

    /// Which entries are wanted, one kind after the other, and which way; no kind: all by time.
    pub fn wanted(&self) -> (Vec<EventKind>, Way) {
        let mut kinds: Vec<EventKind> = self.kind.into_iter().collect();
        match self.grid.sorted() {
            Some((WHAT, order)) => {
                if kinds.is_empty() {
                    kinds = EventKind::ALL.to_vec();
                }
                kinds.sort_by_cached_key(|kind| collate::words(kind.facts().label));
                if order == Order::Falling {
                    kinds.reverse();
                }
                (kinds, Way::Falling)
            }
            Some((_, order)) => (kinds, grid::way(order)),
            None => (kinds, Way::Falling),
        }
    }

    /// Whether a row holds the words of the filter.
    pub fn holds(&self, row: &Row) -> bool {
        let Row { at, who, what, detail } = row;
        self.grid
            .holds(|| [at.as_str(), who, what, detail.as_deref().unwrap_or_default()].join(" "))
    }

    /// Whether to ask for the next page at once.
    pub fn goes_on(&self) -> bool {
        self.rows.goes_on()
    }

    /// The ledger does not show its log to this user, or cannot.
    pub fn refused(&mut self, error: &LedgerError) {
        self.refused = Some(error.to_string());
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::KindChosen(kind) => {
                self.kind = kind;
                Action::Fetch
            }
            Message::Selected(place) => {
                self.rows.select(place);
                Action::None
            }
            Message::Grid(message) => match self.grid.update(message) {
                true => Action::Fetch,
                false => Action::None,
            },
            Message::Ranged(range) => self.rows.wanted(&range).map_or(Action::None, Action::More),
            Message::Closed => Action::Close,
        }
    }

    fn list(&self) -> Element<'_, Message> {
        if self.rows.is_empty() {
            return empty_state(
                Icon::Clock,
                "Chưa có mục ghi nào",
                match self.grid.filters() {
                    true => "Không có mục ghi nào thuộc loại đã chọn có những chữ này.",
                    false => "Chưa có việc nào thuộc loại đã chọn.",
                },
                None,
            );
        }
        let [at, who, what, detail] = HEADS;
        let list = table(
            [
                Column::fixed(at, 168.0).sortable(),
                Column::share(who, 3),
                Column::fixed(what, 208.0).sortable(),
                Column::share(detail, 5),
            ],
            self.rows.table_rows(),
            |place, column| self.cell(place, column),
        )
        .id(TABLE)
        .selected(self.rows.selected())
        .on_select(Message::Selected)
        .on_range(Message::Ranged);
        self.grid.dress(list, Message::Grid).into()
    }

    fn chosen(&self) -> Option<&Row> {
        self.rows.get(self.rows.selected()?)
    }

    fn cell(&self, place: u64, column: usize) -> Option<Cell> {
        let row = self.rows.get(place)?;
        Some(match column {
            0 => row.at.as_str().into(),
            1 => row.who.as_str().into(),
            2 => row.what.into(),
            _ => row.detail.as_deref().unwrap_or_default().into(),
        })
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("log");
    const MENU: Option<menu::Row> = Some(menu::Row::office(Icon::Log, "Nhật ký"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.sees_log()
    }

    fn title(&self) -> &'static str {
        "Nhật ký"
    }

    fn main_field(&self) -> Option<String> {
        Some(TABLE.into())
    }

    fn grid(&self) -> Option<&Grid> {
        Some(&self.grid)
    }

    fn grid_mut(&mut self) -> Option<&mut Grid> {
        Some(&mut self.grid)
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        (key == Pressed::Escape).then_some(Message::Closed)
    }

    fn tell(&mut self, _: Notice) {}

    fn view(&self) -> Element<'_, Message> {
        if let Some(sentence) = &self.refused {
            let back = quiet("Về trang chính").key("Esc").on_press(Message::Closed);
            return iced::widget::container(empty_state(
                Icon::Lock,
                "Chưa xem được nhật ký",
                sentence.as_str(),
                Some(back.into()),
            ))
            .center_y(iced::Length::Fill)
            .into();
        }
        let more = if self.rows.next().is_some() { "+" } else { "" };
        let kinds = std::iter::once((None, "Mọi việc"))
            .chain(EventKind::ALL.iter().map(|kind| (Some(*kind), kind.facts().label)));
        let head = row([
            text::title("Nhật ký").into(),
            text::small(format!("{}{more} mục ghi", self.rows.count())).into(),
            flow::spring().into(),
            Grid::button(Message::Grid),
            text::label("Loại việc").into(),
            pick("", kinds, Some(&self.kind))
                .width(KINDS_WIDTH)
                .on_pick(Message::KindChosen)
                .into(),
        ])
        .spacing(space::M);
        let content = iced::widget::Column::new()
            .push(head)
            .push(
                self.grid.filter("Lọc theo người làm, chi tiết – không cần gõ dấu", Message::Grid),
            )
            .push(iced::widget::container(self.list()).height(iced::Length::Fill))
            .push(self.chosen().map(about))
            .spacing(space::M);
        iced::widget::container(content).padding(space::L).height(iced::Length::Fill).into()
    }
}

/// The selected entry whole: its cell may be cut.
fn about(row: &Row) -> Element<'_, Message> {
    let detail = row.detail.as_deref().unwrap_or("Chi tiết chỉ hiện với vai trò được xem hồ sơ.");
    card(
        column([
            text::strong(row.what).into(),
            text::body(detail).into(),
            text::small(format!("{} – {}", row.at, row.who)).into(),
        ])
        .spacing(0.0),
    )
    .into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::Date;
    use office::{
        act::{Delegation, DelegationId},
        backup::WhyRestored,
        book::{BookId, Lease},
        dossier::DossierId,
        entry::{
            ContentHash, DeviceId, Event, Numbering, PaperKind, PaperOf, Purpose, Role, Seen, User,
            UserName,
        },
        evidence::Evidence,
        export::{Export, ExportFormat, ExportKind},
        person::{Identity, Person, PersonId, PersonalNumber},
        subject::Subject,
        trust::{TrustItem, TrustKind, TrustSource, Voucher},
    };

    use super::*;

    const NUMBER: &str = "001099000123";

    fn events() -> Vec<(Event, &'static str)> {
        let user = UserName("thu".into());
        let number = PersonalNumber::parse(NUMBER).unwrap();
        let person =
            |number| Person { number, name: "Nguyễn Văn A".into(), ..Person::default() };
        let read = |number, evidence| Event::IdentityRead {
            identity: Box::new(Identity {
                person: person(number),
                document: None,
                evidence,
                read: office::person::ReadOn::Unread,
                whose: None,
                reasons: vec!["lý do riêng".into()],
            }),
            face: None,
            signer: None,
            legal_basis: "Luật".into(),
        };
        let dossier = DossierId("d1".into());
        let device = DeviceId("m1".into());
        let hash = ContentHash("ab".into());
        let from = Seen { device: device.clone(), sequence: 9, hash };
        vec![
            (
                Event::DeviceEnrolled {
                    device: device.clone(),
                    public_key: String::new(),
                    label: "Máy quầy 1".into(),
                },
                "Máy quầy 1",
            ),
            (
                Event::UserAdded {
                    user: User {
                        name: user.clone(),
                        full_name: "Lò Thị Mẫu".into(),
                        title: String::new(),
                        roles: vec![Role::Clerk, Role::Head],
                    },
                },
                "thu: Cán bộ tiếp nhận, Lãnh đạo",
            ),
            (
                Event::UserDisabled { user: user.clone(), reason: "chuyển công tác".into() },
                "thu. Lý do: chuyển công tác",
            ),
            (
                Event::DelegationGiven {
                    delegation: Box::new(Delegation {
                        id: DelegationId(String::new()),
                        by: UserName("chi".into()),
                        to: user.clone(),
                        decision: "12/QĐ-UBND".into(),
                        decided: Date::constant(2026, 11, 20),
                        signs_as: "TUQ. CHỦ TỊCH".into(),
                        kinds: Vec::new(),
                        from: Date::constant(2026, 11, 23),
                        until: Date::constant(2026, 12, 31),
                    }),
                },
                "thu: Quyết định số 12/QĐ-UBND ngày 20/11/2026, từ 23/11/2026 đến 31/12/2026, 0 loại việc",
            ),
            (
                Event::DelegationEnded {
                    delegation: DelegationId(String::new()),
                    reason: "hết việc".into(),
                },
                "Lý do: hết việc",
            ),
            (Event::PasswordChanged { user: user.clone() }, "thu"),
            (Event::LoginsFailed { user, count: 3 }, "thu, 3 lần"),
            (
                Event::LeaseTaken {
                    lease: Lease {
                        book: BookId::TRACKING,
                        year: 2026,
                        day: None,
                        device: device.clone(),
                        epoch: 1,
                        after: 0,
                    },
                },
                "Sổ theo dõi hồ sơ, năm 2026",
            ),
            (read(Some(number), Evidence::Typed), "001 099 000 123 – Chưa xác thực"),
            (read(None, Evidence::ChipNotAuthentic), "CHIP KHÔNG XÁC THỰC"),
            (
                Event::PersonViewed { who: PersonId(7), purpose: Purpose::Search },
                "người 7 – tra cứu",
            ),
            (
                Event::PeopleMerged {
                    one: PersonId(7),
                    other: PersonId(9),
                    reason: "đổi hộ chiếu".into(),
                },
                "người 7 và người 9. Lý do: đổi hộ chiếu",
            ),
            (
                Event::PersonSplit { who: PersonId(7), reason: "gõ nhầm số".into() },
                "người 7. Lý do: gõ nhầm số",
            ),
            (
                Event::DossierAnnulled { dossier: dossier.clone(), reason: "ghi nhầm".into() },
                "mã dossier:d1. Lý do: ghi nhầm",
            ),
            (
                Event::PaperMade {
                    subject: (&dossier).into(),
                    kind: PaperKind::Receipt,
                    of: PaperOf::Beginning,
                    content: ContentHash(String::new()),
                    numbers: Numbering::Issued,
                },
                "Giấy tiếp nhận hồ sơ và hẹn trả kết quả mã dossier:d1",
            ),
            (
                Event::TrustAdded {
                    item: TrustItem {
                        kind: TrustKind::CountrySigner,
                        fingerprint: ContentHash("ab12".into()),
                        country: "VN".into(),
                        name: "CN=CSCA".into(),
                        serial: "01".into(),
                        from: Date::ZERO,
                        until: Date::ZERO,
                    },
                    source: Box::new(TrustSource {
                        file: "a.ml".into(),
                        sha256: ContentHash(String::new()),
                        voucher: Voucher::Person,
                        words: "đã đối chiếu".into(),
                    }),
                },
                "Chứng thư gốc (CSCA) VN – CN=CSCA (a.ml), SHA-256 ab12",
            ),
            (
                Event::TrustRemoved {
                    fingerprint: ContentHash("ab12".into()),
                    reason: "khóa bị lộ".into(),
                },
                "SHA-256 ab12. Lý do: khóa bị lộ",
            ),
            (
                Event::BackupMade {
                    entries: 12,
                    head: from.clone(),
                    manifest: ContentHash("ab".into()),
                },
                "12 mục ghi",
            ),
            (
                Event::Restored {
                    lost: from.device.clone(),
                    from: from.clone(),
                    why: WhyRestored::Backup,
                    books: Vec::new(),
                },
                "đến mục 9, từ bản sao lưu",
            ),
            (
                Event::Restored {
                    lost: from.device.clone(),
                    from: from.clone(),
                    why: WhyRestored::Older { known: 12 },
                    books: Vec::new(),
                },
                "đến mục 9, cũ hơn dấu mốc 12",
            ),
            (
                Event::Restored {
                    lost: from.device.clone(),
                    from,
                    why: WhyRestored::Unwitnessed,
                    books: Vec::new(),
                },
                "đến mục 9, không có dấu mốc",
            ),
            (
                Event::Exported {
                    export: Box::new(Export {
                        kind: ExportKind::Register,
                        from: Some(Date::constant(2026, 11, 1)),
                        to: Date::constant(2026, 11, 23),
                        format: ExportFormat::Xlsx,
                        rows: 40,
                        content: ContentHash("ab".into()),
                    }),
                },
                "Sổ theo dõi hồ sơ, từ 01/11/2026 đến 23/11/2026, XLSX, 40 dòng, SHA-256 ab",
            ),
            (Event::BackupPlanned { plan: Box::default() }, "không tự sao lưu, nhắc sau 7 ngày"),
        ]
    }

    #[test]
    fn details_find_the_matter_and_name_no_citizen() {
        let words = Words {
            code: &|subject: &Subject| format!("mã {subject}"),
            book: &|_| "Sổ theo dõi hồ sơ".into(),
            known: &|who: PersonId| format!("người {}", who.0),
        };
        for (event, expected) in events() {
            let words = detail(&event, &words);
            assert_eq!(words, expected);
            assert!(!words.contains("Nguyễn"), "{words}");
        }
    }

    /// Nobody did what the program did in their session.
    #[test]
    fn what_the_program_keeps_by_itself_is_not_told_as_the_users_work() {
        let told = |kind| {
            let event = Event::PaperMade {
                subject: (&DossierId("d1".into())).into(),
                kind,
                of: PaperOf::Beginning,
                content: ContentHash(String::new()),
                numbers: Numbering::Issued,
            };
            row::done("chi".into(), Some(EventKind::PaperMade), Some(&event))
        };
        assert_eq!(told(PaperKind::Receipt), ("chi".into(), "Lập giấy tờ"));
        assert_eq!(
            told(PaperKind::LongTerm),
            ("Chương trình, trong phiên của chi".into(), "Chương trình tự cất giấy tờ")
        );
    }

    #[test]
    fn the_next_page_is_fetched_when_the_end_comes_in_sight() {
        let row = || Row { at: String::new(), who: String::new(), what: "", detail: None };
        for (rows, next, range, expected) in [
            (3, Some(7), 0..4, Action::More(7)),
            (3, Some(7), 0..2, Action::None),
            (3, None, 0..3, Action::None),
            (0, None, 0..0, Action::None),
        ] {
            let mut state = State::default();
            let first = state.update(Message::KindChosen(Some(EventKind::Restored)));
            assert_eq!(first, Action::Fetch);
            state.show((0..rows).map(|_| row()).collect(), next);
            assert_eq!(state.update(Message::Ranged(range.clone())), expected, "{range:?}");
        }
    }

    #[test]
    fn heads_sort_by_time_or_by_what_was_done() {
        let mut state = State::default();
        let mut sort = |column| {
            assert_eq!(state.update(Message::Grid(grid::Message::Sorted(column))), Action::Fetch);
            state.wanted()
        };
        assert_eq!(sort(0), (Vec::new(), Way::Rising));
        assert_eq!(sort(0), (Vec::new(), Way::Falling));
        assert_eq!(sort(0), (Vec::new(), Way::Falling));
        let (kinds, way) = sort(WHAT);
        assert_eq!((kinds.len(), way), (EventKind::ALL.len(), Way::Falling));
        let labels: Vec<&str> = kinds.into_iter().map(|kind| kind.facts().label).collect();
        // Đ is a letter of its own, behind all of D.
        let around: Vec<&str> =
            labels.iter().copied().skip_while(|label| !label.starts_with('D')).take(2).collect();
        assert_eq!(labels[0], "Bỏ chứng thư tin cậy");
        assert_eq!(around, ["Dùng phiếu khôi phục", "Đặt lịch sao lưu"]);
        let (falling, way) = sort(WHAT);
        assert_eq!((falling[0].facts().label, way), ("Yêu cầu đổi khóa dữ liệu", Way::Falling));
        state.update(Message::KindChosen(Some(EventKind::Restored)));
        assert_eq!(state.wanted(), (vec![EventKind::Restored], Way::Falling));
    }

    #[test]
    fn words_narrow_the_log() {
        let row = Row {
            at: "28/11/2026 09:00:00".into(),
            who: "Lò Thị Mẫu (mau)".into(),
            what: "Hủy tiếp nhận",
            detail: Some("H38.12-261128-0003. Lý do: ghi nhầm".into()),
        };
        let mut state = State::default();
        for (words, holds) in
            [("", true), ("lo mau", true), ("0003 nham", true), ("mau ngx", false)]
        {
            let typed = Message::Grid(grid::Message::Filtered(words.into()));
            assert_eq!(state.update(typed), Action::Fetch);
            assert_eq!(state.holds(&row), holds, "{words}");
        }
    }
}

//! Papers that were made, newest first or the other way round: of dossiers and without one. Each opens as it was handed over, to
//! be printed or saved once more.

use jiff::civil::Date;
use ledger::{LedgerError, Made, MadePaper, Page, Way};
use office::{arrival::CounterNotice, dossier::Status, entry::ContentHash, subject::Subject};
use widgets::{
    DateInput, Element, Icon, Tone,
    date::Century,
    date_field, secondary,
    table::{Cell, Column},
    text,
};

use super::{
    grid,
    help::{Help, help},
    list::{self, Action, Asked, Content, Empty, Filter, List},
    menu,
    paged::PAGE,
    period::Length,
};
use crate::{
    clock,
    desk::{Desk, books::Names, intake, papers::Paper},
};

/// The day.
pub const DAY: &str = "issued-day";

const DAY_WIDTH: f32 = 200.0;

/// Which paper a line stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// One of a subject.
    Of {
        /// What it is for.
        subject: Subject,
        /// Which paper.
        paper: Paper,
        /// The PDF.
        content: ContentHash,
    },
    /// One that was given without a dossier, with the place of its entry.
    Notice(u64, Box<CounterNotice>),
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// When, in words.
    pub at: String,
    /// Which form.
    pub kind: String,
    /// The dossier's code, the act's name or the paper's number.
    pub code: String,
    /// Whether the dossier's reception or the act was annulled.
    pub annulled: bool,
    /// For whom.
    pub name: String,
    /// Full name of who made it.
    pub by: String,
    /// What it opens.
    pub target: Target,
}

/// Papers.
pub struct Issued {
    day: DateInput,
    /// Until the end of this day; `None`: all.
    until: Option<Date>,
}

/// The screen's state.
pub type State = List<Issued>;
/// What happened on the screen.
pub type Message = list::Message<Own>;

/// What happens on no other list.
#[derive(Clone, Debug)]
pub enum Own {
    /// The last day.
    DayTyped(DateInput),
    /// Show the papers until that day.
    DayEntered,
}

/// What the shell has to do for no other list.
#[derive(Debug, PartialEq)]
pub enum Ask {
    /// Show the papers until the day that was entered: the keyboard goes to the list.
    Show,
    /// Open a paper.
    Open(Target),
}

impl Default for Issued {
    fn default() -> Self {
        Self { day: DateInput::new(None, Century::This), until: None }
    }
}

fn row_of(desk: &Desk, made: MadePaper, names: &Names) -> Result<Row, LedgerError> {
    let at = clock::local(made.at).strftime("%d/%m/%Y %H:%M").to_string();
    let by = names.get(&made.by).cloned().unwrap_or(made.by.0);
    Ok(match made.what {
        Made::Of { subject: Subject::Act(id), kind, of, content } => {
            let (record, paper) = (desk.act(&id)?, Paper { kind, of });
            let names = record.act.requesters().map(|who| who.person.name.as_str());
            Row {
                at,
                kind: kind.label().to_owned(),
                code: record.act.name(),
                annulled: record.annulled.is_some(),
                name: names.collect::<Vec<_>>().join(", "),
                by,
                target: Target::Of { subject: Subject::Act(id), paper, content },
            }
        }
        Made::Of { subject: Subject::Dossier(dossier), kind, of, content } => {
            let (record, paper) = (desk.dossier(&dossier)?, Paper { kind, of });
            Row {
                at,
                kind: desk.title(&dossier, &paper)?,
                code: record.dossier.code_label(),
                annulled: record.status() == Status::Annulled,
                name: record.dossier.applicant.person.name,
                by,
                target: Target::Of { subject: Subject::Dossier(dossier), paper, content },
            }
        }
        Made::Notice(notice) => Row {
            at,
            kind: intake::form(&notice).label().to_owned(),
            code: match notice.number.issued() {
                Some(issued) => format!("Số {:02}", issued.value),
                None => "chờ cấp số".into(),
            },
            annulled: false,
            name: notice.applicant.person.name.clone(),
            by,
            target: Target::Notice(made.place, notice),
        },
    })
}

impl Content for Issued {
    type Row = Row;
    type Total = ();
    type Own = Own;
    type Ask = Ask;

    const TABLE: &'static str = "issued-table";
    const HELP: Help = help!("issued");
    const MENU: menu::Row = menu::Row::work(Icon::Papers, "Giấy tờ đã lập, in lại");
    const PERIOD: Option<Length> = None;
    const FILTER: Option<Filter> = Some(Filter {
        over: "Tên giấy, số, mã hồ sơ, người nộp, người lập – không cần gõ dấu",
        nothing: "Không có giấy tờ nào có những chữ này",
        advice: "Hãy gõ ít chữ hơn, hoặc chọn ngày khác.",
    });
    const EMPTY: Empty = Empty {
        icon: Icon::Document,
        nothing: "Chưa lập giấy tờ nào đến ngày này",
        advice: "Hãy chọn ngày khác, hoặc để trống ngày để xem giấy mới nhất.",
    };

    fn title(&self) -> &'static str {
        "Giấy tờ đã lập"
    }

    fn columns(&self) -> Vec<Column<'_>> {
        vec![
            // The ledger keeps papers in the order of time only.
            Column::fixed("Lập lúc", 144.0).sortable(),
            Column::share("Giấy tờ", 6),
            Column::fixed("Số, mã hồ sơ", 208.0),
            Column::share("Người nộp hồ sơ", 3),
            Column::share("Người lập", 2).spare(),
        ]
    }

    fn cell(&self, row: &Row, column: usize) -> Cell {
        match column {
            0 => row.at.as_str().into(),
            1 if row.annulled => Cell::toned(format!("{} (hồ sơ đã hủy)", row.kind), Tone::Bad),
            1 => row.kind.as_str().into(),
            2 => row.code.as_str().into(),
            3 => row.name.as_str().into(),
            _ => row.by.as_str().into(),
        }
    }

    fn in_pages(&self) -> bool {
        true
    }

    fn read(&self, desk: &Desk, asked: &Asked) -> Result<Page<Row>, LedgerError> {
        let names = desk.names()?;
        let way = asked.sorted.map_or(Way::Falling, |(_, order)| grid::way(order));
        let until = self.until.map(|day| desk.ledger.place_after(day)).transpose()?;
        let made = desk.ledger.made(way, until, asked.after, PAGE)?;
        let rows = made.items.into_iter().map(|made| row_of(desk, made, &names));
        Ok(Page { items: rows.collect::<Result<_, _>>()?, next: made.next })
    }

    fn open(&self, row: &Row) -> Option<Ask> {
        Some(Ask::Open(row.target.clone()))
    }

    fn own(&mut self, own: Own) -> Action<Ask> {
        match own {
            Own::DayTyped(day) => self.day = day,
            Own::DayEntered => {
                // The field says itself what is wrong with the day.
                if let Ok(day) = self.day.check() {
                    self.until = day;
                    return Action::Own(Ask::Show);
                }
            }
        }
        Action::None
    }

    fn action<'a>(&'a self, list: &'a State) -> Option<Element<'a, Message>> {
        let open = list.selected().map(Message::Opened);
        Some(secondary("Xem, in lại").key("Enter").on_press_maybe(open).into())
    }

    fn field(&self) -> Option<Element<'_, Message>> {
        let field = date_field("Lập đến hết ngày", &self.day)
            .id(DAY)
            .width(DAY_WIDTH)
            .on_change(|day| Message::Own(Own::DayTyped(day)))
            .on_submit(Message::Own(Own::DayEntered));
        Some(field.into())
    }

    fn below<'a>(&'a self, _: &'a State) -> Option<Element<'a, Message>> {
        let words = "In lại là in đúng bản đã giao, không thay đổi. Mỗi lần xem giấy của công dân được ghi vào nhật ký.";
        Some(text::small(words).into())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use office::dossier::DossierId;

    use super::*;

    fn rows(count: usize) -> Vec<Row> {
        let row = |n: usize| Row {
            at: String::new(),
            kind: String::new(),
            code: n.to_string(),
            annulled: false,
            name: String::new(),
            by: String::new(),
            target: Target::Of {
                subject: Subject::Dossier(DossierId(n.to_string())),
                paper: Paper::RECEIPT,
                content: ContentHash(String::new()),
            },
        };
        (0..count).map(row).collect()
    }

    #[test]
    fn a_row_opens_and_the_end_of_the_list_asks_for_more() {
        let mut state = State::new(Issued::default(), date(2026, 11, 28));
        state.show(Page { items: rows(3), next: Some(7) }, ());
        assert_eq!(state.update(Message::Ranged(0..3)), Action::None);
        assert_eq!(state.update(Message::Ranged(0..4)), Action::Fetch(Some(7)));
        let target = rows(3).remove(1).target;
        assert_eq!(state.update(Message::Opened(1)), Action::Own(Ask::Open(target)));
        assert_eq!(state.update(Message::Opened(9)), Action::None);
    }

    #[test]
    fn a_day_leads_to_its_papers_and_no_day_to_the_newest() {
        let mut state = State::new(Issued::default(), date(2026, 11, 28));
        assert_eq!(state.update(Message::Own(Own::DayEntered)), Action::Own(Ask::Show));
        assert_eq!(state.content.until, None);
        let day = date(2026, 11, 20);
        let typed = DateInput::new(Some(day), Century::This);
        state.update(Message::Own(Own::DayTyped(typed)));
        assert_eq!(state.content.until, None, "a day that is not entered yet");
        assert_eq!(state.update(Message::Own(Own::DayEntered)), Action::Own(Ask::Show));
        assert_eq!(state.content.until, Some(day));
        let sorted = Message::Grid(grid::Message::Sorted(0));
        assert_eq!(state.update(sorted), Action::Fetch(None), "oldest first");
    }

    #[test]
    fn words_narrow_the_list() {
        let row = Row {
            at: "28/11/2026 09:00".into(),
            kind: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả".into(),
            code: "H38.12-261128-0003".into(),
            name: "Vàng A Thử".into(),
            by: "Lò Thị Mẫu".into(),
            ..rows(1).remove(0)
        };
        let mut state = State::new(Issued::default(), date(2026, 11, 28));
        for (words, holds) in
            [("", true), ("thu 0003", true), ("giay tiep mau", true), ("bui", false), ("hu", false)]
        {
            let typed = Message::Grid(grid::Message::Filtered(words.into()));
            assert_eq!(state.update(typed), Action::Fetch(None));
            assert_eq!(state.holds(&row), holds, "{words}");
        }
    }
}

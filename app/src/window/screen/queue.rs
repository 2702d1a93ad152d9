//! The waiting line at a counter: who waits, who is being served here, and one key that calls the next.

use ledger::Ledger;
use office::ticket::TicketId;
use widgets::{
    Dialog, Element, Icon, Tone, badge, card, check, column, empty_state, flow,
    keys::Pressed,
    modal, pick, primary, quiet, row, secondary, section, space, table,
    table::{Cell, Column},
    text,
};

use super::{
    Shown,
    help::{Help, help},
    menu,
};
use crate::window::notice::Notice;

/// The button that ends a drawn ticket.
pub const HANDED_OVER: &str = "queue-handed-over";
/// The list of those who wait.
pub const TABLE: &str = "queue-table";
/// Room of the number of those who wait for a queue.
const WAITING: f32 = 56.0;
/// Four buttons stand below a drawn ticket.
const TICKET_WIDTH: f32 = 620.0;
/// Width of the choice of a counter.
const COUNTERS: f32 = 200.0;

/// Someone who waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which ticket.
    pub id: TicketId,
    /// Its number as it is shown.
    pub number: String,
    /// What for; empty: anything.
    pub queue: String,
    /// Ahead by law.
    pub first: bool,
    /// Since when, in words.
    pub since: String,
}

/// Who was called to a counter and is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// Which ticket.
    pub id: TicketId,
    /// Its number as it is shown.
    pub number: String,
    /// What for.
    pub queue: String,
    /// Where.
    pub counter: String,
    /// How often.
    pub calls: u32,
}

/// The day's line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// In the order in which they will be called.
    pub waiting: Vec<Waiting>,
    /// The latest call first.
    pub called: Vec<Called>,
    /// Tickets drawn today.
    pub drawn: usize,
    /// People served today.
    pub served: usize,
    /// People who did not come.
    pub absent: usize,
}

/// A ticket that was just drawn: it stands over the screen until it is handed over.
struct Drawn {
    id: TicketId,
    number: String,
    queue: String,
    notice: Option<Notice>,
}

/// The screen's state.
pub struct State {
    line: Line,
    queues: Vec<String>,
    counters: Vec<String>,
    counter: Option<String>,
    first: bool,
    selected: Option<u64>,
    drawn: Option<Drawn>,
    may: bool,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// I sit here.
    CounterChosen(String),
    /// The next ticket is for someone ahead by law.
    FirstTicked(bool),
    /// Draw a ticket of this queue; empty: for anything.
    Drawn(String),
    /// The ticket that was drawn has been handed over.
    HandedOver,
    /// See the slip of the ticket that was drawn, else of the selected one.
    SlipShown,
    /// Save the slip of the ticket that was drawn.
    SlipSaved,
    /// Print the slip of the ticket that was drawn.
    SlipPrinted,
    /// Call the next one.
    NextCalled,
    /// Call the same one again.
    CalledAgain,
    /// Done.
    Served,
    /// Nobody came.
    Missed,
    /// A row was selected.
    Selected(u64),
    /// Call this one, out of order.
    Opened(u64),
    /// Show the hall's screen.
    HallAsked,
    /// Back.
    Closed,
}

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Draw a ticket.
    Draw {
        /// Of this queue.
        queue: String,
        /// Ahead of others.
        first: bool,
    },
    /// Call a ticket to a counter.
    Call(TicketId, String),
    /// It was served.
    Serve(TicketId),
    /// Nobody came.
    Miss(TicketId),
    /// Show a ticket's slip.
    ShowSlip(TicketId),
    /// Save it.
    SaveSlip(TicketId),
    /// Print it.
    PrintSlip(TicketId),
    /// Open the hall's screen.
    Hall,
    /// Back.
    Close,
}

impl State {
    /// The line as this counter sees it.
    pub fn new(
        queues: Vec<String>,
        counters: Vec<String>,
        counter: Option<String>,
        may: bool,
    ) -> Self {
        let counter = counter
            .filter(|chosen| counters.contains(chosen))
            .or_else(|| counters.first().cloned());
        Self {
            line: Line::default(),
            queues,
            counters,
            counter,
            first: false,
            selected: None,
            drawn: None,
            may,
            notice: None,
        }
    }

    /// The line as it stands now.
    pub fn show(&mut self, line: Line) {
        let last = (line.waiting.len() as u64).checked_sub(1);
        self.selected = last.map(|last| self.selected.unwrap_or(0).min(last));
        self.line = line;
    }

    /// A ticket was drawn: its number is shown until it is handed over.
    pub fn drawn(&mut self, id: TicketId, number: String, queue: String) {
        self.first = false;
        (self.drawn, self.notice) = (Some(Drawn { id, number, queue, notice: None }), None);
    }

    /// Says how it went, where the clerk looks.
    pub fn say(&mut self, notice: Option<Notice>) {
        match &mut self.drawn {
            Some(drawn) => drawn.notice = notice,
            None => self.notice = notice,
        }
    }

    /// The ticket whose slip is meant.
    fn slip(&self) -> Option<TicketId> {
        let selected = self.selected.and_then(|place| usize::try_from(place).ok());
        let selected = || self.line.waiting.get(selected?).map(|one| one.id.clone());
        self.drawn.as_ref().map(|drawn| drawn.id.clone()).or_else(selected)
    }

    /// Who is being served at this counter.
    fn mine(&self) -> Option<&Called> {
        let counter = self.counter.as_ref()?;
        self.line.called.iter().find(|called| called.counter == *counter)
    }

    fn call(&self, id: Option<&TicketId>) -> Action {
        match (id, &self.counter) {
            (Some(id), Some(counter)) if self.may => Action::Call(id.clone(), counter.clone()),
            _ => Action::None,
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::CounterChosen(counter) => self.counter = Some(counter),
            Message::FirstTicked(first) => self.first = first,
            Message::Drawn(queue) if self.may => {
                return Action::Draw { queue, first: self.first };
            }
            Message::Drawn(_) => {}
            Message::HandedOver => self.drawn = None,
            Message::SlipShown => return self.slip().map_or(Action::None, Action::ShowSlip),
            Message::SlipSaved => return self.slip().map_or(Action::None, Action::SaveSlip),
            Message::SlipPrinted => return self.slip().map_or(Action::None, Action::PrintSlip),
            Message::NextCalled => {
                return self.call(self.line.waiting.first().map(|next| &next.id));
            }
            Message::CalledAgain => return self.call(self.mine().map(|mine| &mine.id)),
            Message::Served => {
                return self.mine().map_or(Action::None, |mine| Action::Serve(mine.id.clone()));
            }
            Message::Missed => {
                return self.mine().map_or(Action::None, |mine| Action::Miss(mine.id.clone()));
            }
            Message::Selected(place) => self.selected = Some(place),
            Message::Opened(place) => {
                let chosen = usize::try_from(place).ok().and_then(|n| self.line.waiting.get(n));
                return self.call(chosen.map(|chosen| &chosen.id));
            }
            Message::HallAsked => return Action::Hall,
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn serving(&self) -> Element<'_, Message> {
        if self.counter.is_none() {
            return card(empty_state(
                Icon::Settings,
                "Chưa khai báo quầy",
                "Lãnh đạo ghi tên các quầy và hàng chờ trong F10 → Cài đặt cơ quan.",
                None,
            ))
            .into();
        }
        let ready = self.may && !self.line.waiting.is_empty();
        let next = primary("Gọi số tiếp theo")
            .key("F2")
            .on_press_maybe(ready.then_some(Message::NextCalled));
        let Some(mine) = self.mine() else {
            return section(
                "Đang phục vụ",
                None,
                column([text::body("Chưa gọi ai tới quầy này.").into(), next.into()]),
            )
            .into();
        };
        let queue = if mine.queue.is_empty() { "Mọi việc" } else { mine.queue.as_str() };
        section(
            "Đang phục vụ",
            Some(badge(format!("đã gọi {} lần", mine.calls), Tone::Plain).into()),
            column([
                row([text::large(mine.number.as_str()).into(), text::heading(queue).into()])
                    .spacing(space::M)
                    .into(),
                row([
                    next.into(),
                    secondary("Gọi lại").key("F4").on_press(Message::CalledAgain).into(),
                    secondary("Xong").key("F6").on_press(Message::Served).into(),
                    quiet("Vắng mặt").key("F8").on_press(Message::Missed).into(),
                ])
                .wrap()
                .into(),
            ]),
        )
        .into()
    }

    fn drawing(&self) -> Element<'_, Message> {
        let other = if self.queues.is_empty() { "Lấy số" } else { "Việc khác" };
        let queues = self.queues.iter().map(|queue| (queue.as_str(), queue.as_str()));
        let mut buttons = column([]).spacing(space::S);
        for (queue, words) in queues.chain([("", other)]) {
            let waiting = self.line.waiting.iter().filter(|one| one.queue == queue).count();
            buttons = buttons.push(
                row([
                    secondary(words)
                        .icon(Icon::Plus)
                        .width(iced::Length::Fill)
                        .on_press_maybe(self.may.then(|| Message::Drawn(queue.to_owned())))
                        .into(),
                    iced::widget::container(text::small(format!("{waiting} chờ")))
                        .width(WAITING)
                        .into(),
                ])
                .spacing(space::M),
            );
        }
        section(
            "Lấy số cho công dân",
            None,
            column([
                check("Ưu tiên: người cao tuổi, khuyết tật, phụ nữ mang thai", self.first)
                    .on_toggle(Message::FirstTicked)
                    .into(),
                buttons.into(),
            ]),
        )
        .into()
    }

    fn waiting(&self) -> Element<'_, Message> {
        if self.line.waiting.is_empty() {
            return empty_state(
                Icon::Check,
                "Không có ai đang chờ",
                "Số lấy ở quầy hoặc ở cửa sẽ hiện ở đây.",
                None,
            );
        }
        let waiting = table(
            [
                Column::fixed("Số", 80.0).end(),
                Column::share("Việc", 3),
                Column::fixed("Chờ từ", 96.0),
                Column::fixed("Ưu tiên", 96.0),
            ],
            self.line.waiting.len() as u64,
            |place, column| {
                let one = self.line.waiting.get(usize::try_from(place).ok()?)?;
                Some(match column {
                    0 => one.number.as_str().into(),
                    1 if one.queue.is_empty() => "Việc khác".into(),
                    1 => one.queue.as_str().into(),
                    2 => one.since.as_str().into(),
                    _ if one.first => Cell::toned("ưu tiên", Tone::Caution),
                    _ => "".into(),
                })
            },
        )
        .id(TABLE)
        .selected(self.selected)
        .on_select(Message::Selected)
        .on_open(Message::Opened);
        let slip = quiet("Phiếu của số đang chọn").key("F9").on_press(Message::SlipShown);
        iced::widget::Column::new()
            .push(iced::widget::container(waiting).height(iced::Length::Fill))
            .push(row([flow::spring().into(), slip.into()]))
            .spacing(space::S)
            .into()
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("queue");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::Ticket, "Hàng chờ"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.sees_people()
    }

    fn title(&self) -> &'static str {
        "Hàng chờ"
    }

    fn asks(&self) -> bool {
        self.drawn.is_some()
    }

    fn main_field(&self) -> Option<String> {
        Some(TABLE.into())
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        if self.asks() {
            return Some(match key {
                Pressed::Escape | Pressed::Enter => Message::HandedOver,
                Pressed::F(7) => Message::SlipShown,
                Pressed::F(8) => Message::SlipSaved,
                Pressed::F(9) => Message::SlipPrinted,
                _ => return None,
            });
        }
        Some(match key {
            Pressed::F(2) => Message::NextCalled,
            Pressed::F(4) => Message::CalledAgain,
            Pressed::F(6) => Message::Served,
            Pressed::F(7) => Message::HallAsked,
            Pressed::F(8) => Message::Missed,
            Pressed::F(9) => Message::SlipShown,
            Pressed::Escape => Message::Closed,
            _ => return None,
        })
    }

    fn tell(&mut self, notice: Notice) {
        self.say(Some(notice));
    }

    fn view(&self) -> Element<'_, Message> {
        let mut head = row([text::title("Hàng chờ").into()]).spacing(space::M);
        head = head
            .push(badge(format!("{} đang chờ", self.line.waiting.len()), Tone::Info))
            .push(text::small(format!(
                "Hôm nay: {} số đã lấy, {} đã phục vụ, {} vắng mặt",
                self.line.drawn, self.line.served, self.line.absent
            )))
            .push(flow::spring())
            .push(text::label("Tôi ngồi ở"));
        head = head
            .push(
                pick(
                    "",
                    self.counters.iter().map(|counter| (counter.clone(), counter.as_str())),
                    self.counter.as_ref(),
                )
                .width(COUNTERS)
                .on_pick(Message::CounterChosen),
            )
            .push(secondary("Màn hình gọi số").key("F7").on_press(Message::HallAsked));
        let body = iced::widget::Row::new()
            .push(
                iced::widget::container(flow::scroll(column([self.serving(), self.drawing()])))
                    .width(iced::Length::FillPortion(2)),
            )
            .push(iced::widget::container(self.waiting()).width(iced::Length::FillPortion(3)))
            .spacing(space::L)
            .height(iced::Length::Fill);
        let screen = iced::widget::Column::new()
            .push(head)
            .push(self.notice.as_ref().map(Notice::view))
            .push(body)
            .spacing(space::M);
        modal(
            iced::widget::container(screen).padding(space::L).height(iced::Length::Fill),
            self.drawn.as_ref().map(ticket),
        )
    }
}

fn ticket(drawn: &Drawn) -> Dialog<'_, Message> {
    let queue = if drawn.queue.is_empty() { "Việc khác" } else { drawn.queue.as_str() };
    let number = text::huge(drawn.number.as_str());
    let mut content = column([
        iced::widget::container(number).center_x(iced::Length::Fill).into(),
        iced::widget::container(text::heading(queue)).center_x(iced::Length::Fill).into(),
        text::small("Đọc số cho công dân hoặc in phiếu. Số được gọi trên màn hình ở phòng chờ.")
            .into(),
    ]);
    if let Some(notice) = &drawn.notice {
        content = content.push(notice.view());
    }
    Dialog::new("Số thứ tự", content)
        .width(TICKET_WIDTH)
        .action(quiet("Xem phiếu").key("F7").on_press(Message::SlipShown))
        .action(quiet("Lưu phiếu").key("F8").on_press(Message::SlipSaved))
        .action(secondary("In phiếu").key("F9").on_press(Message::SlipPrinted))
        .action(primary("Đã báo số").id(HANDED_OVER).key("Enter").on_press(Message::HandedOver))
        .on_close(Message::HandedOver)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> TicketId {
        TicketId(text.into())
    }

    fn state() -> State {
        let counters = vec!["Quầy 1".to_owned(), "Quầy 2".to_owned()];
        let mut state = State::new(vec!["Hộ tịch".into()], counters, None, true);
        let waiting = ["3", "4"].map(|n| Waiting {
            id: id(n),
            number: n.into(),
            queue: String::new(),
            first: false,
            since: String::new(),
        });
        let called = [("2", "Quầy 2"), ("1", "Quầy 1")].map(|(n, counter)| Called {
            id: id(n),
            number: n.into(),
            queue: String::new(),
            counter: counter.into(),
            calls: 1,
        });
        state.show(Line { waiting: waiting.into(), called: called.into(), ..Line::default() });
        state
    }

    #[test]
    fn each_counter_calls_the_next_and_ends_its_own() {
        let mut state = state();
        let (one, two) = ("Quầy 1".to_owned(), "Quầy 2".to_owned());
        assert_eq!(state.update(Message::NextCalled), Action::Call(id("3"), one.clone()));
        assert_eq!(state.update(Message::CalledAgain), Action::Call(id("1"), one));
        assert_eq!(state.update(Message::Served), Action::Serve(id("1")));
        state.update(Message::CounterChosen(two.clone()));
        assert_eq!(state.update(Message::Missed), Action::Miss(id("2")));
        assert_eq!(state.update(Message::Opened(1)), Action::Call(id("4"), two));
    }

    #[test]
    fn those_who_may_not_write_call_nobody() {
        let mut state = state();
        state.may = false;
        assert_eq!(state.update(Message::NextCalled), Action::None);
        assert_eq!(state.update(Message::Drawn(String::new())), Action::None);
    }

    #[test]
    fn priority_holds_for_one_ticket() {
        let mut state = state();
        state.update(Message::FirstTicked(true));
        let draw = Action::Draw { queue: "Hộ tịch".into(), first: true };
        assert_eq!(state.update(Message::Drawn("Hộ tịch".into())), draw);
        state.drawn(id("12"), "012".into(), "Hộ tịch".into());
        assert!(state.asks());
        assert_eq!(state.update(Message::SlipPrinted), Action::PrintSlip(id("12")));
        state.update(Message::HandedOver);
        let draw = Action::Draw { queue: String::new(), first: false };
        assert_eq!(state.update(Message::Drawn(String::new())), draw);
    }
}

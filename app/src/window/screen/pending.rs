//! Electronic copies that wait to be signed: who asks, for what, how many pages, who prepared them and when. Whoever
//! certifies looks at each as it will be signed, marks some or all, and signs them with one PIN; or returns one with a
//! reason. Whoever prepared one sees here what became of it.
//!
//! While a batch runs nothing else is done here: Esc stops it after the copy that is being signed. The screen tells
//! how many are done, and why the others were not.

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use iced::{Length, widget::container};
use ledger::Ledger;
use office::{act::ActId, text::lower_first};
use widgets::{
    Dialog, Element, Icon, Tone, badge, check, column, empty_state, field,
    keys::Pressed,
    modal, pressable, preview,
    preview::{Page, Zoom},
    primary, progress, quiet, row, secondary, section, space, text,
};

use super::{
    Shown,
    help::{Help, help},
    menu, sign,
};
use crate::{
    desk::prepared::MOST_AT_ONCE,
    scan::Scan,
    window::{layout, notice::Notice},
};

/// Copies that were not looked at and are named; of the others how many there are.
const NAMED: usize = 5;
/// A box to tick is as wide.
const TICK: f32 = space::XL + space::XS;

/// The reason for a return.
pub const REASON: &str = "pending-reason";
const LOOK: &str = "Các trang như sẽ ký";
const LOOK_WIDTH: f32 = 720.0;
const LOOK_HEIGHT: f32 = 400.0;

/// Where a copy stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It waits, and the user may sign it.
    Mine,
    /// It waits for somebody else.
    Others,
    /// It was returned to the user, who prepared it: by whom, when, why.
    Returned(String),
}

/// One copy.
#[derive(Clone, Debug)]
pub struct Row {
    /// Of the coming act.
    pub id: ActId,
    /// The kind of act.
    pub label: String,
    /// What is copied.
    pub what: String,
    /// Who asks.
    pub askers: String,
    /// How many pages.
    pub pages: usize,
    /// Who prepared it.
    pub by: String,
    /// When, in words.
    pub at: String,
    /// Who is asked to sign it.
    pub asked: String,
    /// Where it stands.
    pub stand: Stand,
    /// Whether the user may return it, or take it back.
    pub returnable: bool,
}

impl Row {
    /// Whether the user, who prepared it and got it back, may fill it in again.
    fn is_redone(&self) -> bool {
        matches!(self.stand, Stand::Returned(_))
    }
}

/// What became of a batch.
pub fn stands(done: usize, all: usize) -> String {
    let waiting = all - done;
    format!("Đã ký và ghi vào sổ {done}/{all} bản; {waiting} bản còn chờ, chưa có số.")
}

/// What became of a batch that did not end well. The sentence of one copy speaks of `which` copy alone.
pub fn stopped(done: usize, all: usize, which: &str, why: &str) -> String {
    format!("{} Ở bản {which}: {}", stands(done, all), lower_first(why))
}

/// A batch under way.
struct Running {
    done: usize,
    all: usize,
    /// It was asked to stop.
    stopping: bool,
}

/// What stands over the list.
enum Asked {
    Look(Vec<Page>, Zoom, String),
    Return(String, Option<Notice>),
    Sign(Box<sign::State>),
}

/// The screen's state.
pub struct State {
    rows: Vec<Row>,
    selected: usize,
    marked: HashSet<ActId>,
    seen: HashSet<ActId>,
    /// Its pages are being drawn.
    drawing: Option<ActId>,
    running: Option<Running>,
    asked: Option<Asked>,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// One was chosen.
    Chosen(usize),
    /// Arrow keys.
    Moved(i8),
    /// One is to be signed, or not.
    Marked(usize, bool),
    /// The chosen one is to be signed, or not.
    MarkAsked,
    /// All that the user may sign, or none.
    AllAsked,
    /// See its pages.
    LookAsked,
    /// They were drawn.
    Drawn(ActId, Result<Pages, Notice>),
    /// Larger or smaller.
    Zoomed(Zoom),
    /// Sign the marked ones.
    SignAsked,
    /// In the dialog that signs.
    Sign(sign::Message),
    /// Fill the chosen one in again, which was returned.
    RedoAsked,
    /// Its pages were read.
    Reread(ActId, Result<Reread, Notice>),
    /// Return the chosen one.
    ReturnAsked,
    /// The reason.
    ReasonTyped(String),
    /// Return it.
    Returned,
    /// Stop after the one that is being signed.
    StopAsked,
    /// Close what stands over the list.
    Dismissed,
    /// Back.
    Closed,
}

/// Pages as they will be signed, and what the stamp says.
#[derive(Clone)]
pub struct Pages {
    /// The pages.
    pub pages: Vec<Page>,
    /// The stamp's words.
    pub stamp: String,
}

/// A log never shows pages.
impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pages({})", self.pages.len())
    }
}

/// The pages of what was returned, as they were scanned.
#[derive(Clone)]
pub struct Reread(pub Vec<Scan>);

/// A log never shows pages.
impl std::fmt::Debug for Reread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reread({})", self.0.len())
    }
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Move the keyboard there.
    Focus(&'static str),
    /// Draw its pages.
    Look(ActId),
    /// Read its pages, to fill it in again.
    Reread(ActId),
    /// Fill it in again with these pages.
    Redo(ActId, Vec<Scan>),
    /// Look for certificates to sign these with.
    Ask(Vec<ActId>),
    /// What the dialog that signs asks for.
    Sign(sign::Action),
    /// Return it.
    Return(ActId, String),
    /// Stop the batch.
    Stop,
    /// Back.
    Close,
}

impl State {
    /// What waits, oldest first, then what was returned.
    pub fn new(rows: Vec<Row>) -> Self {
        Self {
            rows,
            selected: 0,
            marked: HashSet::new(),
            seen: HashSet::new(),
            drawing: None,
            running: None,
            asked: None,
            notice: None,
        }
    }

    /// The same list read anew; what was marked and seen stays so.
    pub fn renew(&mut self, rows: Vec<Row>) {
        self.rows = rows;
        self.selected = self.selected.min(self.rows.len().saturating_sub(1));
        let signable: HashSet<ActId> = self.signable().cloned().collect();
        self.marked.retain(|id| signable.contains(id));
    }

    fn signable(&self) -> impl Iterator<Item = &ActId> {
        let mine = self.rows.iter().filter(|row| row.stand == Stand::Mine);
        mine.map(|row| &row.id)
    }

    fn chosen(&self) -> Option<&Row> {
        self.rows.get(self.selected)
    }

    /// Those that are to be signed, in the order of the list: the marked ones, or the chosen one.
    fn wanted(&self) -> Vec<ActId> {
        let marked: Vec<ActId> =
            self.signable().filter(|id| self.marked.contains(id)).cloned().collect();
        match (marked.is_empty(), self.chosen()) {
            (true, Some(row)) if row.stand == Stand::Mine => vec![row.id.clone()],
            _ => marked,
        }
    }

    /// The dialog that signs, while it is open.
    pub fn signing(&mut self) -> Option<&mut sign::State> {
        match &mut self.asked {
            Some(Asked::Sign(dialog)) => Some(dialog),
            _ => None,
        }
    }

    /// One was returned.
    pub fn returned(&mut self, rows: Vec<Row>) {
        (self.asked, self.notice) = (None, Some(Notice::done("Đã trả lại kèm lý do.")));
        self.renew(rows);
    }

    /// Which of these were not looked at, in a sentence; nothing where all were. What is signed is first compared with
    /// the original (NĐ 45/2020/NĐ-CP art. 10).
    fn not_seen(&self, ids: &[ActId]) -> String {
        let unseen =
            self.rows.iter().filter(|row| ids.contains(&row.id) && !self.seen.contains(&row.id));
        let names: Vec<String> =
            unseen.map(|row| format!("“{}” ({})", row.what, row.askers)).collect();
        let more = match names.len() {
            0 => return String::new(),
            all if all > NAMED => format!("; và {} bản khác", all - NAMED),
            _ => String::new(),
        };
        let named: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
        format!(
            " Bạn chưa mở xem {}/{} bản: {}{more}. Hãy đối chiếu với bản chính trước khi ký.",
            names.len(),
            ids.len(),
            named.join("; ")
        )
    }

    /// They can be signed by this certifier; what has to be done first.
    pub fn sign(
        &mut self,
        ids: &[ActId],
        certifier: String,
        offer: Option<sign::Offer>,
    ) -> sign::Action {
        let words = match ids.len() {
            1 => "Ký một bản điện tử.".to_owned(),
            count => format!(
                "Ký {count} bản điện tử với một lần nhập mã PIN. Mã PIN được xóa khỏi bộ nhớ khi đợt ký này kết thúc."
            ),
        };
        let words = format!("{words}{}", self.not_seen(ids));
        let dialog = sign::State::new(words, certifier, offer);
        let first = dialog.first();
        self.asked = Some(Asked::Sign(Box::new(dialog)));
        first
    }

    /// The token took the PIN: the batch runs; where the list is opened anew, so many are done.
    pub fn begin(&mut self, done: usize, all: usize) {
        (self.asked, self.notice) = (None, None);
        self.running = Some(Running { done, all, stopping: false });
    }

    /// One more is done.
    pub fn went_on(&mut self, rows: Vec<Row>) {
        if let Some(running) = &mut self.running {
            running.done += 1;
        }
        self.renew(rows);
    }

    /// The batch has ended.
    pub fn ended(&mut self, notice: Notice) {
        (self.running, self.asked, self.notice) = (None, None, Some(notice));
    }

    /// The window is locked: nothing waits for a worker any more, and nothing typed stays.
    pub fn stop_waiting(&mut self) {
        (self.running, self.drawing) = (None, None);
        if matches!(self.asked, Some(Asked::Sign(_))) {
            self.asked = None;
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        if self.running.is_some() {
            return match message {
                Message::StopAsked | Message::Closed => {
                    self.running.iter_mut().for_each(|running| running.stopping = true);
                    Action::Stop
                }
                _ => Action::None,
            };
        }
        match message {
            Message::Chosen(n) => self.selected = n,
            Message::Moved(by) => {
                let last = self.rows.len().saturating_sub(1);
                self.selected = self.selected.saturating_add_signed(by.into()).min(last);
            }
            Message::Marked(n, on) => self.mark(n, on),
            Message::MarkAsked => {
                let on = self.chosen().is_some_and(|row| !self.marked.contains(&row.id));
                self.mark(self.selected, on);
            }
            Message::AllAsked => {
                let all: HashSet<ActId> = self.signable().cloned().collect();
                self.marked = if self.marked == all { HashSet::new() } else { all };
            }
            Message::LookAsked => {
                let mine = |row: &&Row| row.stand == Stand::Mine && self.drawing.is_none();
                let Some(row) = self.chosen().filter(mine) else {
                    return Action::None;
                };
                let id = row.id.clone();
                (self.drawing, self.notice) = (Some(id.clone()), None);
                return Action::Look(id);
            }
            Message::Drawn(id, drawn) => {
                // What is drawn for another one, or for nobody any more, is not shown.
                if self.drawing.take_if(|drawing| *drawing == id).is_none() || self.asked.is_some()
                {
                    return Action::None;
                }
                match drawn {
                    Ok(Pages { pages, stamp }) => {
                        self.seen.insert(id);
                        self.asked = Some(Asked::Look(pages, Zoom::default(), stamp));
                    }
                    Err(notice) => self.notice = Some(notice),
                }
            }
            Message::RedoAsked => {
                let row = self.chosen().filter(|row| row.is_redone() && self.drawing.is_none());
                let Some(id) = row.map(|row| row.id.clone()) else { return Action::None };
                (self.drawing, self.notice) = (Some(id.clone()), None);
                return Action::Reread(id);
            }
            Message::Reread(id, read) => {
                if self.drawing.take_if(|drawing| *drawing == id).is_none() || self.asked.is_some()
                {
                    return Action::None;
                }
                match read {
                    Ok(Reread(pages)) => return Action::Redo(id, pages),
                    Err(notice) => self.notice = Some(notice),
                }
            }
            Message::Zoomed(to) => {
                if let Some(Asked::Look(_, zoom, _)) = &mut self.asked {
                    *zoom = to;
                }
            }
            Message::SignAsked => return self.ask(),
            Message::Sign(message) => {
                let Some(dialog) = self.signing() else { return Action::None };
                return Action::Sign(dialog.update(message));
            }
            Message::ReturnAsked => {
                if self.chosen().is_some_and(|row| row.returnable) {
                    self.asked = Some(Asked::Return(String::new(), None));
                    return Action::Focus(REASON);
                }
            }
            Message::ReasonTyped(words) => {
                if let Some(Asked::Return(reason, _)) = &mut self.asked {
                    *reason = words;
                }
            }
            Message::Returned => {
                let (Some(Asked::Return(reason, _)), Some(row)) = (&self.asked, self.chosen())
                else {
                    return Action::None;
                };
                return Action::Return(row.id.clone(), reason.clone());
            }
            Message::StopAsked => {}
            Message::Dismissed => self.asked = None,
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn mark(&mut self, n: usize, on: bool) {
        let Some(row) = self.rows.get(n).filter(|row| row.stand == Stand::Mine) else { return };
        let id = row.id.clone();
        match on {
            true => drop(self.marked.insert(id)),
            false => drop(self.marked.remove(&id)),
        }
    }

    fn ask(&mut self) -> Action {
        let wanted = self.wanted();
        if wanted.is_empty() {
            let words = "Chưa chọn bản nào mà bạn được ký. Hãy đánh dấu các bản cần ký (F4, hoặc F7 để chọn tất cả).";
            self.notice = Some(Notice::caution(words));
            return Action::None;
        }
        if wanted.len() > MOST_AT_ONCE {
            let words = format!(
                "Mỗi lần nhập mã PIN ký được tối đa {MOST_AT_ONCE} bản, đang chọn {}. Chưa ký gì. Hãy bỏ bớt rồi ký; phần còn lại ký lần sau.",
                wanted.len()
            );
            self.notice = Some(Notice::caution(words));
            return Action::None;
        }
        Action::Ask(wanted)
    }

    fn list(&self) -> Element<'_, Message> {
        let mut content = column([]);
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        if let Some(running) = &self.running {
            let words = match running.stopping {
                true => "Đang dừng sau bản đang ký…",
                false => "Đang ký. Đừng rút thiết bị…",
            };
            content = content.push(progress(words, running.done as u64, running.all as u64));
        }
        if self.rows.is_empty() {
            content = content.push(empty_state(
                Icon::Check,
                "Không có bản nào chờ ký số",
                "Bản điện tử được chuyển ký từ màn hình Chứng thực, ghi sổ sẽ hiện ở đây.",
                None,
            ));
        }
        let free = self.running.is_none();
        let lines = self.rows.iter().enumerate().map(|(n, one)| {
            let tick = check("", self.marked.contains(&one.id));
            let tick: Element<'_, Message> = match (&one.stand, free) {
                (Stand::Mine, true) => tick.on_toggle(move |on| Message::Marked(n, on)).into(),
                (Stand::Mine, false) => tick.into(),
                (Stand::Others | Stand::Returned(_), _) => column([]).width(TICK).into(),
            };
            let state = match &one.stand {
                Stand::Returned(_) => Some(badge("Bị trả lại", Tone::Caution)),
                Stand::Others => Some(badge("Chờ người khác ký", Tone::Info)),
                Stand::Mine if self.seen.contains(&one.id) => Some(badge("Đã xem", Tone::Good)),
                Stand::Mine => None,
            };
            let words = column([
                text::strong(one.what.as_str()).into(),
                text::small(format!("{} · {} trang · {}", one.askers, one.pages, one.at)).into(),
            ])
            .spacing(0.0)
            .width(Length::Fill);
            let line = pressable(row([words.into()]).push(state))
                .chosen(n == self.selected)
                .on_press(Message::Chosen(n));
            row([tick, container(line).width(Length::Fill).into()])
                .align_y(iced::Alignment::Center)
                .into()
        });
        let mine = self.signable().count();
        let head = format!("Chờ ký số ({mine} bản chờ bạn ký, {} đã chọn)", self.marked.len());
        section(head, None, content.push(column(lines).spacing(space::XS))).into()
    }

    fn detail(&self) -> Element<'_, Message> {
        let Some(one) = self.chosen() else { return column([]).into() };
        let mut facts = column([
            text::heading(one.what.as_str()).into(),
            layout::facts([
                layout::fact("Loại việc", one.label.as_str()),
                layout::fact("Người yêu cầu", one.askers.as_str()),
                layout::fact("Số trang", one.pages.to_string()),
                layout::fact("Người lập", one.by.as_str()),
                layout::fact("Lập lúc", one.at.as_str()),
                layout::fact("Đề nghị ký", one.asked.as_str()),
            ]),
        ]);
        if let Stand::Returned(words) = &one.stand {
            facts = facts.push(text::toned(words.as_str(), Tone::Caution));
        }
        if self.drawing.as_ref() == Some(&one.id) {
            facts = facts.push(text::toned("Đang mở các trang…", Tone::Info));
        }
        let seen = match self.seen.contains(&one.id) {
            true => "Đã xem các trang như sẽ ký.",
            false => "Chưa xem. Nhấn Enter để xem các trang đúng như sẽ ký.",
        };
        if one.stand == Stand::Mine {
            facts = facts.push(text::small(seen));
        }
        section("Bản đang chọn", None, facts).into()
    }

    fn foot(&self) -> Element<'_, Message> {
        if self.running.is_some() {
            return row([quiet("Dừng ký").key("Esc").on_press(Message::StopAsked).into()]).into();
        }
        let chosen = self.chosen();
        let wanted = self.wanted().len();
        let verb =
            if wanted > 1 { format!("Ký số {wanted} bản") } else { "Ký số".to_owned() };
        let returns = chosen.is_some_and(|row| row.returnable);
        let mine = chosen.is_some_and(|row| row.stand == Stand::Mine);
        row([
            primary(verb)
                .key("F2")
                .on_press_maybe((wanted > 0).then_some(Message::SignAsked))
                .into(),
            secondary("Xem các trang")
                .key("Enter")
                .on_press_maybe(mine.then_some(Message::LookAsked))
                .into(),
            secondary("Chọn, bỏ chọn")
                .key("F4")
                .on_press_maybe(mine.then_some(Message::MarkAsked))
                .into(),
            secondary("Chọn tất cả")
                .key("F7")
                .on_press_maybe(self.signable().next().is_some().then_some(Message::AllAsked))
                .into(),
            secondary("Làm lại")
                .key("F8")
                .on_press_maybe(chosen.filter(|row| row.is_redone()).map(|_| Message::RedoAsked))
                .into(),
            secondary("Trả lại…")
                .key("F6")
                .on_press_maybe(returns.then_some(Message::ReturnAsked))
                .into(),
            quiet("Về trang chính").key("Esc").on_press(Message::Closed).into(),
        ])
        .wrap()
        .into()
    }

    fn dialog<'a>(&'a self, asked: &'a Asked) -> Dialog<'a, Message> {
        match asked {
            Asked::Sign(dialog) => dialog.view().map(Message::Sign),
            Asked::Look(pages, zoom, stamp) => {
                let drawn: Element<'_, Message> =
                    preview(pages, *zoom).on_zoom(Message::Zoomed).into();
                let stamp = stamp.replace('\n', " · ");
                let words = text::small(format!("Dấu chứng thực khi ký: {stamp}"));
                let content = column([words.into(), container(drawn).height(LOOK_HEIGHT).into()]);
                Dialog::new(LOOK, content)
                    .width(LOOK_WIDTH)
                    .action(primary("Đã xem").key("Enter").on_press(Message::Dismissed))
                    .on_close(Message::Dismissed)
            }
            Asked::Return(reason, notice) => {
                let what = self.chosen().map_or("", |row| row.what.as_str());
                let content = column([
                    text::body(format!("Bản này sẽ không được ký: {what}.")).into(),
                    field("Lý do", reason)
                        .id(REASON)
                        .required()
                        .on_change(Message::ReasonTyped)
                        .on_submit(Message::Returned)
                        .into(),
                ])
                .push(notice.as_ref().map(Notice::view));
                Dialog::new("Trả lại bản chờ ký số", content)
                    .action(quiet("Thôi").key("Esc").on_press(Message::Dismissed))
                    .action(primary("Trả lại").key("F2").on_press(Message::Returned))
                    .on_close(Message::Dismissed)
            }
        }
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("pending");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::Check, "Chờ ký số"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.may(ledger::EventKind::ActPrepared)
    }

    fn title(&self) -> &'static str {
        match (&self.running, &self.asked) {
            (Some(_), _) => "Đang ký số",
            (None, Some(Asked::Sign(_))) => sign::TITLE,
            (None, Some(Asked::Look(..))) => LOOK,
            (None, _) => "Chờ ký số",
        }
    }

    fn asks(&self) -> bool {
        self.asked.is_some()
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        Some(match (&self.asked, key) {
            (_, Pressed::Escape) if self.running.is_some() => Message::StopAsked,
            _ if self.running.is_some() => return None,
            (Some(Asked::Sign(dialog)), key) => return dialog.key(key).map(Message::Sign),
            (Some(Asked::Look(..)), Pressed::Enter | Pressed::Escape) => Message::Dismissed,
            (Some(Asked::Return(..)), Pressed::Escape) => Message::Dismissed,
            (Some(Asked::Return(..)), Pressed::Enter | Pressed::F(2)) => Message::Returned,
            (Some(_), _) => return None,
            (None, Pressed::F(2)) => Message::SignAsked,
            (None, Pressed::Enter) => Message::LookAsked,
            (None, Pressed::F(4)) => Message::MarkAsked,
            (None, Pressed::F(7) | Pressed::Ctrl('a')) => Message::AllAsked,
            (None, Pressed::F(6)) => Message::ReturnAsked,
            (None, Pressed::F(8)) => Message::RedoAsked,
            (None, Pressed::Up) => Message::Moved(-1),
            (None, Pressed::Down) => Message::Moved(1),
            (None, Pressed::Escape) => Message::Closed,
            (None, _) => return None,
        })
    }

    fn tell(&mut self, notice: Notice) {
        match &mut self.asked {
            // The reason stays as it was typed.
            Some(Asked::Return(_, told)) => *told = Some(notice),
            Some(Asked::Look(..) | Asked::Sign(_)) | None => self.notice = Some(notice),
        }
    }

    fn view(&self) -> Element<'_, Message> {
        let base = layout::two_columns_with_foot(self.list(), self.detail(), self.foot());
        modal(base, self.asked.as_ref().map(|asked| self.dialog(asked)))
    }
}

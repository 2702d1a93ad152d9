//! A person's kept documents: looked at (the look is written first), added on a stated legal basis,
//! removed with a reason when their time is over or the person asks.

mod form;

use std::path::PathBuf;

use iced::{Length, widget::container};
use jiff::civil::Date;
use office::{
    document::{DocumentId, KeptDocument, Origin},
    entry::ContentHash,
    person::PersonId,
};
use widgets::{
    Dialog, Element, Icon, Tone, badge, card, column, empty_state,
    keys::Pressed,
    modal, pressable, preview,
    preview::{Page, Zoom},
    primary, quiet, row, secondary, section, space, text,
};

use super::{
    Shown,
    help::{Help, help},
};
use crate::{
    browse::Wanted,
    desk::store::is_over,
    scan::Scan,
    window::{layout, notice::Notice},
};
pub use form::{Copy, Form, Message as FormMessage, PATH};

/// The reason's field.
pub const REASON: &str = "store-reason";

/// What the user may do here.
#[derive(Clone, Copy)]
pub struct Rights {
    /// Put documents in.
    pub keep: bool,
    /// Take documents out.
    pub remove: bool,
}

/// The screen's state.
pub struct State {
    /// Whose store it is.
    pub owner: PersonId,
    name: String,
    claim: String,
    today: Date,
    rights: Rights,
    bases: Vec<String>,
    documents: Vec<KeptDocument>,
    shown: Option<(DocumentId, Vec<Page>)>,
    zoom: Zoom,
    asked: Option<Asked>,
    notice: Option<Notice>,
}

enum Asked {
    Add(Box<Form>),
    Remove(DocumentId, String),
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// A document is to be looked at.
    Opened(DocumentId),
    /// Its pages are ready, or why not.
    Drawn(DocumentId, Result<Vec<Page>, Notice>),
    /// Larger or smaller.
    Zoomed(Zoom),
    /// A document is to be put in.
    AddAsked,
    /// In its form.
    Form(form::Message),
    /// The shown document is to be taken out.
    RemoveAsked,
    /// The reason.
    ReasonTyped(String),
    /// Take it out.
    Removed,
    /// The question is dropped.
    Dropped,
    /// Back to the person.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Move the keyboard there.
    Focus(&'static str),
    /// Look at a document.
    Open(DocumentId),
    /// Read this file for the form.
    Read(PathBuf),
    /// Scan a page for the form.
    Flatbed,
    /// Put a document in; id and content are the desk's to fill in.
    Keep(Box<(KeptDocument, Scan)>),
    /// Take a document out.
    Remove(DocumentId, String),
    /// Back to the person.
    Close,
}

impl State {
    /// The store of a person.
    pub fn new(
        owner: PersonId,
        (name, claim): (String, String),
        documents: Vec<KeptDocument>,
        bases: Vec<String>,
        rights: Rights,
        today: Date,
    ) -> Self {
        Self {
            owner,
            name,
            claim,
            today,
            rights,
            bases,
            documents,
            shown: None,
            zoom: Zoom::default(),
            asked: None,
            notice: None,
        }
    }

    /// Whether files that are dropped are documents to keep.
    pub fn takes_files(&self) -> bool {
        self.rights.keep && !matches!(self.asked, Some(Asked::Remove(..)))
    }

    /// Whether the form for a new document is open.
    pub fn adds(&self) -> bool {
        matches!(self.asked, Some(Asked::Add(_)))
    }

    /// Opens the form for a certified copy.
    pub fn offer(&mut self, copy: Copy) {
        self.asked = Some(Asked::Add(Box::new(Form::of_copy(copy))));
    }

    /// Something was done: the list as it is now.
    pub fn done(&mut self, documents: Vec<KeptDocument>, words: impl Into<String>) {
        let gone = |id: &DocumentId| documents.iter().all(|document| document.id != *id);
        self.shown.take_if(|(id, _)| gone(id));
        self.documents = documents;
        self.asked = None;
        self.notice = Some(Notice::done(words));
    }

    /// Something did not work: what was typed stays.
    pub fn refused(&mut self, notice: Notice) {
        match &mut self.asked {
            Some(Asked::Add(form)) => form.tell(notice),
            _ => self.notice = Some(notice),
        }
    }

    /// How many documents there are, and how many of them have to go.
    pub fn count(&self) -> (usize, usize) {
        let over = self.documents.iter().filter(|document| is_over(document, self.today));
        (self.documents.len(), over.count())
    }

    fn document(&self, id: &DocumentId) -> Option<&KeptDocument> {
        self.documents.iter().find(|document| document.id == *id)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Opened(id) => return Action::Open(id),
            Message::Drawn(id, Ok(pages)) => {
                self.notice = None;
                self.shown = Some((id, pages));
            }
            Message::Drawn(_, Err(notice)) => self.notice = Some(notice),
            Message::Zoomed(zoom) => self.zoom = zoom,
            Message::AddAsked if self.rights.keep => {
                self.asked = Some(Asked::Add(Box::default()));
                return Action::Focus(PATH);
            }
            Message::AddAsked => {}
            Message::Form(message) => return self.form(message),
            Message::RemoveAsked => {
                let shown = self.shown.as_ref().filter(|_| self.rights.remove);
                if let Some((id, _)) = shown {
                    let over = self.document(id).is_some_and(|d| is_over(d, self.today));
                    let reason = if over { OVER } else { "" };
                    self.asked = Some(Asked::Remove(id.clone(), reason.to_owned()));
                    return Action::Focus(REASON);
                }
            }
            Message::ReasonTyped(words) => {
                if let Some(Asked::Remove(_, reason)) = &mut self.asked {
                    *reason = words;
                }
            }
            Message::Removed => {
                if let Some(Asked::Remove(id, reason)) = &self.asked {
                    let reason = office::text::clean_lines(reason);
                    if !reason.is_empty() {
                        return Action::Remove(id.clone(), reason);
                    }
                }
            }
            Message::Dropped => self.asked = None,
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn form(&mut self, message: form::Message) -> Action {
        if self.asked.is_none() && matches!(message, form::Message::FileGiven(_)) {
            self.asked = Some(Asked::Add(Box::default()));
        }
        let Some(Asked::Add(form)) = &mut self.asked else { return Action::None };
        match form.update(message) {
            form::Action::None => Action::None,
            form::Action::Read(path) => Action::Read(path),
            form::Action::Flatbed => Action::Flatbed,
            form::Action::Close => {
                self.asked = None;
                Action::None
            }
            form::Action::Keep => match form.document(self.owner, &self.bases) {
                Some(document) => Action::Keep(Box::new(document)),
                None => Action::None,
            },
        }
    }

    fn list(&self) -> Element<'_, Message> {
        let mut content = column([text::small(format!("{} · {}", self.name, self.claim)).into()]);
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        if self.documents.is_empty() {
            content = content.push(empty_state(
                Icon::Folder,
                "Kho chưa có giấy tờ nào",
                "Giấy tờ chỉ được lưu khi có căn cứ; hồ sơ sau dùng lại, không phải nộp lần nữa.",
                None,
            ));
        }
        // What has to go is shown first.
        let (over, kept): (Vec<_>, Vec<_>) =
            self.documents.iter().partition(|document| is_over(document, self.today));
        if !over.is_empty() {
            let words = format!("{} giấy tờ hết thời hạn giữ, cần xóa.", over.len());
            content = content.push(text::toned(words, Tone::Bad));
        }
        let lines = over.into_iter().chain(kept).map(|document| self.line(document));
        section("Kho giấy tờ", None, content.push(column(lines).spacing(space::XS))).into()
    }

    fn line<'a>(&'a self, document: &'a KeptDocument) -> Element<'a, Message> {
        let day = |day: Date| day.strftime("%d/%m/%Y").to_string();
        let mut facts = vec![document.kind.label().to_owned()];
        if !document.number.is_empty() {
            facts.push(format!("số {}", document.number));
        }
        facts.extend(document.issued_on.map(|on| format!("cấp ngày {}", day(on))));
        let state = if is_over(document, self.today) {
            Some(badge("Hết hạn giữ", Tone::Bad))
        } else if !document.is_valid(self.today) {
            Some(badge("Hết hiệu lực", Tone::Caution))
        } else {
            None
        };
        pressable(
            row([column([
                text::strong(document.title.as_str()).into(),
                text::small(facts.join(" · ")).into(),
            ])
            .spacing(0.0)
            .width(Length::Fill)
            .into()])
            .push(state),
        )
        .chosen(self.shown.as_ref().is_some_and(|(id, _)| *id == document.id))
        .on_press(Message::Opened(document.id.clone()))
        .into()
    }

    fn shown(&self) -> Element<'_, Message> {
        let Some((document, pages)) =
            self.shown.as_ref().and_then(|(id, pages)| Some((self.document(id)?, pages)))
        else {
            return card(empty_state(
                Icon::Document,
                "Chưa mở giấy tờ nào",
                "Chọn một giấy tờ trong danh sách. Mỗi lần xem đều được ghi vào nhật ký.",
                None,
            ))
            .into();
        };
        let day = |day: Option<Date>| {
            day.map(|day| day.strftime("%d/%m/%Y").to_string()).unwrap_or_default()
        };
        let facts = layout::facts([
            layout::fact("Loại", document.kind.label()),
            layout::fact("Số", document.number.as_str()),
            layout::fact("Nơi cấp", document.issuer.as_str()),
            layout::fact("Ngày cấp", day(document.issued_on)),
            layout::fact("Hiệu lực đến", day(document.valid_until)),
            layout::fact("Nguồn", origin(&document.origin)),
            layout::fact("Căn cứ lưu", document.legal_basis.as_str()),
            layout::fact("Giữ đến", day(document.keep_until)),
        ]);
        let pages: Element<'_, Message> = preview(pages, self.zoom).on_zoom(Message::Zoomed).into();
        section(
            document.title.as_str(),
            None,
            column([facts, container(pages).height(PREVIEW).into()]),
        )
        .into()
    }

    fn foot(&self) -> Element<'_, Message> {
        let remove = (self.rights.remove && self.shown.is_some()).then_some(Message::RemoveAsked);
        let add = self.rights.keep.then_some(Message::AddAsked);
        row([
            primary("Thêm giấy tờ").key("F2").on_press_maybe(add).into(),
            secondary("Xóa giấy đang xem").key("F8").on_press_maybe(remove).into(),
            quiet("Về công dân").key("Esc").on_press(Message::Closed).into(),
        ])
        .wrap()
        .into()
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("store");

    fn title(&self) -> &'static str {
        "Kho giấy tờ"
    }

    fn asks(&self) -> bool {
        self.asked.is_some()
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        match (key, &self.asked) {
            (Pressed::Escape, Some(_)) => Some(Message::Dropped),
            (Pressed::F(8), Some(Asked::Add(_))) => {
                Some(Message::Form(form::Message::FlatbedAsked))
            }
            (Pressed::F(2) | Pressed::Enter, Some(Asked::Add(_))) => {
                Some(Message::Form(form::Message::Submitted))
            }
            (Pressed::Enter, Some(Asked::Remove(..))) => Some(Message::Removed),
            (_, Some(_)) => None,
            (Pressed::F(2), None) => Some(Message::AddAsked),
            (Pressed::F(8), None) => Some(Message::RemoveAsked),
            (Pressed::Escape, None) => Some(Message::Closed),
            _ => None,
        }
    }

    fn waits_for(&self) -> Option<Wanted> {
        self.adds().then_some(Wanted::Paper)
    }

    fn takes_drop(&self) -> bool {
        self.adds() || self.takes_files()
    }

    fn given(&self, path: PathBuf) -> Option<Message> {
        Some(Message::Form(FormMessage::FileGiven(path)))
    }

    fn asks_for_file(message: &Message) -> bool {
        matches!(message, Message::Form(FormMessage::FileAsked))
    }

    fn tell(&mut self, notice: Notice) {
        self.refused(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let base = layout::two_columns_with_foot(self.shown(), self.list(), self.foot());
        let question = self.asked.as_ref().map(|asked| match asked {
            Asked::Add(form) => form.view(&self.bases).map(Message::Form),
            Asked::Remove(_, reason) => removal(reason),
        });
        modal(base, question)
    }
}

const PREVIEW: f32 = 520.0;
const OVER: &str = "Hết thời hạn lưu giữ";

fn origin(origin: &Origin) -> &'static str {
    match origin {
        Origin::Scanned => "Quét tại quầy từ giấy đã xuất trình",
        Origin::Brought => "Tệp công dân mang đến",
        Origin::CertifiedCopy => "Bản sao chứng thực do cơ quan này lập",
        Origin::Result(_) => "Kết quả hồ sơ của cơ quan này",
    }
}

fn removal(reason: &str) -> Dialog<'_, Message> {
    layout::Reasoned {
        title: "Xóa giấy tờ này khỏi kho?",
        words: "Nội dung bị xóa và không lấy lại được; việc xóa và lý do được ghi vào sổ. Hồ sơ đã tiếp nhận vẫn giữ bản của mình.",
        id: REASON,
        example: "Công dân yêu cầu xóa; hết thời hạn lưu giữ …",
        reason,
        verb: "Xóa",
        typed: Message::ReasonTyped,
        confirmed: Message::Removed,
        dropped: Message::Dropped,
    }
    .view()
}

/// A document that the desk still has to give its id and content.
fn unkept() -> (DocumentId, ContentHash) {
    (DocumentId(String::new()), ContentHash(String::new()))
}

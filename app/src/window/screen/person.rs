//! One person: who they are, how strong the proof is and why, and what the office can do for them.

use iced::widget::image::Handle;
use office::{
    dossier::DossierId,
    evidence::Evidence,
    partial_date::PartialDate,
    person::{Century, Identity},
};
use widgets::{
    Element, Icon, Tone, badge, banner, card, column, field, icon, photo, pressable, primary,
    quiet, row, secondary, section, text,
};

use crate::window::{advice, layout, notice::Notice, screen::home::Line};

/// The name's field, for a person known by number only.
pub const NAME: &str = "person-name";

/// The screen's state.
pub struct State {
    /// The reading.
    pub identity: Identity,
    face: Option<Handle>,
    /// Content hash of the face in the ledger.
    pub face_blob: Option<office::entry::ContentHash>,
    history: Vec<Line>,
    warnings: Vec<String>,
    steps: Vec<&'static str>,
    awaits_chip: bool,
    name: String,
    notice: Option<Notice>,
    /// Procedures that this office receives most: codes and names, the most usual first.
    usual: Vec<(String, String)>,
    /// Documents in the person's store, and how many of them have to go.
    kept: Option<(usize, usize)>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// A name typed for a number without data.
    NameTyped(String),
    /// The earlier of two births that the document leaves open.
    EarlierBirth,
    /// The later of them.
    LaterBirth,
    /// Receive a dossier for this person.
    ReceptionAsked,
    /// Receive a dossier of a usual procedure, counted from 1.
    UsualChosen(u8),
    /// The person's store.
    StoreOpened,
    /// An earlier dossier was chosen.
    LineOpened(DossierId),
    /// Back.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Open the reception form.
    Receive(Box<Identity>),
    /// Open the reception form with this procedure.
    ReceiveUsual(Box<Identity>, String),
    /// Open the person's store.
    Store,
    /// Open a dossier.
    Open(DossierId),
    /// Back to the home screen.
    Close,
}

impl State {
    /// Shows a reading. `history` are the person's dossiers here.
    pub fn new(
        identity: Identity,
        face_blob: Option<office::entry::ContentHash>,
        history: Vec<Line>,
        notice: Option<Notice>,
    ) -> Self {
        Self {
            warnings: identity.warnings(),
            steps: advice::next_steps(identity.evidence, &[]),
            awaits_chip: false,
            identity,
            face: None,
            face_blob,
            history,
            name: String::new(),
            notice,
            usual: Vec::new(),
            kept: None,
        }
    }

    /// Offers the usual procedures, as many as there are digits.
    pub fn offer(&mut self, usual: Vec<(String, String)>) {
        self.usual = usual;
        self.usual.truncate(USUAL);
    }

    /// What the person's store holds: documents, and those that have to go.
    pub fn count_kept(&mut self, kept: usize, over: usize) {
        self.kept = Some((kept, over));
    }

    /// Takes the steps that this reading asks for.
    pub fn advise(&mut self, steps: Vec<&'static str>) {
        self.steps = steps;
    }

    /// The next card that is placed is read for this person.
    pub fn await_chip(&mut self) {
        self.awaits_chip = true;
    }

    /// The photo that was decoded.
    pub fn show_photo(&mut self, picture: Option<Handle>) {
        self.face = picture;
    }

    fn needs_name(&self) -> bool {
        self.identity.evidence == Evidence::Typed && self.identity.person.name.is_empty()
    }

    fn whole(&self) -> Option<Identity> {
        let mut identity = self.identity.clone();
        if self.needs_name() {
            identity.person.name = office::text::clean(&self.name);
        }
        (identity.evidence.usable() && !identity.person.name.is_empty()).then_some(identity)
    }

    /// Says something.
    pub fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Whether something was typed that would be lost.
    pub fn is_touched(&self) -> bool {
        !self.name.trim().is_empty()
    }

    /// The field to focus, if the screen needs typing.
    pub fn first_field(&self) -> Option<&'static str> {
        self.needs_name().then_some(NAME)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::NameTyped(name) => {
                self.name = name;
                Action::None
            }
            Message::EarlierBirth => self.choose_birth(|earlier, _| earlier),
            Message::LaterBirth => self.choose_birth(|_, later| later),
            Message::ReceptionAsked => match self.whole() {
                Some(identity) => Action::Receive(Box::new(identity)),
                None => Action::None,
            },
            Message::UsualChosen(digit) => {
                let chosen = usize::from(digit).checked_sub(1).and_then(|n| self.usual.get(n));
                match self.whole().zip(chosen) {
                    Some((identity, (code, _))) => {
                        Action::ReceiveUsual(Box::new(identity), code.clone())
                    }
                    None => Action::None,
                }
            }
            Message::StoreOpened if self.kept.is_some() => Action::Store,
            Message::StoreOpened => Action::None,
            Message::LineOpened(id) => Action::Open(id),
            Message::Closed => Action::Close,
        }
    }

    fn choose_birth(&mut self, which: fn(PartialDate, PartialDate) -> PartialDate) -> Action {
        if let Century::Open { earlier, later } = self.identity.person.birth_century {
            self.identity.person.choose_birth(which(earlier, later));
            self.warnings = self.identity.warnings();
        }
        Action::None
    }

    /// Draws the screen.
    pub fn view(&self) -> Element<'_, Message> {
        layout::two_columns_with_foot(self.facts(), self.actions(), self.foot())
    }

    fn facts(&self) -> Element<'_, Message> {
        let person = &self.identity.person;
        let day = |date: &jiff::civil::Date| date.strftime("%d/%m/%Y").to_string();
        let kind = self.identity.document.as_ref().map(|document| document.kind);
        let document = kind.map(|kind| kind.label()).unwrap_or_default();
        let origin = kind.map_or("Quê quán", |kind| kind.origin_label());
        let facts = layout::facts([
            layout::fact("Giấy tờ", document),
            layout::fact("Số giấy tờ", self.document_number()),
            layout::fact(
                "Ngày sinh",
                person.birth_date.map(|born| born.to_string()).unwrap_or_default(),
            ),
            layout::fact("Giới tính", person.sex.map(|s| s.label()).unwrap_or_default()),
            layout::fact("Quốc tịch", person.nationality.as_str()),
            layout::fact("Dân tộc", person.ethnicity.as_str()),
            layout::fact("Tôn giáo", person.religion.as_str()),
            layout::fact(origin, person.origin.as_str()),
            layout::fact("Nơi thường trú", person.residence.as_str()),
            layout::fact("Đặc điểm", person.features.as_str()),
            layout::fact("Ngày cấp", person.issue_date.as_ref().map(day).unwrap_or_default()),
            layout::fact(
                "Có giá trị đến",
                person.expiry_date.as_ref().map(ToString::to_string).unwrap_or_default(),
            ),
            layout::fact("Cha", person.father.as_str()),
            layout::fact("Mẹ", person.mother.as_str()),
            layout::fact("Vợ, chồng", person.spouses.join(", ")),
            layout::fact("Số CMND cũ", person.old_number.as_str()),
        ]);
        let mut content =
            column([if self.identity.evidence.usable() { self.head() } else { self.warning() }]);
        if self.needs_name() {
            content = content.push(
                field("Họ và tên theo giấy tờ", &self.name)
                    .id(NAME)
                    .required()
                    .on_change(Message::NameTyped)
                    .on_submit(Message::ReceptionAsked),
            );
        }
        card(content.push(self.century()).push(facts)).into()
    }

    /// Two digits of a year are no year: the clerk sees who stands here.
    fn century(&self) -> Option<Element<'_, Message>> {
        let Century::Open { earlier, later } = self.identity.person.birth_century else {
            return None;
        };
        let answer = |born: PartialDate, key: &'static str, message: Message| {
            secondary(format!("Sinh {born}")).key(key).on_press(message)
        };
        let answers = row([
            answer(earlier, "F7", Message::EarlierBirth).into(),
            answer(later, "F8", Message::LaterBirth).into(),
        ])
        .wrap();
        let question = text::strong("Người này sinh năm nào?");
        Some(column([question.into(), answers.into()]).spacing(widgets::space::S).into())
    }

    /// The document's own number, where it is not its holder's.
    fn document_number(&self) -> &str {
        let own = self.identity.person.number.as_ref().map(|number| number.as_str());
        let number = self.identity.document.as_ref().map(|document| document.number.as_str());
        number.filter(|number| Some(*number) != own).unwrap_or_default()
    }

    fn head(&self) -> Element<'_, Message> {
        let person = &self.identity.person;
        let name =
            if person.name.is_empty() { "(chưa có họ tên)" } else { person.name.as_str() };
        let head = column([text::title(name).into()])
            .push(person.number.as_ref().map(|number| text::number(number.grouped())))
            .push(self.badge());
        row([
            photo(self.face.clone()),
            iced::widget::container(head).width(iced::Length::Fill).into(),
        ])
        .spacing(widgets::space::L)
        .into()
    }

    /// In place of photo and name: a chip that failed its checks must never look like a person.
    fn warning(&self) -> Element<'_, Message> {
        let person = &self.identity.person;
        column([
            text::title("Chưa xác nhận được danh tính").into(),
            row([self.badge()]).into(),
            text::toned(
                "Dưới đây là những gì chip tự khai. Không dùng làm căn cứ cho bất cứ việc gì.",
                Tone::Bad,
            )
            .into(),
            layout::facts([
                layout::fact("Họ tên tự khai", person.name.as_str()),
                layout::fact(
                    "Số tự khai",
                    person.number.as_ref().map(|n| n.grouped()).unwrap_or_default(),
                ),
            ]),
        ])
        .into()
    }

    fn badge(&self) -> Element<'_, Message> {
        let evidence = self.identity.evidence;
        let icon = match layout::tone(evidence) {
            Tone::Good => Icon::Check,
            Tone::Bad => Icon::Cross,
            Tone::Caution => Icon::Warning,
            Tone::Plain | Tone::Info => Icon::Info,
        };
        badge(evidence.label(), layout::tone(evidence)).icon(icon).into()
    }

    fn actions(&self) -> Element<'_, Message> {
        let evidence = self.identity.evidence;
        let mut why = column([banner(layout::tone(evidence), evidence.meaning()).into()]);
        for warning in &self.warnings {
            why = why.push(banner(Tone::Caution, warning.as_str()));
        }
        if let Some(notice) = &self.notice {
            why = why.push(notice.view());
        }
        let mut steps = column([]).spacing(widgets::space::S);
        if self.awaits_chip {
            steps = steps.push(row([icon(Icon::Card), text::strong(PLACE).into()]));
        }
        for step in &self.steps {
            steps = steps.push(text::body(format!("– {step}")));
        }
        let reasons = (!self.identity.reasons.is_empty()).then(|| {
            let reasons = self.identity.reasons.iter().map(|why| text::body(why.as_str()).into());
            section("Vì sao", None, column(reasons).spacing(widgets::space::S))
        });
        // A code or a typed zone has few, and they say what to look at. A chip may have many: they stand
        // below what to do, which must be in sight.
        let few = matches!(evidence, Evidence::Declared | Evidence::Typed);
        let (above, below) = if few { (reasons, None) } else { (None, reasons) };
        let mut side = column([section("Chứng cứ về danh tính", None, why).into()])
            .push(above)
            .push(section("Việc cần làm", None, steps))
            .push(self.usual())
            .push(below);
        if !self.history.is_empty() {
            side = side.push(section(
                "Hồ sơ đã nộp ở đây",
                None,
                column(self.history.iter().map(|line| {
                    pressable(
                        column([
                            text::number(line.code.as_str()).into(),
                            text::small(line.procedure.as_str()).into(),
                        ])
                        .spacing(0.0),
                    )
                    .on_press(Message::LineOpened(line.id.clone()))
                    .into()
                }))
                .spacing(widgets::space::XS),
            ));
        }
        side.into()
    }

    /// Usual procedures, each one key away.
    fn usual(&self) -> Option<Element<'_, Message>> {
        if self.usual.is_empty() || self.whole().is_none() {
            return None;
        }
        let lines = self.usual.iter().zip(1..).map(|((_, name), digit)| {
            pressable(row([
                text::strong(digit.to_string()).width(DIGIT).into(),
                text::body(name.as_str()).width(iced::Length::Fill).into(),
            ]))
            .on_press(Message::UsualChosen(digit))
            .into()
        });
        let lines = column(lines).spacing(widgets::space::XS);
        Some(section("Tiếp nhận ngay – nhấn số", None, lines).into())
    }

    fn foot(&self) -> Element<'_, Message> {
        let store = self.kept.map(|(kept, over)| {
            let words = match (kept, over) {
                (0, _) => "Kho giấy tờ".to_owned(),
                (_, 0) => format!("Kho giấy tờ ({kept})"),
                _ => format!("Kho giấy tờ ({kept}, {over} cần xóa)"),
            };
            secondary(words).key("F4").on_press(Message::StoreOpened)
        });
        let receive = self.whole().map(|_| Message::ReceptionAsked);
        row([primary("Tiếp nhận hồ sơ").key("F2").on_press_maybe(receive).into()])
            .push(store)
            .push(quiet("Về trang chính").key("Esc").on_press(Message::Closed))
            .wrap()
            .into()
    }
}

/// Usual procedures that digits reach.
const USUAL: usize = 9;
const DIGIT: f32 = 20.0;

/// What a person without a chip waits for.
const PLACE: &str =
    "Đặt thẻ hoặc hộ chiếu lên đầu đọc để đọc chip: kết quả từ chip sẽ thay cho thông tin này.";

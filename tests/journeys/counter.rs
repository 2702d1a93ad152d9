//! A counter's whole day in the real window, by keys alone: sixty people with nine procedures are received
//! one after another, dossiers go through everything that the law knows, fees are taken, tickets called.
//! What was done is then counted in the ledger, in the books and on the papers. A reception takes a second
//! on two cores.
//!
//! And the main promise measured: from the scan to the received dossier in at most six keys, none of which
//! repeats what the chip told.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{cell::RefCell, collections::BTreeSet, path::Path};

use jiff::{ToSpan, civil::Date};
use journeys::{
    motcua,
    pcscd::Pcscd,
    pdf_text,
    window::{Window, administrator, assert_clean, demo},
};
use ledger::{DossierRecord, Filter, Ledger, TicketPhase};
use office::{
    book::BookId,
    calendar::WorkingCalendar,
    catalogue::Catalogue,
    dossier::{PaperForm, Status},
    entry::PaperKind,
    evidence::Evidence,
    money::Dong,
    statistics::{Figures, GroupBy, Period},
};
use virtual_card::{Access, Card, Cipher, Curve, Options, PEOPLE, Pace};

/// How many come to the counter.
const PEOPLE_OF_THE_DAY: usize = 60;

/// What the form of a procedure wants.
#[derive(Clone, Copy, PartialEq)]
enum Wants {
    /// Nothing more.
    Nothing,
    /// Its application form is taken as it was filled in on paper.
    Paper,
    /// The day of return, which the catalogue does not tell.
    Day,
}

/// What they come for.
const PROCEDURES: [(&str, Wants); 9] = [
    ("1.001193", Wants::Paper),
    ("2.000884", Wants::Nothing),
    ("1.010028", Wants::Nothing),
    ("1.004837", Wants::Nothing),
    ("1.001699", Wants::Nothing),
    ("1.014061", Wants::Nothing),
    ("1.004194", Wants::Paper),
    ("2.001159", Wants::Day),
    ("1.004222", Wants::Paper),
];

/// A synthetic person's name and the text of their card's code, in plain letters: a keyboard has no others.
fn person(n: usize) -> (String, String) {
    let family = ["LO", "VANG", "GIANG", "HOANG", "TAN"][n % 5];
    let given =
        ["AN", "BINH", "CHIN", "DIN", "GIA", "KHAM", "LAM", "MAY", "NGAN", "PHU", "SEO", "TA"]
            [n / 5];
    let name = format!("{family} THI {given}");
    let (number, born) = (format!("0991{:02}{n:06}", 60 + n % 35), 1960 + n % 35);
    let code = format!("{number}||{name}|0203{born}|Nu|Xa Hop Thanh, tinh Lao Cai|10052022");
    (name, code)
}

/// Every dossier; the ledger hands them out in pages.
fn all(ledger: &Ledger) -> Vec<DossierRecord> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = ledger.list(&Filter::default(), before, 500).unwrap();
        all.extend(page.items);
        before = page.next;
        if before.is_none() {
            return all;
        }
    }
}

/// The clerk at the window.
struct Clerk {
    window: Window,
    /// What the window looked like before the last key.
    before: RefCell<Vec<u8>>,
}

impl Clerk {
    fn at(data: &Path, service: Option<&Pcscd>) -> Self {
        let clerk = Self { window: Window::open(data, service), before: RefCell::default() };
        clerk.window.log_in();
        clerk
    }

    fn press(&self, keys: &[&str], title: &str) {
        self.before.replace(self.window.screen.look());
        self.window.screen.press(keys);
        self.window.screen.wait_for_title(title);
    }

    /// What is typed while the keyboard is on its way to a field is nobody's.
    fn settle(&self) {
        self.window.settle_from(self.before.take());
    }

    /// Types into the field that has the keyboard.
    fn write(&self, words: &str) {
        self.settle();
        self.window.screen.write(words);
    }

    /// From the scan to the receipt. The next one is scanned while the last one's receipt is shown.
    fn receive(&self, n: usize) {
        let (procedure, wants) = PROCEDURES[n % PROCEDURES.len()];
        self.window.screen.scan(&person(n).1);
        // At once, as a scanner sends it.
        self.window.screen.press(&["Return"]);
        self.window.screen.wait_for_title("Công dân");
        self.press(&["F2"], "Tiếp nhận hồ sơ");
        self.write(procedure);
        self.before.replace(self.window.screen.look());
        self.window.screen.press(&["Return"]);
        match wants {
            Wants::Nothing => {}
            Wants::Paper => self.window.screen.press(&["F6"]),
            Wants::Day => {
                self.write(&later().strftime("%d/%m/%Y").to_string());
            }
        }
        // Pressed thrice in a hurry: one dossier, and no step of it.
        self.press(&["F9", "F2", "F2", "F2"], "Chi tiết hồ sơ");
    }

    fn go_home(&self) {
        self.press(&["F12"], "Trang chính");
    }

    /// Opens a dossier by its code, as the search, the list and the scanned receipt do in turn.
    fn open(&self, n: usize, code: &str) {
        match n % 3 {
            0 => self.press(&["ctrl+k"], "Tìm"),
            1 => self.press(&["F3"], "Hồ sơ"),
            _ => self.go_home(),
        }
        self.write(code);
        if n % 3 == 2 {
            self.press(&["Return"], "Hồ sơ");
        }
        self.press(&["Return"], "Chi tiết hồ sơ");
    }

    /// Opens the form of the usual next step, or of another by its digit in the list.
    fn ask(&self, digit: Option<&str>, title: &str) {
        match digit {
            None => self.press(&["F2"], title),
            Some(digit) => {
                self.press(&["F4"], "Chọn bước");
                self.press(&[digit], title);
            }
        }
    }

    /// Fills the open form, field by field, and writes the step.
    fn answer(&self, fields: &[&str]) {
        for (n, words) in fields.iter().enumerate() {
            if n > 0 {
                self.before.replace(self.window.screen.look());
                self.window.screen.press(&["Tab"]);
            }
            // What is filled in beforehand goes.
            self.settle();
            self.window.screen.press(&["ctrl+a"]);
            self.window.screen.write(words);
        }
        self.press(&["Return"], "Chi tiết hồ sơ");
    }

    fn step(&self, digit: Option<&str>, title: &str, fields: &[&str]) {
        self.ask(digit, title);
        self.answer(fields);
    }

    /// Saves the paper that is shown and reads it, its lines run together.
    fn paper(&self, kind: &str, code: &str) -> String {
        self.window.screen.press(&["F8"]);
        let text = pdf_text(&self.window.saved_as(kind, code));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Goes into a row of the menu's first column.
    fn room(&self, row: usize, title: &str) {
        self.press(&["F10"], "Khác");
        self.window.screen.press(&vec!["Down"; row]);
        self.press(&["Return"], title);
    }
}

/// A working day that is later than every limit that a reception of today counts to.
fn later() -> Date {
    let calendar = include_bytes!("../../assets/calendar/vn.json");
    let far = today().saturating_add(90.days());
    WorkingCalendar::parse(calendar).unwrap().next_working_day(far).unwrap()
}

fn today() -> Date {
    office::date::local(jiff::Timestamp::now()).date()
}

/// A line of the tracking book for each dossier: its code, and no code twice.
fn codes(book: &str) -> BTreeSet<String> {
    let words = book.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.');
    words.filter(|word| word.starts_with("H38.99-")).map(str::to_owned).collect()
}

/// What a book of this month says, by the command.
fn exported(data: &Path, kind: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.pdf");
    let made = motcua(data, &["export", kind, "--out", &path.to_string_lossy()]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    pdf_text(&path)
}

/// The ways of the first dossiers of the day; where each ends.
const ENDS: [Status; 14] = [
    Status::Returned,
    Status::Returned,
    Status::NotAccepted,
    Status::Stopped,
    Status::Withdrawn,
    Status::Processing,
    Status::SupplementAsked,
    Status::PaymentAsked,
    Status::Resolved,
    Status::Annulled,
    Status::Received,
    Status::Processing,
    Status::Processing,
    Status::Processing,
];

impl Clerk {
    /// Takes the `n`th dossier, which is open, along its way; `code` is its own.
    fn go_the_way(&self, n: usize, code: &str) {
        let contains = |paper: String, parts: &[&str]| {
            for part in parts {
                assert!(paper.contains(part), "{part:?} is not in {paper}");
            }
        };
        let new_day = later().strftime("%d/%m/%Y").to_string();
        if matches!(n, 0 | 1 | 3..=8 | 11..) {
            self.step(None, "Chuyển xử lý", &[]);
        }
        match n {
            0 => {
                contains(self.paper(CONTROL, code), &[code, "Văn phòng HĐND và UBND"]);
                self.picture("ask-supplement", Some("3"), "Yêu cầu bổ sung");
                self.tick_first(n);
                self.answer(&["Giay chung sinh; Anh 3x4", "Thieu giay to"]);
                let form = self.paper("Phiếu yêu cầu bổ sung", code);
                contains(form, &["Giay chung sinh", "Anh 3x4", "Thieu giay to", &person(n).0]);
                self.picture("supplemented", None, "Nhận bổ sung");
                // In which form the papers came is the clerk's to say.
                self.before.replace(self.window.screen.look());
                self.window.screen.press(&["Tab"]);
                self.settle();
                self.window.screen.write("ban chinh");
                self.window.wait_until_still("counter-supplemented-form");
                self.window.screen.press(&["Return"]);
                self.window.wait_until_still("counter-supplemented-chosen");
                self.window.screen.press(&["shift+Tab"]);
                self.answer(&[]);
                self.picture("extend", Some("4"), "Xin lỗi và gia hạn");
                self.answer(&[&new_day, "Cho y kien cap tren"]);
                let apology = self.paper("Văn bản xin lỗi", code);
                let (day, year) = (later().strftime("%d"), later().strftime("%Y"));
                let (day, year) = (format!("ngày {day} tháng"), format!("năm {year}"));
                contains(apology, &["Cho y kien cap tren", &day, &year]);
                self.picture("result", None, "Ghi kết quả");
                self.answer(&["Giay khai sinh", "12/2026"]);
                self.picture("return", None, "Trả kết quả");
                self.answer(&[]);
                contains(self.paper("Giấy biên nhận", code), &["Giay khai sinh", &person(n).0]);
                self.window.picture("counter-returned");
            }
            1 => {
                self.pay(None);
                self.window.picture("counter-fee-receipt");
                contains(self.paper("Biên lai", code), &["10.000", &person(n).0]);
                self.step(None, "Ghi kết quả", &["Van ban da chung thuc"]);
                self.step(None, "Trả kết quả", &[]);
            }
            2 => {
                self.picture("refuse", Some("7"), "Từ chối");
                self.answer(&["Khong thuoc tham quyen"]);
                contains(self.paper("Phiếu từ chối", code), &["Khong thuoc tham quyen"]);
            }
            3 => {
                self.picture("stop", Some("7"), "Dừng giải quyết");
                self.answer(&["Nguoi nop qua doi", "Khong thu"]);
                contains(self.paper("Thông báo dừng", code), &["Nguoi nop qua doi", "Khong thu"]);
            }
            4 => self.step(Some("8"), "Công dân rút hồ sơ", &["Nop nham"]),
            5 => {
                self.step(None, "Ghi kết quả", &["Giay xac nhan"]);
                self.picture("undo", Some("2"), "Hoàn tác");
                self.answer(&["Ghi nham ho so"]);
                self.window.picture("counter-undone");
            }
            6 => {
                self.ask(Some("3"), "Yêu cầu bổ sung");
                self.tick_first(n);
                self.answer(&["Anh 3x4", "Anh mo"]);
            }
            7 => self.step(Some("4"), "nghĩa vụ tài chính", &["120000", "Le phi truoc ba"]),
            8 => {
                self.pay(Some("20000"));
                self.step(None, "Ghi kết quả", &["Thong bao ket qua"]);
            }
            9 => {
                self.press(&["F7"], "Hủy tiếp nhận");
                self.window.picture("counter-annul");
                self.answer(&["Chon nham thu tuc"]);
            }
            10 => self.step(Some("5"), "Sửa ngày hẹn trả", &[&new_day, "Ghi nham ngay"]),
            _ => {}
        }
    }

    /// Ticks the first paper of the checklist, which has the keyboard, and goes on past the others.
    fn tick_first(&self, n: usize) {
        let catalogue = include_bytes!("../../assets/procedures/one_stop.json");
        let catalogue = Catalogue::parse(catalogue).unwrap();
        let papers =
            catalogue.find(PROCEDURES[n % PROCEDURES.len()].0, today()).unwrap().components.len();
        self.settle();
        self.window.screen.press(&["space"]);
        self.before.replace(self.window.screen.look());
        self.window.screen.press(&vec!["Tab"; papers]);
    }

    /// Opens the form of a step and keeps a picture of it.
    fn picture(&self, name: &str, digit: Option<&str>, title: &str) {
        self.ask(digit, title);
        self.window.wait_until_still(&format!("counter-{name}"));
    }

    /// Takes money in cash: what the tariff says, or this much.
    fn pay(&self, amount: Option<&str>) {
        self.press(&["F6"], "Thu phí, lệ phí");
        self.window.wait_until_still("counter-pay");
        self.write(amount.unwrap_or_default());
        self.press(&["Return"], "Chi tiết hồ sơ");
    }
}

const CONTROL: &str = "Phiếu kiểm soát quá trình giải quyết hồ sơ";

#[test]
fn a_day_at_the_counter_by_keys() {
    let data = demo();
    let month = Period { from: today().first_of_month(), to: today() };
    let before = administrator(data.path());
    let last = before.last_number(BookId::DOSSIER_CODE, today()).unwrap().last as usize;
    let of_demo = all(&before);
    let served = served(&before);
    let figures = total(&before, &month);
    drop(before);
    let book = codes(&exported(data.path(), "register"));
    let code = |n: usize| format!("H38.99-{}-{:04}", today().strftime("%y%m%d"), last + n + 1);

    let mut clerk = Clerk::at(data.path(), None);
    for n in 0..PEOPLE_OF_THE_DAY {
        clerk.receive(n);
        if n < PROCEDURES.len() {
            let receipt = clerk.paper("Giấy tiếp nhận", &code(n));
            assert!(receipt.contains(&person(n).0) && receipt.contains(&code(n)), "{receipt}");
            clerk.window.wait_until_still(&format!("counter-receipt-{n}"));
        }
    }
    for n in 0..ENDS.len() {
        clerk.open(n, &code(n));
        clerk.go_the_way(n, &code(n));
    }

    clerk.room(3, "Hàng chờ");
    clerk.window.screen.press(&["F2"]);
    clerk.window.wait_until_still("counter-called");
    clerk.window.screen.press(&["F6"]);
    clerk.window.wait_until_still("counter-served");
    clerk.room(5, "Sổ theo dõi hồ sơ");
    clerk.window.screen.press(&["F8"]);
    let register = pdf_text(&clerk.window.saved_as("Sổ theo dõi hồ sơ", ""));
    clerk.window.picture("counter-register");
    clerk.room(7, "Thống kê");
    clerk.window.screen.press(&["F8"]);
    let statistics = pdf_text(&clerk.window.saved_as("Thống kê hồ sơ", ""));
    clerk.window.picture("counter-statistics");
    clerk.window.kill();

    // What the ledger holds.
    assert_clean(data.path());
    let after = administrator(data.path());
    let mut dossiers = all(&after);
    assert_eq!(dossiers.len(), of_demo.len() + PEOPLE_OF_THE_DAY);
    dossiers.retain(|record| of_demo.iter().all(|old| old.dossier.id != record.dossier.id));
    dossiers.sort_by_key(|record| record.place);
    let mut procedures = BTreeSet::new();
    for (n, record) in dossiers.iter().enumerate() {
        let dossier = &record.dossier;
        assert_eq!(dossier.code(), Some(code(n)), "no number is left out or given twice");
        assert_eq!(dossier.applicant.person.name, person(n).0);
        assert_eq!(dossier.procedure.code, PROCEDURES[n % PROCEDURES.len()].0);
        procedures.insert(&dossier.procedure.code);
        let end = ENDS.get(n).copied().unwrap_or(Status::Received);
        assert_eq!(record.status(), end, "dossier {n}");
        let papers = after.papers(&dossier.id).unwrap();
        assert!(papers.iter().any(|paper| paper.kind == PaperKind::Receipt), "dossier {n}");
    }
    assert_eq!(procedures.len(), PROCEDURES.len());
    let steps = |n: usize| -> Vec<&str> {
        let moves = after.moves(&dossiers[n].dossier.id).unwrap();
        moves.iter().map(|made| made.movement.step.label()).collect()
    };
    let whole = [
        "Chuyển xử lý",
        "Yêu cầu bổ sung",
        "Nhận bổ sung",
        "Xin lỗi và gia hạn",
        "Có kết quả",
        "Trả kết quả",
    ];
    assert_eq!(steps(0), whole);
    assert_eq!(steps(5), ["Chuyển xử lý", "Có kết quả", "Hoàn tác"]);
    for n in [0, 10] {
        assert_eq!(dossiers[n].course.deadline.as_ref().unwrap().at.date(), later());
    }
    let paid = |n: usize| after.paid(&dossiers[n].dossier.id).unwrap().receipts;
    assert_eq!((paid(1), paid(8), paid(0)), (Dong(10_000), Dong(20_000), Dong(0)));
    // To call the next one is to be done with whom the counter had.
    assert_eq!(self::served(&after), served + 2);
    let now = total(&after, &month);
    // What was annulled is in no other figure.
    let annulled = ENDS.iter().filter(|end| **end == Status::Annulled).count() as u64;
    assert_eq!(now.received + annulled, figures.received + PEOPLE_OF_THE_DAY as u64);
    drop(after);

    // What the books say, from the window and by the command.
    for book_now in [&register, &exported(data.path(), "register")] {
        let mut lines = codes(book_now);
        lines.retain(|line| !book.contains(line));
        let received: BTreeSet<String> = (0..PEOPLE_OF_THE_DAY).map(code).collect();
        assert_eq!(lines, received);
    }
    for figures in [&statistics, &exported(data.path(), "statistics")] {
        let line = figures.lines().find(|line| line.contains("Tổng cộng")).unwrap();
        assert!(line.contains(&now.received.to_string()), "{figures}");
    }
}

fn served(ledger: &Ledger) -> usize {
    let tickets = ledger.tickets(today()).unwrap();
    tickets.iter().filter(|known| known.state == TicketPhase::Served).count()
}

fn total(ledger: &Ledger, period: &Period) -> Figures {
    let now = office::date::local(jiff::Timestamp::now());
    ledger.figures(period, GroupBy::All, now).unwrap()[0].figures
}

/// Xóa đăng ký tạm trú: its one component is the form, and the chip fills it.
const PAPER_FREE: usize = 2;

/// At a counter where the procedure is usual: the card lies on the reader, its code is scanned, and from
/// there a digit, F2 and F8 are all.
#[test]
fn a_paper_free_procedure_takes_six_keys_at_most() {
    let data = demo();
    let holder = &PEOPLE[1];
    let service = Pcscd::start();
    let mut clerk = Clerk::at(data.path(), Some(&service));
    for n in 0..4 {
        clerk.receive(PAPER_FREE + n * PROCEDURES.len());
    }
    clerk.go_home();
    let access = Access::Pace(Pace { curve: Curve::Brainpool256, cipher: Cipher::Aes256 });
    let _card =
        service.insert(Card::new(Options { access, person: *holder, ..Options::default() }));
    clerk.window.wait_until_still("counter-card");
    clerk.window.screen.scan(holder.number);
    clerk.press(&["Return"], "Công dân");
    clerk.window.picture("counter-person");
    let before = clerk.window.screen.struck().len();

    clerk.press(&["1"], "Tiếp nhận hồ sơ");
    clerk.window.picture("counter-paper-free");
    clerk.press(&["F2"], "Chi tiết hồ sơ");
    clerk.window.screen.press(&["F8"]);
    let receipt = pdf_text(&clerk.window.saved_as("Giấy tiếp nhận", ""));
    clerk.window.picture("counter-paper-free-receipt");

    let keys = clerk.window.screen.struck().split_off(before);
    assert!(keys.len() <= 6, "{keys:?}");
    // A digit chooses; two of them in a row, or a letter, could be what the chip has told.
    let typed: Vec<&String> = keys.iter().filter(|key| key.chars().count() == 1).collect();
    assert_eq!(typed, ["1"], "{keys:?}");
    let number =
        holder.number.as_bytes().chunks(3).map(String::from_utf8_lossy).collect::<Vec<_>>();
    let words = receipt.to_uppercase();
    assert!(words.contains(&holder.name.to_uppercase()), "{receipt}");
    assert!(words.contains(holder.number) || words.contains(&number.join(" ")), "{receipt}");
    clerk.window.kill();
    assert_clean(data.path());
    let ledger = administrator(data.path());
    let record = all(&ledger).into_iter().max_by_key(|record| record.place).unwrap();
    let dossier = record.dossier;
    assert_eq!(dossier.procedure.code, PROCEDURES[PAPER_FREE].0);
    assert_eq!(dossier.applicant.person.number.unwrap().as_str(), holder.number);
    assert_eq!(dossier.applicant.person.name, holder.name);
    assert!(dossier.components.iter().all(|component| component.form == PaperForm::Data));
}

/// A birth is registered by the mother, whose card lies on the reader: her own data come from the card twice,
/// as the applicant's and, once she says who she is, as the mother's. Besides what only she can tell, twelve
/// keys lead from the person to the receipt, and none of them is Tab.
#[test]
fn a_birth_takes_twelve_keys_besides_what_is_told() {
    let data = demo();
    let mother = &PEOPLE[0];
    let service = Pcscd::start();
    let mut clerk = Clerk::at(data.path(), Some(&service));
    let access = Access::Pace(Pace { curve: Curve::Brainpool256, cipher: Cipher::Aes256 });
    let _card =
        service.insert(Card::new(Options { access, person: *mother, ..Options::default() }));
    clerk.window.wait_until_still("counter-birth-card");
    clerk.window.screen.scan(mother.number);
    clerk.press(&["Return"], "Công dân");
    let before = clerk.window.screen.struck().len();

    clerk.press(&["F2"], "Tiếp nhận hồ sơ");
    let mut told = Vec::new();
    for words in [
        "khai sinh",
        "me",
        "NGUYEN GIA AN",
        "1/11/2026",
        "nu",
        "kinh",
        "viet nam",
        "Benh vien da khoa tinh Lao Cai",
        "Xa Hop Thanh, tinh Lao Cai",
    ] {
        clerk.write(words);
        told.push(words);
        clerk.window.wait_until_still(&format!("counter-birth-{}", told.len()));
        clerk.before.replace(clerk.window.screen.look());
        clerk.window.screen.press(&["Return"]);
    }
    clerk.settle();
    clerk.window.screen.press(&["F9"]);
    clerk.window.wait_until_still("counter-birth-papers");
    clerk.press(&["F2"], "Chi tiết hồ sơ");
    clerk.window.picture("counter-birth-receipt");

    let struck = clerk.window.screen.struck().split_off(before);
    let keys: Vec<&String> = struck.iter().filter(|key| key.chars().count() > 1).collect();
    assert!(keys.len() <= 12, "{keys:?}");
    assert!(keys.iter().all(|key| *key != "Tab"), "{keys:?}");
    clerk.window.kill();
    assert_clean(data.path());
    let ledger = administrator(data.path());
    let record = all(&ledger).into_iter().max_by_key(|record| record.place).unwrap();
    let form = record.dossier.form.unwrap();
    let said = |key: &str| form.fields.iter().find(|field| field.key == key).unwrap();
    for (key, value, read) in [
        ("HoVaTenC", mother.name, true),
        ("QuanHe", "Mẹ", false),
        ("HoTenMeKS", mother.name, true),
        ("SoDinhDanhMe", mother.number, true),
        ("HoTenChaKS", "", false),
        ("HoTenKS", "NGUYEN GIA AN", false),
        ("NgaySinhChon", "01/11/2026", false),
        ("GioiTinhKS", "Nữ", false),
        ("DanTocKS", "Kinh", false),
        ("nksQuocTich", "Việt Nam", false),
    ] {
        let field = said(key);
        assert_eq!(field.value.to_uppercase(), value.to_uppercase(), "{key}");
        let by_card = field.evidence.is_some_and(|evidence| evidence != Evidence::Typed);
        assert_eq!(by_card, read, "{key}");
    }
}

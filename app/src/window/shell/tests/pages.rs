//! Pages of an electronic copy: made straight as they come, looked at and given back, a stack from the feeder.

use std::sync::Arc;

use iced::widget::image::Handle;
use office::{act::Name, entry::ContentHash};
use reports::sheet::{Angle, Treatment};

use super::*;
use crate::{
    desk::lines::Work,
    page::{Opened, Taken},
    scan::ScanError,
    window::{
        feeding::Told,
        screen::line_form::{self, LookMessage},
    },
};

fn scan_of(picture: &image::GrayImage) -> Scan {
    let mut png = Vec::new();
    picture.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    Scan::of(String::new(), png).unwrap()
}

/// Rules on white paper, turned clockwise.
fn ruled(degrees: f64) -> Scan {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    scan_of(&image::GrayImage::from_fn(700, 900, |x, y| {
        let (x, y) = (f64::from(x) - 350.0, f64::from(y) - 450.0);
        let (u, v) = (x * cosine + y * sine, y * cosine - x * sine);
        let ink = u.abs() < 250.0 && v.abs() < 350.0 && (v + 400.0).rem_euclid(40.0) < 7.0;
        image::Luma([if ink { 20 } else { 245 }])
    }))
}

pub(super) fn white() -> Scan {
    scan_of(&image::GrayImage::from_pixel(700, 900, image::Luma([245])))
}

fn taken(scan: &Scan) -> Box<Taken> {
    Box::new(Taken::of(scan.clone(), 1).unwrap())
}

impl Counted {
    pub(super) fn at_copy() -> Self {
        let mut at = Self::at_person("1.001193");
        let mut who = chip();
        at.shell.desk.record_reading(clock::now(), &mut who).unwrap();
        drop(at.shell.open_read(who, &[], None, None));
        at.press(Pressed::F(5));
        let work = Work::Act(Name::parse("electronic_copy").unwrap());
        at.in_copy(line_form::Message::Chosen(work));
        at
    }

    fn in_copy(&mut self, message: line_form::Message) {
        drop(self.shell.update(message.into(), &self.counter));
    }

    fn scanned(&mut self, scan: &Scan) {
        self.in_copy(line_form::Message::ScanAsked);
        self.in_copy(line_form::Message::PageRead(Ok(taken(scan))));
    }

    fn drawn(&mut self, came: &ContentHash, opened: &Opened, treatment: Treatment) {
        let after = opened.after(treatment).map_err(|error| Notice::error(&error));
        let drawn = LookMessage::Drawn(came.clone(), treatment, after);
        self.in_copy(line_form::Message::Look(drawn));
    }

    fn shown(&self) -> String {
        widgets::shot::words(self.view(), iced::Size::new(1366.0, 2000.0)).join("\n")
    }

    pub(super) fn draft(&mut self) -> crate::desk::lines::DraftId {
        self.shell.act_form().unwrap().draft().id.clone()
    }
}

#[test]
fn a_page_askew_is_made_straight_and_given_back_as_it_was() {
    let mut at = Counted::at_copy();
    let scan = ruled(3.0);
    at.scanned(&scan);
    let shown = at.shown();
    assert!(shown.contains("đã làm thẳng 3,0") || shown.contains("đã làm thẳng 2,9"), "{shown}");
    assert!(shown.contains("Ctrl+E để xem trước và sau"), "{shown}");
    let straight = taken(&scan).treated.unwrap();
    let (came, became) = (ledger::content_hash(&scan.bytes), ledger::content_hash(&straight.bytes));
    let draft = at.draft();
    let kept = |at: &Counted, content| at.shell.desk.page(&draft, content).ok();
    assert_eq!(kept(&at, &came), Some(scan.bytes.clone()), "the scan waits beside it");
    assert_eq!(kept(&at, &became), Some(straight.bytes.clone()));

    at.press(Pressed::Ctrl('e'));
    assert_eq!(at.shell.title(), "Xem, chỉnh trang");
    let opened = Arc::new(Opened::of(&scan.bytes, String::new(), 1).unwrap());
    let told = LookMessage::Opened(came.clone(), Ok(opened.clone()));
    at.in_copy(line_form::Message::Look(told));
    assert!(at.shown().contains("Giữ độ lệch như bản quét"));
    at.drawn(&came, &opened, opened.found.straightening());
    at.press(Pressed::F(5));
    assert!(at.shown().contains("Làm thẳng"));
    // What is not drawn yet is not taken.
    at.press(Pressed::Enter);
    assert_eq!(at.shell.title(), "Xem, chỉnh trang");
    at.drawn(&came, &opened, Treatment::default());
    at.press(Pressed::Enter);
    assert_eq!(at.shell.title(), "Chứng thực");
    assert!(!at.shown().contains("đã làm thẳng 3,0\n"), "{}", at.shown());
    assert_eq!(kept(&at, &came), Some(scan.bytes.clone()));
    assert_eq!(kept(&at, &became), None, "nobody needs it any more");

    // And turned onto its side, cut at an edge.
    at.press(Pressed::Ctrl('e'));
    let told = LookMessage::Opened(came.clone(), Ok(opened.clone()));
    at.in_copy(line_form::Message::Look(told));
    at.drawn(&came, &opened, Treatment::default());
    for key in [Pressed::F(6), Pressed::Left, Pressed::Left] {
        at.press(key);
    }
    // The turn was asked for first; what was pressed meanwhile is drawn next.
    let turned =
        Treatment { quarters: Treatment::default().quarters.next(), ..Treatment::default() };
    at.drawn(&came, &opened, turned);
    at.press(Pressed::Enter);
    assert_eq!(at.shell.title(), "Xem, chỉnh trang");
    let mut treatment = Treatment::default();
    treatment.quarters = treatment.quarters.next();
    // The left side of what lies on its right is the lower one.
    treatment.cut.bottom = 2 * opened.step;
    let after = opened.after(treatment).unwrap();
    let size = image::load_from_memory(&after.treated.unwrap().bytes);
    let size = size.map(|picture| (picture.width(), picture.height())).unwrap();
    assert_eq!(size, (900 - 2 * opened.step, 700));
    at.drawn(&came, &opened, treatment);
    at.press(Pressed::Enter);
    assert_eq!(at.shell.title(), "Chứng thực");
    assert!(at.shown().contains("đã cắt mép, đã xoay"), "{}", at.shown());
}

/// What a worker brings for another page, or after the dialog was closed, changes nothing.
#[test]
fn what_is_drawn_of_another_page_is_not_taken() {
    let mut at = Counted::at_copy();
    at.scanned(&ruled(2.0));
    let before = at.shown();
    at.press(Pressed::Ctrl('e'));
    let other = ledger::content_hash(b"another");
    let handle = Handle::from_rgba(1, 1, vec![0; 4]);
    let treatment = Treatment { skew: Angle(500), ..Treatment::default() };
    let after = crate::page::After { treatment, treated: Some(ruled(1.0)), picture: handle };
    at.in_copy(line_form::Message::Look(LookMessage::Drawn(other, treatment, Ok(after))));
    at.press(Pressed::Enter);
    assert_eq!(at.shell.title(), "Xem, chỉnh trang");
    at.press(Pressed::Escape);
    assert_eq!(at.shown(), before);
}

#[test]
fn a_stack_that_jams_keeps_what_came_and_blank_pages_go_when_asked() {
    let mut at = Counted::at_copy();
    at.scanned(&ruled(0.0));
    at.press(Pressed::Ctrl('n'));
    assert_eq!(at.shell.title(), "Đang quét cả chồng");
    for scan in [ruled(1.0), white(), ruled(-2.0), white()] {
        at.in_copy(line_form::Message::Fed(Told::Page(Ok(taken(&scan)))));
    }
    assert!(at.shown().contains("đã lấy 4 trang"), "{}", at.shown());
    // Nothing is signed meanwhile.
    at.press(Pressed::F(2));
    let jam = Some(Notice::error(&ScanError::Jam(4)));
    let ended = Told::Ended { one_sided: false, trouble: jam };
    at.in_copy(line_form::Message::Fed(ended));
    let shown = at.shown();
    assert!(shown.contains("Kẹt giấy") && shown.contains("APP-132"), "{shown}");
    assert_eq!(shown.matches("có vẻ trống").count(), 2, "{shown}");
    assert!(shown.contains("Trang 5"), "{shown}");
    at.press(Pressed::Ctrl('b'));
    let shown = at.shown();
    assert!(shown.contains("Đã bỏ 2 trang trống; còn 3 trang."), "{shown}");
    assert!(!shown.contains("Trang 4") && !shown.contains("có vẻ trống"), "{shown}");
    // What comes when nothing was asked for.
    at.in_copy(line_form::Message::Fed(Told::Page(Ok(taken(&ruled(0.0))))));
    assert!(!at.shown().contains("Trang 4"));
    // Stopped by hand.
    at.press(Pressed::Ctrl('n'));
    at.in_copy(line_form::Message::Fed(Told::Page(Ok(taken(&ruled(0.0))))));
    at.press(Pressed::Escape);
    let shown = at.shown();
    assert!(
        shown.contains("1 trang đã lấy vẫn còn nguyên") && shown.contains("Trang 4"),
        "{shown}"
    );
}

/// A page that is missing from a certified copy is told, and no success is told over it.
#[test]
fn a_stack_ends_at_a_page_that_cannot_be_kept() {
    let mut at = Counted::at_copy();
    at.press(Pressed::Ctrl('n'));
    for scan in [ruled(0.0), ruled(1.0)] {
        at.in_copy(line_form::Message::Fed(Told::Page(Ok(taken(&scan)))));
    }
    at.shell.act_form().unwrap().not_kept(&ledger::LedgerError::DiskFull);
    let check = |at: &Counted| {
        let shown = at.shown();
        assert!(shown.contains("LED-12") && shown.contains("Đã lấy 2 trang của chồng"), "{shown}");
        assert!(!shown.contains("từ khay nạp") && !shown.contains("Trang 3"), "{shown}");
    };
    check(&at);
    // What the scanner still brings changes nothing.
    at.in_copy(line_form::Message::Fed(Told::Page(Ok(taken(&ruled(2.0))))));
    at.in_copy(line_form::Message::Fed(Told::Ended { one_sided: false, trouble: None }));
    check(&at);
}

#[test]
fn every_refused_page_of_a_stack_is_told_beside_a_jam_too() {
    let coarse = || Notice::error(&ScanError::NoPicture);
    for jam in [None, Some(Notice::error(&ScanError::Jam(4)))] {
        let mut at = Counted::at_copy();
        at.press(Pressed::Ctrl('n'));
        let code = if jam.is_some() { "APP-132" } else { "APP-64" };
        for page in [Ok(taken(&ruled(0.0))), Err(coarse()), Ok(taken(&white())), Err(coarse())] {
            at.in_copy(line_form::Message::Fed(Told::Page(page)));
        }
        at.in_copy(line_form::Message::Fed(Told::Ended { one_sided: false, trouble: jam }));
        let shown = at.shown();
        assert!(shown.contains("trang thứ 2, 4 trong chồng giấy"), "{shown}");
        assert!(shown.contains(code) && !shown.contains("Trang 3"), "{shown}");
    }
}

/// A power cut between two commits: the draft never names bytes that are gone.
#[test]
fn a_draft_is_saved_before_the_pages_that_it_named_go() {
    let mut at = Counted::at_copy();
    let scan = ruled(3.0);
    at.scanned(&scan);
    let came = ledger::content_hash(&scan.bytes);
    at.press(Pressed::Ctrl('e'));
    let opened = Arc::new(Opened::of(&scan.bytes, String::new(), 1).unwrap());
    let told = LookMessage::Opened(came.clone(), Ok(opened.clone()));
    at.in_copy(line_form::Message::Look(told));
    at.drawn(&came, &opened, opened.found.straightening());
    at.press(Pressed::F(5));
    at.drawn(&came, &opened, Treatment::default());
    // The draft cannot be saved: it is too large.
    let draft = at.draft();
    let long = "x".repeat(ledger::DRAFT_LIMIT + 1);
    at.in_copy(line_form::Message::PagesTyped(long));
    assert!(at.shell.save_form().is_err());
    at.press(Pressed::Enter);
    let became = ledger::content_hash(&taken(&scan).treated.unwrap().bytes);
    assert!(at.shell.desk.page(&draft, &became).is_ok(), "the saved draft names it");
}

/// A dark band may be the original's: it stays until somebody who sees the page cuts it.
#[test]
fn a_page_with_a_dark_band_stays_as_it_was_scanned() {
    let mut at = Counted::at_copy();
    let banded = scan_of(&image::GrayImage::from_fn(700, 900, |x, y| {
        let ink = (100..600).contains(&x) && (200..800).contains(&y) && y % 40 < 7;
        image::Luma([if ink || y < 120 { 30 } else { 245 }])
    }));
    let came = taken(&banded);
    assert_ne!(came.found.cut.top, 0, "{:?}", came.found);
    assert!(came.treated.is_none() && came.treatment.is_none());
    at.scanned(&banded);
    let shown = at.shown();
    assert!(shown.contains("không tự cắt") && !shown.contains("đã cắt"), "{shown}");
    at.press(Pressed::Ctrl('e'));
    let opened = Arc::new(Opened::of(&banded.bytes, String::new(), 1).unwrap());
    let content = ledger::content_hash(&banded.bytes);
    let told = LookMessage::Opened(content.clone(), Ok(opened.clone()));
    at.in_copy(line_form::Message::Look(told));
    at.drawn(&content, &opened, Treatment::default());
    assert!(at.shown().contains("Cắt theo mép tờ giấy"));
    at.press(Pressed::F(7));
    let cut = Treatment { cut: opened.found.cut_as_is, ..Treatment::default() };
    at.drawn(&content, &opened, cut);
    at.press(Pressed::Enter);
    assert!(at.shown().contains("đã cắt mép"), "{}", at.shown());
}

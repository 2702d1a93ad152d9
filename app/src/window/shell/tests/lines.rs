//! From the person to an act or a line in its book, its money and back, by keys; and what stops it.

use office::{act::Name, book::BookId, dossier::Fee, entry::UserName, money::Dong};

use super::*;
use crate::{
    desk::lines::Work,
    page::Taken,
    scan::Scan,
    window::screen::{home, line_form, pending, person, written},
};

fn typed(key: &str, words: &str) -> line_form::Message {
    line_form::Message::Form(line_form::FormMessage::Typed(key.into(), words.into()))
}

fn copy() -> Work {
    Work::Act(Name::parse("certified_copy").unwrap())
}

impl Counted {
    fn line(&mut self, message: line_form::Message) {
        drop(self.shell.update(message.into(), &self.counter));
    }

    fn line_form(&mut self) -> &mut line_form::State {
        match &mut self.shell.screen {
            Screen::LineForm(form) => form,
            _ => panic!("no form is open"),
        }
    }

    /// What the window shows.
    fn words(&self) -> String {
        widgets::shot::words(self.view(), iced::Size::new(1366.0, 2000.0)).join("\n")
    }

    fn begin_copy(&mut self) {
        self.press(Pressed::F(5));
        self.line(line_form::Message::FirstChosen);
    }

    fn fill_copy(&mut self) {
        self.begin_copy();
        for message in [
            typed("original", "Bằng tốt nghiệp"),
            line_form::Message::PagesTyped("5".into()),
            line_form::Message::CopiesTyped("3".into()),
        ] {
            self.line(message);
        }
    }

    fn acts(&self) -> Vec<office::act::Act> {
        let page = self.shell.desk.ledger.acts(None, 9).unwrap();
        page.items.into_iter().map(|record| record.act).collect()
    }
}

#[test]
fn a_certified_copy_from_the_person_to_the_receipt_and_its_book() {
    let mut at = Counted::at_person("1.001193");
    let mut who = chip();
    at.shell.desk.record_reading(clock::now(), &mut who).unwrap();
    drop(at.shell.open_read(who.clone(), &[], None, None));
    at.fill_copy();
    assert!(at.words().contains("21.000 đồng"), "counted as the numbers are typed");
    at.press(Pressed::F(2));
    let [act] = &at.acts()[..] else { panic!() };
    assert_eq!((act.pages, act.copies, &act.fee), (5, 3, &Fee::Amount(Dong(21_000))));
    assert_eq!(act.people, [who.clone().into()]);
    let shown = at.words();
    assert!(shown.contains("Số 1, quyển số 01/"), "{shown}");
    assert!(shown.contains("Còn phải thu 21.000 đồng"), "{shown}");
    assert!(at.shell.desk.ledger.drafts().unwrap().is_empty());

    at.press(Pressed::F(6));
    assert!(at.words().contains("Phí chứng thực bản sao từ bản chính"));
    at.press(Pressed::Enter);
    assert!(matches!(at.shell.over, Some(Over::Paper(_))), "the receipt is in the preview");
    at.press(Pressed::Escape);
    assert!(at.words().contains("Đã thu 21.000 đồng"));

    // The same again for this person, its draft is none before a key.
    at.press(Pressed::F(2));
    assert_eq!(at.line_form().draft().people, [who.into()]);
    assert!(!at.line_form().is_touched());
    at.press(Pressed::Escape);
    assert!(matches!(at.shell.screen, Screen::Person(_)));
    assert!(at.shell.desk.ledger.drafts().unwrap().is_empty());
    // What was done stands in a part of its own.
    for _ in 0..2 {
        at.press(Pressed::F(9));
    }
    let shown = at.words();
    assert!(shown.contains("Chứng thực bản sao từ bản chính số 1/"), "{shown}");
    at.press(Pressed::Down);
    at.press(Pressed::Enter);
    assert!(at.words().contains("Đã thu 21.000 đồng"), "opened from the history");
    at.press(Pressed::F(9));
    let Screen::Register(list) = &at.shell.screen else { panic!() };
    assert_eq!(list.content.book, BookId::new("certified_copy").unwrap());
    assert!(at.words().contains("Bằng tốt nghiệp"));
    assert!(at.shell.desk.ledger.check().unwrap().findings.is_empty());
}

#[test]
fn an_act_is_annulled_with_a_reason_and_its_number_stays_used() {
    let mut at = Counted::at_person("1.001193");
    let mut who = chip();
    at.shell.desk.record_reading(clock::now(), &mut who).unwrap();
    drop(at.shell.open_read(who, &[], None, None));
    at.fill_copy();
    at.press(Pressed::F(2));
    let reason = |at: &mut Counted, words: &str| {
        let typed = written::Message::ReasonTyped(words.into());
        drop(at.shell.update(typed.into(), &at.counter));
    };
    // Without a reason, and when it was not meant, nothing is annulled.
    at.press(Pressed::F(7));
    reason(&mut at, "  ");
    at.press(Pressed::Enter);
    reason(&mut at, "nhập nhầm");
    at.press(Pressed::Escape);
    let annulled = |at: &Counted| {
        let record = at.shell.desk.ledger.acts(None, 1).unwrap().items.remove(0);
        record.annulled.map(|annulled| annulled.reason)
    };
    assert_eq!(annulled(&at), None);
    at.press(Pressed::F(7));
    assert!(at.words().contains("không cấp lại cho việc khác"), "{}", at.words());
    reason(&mut at, "nhập nhầm");
    at.press(Pressed::Enter);
    assert_eq!(annulled(&at).as_deref(), Some("nhập nhầm"));
    let shown = at.words();
    assert!(shown.contains("Đã hủy: nhập nhầm"), "{shown}");
    assert!(!shown.contains("Hủy việc này") && !shown.contains("Lời chứng"), "{shown}");
    let [act] = &at.acts()[..] else { panic!() };
    assert_eq!(act.number.issued().unwrap().value, 1);
    assert!(at.shell.desk.ledger.check().unwrap().findings.is_empty());
}

/// What may not be certified is refused in writing, with the law, and stands in no book of certification.
#[test]
fn a_copy_that_the_law_excludes_is_refused_in_writing() {
    let mut at = Counted::at_person("1.001193");
    let mut who = chip();
    at.shell.desk.record_reading(clock::now(), &mut who).unwrap();
    drop(at.shell.open_read(who.clone(), &[], None, None));
    at.fill_copy();
    let shown = at.words();
    assert!(shown.contains("Bản chính bị tẩy xóa") && shown.contains("Từ chối"), "{shown}");
    at.press(Pressed::Ctrl('r'));
    at.press(Pressed::F(2));
    assert!(at.words().contains("Chưa nêu lý do"));
    at.press(Pressed::Escape);
    assert!(at.line_form().is_touched(), "nothing typed is lost");
    at.press(Pressed::Ctrl('r'));
    at.line(line_form::Message::Refusal(line_form::RefusalMessage::Ticked(0, true)));
    at.press(Pressed::F(2));
    assert!(at.acts().is_empty());
    assert!(at.shell.desk.ledger.drafts().unwrap().is_empty());
    assert!(matches!(at.shell.over, Some(Over::Paper(_))), "the paper is in the preview");
    let kinds = [ledger::EventKind::NoticeGiven];
    let log = at.shell.desk.ledger.log(&kinds, ledger::Way::Falling, None, 9).unwrap();
    let [line] = &log.items[..] else { panic!() };
    let office::entry::Event::NoticeGiven { notice } = &line.entry.as_ref().unwrap().what else {
        panic!()
    };
    assert_eq!(notice.kind, office::arrival::NoticeKind::Refused);
    assert_eq!(notice.procedure.code, "2.000815");
    assert!(notice.reason.contains("tẩy xóa") && notice.reason.contains("Điều 22"));
    assert_eq!(notice.applicant.person.name, who.person.name);
    assert!(notice.content.is_some());
}

#[test]
fn an_act_that_was_begun_is_there_after_a_restart_and_can_be_thrown_away() {
    let mut at = Counted::at_person("1.001193");
    at.fill_copy();
    at.press(Pressed::Escape);
    assert!(matches!(at.shell.screen, Screen::Person(_)));
    // The same reading goes on.
    at.press(Pressed::F(5));
    assert!(at.line_form().is_touched());
    let Counted { shell, counter, _folder, .. } = at;
    let law = shell.desk.law.clone();
    drop(shell);
    let user = UserName("chi".into());
    let ledger = ledger::Ledger::open(_folder.path(), &user, "Mật-khẩu-7", clock::now()).unwrap();
    let desk = crate::desk::Desk::new(ledger, law).unwrap();
    let (shell, _) = Shell::new(desk, &counter);
    let mut at = Counted { shell, counter, keys: 0, _folder };
    assert!(at.words().contains("Chứng thực bản sao từ bản chính"), "listed at home");
    at.press(Pressed::F(4));
    let kept = serde_json::to_string(at.line_form().draft()).unwrap();
    assert!(kept.contains("Bằng tốt nghiệp"));
    let id = at.line_form().draft().id.clone();
    at.press(Pressed::Escape);
    let dropped = home::Message::DraftDropped(home::Begun::Line(id));
    drop(at.shell.update(dropped.into(), &at.counter));
    assert_eq!(at.shell.begun().count(), 0);
    at.press(Pressed::Ctrl('z'));
    assert_eq!(at.shell.begun().count(), 1);
    at.press(Pressed::F(4));
    at.press(Pressed::F(2));
    assert_eq!(at.acts().len(), 1);
    assert!(at.shell.desk.ledger.drafts().unwrap().is_empty());
}

#[test]
fn looking_for_another_work_and_staying_loses_nothing() {
    let mut at = Counted::at_person("1.001193");
    at.fill_copy();
    for way in [Pressed::Escape, Pressed::Enter] {
        at.press(Pressed::F(6));
        assert!(at.words().contains("Tên việc hoặc tên sổ"));
        match way {
            Pressed::Enter => at.line(line_form::Message::FirstChosen),
            way => at.press(way),
        }
        assert!(at.words().contains("21.000 đồng"), "{way:?}");
        let kept = serde_json::to_string(at.line_form().draft()).unwrap();
        assert!(kept.contains("Bằng tốt nghiệp"), "{way:?}");
        assert!(at.line_form().is_touched());
    }
}

#[test]
fn the_next_act_is_for_whom_the_last_was_and_each_tells_its_own_volume() {
    let mut at = Counted::at_person("1.001193");
    let mut who = chip();
    who.evidence = office::evidence::Evidence::Typed;
    who.person.name.clear();
    drop(at.shell.open_read(who, &[], None, None));
    drop(at.shell.update(person::Message::NameTyped("Lò Văn Thử".into()).into(), &at.counter));
    at.fill_copy();
    at.press(Pressed::F(2));
    at.press(Pressed::F(2));
    assert_eq!(at.line_form().draft().people[0].who.person.name, "Lò Văn Thử");

    let act = at.acts().remove(0);
    let (book, year) = (act.number.series().book, act.number.series().year);
    let ledger = &mut at.shell.desk.ledger;
    ledger.close_volume(clock::now(), book, year).unwrap();
    ledger.open_volume(clock::now(), book, year).unwrap();
    drop(at.shell.open_act(&act.id, &at.counter));
    let shown = at.words();
    assert!(shown.contains(&format!("Số 1, quyển số 01/{year}")), "{shown}");
    // What was annulled owes nothing.
    let annulled =
        office::entry::Event::ActAnnulled { act: act.id.clone(), reason: "nhầm".into() };
    at.shell.desk.ledger.record(clock::now(), annulled, &[]).unwrap();
    drop(at.shell.open_act(&act.id, &at.counter));
    assert!(!at.words().contains("Còn phải thu"));
}

#[test]
fn what_is_wrong_is_told_in_the_rules_own_sentence_and_writes_nothing() {
    let mut at = Counted::at_person("1.001193");
    at.begin_copy();
    let entries = at.shell.desk.ledger.head().sequence;
    let long = "a".repeat(501);
    for (original, pages, copies, code, why) in [
        ("", "1", "1", "OFF-154", "chưa điền"),
        (long.as_str(), "1", "1", "OFF-154", "dài quá mức"),
        ("Bằng", "", "1", "OFF-155", "từ 1 đến 10000"),
        ("Bằng", "0", "1", "OFF-155", "từ 1 đến 10000"),
        ("Bằng", "10001", "1", "OFF-155", "từ 1 đến 10000"),
        ("Bằng", "1", "ba", "OFF-155", "từ 1 đến 10000"),
        ("Bằng", "10000", "10000", "", "cao bất thường"),
    ] {
        for message in [
            typed("original", original),
            line_form::Message::PagesTyped(pages.into()),
            line_form::Message::CopiesTyped(copies.into()),
        ] {
            at.line(message);
        }
        at.press(Pressed::F(2));
        let said = format!("{:?}", at.line_form().notice());
        assert!(said.contains(code) && said.contains(why), "{pages} {copies}: {said}");
        assert!(said.contains("Chưa ghi gì"), "{said}");
    }
    assert_eq!(at.shell.desk.ledger.head().sequence, entries);
    assert!(at.acts().is_empty());
}

#[test]
fn an_act_for_nobody_waits_for_whoever_asks_and_one_more_is_added() {
    let mut at = Counted::at_person("1.001193");
    drop(at.shell.go(Door::LineForm, &at.counter));
    at.line(line_form::Message::Chosen(copy()));
    assert!(at.line_form().awaits());
    // One who asks cannot be left out.
    at.line(typed("original", "Bằng"));
    at.line(line_form::Message::PagesTyped("1".into()));
    at.press(Pressed::F(2));
    let said = format!("{:?}", at.line_form().notice());
    assert!(said.contains("OFF-151"), "{said}");
    let people = demo::people();
    for (n, known) in [(0, 1), (2, 2)] {
        if n > 0 {
            at.press(Pressed::F(7));
        }
        drop(at.shell.scanned(people[n].qr().into(), &at.counter));
        assert_eq!(at.line_form().draft().people.len(), known);
    }
    // The same once more is no third.
    at.press(Pressed::F(7));
    drop(at.shell.scanned(people[0].qr().into(), &at.counter));
    assert_eq!(at.line_form().draft().people.len(), 2);
    at.press(Pressed::F(2));
    let acts = at.acts();
    assert_eq!(acts[0].people.len(), 2);
    let names = acts[0].requesters().map(|who| who.person.name.as_str());
    assert!(names.eq([people[0].name.as_str(), people[2].name.as_str()]));
    at.press(Pressed::Escape);
    assert!(matches!(at.shell.screen, Screen::Home(_)), "there is no person to go back to");
    // Another person's code while a form holds something opens nobody by itself.
    drop(at.shell.go(Door::LineForm, &at.counter));
    at.line(line_form::Message::Chosen(Work::Line(BookId::new("visitors").unwrap())));
    at.line(typed("visitor", "Khách Không Giấy"));
    drop(at.shell.scanned(people[0].qr().into(), &at.counter));
    assert!(at.shell.newcomer.is_some());
    at.line(typed("host", "Văn thư"));
    at.press(Pressed::F(2));
    let shown = at.words();
    assert!(shown.contains("Số 1") && shown.contains("Khách Không Giấy"), "{shown}");
}

#[test]
fn whoever_may_write_nothing_is_offered_nothing() {
    let mut at = Counted::at_person("1.001193");
    let keeper = office::entry::User {
        name: UserName("antoan".into()),
        full_name: "Giàng Văn Mẫu".into(),
        title: String::new(),
        roles: vec![office::entry::Role::SecurityAdministrator],
    };
    at.shell.desk.ledger.add_user(clock::now(), keeper, "Suoi-trong-2026").unwrap();
    let Counted { shell, counter, _folder, .. } = at;
    let law = shell.desk.law.clone();
    drop(shell);
    let user = UserName("antoan".into());
    let password = "Suoi-trong-2026";
    let ledger = ledger::Ledger::open(_folder.path(), &user, password, clock::now()).unwrap();
    let desk = crate::desk::Desk::new(ledger, law).unwrap();
    let (mut shell, _) = Shell::new(desk, &counter);
    assert!(!Door::LineForm.may_open(&shell.desk.ledger));
    drop(shell.open_read(chip(), &[], None, None));
    drop(shell.update(person::Message::OtherAsked.into(), &counter));
    assert!(matches!(shell.screen, Screen::Person(_)));
}

/// What was returned is filled in again with what it said and its pages, and handed on anew.
#[test]
fn a_returned_copy_is_made_again_with_its_pages() {
    let mut at = Counted::at_person("1.001193");
    let mut who = chip();
    at.shell.desk.record_reading(clock::now(), &mut who).unwrap();
    drop(at.shell.open_read(who.clone(), &[], None, None));
    at.press(Pressed::F(5));
    at.line(line_form::Message::Chosen(Work::Act(Name::parse("electronic_copy").unwrap())));
    at.line(typed("original", "Bằng tốt nghiệp"));
    let picture = image::RgbImage::from_pixel(1_166, 1_654, image::Rgb([90, 200, 230]));
    let mut png = Vec::new();
    picture.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    let page = Scan::of(String::new(), png).unwrap();
    at.line(line_form::Message::ScanAsked);
    let taken = Taken::of(page.clone(), 1).unwrap();
    at.line(line_form::Message::PageRead(Ok(Box::new(taken))));
    at.press(Pressed::F(9));
    let waiting = at.shell.desk.ledger.prepared().unwrap();
    let id = waiting[0].prepared.act.id.clone();
    at.shell.desk.ledger.return_prepared(clock::now(), &id, "mờ trang 1").unwrap();

    drop(at.shell.go_pending(&at.counter));
    at.press(Pressed::F(8));
    let read = pending::Message::Reread(id.clone(), Ok(pending::Reread(vec![page])));
    drop(at.shell.update(read.into(), &at.counter));
    let draft = at.line_form().draft();
    assert_eq!(draft.people[0].who.person.name, who.person.name);
    assert!(at.words().contains("Trang 1"));
    assert_eq!(at.shell.line_drafts().len(), 1, "it is kept as any draft");
    at.press(Pressed::F(9));
    let again = at.shell.desk.ledger.prepared().unwrap();
    assert_eq!(again.len(), 1);
    assert_ne!(again[0].prepared.act.id, id);
    assert_eq!(again[0].prepared.act.form.value("original"), "Bằng tốt nghiệp");
    assert_eq!(again[0].prepared.pages, waiting[0].prepared.pages);
    assert!(at.shell.line_drafts().is_empty());
}

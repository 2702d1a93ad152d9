//! The counter's keys, from the scan to the printed receipt, through the shell and a real ledger.
#![allow(clippy::unwrap_used, clippy::panic)]

mod erased;
mod folder;
mod lines;
mod pages;
mod received;
mod registers;
mod safety;
mod telephone;
mod whole;

use jiff::ToSpan;
use office::{
    arrival::{Arrival, ArrivalId},
    dossier::{Channel, DossierId, PaperForm, Proof, Submitted},
    entry::Event,
    evidence::Evidence,
    person::{Contact, Identity, Person, ReadOn},
};
use widgets::keys::Pressed;

use super::*;
use crate::{
    demo,
    desk::tests::desk,
    scan::Scan,
    window::screen::{Shown, issued, reception},
};

/// Someone whose chip tells everything that a chip can.
pub(super) fn chip() -> Identity {
    let mut identity = demo::people()[1].identity();
    identity.evidence = Evidence::ChipAuthentic;
    identity.read = ReadOn::Day(clock::local(clock::now()).date());
    identity.person =
        Person {
            ethnicity: "Tày".into(), origin: "Hợp Thành, Lào Cai".into(), ..identity.person
        };
    identity
}

pub(super) struct Counted {
    pub(super) shell: Shell,
    pub(super) counter: Counter,
    keys: usize,
    _folder: tempfile::TempDir,
}

impl Counted {
    /// At the screen of somebody whose chip was just read.
    pub(super) fn at_person(usual: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        let law = desk.law.clone();
        let now = clock::now();
        let day = clock::local(now).date();
        let procedure = law.catalogue.find(usual, day).unwrap();
        let other = demo::people()[0].identity();
        let before = demo::reception(&law, procedure, other, "", clock::local(now)).unwrap();
        desk.receive(now, before).unwrap();
        let counter = Counter::default();
        let (mut shell, _) = Shell::new(desk, &counter);
        drop(shell.open_read(chip(), &[], None, None));
        Self { shell, counter, keys: 0, _folder: folder }
    }

    pub(super) fn press(&mut self, key: Pressed) {
        self.keys += 1;
        drop(self.shell.key(key, &self.counter));
    }

    fn view(&self) -> widgets::Element<'_, Message> {
        self.shell.view(&self.counter, sync::Link::Offline)
    }

    fn form(&mut self) -> &mut reception::State {
        match &mut self.shell.screen {
            Screen::Reception(form) => form,
            _ => panic!("no form is open"),
        }
    }

    fn reception(&mut self, message: reception::Message) {
        drop(self.shell.update(message.into(), &self.counter));
    }

    fn dossier(&self) -> office::dossier::Dossier {
        match &self.shell.screen {
            Screen::Dossier(state) => state.record.dossier.clone(),
            _ => panic!("no dossier is open"),
        }
    }
}

#[test]
fn a_paper_free_procedure_takes_three_keys_and_no_typing() {
    // Xóa đăng ký tạm trú: one component, the form, filled from the chip.
    let mut at = Counted::at_person("1.010028");
    at.press(Pressed::Digit(1));
    assert!(at.form().is_touched());
    at.press(Pressed::F(2));
    let dossier = at.dossier();
    assert_eq!(dossier.procedure.code, "1.010028");
    let form = dossier.form.unwrap();
    let name = form.fields.iter().find(|field| field.value == dossier.applicant.person.name);
    assert_eq!(name.unwrap().evidence, Some(Evidence::ChipAuthentic));
    for field in form.fields.iter().filter(|field| field.evidence == Some(Evidence::Typed)) {
        assert_eq!(field.key, "request", "typed although the chip may have said it");
    }
    assert!(dossier.components.iter().all(|c| c.form == PaperForm::Data && c.proof.is_some()));
    // The third key prints: the receipt is in the preview.
    let Screen::Dossier(state) = &at.shell.screen else { panic!() };
    assert!(state.shown().is_some());
    assert!(at.keys < 6);
    assert!(at.shell.desk.ledger.check().unwrap().findings.is_empty());
}

#[test]
fn a_paper_is_found_again_and_its_look_is_logged() {
    let mut at = Counted::at_person("1.010028");
    at.press(Pressed::Digit(1));
    at.press(Pressed::F(2));
    let receipt = match &at.shell.screen {
        Screen::Dossier(state) => state.shown().unwrap().content.clone(),
        _ => panic!("no dossier is open"),
    };
    drop(at.shell.update(Message::Bar(Bar::Open(Door::Issued)), &at.counter));
    let entries = at.shell.desk.ledger.head().sequence;
    let opened = issued::Message::Opened(0);
    drop(at.shell.update(opened.into(), &at.counter));
    let Some(Over::Paper(paper)) = &at.shell.over else { panic!("no paper is open") };
    assert_eq!(ledger::content_hash(&paper.pdf), receipt);
    assert_eq!(at.shell.desk.ledger.head().sequence, entries + 1);
    at.press(Pressed::Escape);
    assert!(at.shell.over.is_none());
}

#[test]
fn where_the_applicant_is_the_person_of_the_form_one_more_key_says_so() {
    // Cấp giấy xác nhận tình trạng hôn nhân.
    let mut at = Counted::at_person("1.004873");
    at.press(Pressed::Digit(1));
    let before = at.form().first_field();
    at.press(Pressed::F(5));
    assert_ne!(at.form().first_field(), before, "the section is filled");
    at.press(Pressed::F(2));
    // What no card says is still asked for, and nothing was written.
    assert!(matches!(at.shell.screen, Screen::Reception(_)));
    let kept = at.shell.drafts();
    assert_eq!(kept.len(), 1, "the form is kept as it is");
}

#[test]
fn escape_stops_the_pictures_that_wait_and_only_then_leaves_the_screen() {
    let mut at = Counted::at_person("1.001193");
    for name in ["1.jpg", "2.jpg", "3.jpg"] {
        drop(at.shell.picture_dropped(name.into()));
    }
    assert_eq!(at.shell.dropped.progress(), Some((0, 3)));
    at.press(Pressed::Escape);
    assert_eq!(at.shell.dropped.progress(), Some((0, 1)), "the one that runs ends by itself");
    assert!(matches!(at.shell.screen, Screen::Person(_)));
    at.press(Pressed::Escape);
    assert!(matches!(at.shell.screen, Screen::Home(_)));
}

#[test]
fn escape_leads_back_to_the_person_and_on_again_to_the_form() {
    let mut at = Counted::at_person("1.001193");
    at.press(Pressed::Digit(1));
    let typed = reception::FormMessage::Typed("HoTenKS".into(), "Vàng Thị Thử".into());
    at.reception(reception::Message::Form(typed));
    at.press(Pressed::Escape);
    assert!(matches!(at.shell.screen, Screen::Person(_)), "the person is not dropped");
    for key in [Pressed::F(2), Pressed::Digit(1)] {
        at.press(key);
        let words = serde_json::to_string(at.form().draft()).unwrap();
        assert!(words.contains("Vàng Thị Thử"), "the same form goes on");
        at.press(Pressed::Escape);
    }
    assert_eq!(at.shell.drafts().len(), 1);
    at.press(Pressed::Escape);
    assert!(matches!(at.shell.screen, Screen::Home(_)));
    // From a draft there is no person to go back to.
    at.press(Pressed::F(4));
    assert!(at.form().is_touched());
    at.press(Pressed::Escape);
    assert!(matches!(at.shell.screen, Screen::Home(_)));
}

#[test]
fn what_could_not_be_read_is_told_until_it_is_read_anew() {
    let mut at = Counted::at_person("1.001193");
    for place in ["bảng người", "bảng hồ sơ"] {
        let rows: Vec<u8> = at.shell.known(Err(ledger::LedgerError::Damaged { place }));
        assert!(rows.is_empty());
    }
    let said = format!("{:?}", at.shell.unread.get());
    assert!(said.contains("bảng người") && !said.contains("bảng hồ sơ"), "{said}");
    at.press(Pressed::Escape);
    assert!(matches!(at.shell.screen, Screen::Home(_)));
    assert!(at.shell.unread.get().is_none());
}

#[test]
fn a_form_that_was_thrown_away_can_be_taken_back() {
    let mut at = Counted::at_person("1.001193");
    at.press(Pressed::Digit(1));
    at.press(Pressed::Escape);
    at.press(Pressed::Escape);
    assert!(matches!(at.shell.screen, Screen::Home(_)));
    let drafts = at.shell.drafts();
    assert_eq!(drafts.len(), 1);
    let drop_it = home::Message::DraftDropped(home::Begun::Reception(drafts[0].id.clone()));
    drop(at.shell.update(drop_it.into(), &at.counter));
    assert!(at.shell.drafts().is_empty());
    at.press(Pressed::Ctrl('z'));
    assert_eq!(at.shell.drafts().len(), 1);
    at.press(Pressed::Ctrl('z'));
    assert_eq!(at.shell.drafts().len(), 1, "there is nothing more to take back");
    // What was thrown away the day before yesterday is gone for good.
    let long_ago = clock::local(clock::now()).saturating_sub(2.days());
    at.shell.put_aside(&home::Begun::Reception(drafts[0].id.clone()), Some(long_ago));
    at.shell.clear_away();
    assert!(at.shell.all_drafts().is_empty());
}

#[test]
fn before_any_use_no_procedure_is_marked_and_after_it_the_usual_one_is() {
    let folder = tempfile::tempdir().unwrap();
    let counter = Counter::default();
    let (mut shell, _) = Shell::new(desk(folder.path()), &counter);
    drop(shell.open_read(chip(), &[], None, None));
    drop(shell.key(Pressed::F(2), &counter));
    let enter = |shell: &mut Shell| {
        drop(shell.update(reception::Message::FirstChosen.into(), &counter));
        match &shell.screen {
            Screen::Reception(form) => form.draft().procedure.clone(),
            _ => panic!("no form is open"),
        }
    };
    assert_eq!(enter(&mut shell), None, "nothing tells what is meant");
    drop(shell.key(Pressed::Down, &counter));
    assert!(enter(&mut shell).is_some(), "an arrow does");
    let mut at = Counted::at_person("1.004873");
    at.press(Pressed::F(2));
    at.reception(reception::Message::FirstChosen);
    assert_eq!(at.form().draft().procedure.as_deref(), Some("1.004873"));
}

#[test]
fn one_key_leads_to_each_part_of_the_form() {
    let mut at = Counted::at_person("1.001193");
    at.press(Pressed::Digit(1));
    let parts = at.form().parts();
    // The applicant's relation, child, father, mother, papers, person, terms.
    assert_eq!(parts.len(), 7);
    assert!(parts[0].ends_with("NoiCapDDC") && parts[3].ends_with("HoTenMeKS"), "{parts:?}");
    for _ in 0..2 {
        at.press(Pressed::F(9));
        assert!(at.form().draft().ticked(), "every paper that is certainly asked for");
    }
}

#[test]
fn a_form_that_was_filled_in_on_paper_is_taken_as_paper() {
    // Đăng ký khai sinh: the chip says nothing of the child.
    let mut at = Counted::at_person("1.001193");
    at.press(Pressed::Digit(1));
    at.press(Pressed::F(2));
    assert!(matches!(at.shell.screen, Screen::Reception(_)), "the child is missing");
    at.press(Pressed::F(6));
    at.press(Pressed::F(9));
    at.press(Pressed::F(2));
    let dossier = at.dossier();
    assert!(dossier.form.is_none());
    assert!(dossier.components.iter().any(|c| c.form == PaperForm::Original && c.proof.is_none()));
    assert!(at.keys <= 6);
}

#[test]
fn another_persons_code_fills_their_section_and_leaves_the_form_open() {
    let mut at = Counted::at_person("1.000894");
    at.press(Pressed::Digit(1));
    // A man's code fills no bride's section.
    for (section, fills) in [("bride", false), ("groom", true)] {
        let awaited = reception::FormMessage::Awaited(section.into());
        at.reception(reception::Message::Form(awaited));
        assert!(at.form().awaits());
        let code = demo::people()[2].qr();
        drop(at.shell.scanned(code.into(), &at.counter));
        assert!(!at.form().awaits());
        let words = serde_json::to_string(at.form().draft()).unwrap();
        assert_eq!(words.contains(&demo::people()[2].name), fills, "{section}");
        assert!(fills || at.form().notice().is_some(), "{section}: the refusal is told");
    }
    let words = serde_json::to_string(at.form().draft()).unwrap();
    assert!(words.contains("declared"), "a code proves nothing");
    // Escape while it waits gives the waiting up and not the form.
    at.reception(reception::Message::Form(reception::FormMessage::Awaited("groom".into())));
    at.press(Pressed::Escape);
    assert!(!at.form().awaits());
}

#[test]
fn an_online_dossier_is_accepted_once_through_the_form() {
    let mut at = Counted::at_person("1.010028");
    let message = b"{}";
    let arrival = Arrival {
        id: ArrivalId("a".repeat(32)),
        code: "000.00.00.G01-261128-000123".into(),
        procedure: "1.010028".into(),
        procedure_name: "Xóa đăng ký tạm trú".into(),
        applicant: Identity { evidence: Evidence::Declared, ..chip() },
        contact: Contact { phone: "0900000000".into(), ..Contact::default() },
        components: vec![Submitted {
            name: "Ảnh chụp giấy tờ khác".into(),
            form: PaperForm::Photocopy,
            quantity: 1,
            proof: None,
        }],
        filed_at: clock::local(clock::now()),
        content: ledger::content_hash(message),
    };
    let event = Event::DossierArrived { arrival: Box::new(arrival) };
    at.shell.desk.ledger.record(clock::now(), event, &[message]).unwrap();
    at.press(Pressed::Ctrl('o'));
    assert!(matches!(at.shell.screen, Screen::Arrivals(_)));
    at.press(Pressed::F(2));
    at.press(Pressed::F(2));
    let dossier = at.dossier();
    assert_eq!(dossier.channel, Channel::Online);
    assert_eq!(dossier.origin_code, "000.00.00.G01-261128-000123");
    assert!(dossier.components.iter().any(|c| c.name == "Ảnh chụp giấy tờ khác"));
    assert!(at.shell.desk.ledger.arrivals(true).unwrap().is_empty(), "it waits no longer");
    assert!(at.shell.desk.ledger.check().unwrap().findings.is_empty());
}

#[test]
fn a_scan_of_the_form_becomes_the_dossiers_and_the_drafts_end() {
    let mut at = Counted::at_person("1.000894");
    at.press(Pressed::F(2));
    at.reception(reception::Message::ProcedureChosen("1.001193".into()));
    let scan = Scan::of("chung-sinh.pdf".into(), b"%PDF-1.7 chung sinh".to_vec()).unwrap();
    at.reception(reception::Message::AttachAsked(Some(2)));
    let came = |at: &mut Counted, number| {
        let read = reception::AttachMessage::Read(Ok(scan.clone()));
        let read = reception::Message::Attach(read);
        drop(at.shell.update(Message::ScanCame(number, Box::new(read.into())), &at.counter));
        at.press(Pressed::F(2));
    };
    // A page that nobody here asked for, then one that was asked for in another dialog.
    came(&mut at, 0);
    assert!(at.form().asks());
    at.press(Pressed::F(8));
    came(&mut at, 0);
    assert!(at.form().asks());
    came(&mut at, 1);
    assert!(!at.form().asks(), "attached");
    let id: DossierId = at.form().draft().id.clone();
    let ledger = &at.shell.desk.ledger;
    assert_eq!(ledger.drafts_under(&format!("scan/{}/", id.0)).unwrap().len(), 1);
    // A power cut and another day: the form and its scan are still there.
    drop(at.shell.update(Message::Bar(Bar::Open(Door::Home)), &at.counter));
    let resumed = home::Message::LineOpened(home::Opens::Begun(home::Begun::Reception(id.clone())));
    drop(at.shell.update(resumed.into(), &at.counter));
    // The application form came on paper.
    at.press(Pressed::F(6));
    at.press(Pressed::F(9));
    at.press(Pressed::F(2));
    let dossier = at.dossier();
    let content = ledger::content_hash(&scan.bytes);
    let proof = Some(Proof::Scan(content.clone()));
    assert!(dossier.components.iter().any(|c| c.proof == proof && c.form != PaperForm::Data));
    let ledger = &at.shell.desk.ledger;
    assert_eq!(ledger.blob(&content).unwrap(), scan.bytes);
    assert!(ledger.drafts().unwrap().is_empty());
    assert!(ledger.check().unwrap().findings.is_empty());
}

/// A form that was begun before an update of the catalogue: its procedure is no more.
#[test]
fn a_procedure_that_is_not_in_force_is_told_and_the_form_stays() {
    let mut at = Counted::at_person("1.010028");
    at.press(Pressed::Digit(1));
    let mut draft = at.form().draft().clone();
    draft.procedure = Some("9.999999".into());
    let (law, now) = (at.shell.desk.law.clone(), clock::local(clock::now()));
    let form = reception::State::resume(law, draft, now);
    at.shell.screen = form.into();
    let entries = at.shell.desk.ledger.head().sequence;
    at.press(Pressed::F(2));
    let said = format!("{:?}", at.form().notice());
    assert!(said.contains("9.999999 không có hiệu lực"), "{said}");
    assert!(said.contains("đã nhập vẫn còn nguyên"), "{said}");
    assert_eq!(at.shell.desk.ledger.head().sequence, entries);
}

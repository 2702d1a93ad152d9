//! The counter's keys, from the scan to the printed receipt, through the shell and a real ledger.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{io::Write, process::Command, time::Duration};

use iced::Size;
use jiff::{ToSpan, civil::Time};
use office::{
    arrival::{Arrival, ArrivalId},
    backup::BackupPlan,
    dossier::{Channel, DossierId, PaperForm, Proof, Submitted},
    entry::Event,
    evidence::Evidence,
    person::{Contact, Identity, Person, ReadOn},
};

use widgets::{hand::Hand, keys::Pressed};

use super::*;
use crate::{
    assets::Law,
    demo,
    desk::tests::desk,
    scan::Scan,
    window::screen::{issued, numbers},
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
        drop(self.shell.update(Message::Reception(message), &self.counter));
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
    drop(at.shell.update(Message::Bar(Bar::Room(rooms::Door::Issued)), &at.counter));
    let entries = at.shell.desk.ledger.head().sequence;
    let opened = rooms::Message::Issued(issued::Message::Opened(0));
    drop(at.shell.update(Message::Room(opened), &at.counter));
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
fn a_form_that_was_thrown_away_can_be_taken_back() {
    let mut at = Counted::at_person("1.001193");
    at.press(Pressed::Digit(1));
    at.press(Pressed::Escape);
    at.press(Pressed::Escape);
    assert!(matches!(at.shell.screen, Screen::Home(_)));
    let drafts = at.shell.drafts();
    assert_eq!(drafts.len(), 1);
    let drop_it = home::Message::DraftDropped(drafts[0].id.clone());
    drop(at.shell.update(Message::Home(drop_it), &at.counter));
    assert!(at.shell.drafts().is_empty());
    at.press(Pressed::Ctrl('z'));
    assert_eq!(at.shell.drafts().len(), 1);
    at.press(Pressed::Ctrl('z'));
    assert_eq!(at.shell.drafts().len(), 1, "there is nothing more to take back");
    // What was thrown away the day before yesterday is gone for good.
    let long_ago = clock::local(clock::now()).saturating_sub(2.days());
    at.shell.put_aside(&drafts[0].id, Some(long_ago));
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
        drop(shell.update(Message::Reception(reception::Message::FirstChosen), &counter));
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

/// The agency of a linked part is offered, where the national portal names it, and stays the clerk's to say: what
/// they say is in the entry and on the receipt.
#[test]
fn the_agency_of_a_linked_part_is_offered_and_the_clerks_to_say() {
    let own = "Trung tâm Phục vụ hành chính công tỉnh (mẫu)";
    for (procedure, linked, offered, other) in [
        // Đăng ký khai sinh, then thường trú: at another commune's police, where the parents live.
        ("1.001193", "1.004222", "Công an xã Hợp Thành", Some("Công an xã Bát Xát")),
        // Đăng ký khai tử, then xóa đăng ký thường trú.
        ("1.000656", "1.003197", "Công an xã Hợp Thành", None),
        // Đăng ký kết hôn, then điều chỉnh thông tin về cư trú.
        ("1.000894", "1.010039", "Công an xã Hợp Thành", None),
        // Khai tử, then hỗ trợ chi phí mai táng: the portal names nobody, so only the office's own list stands.
        ("1.000656", "1.001731", own, Some("Ủy ban nhân dân xã Bát Xát")),
    ] {
        let mut at = Counted::at_person(procedure);
        at.shell.desk.office.unit_code = "02680".into();
        at.shell.desk.settings.units = vec![own.into()];
        at.press(Pressed::Digit(1));
        at.reception(reception::Message::Linked(reception::LinkedMessage::Chosen(linked.into())));
        let agency = |at: &mut Counted| {
            let draft = serde_json::to_value(at.form().draft()).unwrap();
            draft["linked"][0]["agency"].as_str().unwrap().to_owned()
        };
        assert_eq!(agency(&mut at), "", "{linked}: nothing is said for the clerk");
        let mut hand = Hand::new(Size::new(1366.0, 768.0));
        drop(hand.run(|| at.view(), travel::focus("linked-agency-0")));
        for key in [Named::ArrowDown, Named::Enter] {
            for said in hand.press(at.view(), Key::Named(key), None) {
                drop(at.shell.update(said, &at.counter));
            }
        }
        assert_eq!(agency(&mut at), offered, "{linked}");
        if let Some(other) = other {
            let typed = reception::LinkedMessage::AgencyTyped(0, other.into());
            at.reception(reception::Message::Linked(typed));
        }
        for key in [Pressed::F(6), Pressed::F(9), Pressed::F(2)] {
            at.press(key);
        }
        let said = other.unwrap_or(offered);
        let dossier = at.dossier();
        assert_eq!(dossier.linked[0].procedure.code, linked);
        assert_eq!(dossier.linked[0].agency, said);
        let Screen::Dossier(state) = &at.shell.screen else { panic!() };
        let receipt = at.shell.desk.ledger.blob(&state.shown().unwrap().content).unwrap();
        let words = words_of(&receipt);
        assert!(words.contains(&format!("({said})")), "{linked}: {words}");
    }
}

/// What a PDF says, by poppler.
fn words_of(pdf: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    let read = Command::new("pdftotext").arg("-raw").arg(file.path()).arg("-").output().unwrap();
    String::from_utf8(read.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A marriage has no relation to tell: one key fills the side of the applicant's sex and never the other.
#[test]
fn who_marries_fills_their_own_side_with_one_key() {
    for (person, own, other) in [(2, "HoTenBenNam", "HoTenBenNu"), (1, "HoTenBenNu", "HoTenBenNam")]
    {
        let mut at = Counted::at_person("1.000894");
        let who = Identity {
            evidence: Evidence::ChipAuthentic,
            read: chip().read,
            ..demo::people()[person].identity()
        };
        drop(at.shell.open_read(who.clone(), &[], None, None));
        at.press(Pressed::Digit(1));
        let typed = |at: &mut Counted, key: &str| {
            let draft = serde_json::to_value(at.form().draft()).unwrap();
            let fields = draft["form"]["data"]["fields"].as_array().unwrap().clone();
            let field = fields.into_iter().find(|field| field["key"] == key).unwrap();
            field["value"].as_str().unwrap().to_owned()
        };
        assert_eq!([own, other].map(|key| typed(&mut at, key)), ["", ""], "nobody said so yet");
        for _ in 0..2 {
            at.press(Pressed::F(5));
            assert_eq!(typed(&mut at, own), who.person.name);
            assert_eq!(typed(&mut at, other), "");
        }
    }
}

/// The receipt says what lies in the dossier: only what the clerk said came, and as what.
#[test]
fn no_paper_is_claimed_that_the_clerk_has_not_ticked() {
    let mut at = Counted::at_person("1.010028");
    let typed = Identity { evidence: Evidence::Typed, ..chip() };
    drop(at.shell.open_read(typed, &[], None, None));
    at.press(Pressed::F(2));
    // Đăng ký giám hộ: papers only, and an identity paper that is shown.
    at.reception(reception::Message::ProcedureChosen("1.004837".into()));
    let papers = |at: &mut Counted| -> Vec<(bool, Option<PaperForm>, PaperForm)> {
        let draft = serde_json::to_value(at.form().draft()).unwrap();
        let papers = draft["papers"].as_array().unwrap().iter();
        let form = |value: &serde_json::Value| serde_json::from_value(value.clone()).unwrap();
        papers
            .map(|p| {
                (p["taken"].as_bool().unwrap(), form(&p["form"]), {
                    let asked: Option<PaperForm> = form(&p["asked"]);
                    asked.unwrap()
                })
            })
            .collect()
    };
    let fresh = papers(&mut at);
    assert!(fresh.iter().all(|(taken, form, _)| !taken && form.is_none()), "{fresh:?}");
    at.press(Pressed::F(2));
    assert!(matches!(at.shell.screen, Screen::Reception(_)), "nothing was handed in");
    // One is ticked: as what it came is asked, and the keyboard is there.
    at.reception(reception::Message::PaperTaken(0, true));
    at.press(Pressed::F(2));
    let said = format!("{:?}", at.form().notice());
    assert!(said.contains("Chưa chọn loại giấy tờ"), "{said}");
    at.reception(reception::Message::PaperFormChosen(0, PaperForm::Compared));
    // The rest came as the catalogue asks; what was decided stays.
    at.press(Pressed::F(9));
    let all = papers(&mut at);
    assert_eq!(all[0].1, Some(PaperForm::Compared));
    for (taken, form, asked) in &all[1..] {
        assert!(!taken || *form == Some(*asked), "{all:?}");
    }
    at.press(Pressed::F(2));
    let dossier = at.dossier();
    assert_eq!(dossier.components[0].form, PaperForm::Compared);
    assert_eq!(dossier.components.len(), all.iter().filter(|(taken, ..)| *taken).count());
}

/// An identity paper that is only shown is never said to lie in the dossier.
#[test]
fn what_is_only_shown_is_received_as_shown() {
    let law = Law::load().unwrap();
    let day = clock::local(clock::now()).date();
    let mut seen = 0;
    for procedure in law.catalogue.in_force(day) {
        let Some(n) = procedure.components.iter().position(|c| c.shown_only) else { continue };
        let mut at = Counted::at_person("1.010028");
        let typed = Identity { evidence: Evidence::Typed, ..chip() };
        drop(at.shell.open_read(typed, &[], None, None));
        at.press(Pressed::F(2));
        at.reception(reception::Message::ProcedureChosen(procedure.code.clone()));
        at.reception(reception::Message::PaperTaken(n, true));
        let draft = serde_json::to_value(at.form().draft()).unwrap();
        assert_eq!(draft["papers"][n]["form"], "shown", "{}", procedure.code);
        seen += 1;
        if seen == 3 {
            return;
        }
    }
    assert!(seen > 0, "no procedure asks for a paper that is only shown");
}

#[test]
fn an_identity_that_proves_nothing_replaces_no_paper() {
    let mut at = Counted::at_person("1.010028");
    let mut declared = chip();
    declared.evidence = Evidence::Declared;
    drop(at.shell.open_read(declared, &[], None, None));
    // Đăng ký kết hôn asks for an identity paper.
    at.press(Pressed::F(2));
    at.reception(reception::Message::ProcedureChosen("1.000894".into()));
    let words = serde_json::to_string(at.form().draft()).unwrap();
    assert!(!words.contains("\"Identity\""));
    drop(at.shell.open_read(chip(), &[], None, None));
    at.press(Pressed::F(2));
    at.reception(reception::Message::ProcedureChosen("1.000894".into()));
    let words = serde_json::to_string(at.form().draft()).unwrap();
    assert!(words.contains("\"Identity\""));
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
        let read = Message::Reception(reception::Message::Attach(read));
        drop(at.shell.update(Message::ScanCame(number, Box::new(read)), &at.counter));
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
    drop(at.shell.update(Message::Bar(Bar::Home), &at.counter));
    let resumed = home::Message::DraftResumed(id.clone());
    drop(at.shell.update(Message::Home(resumed), &at.counter));
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
    at.shell.screen = Screen::Reception(Box::new(form));
    let entries = at.shell.desk.ledger.head().sequence;
    at.press(Pressed::F(2));
    let said = format!("{:?}", at.form().notice());
    assert!(said.contains("9.999999 không có hiệu lực"), "{said}");
    assert!(said.contains("đã nhập vẫn còn nguyên"), "{said}");
    assert_eq!(at.shell.desk.ledger.head().sequence, entries);
}

use crate::window::{App, Message as Told, Stage, rest};
use iced::keyboard::{
    self, Key, Location, Modifiers,
    key::{Named, NativeCode, Physical},
};

/// The whole window around a desk.
struct Whole {
    app: App,
    _folder: tempfile::TempDir,
}

impl Whole {
    fn around(at: Counted) -> Self {
        let Counted { shell, counter, _folder, .. } = at;
        let law = shell.desk.law.clone();
        let mode = widgets::Mode::Light;
        Self { app: App::at(Stage::Desk(Box::new(shell)), law, counter, mode), _folder }
    }

    fn at_home() -> Self {
        let mut whole = Self::around(Counted::at_person("1.010028"));
        whole.tell(Told::Desk(Message::Bar(Bar::Home)));
        whole
    }

    fn tell(&mut self, message: Told) {
        drop(self.app.update(message));
    }

    /// A scanner in keyboard mode typed this.
    fn scan(&mut self, text: &str) {
        self.tell(Told::Scanned(text.into()));
    }

    fn shell(&mut self) -> &mut Shell {
        match &mut self.app.stage {
            Stage::Desk(shell) => shell,
            _ => panic!("no desk"),
        }
    }

    fn screen(&mut self) -> &'static str {
        self.shell().title()
    }

    /// Who is shown: name and document.
    fn shown(&mut self) -> (String, String) {
        match &self.shell().screen {
            Screen::Person(state) => {
                let document = state.identity.document.as_ref();
                let number = document.map(|document| document.number.clone()).unwrap_or_default();
                (state.identity.person.name.clone(), number)
            }
            _ => panic!("no person is shown"),
        }
    }
}

/// ICAO 9303-4 appendix B, and a passport of another state.
const ONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
const TWO: &str = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
const OTHER_TWO: &str = "2400000198FRA8503105F3001019<<<<<<<<<<<<<<<4";

#[test]
fn a_passports_second_line_scanned_twice_is_one_line() {
    let mut at = Whole::at_home();
    at.scan(TWO);
    assert_eq!(at.screen(), "Trang chính");
    at.scan(TWO);
    assert_eq!(at.shown(), (String::new(), "L898902C3".into()));
    // Both lines name the holder.
    at.tell(Told::Desk(Message::Bar(Bar::Home)));
    at.scan(ONE);
    at.scan(TWO);
    assert_eq!(at.shown(), ("ERIKSSON ANNA MARIA".into(), "L898902C3".into()));
}

#[test]
fn a_waiting_line_goes_with_the_screen_and_never_joins_another_document() {
    for turn in [Bar::Home, Bar::Dossiers, Bar::Find] {
        let mut at = Whole::at_home();
        at.scan(ONE);
        assert!(at.app.zone.is_waiting());
        at.tell(Told::Desk(Message::Bar(turn)));
        assert!(!at.app.zone.is_waiting());
        at.tell(Told::Desk(Message::Bar(Bar::Home)));
        at.scan(OTHER_TWO);
        assert_eq!(at.screen(), "Trang chính", "it waits alone");
        at.scan(OTHER_TWO);
        assert_eq!(at.shown().0, "");
    }
    // Without leaving the screen, too.
    let mut at = Whole::at_home();
    at.scan(ONE);
    at.scan(OTHER_TWO);
    assert_eq!(at.shown().0, "", "no name of one with the number of another");
    let Screen::Person(state) = &at.shell().screen else { panic!() };
    assert!(state.identity.reasons.iter().any(|why| why.contains("hai nước khác nhau")));
}

/// What the command line warns of, the window says too.
#[test]
fn the_warnings_of_a_code_are_shown_and_kept_with_the_reading() {
    for (code, words) in [
        ("062095000123||A THUẬN|01011995|Nam|Kroong Klah, Kroong, Kon Tum|10052022", "01/7/2025"),
        ("062095000123||nGUYỄN vĂN a|01011995|nAM|kON tUM|15082025", "CapsLock"),
        ("062095000123||NGUYỄN VĂN A|01011995|Nam", "đọc được 5 trong 7"),
        ("]Q1062195000123||TRAN THI B|01011995|Nu|Kon Tum|15082025\r", "bỏ dấu"),
    ] {
        let mut at = Whole::at_home();
        at.scan(code);
        let Screen::Person(state) = &at.shell().screen else { panic!("{code}") };
        let reasons = &state.identity.reasons;
        assert!(reasons.iter().any(|why| why.contains(words)), "{code}: {reasons:?}");
    }
}

#[test]
fn words_of_a_quick_hand_go_into_the_field_for_words() {
    let mut at = Whole::at_home();
    at.scan("đăng ký khai sinh");
    assert_eq!(at.screen(), "Trang chính");
    let Screen::Home(state) = &at.shell().screen else { panic!() };
    assert!(format!("{:?}", state.notice).contains("gõ rất nhanh"));

    let mut at = Whole::around(Counted::at_person("1.010028"));
    at.scan("dang ky khai sinh");
    assert_eq!(at.screen(), "Công dân", "nothing is opened over the person");
    let key = |at: &mut Whole, key| {
        let counter = Counter::default();
        drop(at.shell().key(key, &counter));
    };
    key(&mut at, Pressed::F(2));
    at.scan("đăng ký khai tử");
    assert_eq!(at.screen(), "Tiếp nhận hồ sơ");
    let Screen::Reception(form) = &mut at.shell().screen else { panic!() };
    drop(form.update(reception::Message::FirstChosen));
    assert_eq!(form.draft().procedure.as_deref(), Some("1.000656"), "its words were searched");
    // A label with a number is still a scan.
    let mut at = Whole::at_home();
    at.scan("H38.99-261123-0002");
    assert_eq!(at.screen(), "Hồ sơ");
}

/// Pressed in a hurry, even within one frame: one dossier, one number, one paper, and no step of it.
#[test]
fn a_key_that_is_pressed_thrice_acts_once() {
    let (f2, enter) = (Named::F2, Named::Enter);
    for (before, named, title) in [
        (&[][..], f2, "Tiếp nhận hồ sơ"),
        (&[][..], enter, "Tiếp nhận hồ sơ"),
        (&[Pressed::Digit(1)][..], f2, "Chi tiết hồ sơ"),
        (&[Pressed::Digit(1), Pressed::F(2)][..], f2, "Chuyển xử lý"),
        (&[Pressed::Digit(1), Pressed::F(2)][..], enter, "Trang chính"),
    ] {
        let pressed = |times: usize| {
            let mut at = Counted::at_person("1.010028");
            before.iter().for_each(|key| at.press(*key));
            let mut at = Whole::around(at);
            for _ in 0..times {
                let key = Key::Named(named);
                at.tell(Told::Keyboard(keyboard::Event::KeyPressed {
                    key: key.clone(),
                    modified_key: key,
                    physical_key: Physical::Unidentified(NativeCode::Unidentified),
                    location: Location::Standard,
                    modifiers: Modifiers::NONE,
                    text: None,
                    repeat: false,
                }));
            }
            assert_eq!(at.screen(), title, "{named:?} {times} times");
            let ledger = &at.shell().desk.ledger;
            assert!(ledger.check().unwrap().findings.is_empty());
            ledger.head().sequence
        };
        assert_eq!(pressed(1), pressed(3), "{named:?} leads to {title:?}");
    }
}

/// Each act of a key opens another place, so that the same key is not taken again at once.
#[test]
fn every_screen_and_dialog_is_a_place_of_its_own() {
    let mut at = Whole::around(Counted::at_person("1.010028"));
    let key = |at: &mut Whole, key| {
        let counter = Counter::default();
        drop(at.shell().key(key, &counter));
        at.app.place()
    };
    let mut places = vec![at.app.place()];
    places.push(key(&mut at, Pressed::Digit(1)));
    places.push(key(&mut at, Pressed::F(8)));
    key(&mut at, Pressed::Escape);
    assert_eq!(at.app.place(), places[1], "back in the form");
    places.push(key(&mut at, Pressed::F(2)));
    places.push(key(&mut at, Pressed::F(2)));
    key(&mut at, Pressed::Escape);
    places.push(key(&mut at, Pressed::Ctrl('k')));
    key(&mut at, Pressed::Escape);
    places.push(key(&mut at, Pressed::F(10)));
    let mut sorted = places.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), places.len());
}

/// The last digit of a code may stand alone for a while when the scanner's Enter comes late.
#[test]
fn a_digit_that_a_scanner_typed_chooses_no_procedure() {
    let mut at = Whole::around(Counted::at_person("1.010028"));
    while !rest::keys_rest() {
        std::thread::park_timeout(Duration::from_millis(5));
    }
    let code = "099199000321||GIANG THI MAU|02031979|Nu|Xa Hop Thanh, tinh Lao Cai|10052021";
    at.scan(code);
    assert_eq!(at.screen(), "Công dân");
    // Pressed before the code was known to be one, then by a hand.
    at.tell(Told::Digit(1, 0));
    assert_eq!(at.screen(), "Công dân");
    at.tell(Told::Digit(1, 1));
    assert_eq!(at.screen(), "Tiếp nhận hồ sơ");
}

/// Books that wait after a restore are asked for at once of whoever may tell, and the foot says so to all.
#[test]
fn after_a_restore_the_numbers_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (origin, backup) = (folder.path().join("a"), folder.path().join("sao lưu"));
    let mut lost = desk(&origin);
    let law = lost.law.clone();
    lost.ledger.backup(&backup, clock::now()).unwrap();
    let user = lost.ledger.user().name.clone();
    let request = ledger::Restore {
        user: &user,
        password: "Mật-khẩu-7",
        device_label: "Máy mới",
        accept_findings: false,
        present: ledger::Present::Refused,
        at: clock::now(),
    };
    let (restored, _) =
        ledger::Ledger::restore(&backup, &folder.path().join("b"), &request).unwrap();
    let counter = Counter::default();
    let (mut shell, _) = Shell::new(Desk::new(restored, law).unwrap(), &counter);
    assert_eq!(shell.title(), "Số sau khi khôi phục");
    let room = |message| Message::Room(rooms::Message::Numbers(message));
    let books = shell.desk.ledger.books().unwrap();
    for (n, book) in books.iter().enumerate() {
        let (words, _) = shell.backups.status().unwrap();
        assert_eq!(words, format!("{} sổ chờ xác nhận số", books.len() - n));
        drop(shell.update(room(numbers::Message::NothingIssued(book.id)), &counter));
    }
    assert!(shell.desk.ledger.waiting_books(clock::now()).unwrap().is_empty());
    let (words, _) = shell.backups.status().unwrap();
    assert_eq!(words, "Chưa sao lưu lần nào", "the restored ledger knows of no backup of its own");
}

/// The plan makes one backup a day, and a stick that is not there is told and tried again later.
#[test]
fn a_planned_backup_is_due_once_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(&folder.path().join("a"));
    let stick = folder.path().join("usb");
    let at = Time::midnight();
    let plan = BackupPlan { folder: stick.display().to_string(), at, ..BackupPlan::default() };
    desk.ledger.record(clock::now(), Event::BackupPlanned { plan: Box::new(plan) }, &[]).unwrap();
    let (mut shell, _) = Shell::new(desk, &Counter::default());
    let now = clock::local(clock::now());
    assert_eq!(shell.backups.due(now), Some(stick.clone()));
    assert_eq!(shell.backups.due_today(now), Some(stick.clone()), "before the window closes too");
    let gone = ledger::LedgerError::NoTarget { place: String::new() };
    shell.backup_ended(Err(gone), true);
    assert_eq!(shell.backups.status().unwrap().0, "Chưa tự sao lưu được");
    let now = clock::local(clock::now());
    assert_eq!(shell.backups.due(now), None);
    assert_eq!(shell.backups.due(now.saturating_add(11.minutes())), Some(stick.clone()));
    std::fs::create_dir(&stick).unwrap();
    let made = shell.desk.ledger.backup(&stick.join("m"), clock::now());
    shell.backup_ended(made, true);
    let now = clock::local(clock::now());
    assert_eq!((shell.backups.due(now), shell.backups.status()), (None, None));
    assert_eq!(shell.backups.due_today(now), None, "today's was made");
    assert_eq!(shell.backups.due(now.saturating_add(1.day())), Some(stick));
}

//! What is received and printed is what the clerk said: agencies, papers that came and papers that were shown.

use iced::{
    Size,
    keyboard::{Key, key::Named},
};
use office::{dossier::PaperForm, evidence::Evidence, person::Identity};
use widgets::{hand::Hand, keys::Pressed};

use super::*;
use crate::{assets::Law, demo, desk::tests::words_of, window::screen::reception};

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

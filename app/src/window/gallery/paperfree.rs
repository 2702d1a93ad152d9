//! Pictures of the paper-free reception, a person's store and the online dossiers.

use std::path::PathBuf;

use jiff::{ToSpan, civil::Date};
use office::{
    arrival::{Arrival, ArrivalId},
    document::{DocumentId, KeptDocument, Kind, Media, Origin},
    dossier::{PaperForm, Submitted},
    entry::{ContentHash, Event},
    evidence::Evidence,
    person::{Contact, Identity, ReadOn},
};
use widgets::keys::Pressed;

use super::PORTRAIT;
use crate::{
    browse::{Entry, Listing, Place, Wanted},
    clock, demo,
    failure::Failure,
    scan::Scan,
    window::{
        counter::Counter,
        papers,
        screen::{chooser, notice_form, reception, store},
        shell::{Bar, Door, Message, Shell},
    },
};

/// Names of the screens.
pub const SCREENS: [&str; 21] = [
    "person-usual",
    "reception-paperfree",
    "reception-form",
    "reception-missing",
    "reception-second",
    "reception-store",
    "reception-attach",
    "reception-choose-file",
    "reception-attach-keep",
    "reception-attached",
    "reception-linked",
    "reception-incomplete",
    "reception-online",
    "notice-paper",
    "store",
    "store-empty",
    "store-add",
    "store-remove",
    "arrivals",
    "arrivals-import",
    "reception-relation",
];

/// A scanner's folder with its files from the newest.
const SCANS: &str = "/home/chi/Máy quét";
const FILES: [(&str, Option<u64>, i64); 6] = [
    ("Đã dùng", None, 0),
    ("Scan0042.jpg", Some(1_284_512), 3),
    ("Scan0041.pdf", Some(402_118), 11),
    ("Giấy chứng sinh.pdf", Some(318_004), 64),
    ("Scan0040.pdf", Some(2_911_377), 1_310),
    ("Giấy ủy quyền 2025.png", Some(96_020), 44_000),
];

/// Xóa đăng ký tạm trú: nothing but the form.
const PAPER_FREE: &str = "1.010028";
/// Đăng ký kết hôn: two people, an identity paper.
const MARRIAGE: &str = "1.000894";
/// Đăng ký khai sinh.
const BIRTH: &str = "1.001193";

fn choose_file(shell: &mut Shell, counter: &Counter) {
    let folder = PathBuf::from(SCANS);
    let entry = |(name, bytes, minutes): &(&str, Option<u64>, i64)| Entry {
        name: (*name).into(),
        path: folder.join(name),
        bytes: *bytes,
        at: Some(clock::now() - minutes.minutes()),
    };
    let listing = Listing { entries: FILES.iter().map(entry).collect(), cut: false };
    let place = |label: &str, folder: &str| Place { label: label.into(), folder: folder.into() };
    let places = vec![
        place("Tải về", "/home/chi/Tải về"),
        place("Tài liệu", "/home/chi/Tài liệu"),
        place("Thư mục của tôi", "/home/chi"),
        place("Ổ USB-BO-PHAN", "/media/chi/USB-BO-PHAN"),
    ];
    shell.show_chooser(chooser::State::new(Wanted::Paper, folder.clone(), places));
    let listed = chooser::Message::Listed(folder.clone(), Ok(listing));
    let drawn =
        chooser::Message::Drawn(folder.join("Scan0042.jpg"), papers::look(PORTRAIT, Media::Jpeg));
    for message in [listed, drawn] {
        drop(shell.update(Message::Chooser(message), counter));
    }
}

/// Stages one of [`SCREENS`].
pub fn at_desk(
    shell: &mut Shell,
    screen: &str,
    mut identity: Identity,
    counter: &Counter,
) -> Result<(), Failure> {
    identity.evidence = Evidence::ChipAuthentic;
    identity.read = ReadOn::Day(clock::local(clock::now()).date());
    identity.person.ethnicity = "Tày".into();
    let press = |shell: &mut Shell, key| drop(shell.key(key, counter));
    let say = |shell: &mut Shell, message: reception::Message| {
        drop(shell.update(message.into(), counter));
    };
    if matches!(screen, "store" | "store-add" | "store-remove" | "reception-store") {
        keep(shell, &identity)?;
    }
    if matches!(screen, "arrivals" | "arrivals-import" | "reception-online") {
        arrive(shell)?;
    }
    let choose = |shell: &mut Shell, code: &str| {
        drop(shell.open_reception(identity.clone(), None, counter));
        say(shell, reception::Message::ProcedureChosen(code.into()));
    };
    let form = reception::Message::Form;
    match screen {
        "person-usual" => {
            let face = (PORTRAIT.to_vec(), ledger::content_hash(PORTRAIT));
            let blob = face.1.clone();
            drop(shell.open_read(identity, &[], Some(face), None));
            shell.photo_decoded(&blob, papers::photo(PORTRAIT));
        }
        "reception-paperfree" => choose(shell, PAPER_FREE),
        "reception-form" => {
            choose(shell, MARRIAGE);
            press(shell, Pressed::F(5));
        }
        "reception-missing" => {
            choose(shell, BIRTH);
            say(shell, form(reception::FormMessage::Typed("NgaySinhChon".into(), "31/2".into())));
            press(shell, Pressed::F(2));
        }
        "reception-second" => {
            choose(shell, MARRIAGE);
            press(shell, Pressed::F(5));
            say(shell, form(reception::FormMessage::Awaited("bride".into())));
        }
        "reception-store" => choose(shell, BIRTH),
        "reception-attach" | "reception-attach-keep" | "reception-attached" => {
            choose(shell, BIRTH);
            say(shell, reception::Message::AttachAsked(Some(2)));
            if screen != "reception-attach" {
                if let Ok(scan) = Scan::of("giay-chung-sinh.jpg".into(), PORTRAIT.to_vec()) {
                    press(shell, Pressed::F(8));
                    let read = reception::AttachMessage::Read(Ok(scan));
                    say(shell, reception::Message::Attach(read));
                }
                let tick = reception::AttachMessage::KeepTicked(true);
                match screen {
                    "reception-attach-keep" => say(shell, reception::Message::Attach(tick)),
                    _ => press(shell, Pressed::F(2)),
                }
            }
        }
        "reception-choose-file" => {
            choose(shell, BIRTH);
            say(shell, reception::Message::AttachAsked(Some(2)));
            choose_file(shell, counter);
        }
        "reception-linked" => {
            choose(shell, BIRTH);
            for (n, code, agency) in
                [(0, "1.004222", "Công an xã Hợp Thành"), (1, "1.001939", "Bảo hiểm xã hội cơ sở")]
            {
                let chosen = reception::LinkedMessage::Chosen(code.into());
                say(shell, reception::Message::Linked(chosen));
                let typed = reception::LinkedMessage::AgencyTyped(n, agency.into());
                say(shell, reception::Message::Linked(typed));
            }
        }
        "reception-incomplete" | "notice-paper" => {
            choose(shell, BIRTH);
            press(shell, Pressed::F(7));
            let told = reception::Message::Incomplete;
            say(shell, told(notice_form::Message::ItemTicked(0, true)));
            if screen == "notice-paper" {
                let reason = "Chưa có giấy chứng sinh hoặc giấy tờ thay thế.".to_owned();
                say(shell, told(notice_form::Message::ReasonTyped(reason)));
                press(shell, Pressed::F(2));
            }
        }
        "arrivals" => drop(shell.update(Message::Bar(Bar::Open(Door::Arrivals)), counter)),
        "arrivals-import" => {
            drop(shell.update(Message::Bar(Bar::Open(Door::Arrivals)), counter));
            press(shell, Pressed::F(8));
            let item = |code: &str, channel: u8| {
                format!(
                    r#"{{"MaHoSo":"{code}","MaTTHC":"1.010041","TenTTHC":"Xác nhận thông tin về cư trú",
                    "KenhThucHien":"{channel}","TrangThaiHoSo":"1","ChuHoSo":"Vàng Thị Mẫu",
                    "SoGiayToChuHoSo":"015199000123","NgayNopHoSo":"20261127090000"}}"#
                )
            };
            let (first, second) = ("000.00.15.H38-261128-0001", "000.00.15.H38-261128-0002");
            let file = format!("[{},{}]", item(first, 2), item(second, 1));
            drop(shell.update(Message::ArrivalsRead(Ok(file.into_bytes())), counter));
        }
        "reception-relation" => {
            choose(shell, BIRTH);
            let typed = reception::FormMessage::Typed("QuanHe".into(), "Mẹ".into());
            say(shell, form(typed));
            say(shell, form(reception::FormMessage::Chosen("QuanHe".into())));
        }
        "reception-online" => {
            drop(shell.update(Message::Bar(Bar::Open(Door::Arrivals)), counter));
            press(shell, Pressed::F(2));
        }
        screen if screen.starts_with("store") => {
            let owner = shell.desk.ledger.whose(&identity)?;
            drop(shell.open_read(identity, &[], None, None));
            drop(shell.open_store());
            let kept = owner.map(|owner| shell.desk.stored(owner)).transpose()?;
            let first = kept.and_then(|kept| kept.into_iter().next());
            if let Some(document) = first {
                let pages = papers::document_pages(PORTRAIT, Media::Jpeg);
                let drawn = store::Message::Drawn(document.id, pages);
                drop(shell.update(drawn.into(), counter));
            }
            match screen {
                "store-add" => press(shell, Pressed::F(2)),
                "store-remove" => {
                    drop(shell.update(store::Message::RemoveAsked.into(), counter));
                }
                _ => {}
            }
        }
        _ => {}
    }
    Ok(())
}

/// Documents of the person: one to be used again, one whose time is over.
fn keep(shell: &mut Shell, identity: &Identity) -> Result<(), Failure> {
    let Some(owner) = shell.desk.ledger.whose(identity)? else { return Ok(()) };
    let Ok(scan) = Scan::of(String::new(), PORTRAIT.to_vec()) else { return Ok(()) };
    if !shell.desk.stored(owner)?.is_empty() {
        return Ok(());
    }
    for (kind, title, number, until) in [
        (Kind::BirthNotice, "Giấy chứng sinh", "0158", Date::constant(2030, 12, 31)),
        (
            Kind::MarriageCertificate,
            "Giấy chứng nhận kết hôn",
            "27/2019",
            Date::constant(2026, 6, 30),
        ),
    ] {
        let document = KeptDocument {
            id: DocumentId(String::new()),
            owner,
            kind,
            title: title.into(),
            number: number.into(),
            issuer: "Ủy ban nhân dân xã Hợp Thành".into(),
            issued_on: Some(Date::constant(2019, 8, 12)),
            valid_until: None,
            origin: Origin::Scanned,
            media: Media::Jpeg,
            content: ContentHash(String::new()),
            legal_basis: shell.desk.law.legal_basis.first().cloned().unwrap_or_default(),
            keep_until: Some(until),
        };
        shell.desk.store(clock::now(), document, &scan)?;
    }
    Ok(())
}

/// Online dossiers: one in time, one of a procedure that the catalogue does not know and that waits too
/// long.
fn arrive(shell: &mut Shell) -> Result<(), Failure> {
    let now = clock::local(clock::now());
    let people = demo::people();
    for (n, (code, procedure, name, hours)) in [
        ("000.00.15.H38-261127-0012", PAPER_FREE, "Xóa đăng ký tạm trú", 3),
        ("000.00.15.H38-261124-0007", "1.999999", "Thủ tục mới của tỉnh", 90),
    ]
    .into_iter()
    .enumerate()
    {
        let Some(person) = people.get(n + 2) else { continue };
        // The same demo office may be drawn more than once.
        if shell.desk.ledger.arrival(code)?.is_some() {
            continue;
        }
        let message = format!("{{\"MaHoSo\":\"{code}\"}}");
        let arrival = Arrival {
            id: ArrivalId(format!("{n:032}")),
            code: code.into(),
            procedure: procedure.into(),
            procedure_name: name.into(),
            applicant: person.identity(),
            contact: Contact { phone: "0912 345 678".into(), ..Contact::default() },
            components: vec![Submitted {
                name: "Tờ khai thay đổi thông tin cư trú".into(),
                form: PaperForm::Photocopy,
                quantity: 1,
                proof: None,
            }],
            filed_at: now.saturating_sub(hours.hours()),
            content: ledger::content_hash(message.as_bytes()),
        };
        let event = Event::DossierArrived { arrival: Box::new(arrival) };
        shell.desk.ledger.record(clock::now(), event, &[message.as_bytes()])?;
    }
    Ok(())
}

//! Every screen of the demo office, drawn without a display: for manuals, for looking at a change, for
//! machines without a screen. It is the window's own view of the window's own state.

mod acts;
#[cfg(test)]
mod keyboard;
mod notes;
mod outcomes;
mod paperfree;
mod pending;
mod people;
mod rooms;
mod seats;
mod signed;
mod steps;
#[cfg(test)]
mod tests;
mod trust;
#[cfg(test)]
mod wrong_input;

use std::{path::Path, sync::Arc};

use iced::{
    Size,
    keyboard::{Key, key::Named},
};
use identity::{
    camera::{Camera, CameraError, Place},
    code::port::{Port, PortError, Speed},
};
use ledger::{Ledger, Rebuilding, Rebuilt};
use office::{evidence::Evidence, person::ReadOn};
use widgets::{Mode, hand::Hand, shot::Picture};

use super::{
    App, Stage,
    counter::Counter,
    entrance::Inside,
    notice::Notice,
    papers,
    scans::Scan,
    screen::{
        camera, devices, dossiers, find, grid, join, login, reception, restore, setup, users,
    },
    shell::{Bar, Door, Message, Screen, Shell},
};
use crate::{
    assets::Law,
    clock, demo,
    desk::Desk,
    failure::Failure,
    signing::remote::{Api, Contract},
};

/// Names of the screens that are no outcome of a reading.
const SCREENS: [&str; 62] = [
    "setup",
    "setup-office",
    "setup-user",
    "setup-recovery",
    "setup-devices",
    "login",
    "login-rebuilding",
    "login-new-key",
    "login-share",
    "login-older",
    "restore",
    "restore-over",
    "join",
    "join-code",
    "join-asked",
    "locked",
    "closing",
    "home",
    "home-card",
    "home-two-readers",
    "home-reading",
    "home-no-reader",
    "home-no-service",
    "home-pictures",
    "home-garbled",
    "camera",
    "camera-none",
    "camera-busy",
    "chip-key",
    "chip-key-wrong",
    "chip-key-doubt",
    "devices",
    "devices-lost",
    "person-zone",
    "person-zone-refused",
    "person-second-line",
    "person-century",
    "person-year",
    "person-number",
    "person-code",
    "reception-search",
    "reception",
    "reception-scan",
    "reception-named",
    "receipt",
    "dossiers",
    "users",
    "user-form",
    "user-delegate",
    "users-delegated",
    "log",
    "trust",
    "trust-empty",
    "trust-import",
    "trust-offer",
    "trust-remove",
    "menu",
    "new-key",
    "help",
    "columns",
    "find",
    "password",
];

/// Names of all screens: those that stand in a list, and every other one with a door as it opens from there.
pub fn screens() -> impl Iterator<Item = &'static str> {
    listed().chain(unlisted().map(Door::name))
}

/// Doors to screens of which no list shows a state.
fn unlisted() -> impl Iterator<Item = Door> {
    Door::ALL.iter().copied().filter(|door| !listed().any(|name| name == door.name()))
}

fn listed() -> impl Iterator<Item = &'static str> {
    let read = outcomes::READ.iter().map(|(name, ..)| *name);
    let failed = outcomes::FAILED.iter().map(|(name, _)| *name);
    let stage = rooms::SCREENS.into_iter().chain(paperfree::SCREENS).chain(steps::SCREENS);
    let stage = stage
        .chain(people::SCREENS)
        .chain(acts::SCREENS)
        .chain(notes::SCREENS)
        .chain(signed::SCREENS)
        .chain(pending::SCREENS);
    SCREENS.into_iter().chain(stage).chain(read).chain(failed)
}

/// The photo of the synthetic person.
const PORTRAIT: &[u8] = include_bytes!("../../../assets/demo/portrait.jpg");

/// Draws `screen` of the demo office in `folder`; a folder without one lends its place to none: the
/// demo office is then made in a scratch folder.
pub fn draw(folder: &Path, screen: &str, size: Size, mode: Mode) -> Result<Picture, Failure> {
    let law = Arc::new(Law::load()?);
    let scratch;
    let folder = if Ledger::exists(folder) && Ledger::is_demo(folder)? {
        folder
    } else {
        scratch = tempfile::tempdir().map_err(|source| crate::failure::AppError::Write {
            path: std::env::temp_dir().display().to_string(),
            source,
        })?;
        drop(demo::make(scratch.path(), &law, clock::now())?);
        scratch.path()
    };
    let mut counter = Counter::default();
    match screen {
        "home-no-reader" => {}
        "home-no-service" => counter.no_service = true,
        "home-two-readers" => {
            counter.readers =
                ["ACS ACR1252 Dual 00 00", "ACS ACR1252 Dual 01 00"].map(String::from).to_vec()
        }
        _ => counter.readers = vec!["Đầu đọc mẫu".into()],
    }
    let empty = ["home-card-lost", "home-no-card"];
    let card = matches!(screen, "home-card" | "home-two-readers") || screen.starts_with("chip-key");
    if card || outcomes::FAILED.iter().any(|(name, _)| *name == screen && !empty.contains(name)) {
        counter.cards.clone_from(&counter.readers);
    }
    if matches!(screen, "devices" | "devices-lost" | "reception-scan") {
        counter.devices.scanner = Some(Port { name: "/dev/ttyACM0".into(), speed: Speed::B9600 });
        counter.scanner = Some(match screen {
            "devices-lost" => Err(PortError::Lost),
            _ => Ok(()),
        });
    }
    if screen == "devices-lost" {
        let url = "https://gwsca.vnpt.vn/sca/sp769".into();
        let contract = Contract::new(Api::Sp769, url, "ubnd-xa-mau".into(), (None, None));
        counter.devices.remote = contract.ok();
        counter.devices.tsa = Some("http://tsa.ca.gov.vn".into());
        counter.stamping = Some("2 bản điện tử chờ dấu thời gian. Lần thử gần nhất: dịch vụ cấp dấu thời gian không kết nối được (mã SIG-30). Tệp đã ký giữ nguyên; chương trình tự thử lại lúc 14:05.".into());
    }
    let stage = stage(folder, screen, &law, &counter)?;
    let mut app = App::at(stage, law, counter, mode);
    if screen == "help" {
        drop(app.open_help());
    }
    app.closing = screen == "closing";
    // The part stands at the end of a long form, and its list opens by a key.
    if screen == "reception-linked" {
        let mut hand = Hand::new(size);
        hand.focus(app.view(), reception::agency(1));
        drop(hand.press(app.view(), Key::Named(Named::ArrowDown), None));
        return Ok(hand.draw(app.view(), &app.theme()));
    }
    Ok(widgets::shot::draw(app.view(), &app.theme(), size, 1.0))
}

fn stage(folder: &Path, screen: &str, law: &Arc<Law>, counter: &Counter) -> Result<Stage, Failure> {
    let wizard = |page| Stage::Setup(Box::new(setup::State::at(law.clone(), page)));
    Ok(match screen {
        "setup" => wizard(setup::Page::Profile),
        "setup-office" => wizard(setup::Page::Office),
        "setup-user" => wizard(setup::Page::User),
        "setup-recovery" => {
            let mut state = setup::State::new(law.clone());
            state.founded("MAU0-MAU0-MAU0-MAU0-MAU0-MAU0".into());
            Stage::Setup(Box::new(state))
        }
        "setup-devices" => {
            let mut state = setup::State::at(law.clone(), setup::Page::Devices);
            state.devices = devices::State::with_ports(PORTS.map(String::from).to_vec());
            Stage::Setup(Box::new(state))
        }
        "login" => Stage::Login(login::State::new("Một Cửa".into(), demo::CLERK.user.into())),
        "login-share" => {
            let mut state = login::State::new("Một Cửa".into(), demo::CLERK.user.into());
            let share = std::path::Path::new("/home/an/OneDrive/motcua");
            state.concern = crate::folder::concern(share).map(Notice::caution);
            Stage::Login(state)
        }
        "login-older" => {
            let mut state = login::State::new("Một Cửa".into(), demo::LOGINS[0].user.into());
            let lost = ledger::LedgerError::EntriesLost { known: 1_204, found: 1_150 };
            state.failed(Notice::error(&lost));
            state.may_be_older(true);
            let _ = state.update(login::Message::PasswordTyped(demo::CLERK.password.into()));
            Stage::Login(state)
        }
        "restore" | "restore-over" => {
            let places =
                vec![crate::browse::Place { label: "Ổ USB".into(), folder: "/media/usb".into() }];
            let mut state = restore::State::new(places, screen == "restore-over");
            let _ = state.update(restore::Message::PlaceChosen(0));
            if screen == "restore-over" {
                let _ = state.update(restore::Message::Sure(true));
                let lost = ledger::LedgerError::NoBackup { place: "/media/usb".into() };
                state.failed(Notice::error(&lost), false);
            }
            Stage::Restore(state)
        }
        "join" | "join-code" | "join-asked" => {
            let places =
                vec![crate::browse::Place { label: "Ổ USB".into(), folder: "/media/usb".into() }];
            let mut state = join::State::new(places, screen == "join-asked");
            let _ = state.update(join::Message::NextPlace);
            if screen == "join-code" {
                let file = "/media/usb/motcua-xin-vao-3FA2-91B0-77CD.json".into();
                state.asked(join::Asked { code: "3FA2-91B0-77CD".into(), file });
            }
            Stage::Join(state)
        }
        "login-rebuilding" | "login-new-key" => {
            let mut state = login::State::new("Một Cửa".into(), demo::CLERK.user.into());
            let _ = state.update(login::Message::PasswordTyped(demo::CLERK.password.into()));
            let _ = state.update(login::Message::Submitted);
            state.rebuilding(Rebuilding {
                what: match screen {
                    "login-new-key" => Rebuilt::Key,
                    _ => Rebuilt::ReadModels,
                },
                done: 120_000,
                all: 3_690_000,
            });
            Stage::Login(state)
        }
        _ => {
            let login = match screen {
                "users" | "user-form" | "user-delegate" | "users-delegated" | "log" | "menu"
                | "new-key" | "password" => &demo::LOGINS[0],
                // Only the archive takes documents out.
                "store-remove" | "act-annul" => &demo::LOGINS[2],
                screen if screen.starts_with("trust") => &demo::LOGINS[0],
                screen if signed::SCREENS.contains(&screen) => &demo::LOGINS[0],
                screen if pending::SCREENS.contains(&screen) => demo::CERTIFIER,
                screen if rooms::is_for_head(screen) => &demo::LOGINS[0],
                screen if notes::SCREENS.contains(&screen) => &demo::LOGINS[0],
                _ => demo::CLERK,
            };
            let ledger = enter_as(folder, login, screen)?;
            let desk = Desk::new(ledger, law.clone())?;
            let (shell, _) = Shell::new(desk, counter);
            if screen == "locked" {
                let office = shell.desk.office.name.clone();
                let login = login::State::locked(office, login.user.into());
                return Ok(Stage::Locked(Inside::Desk(Box::new(shell)), login));
            }
            Stage::Desk(Box::new(at_desk(shell, screen, counter)?))
        }
    })
}

/// Logs in; where only another user opens this screen, as that one.
fn enter_as(folder: &Path, login: &demo::Login, screen: &str) -> Result<Ledger, Failure> {
    let open = |login: &demo::Login| {
        let user = office::entry::UserName(login.user.into());
        Ledger::open(folder, &user, login.password, clock::now())
    };
    let ledger = open(login)?;
    let Some(door) = unlisted().find(|door| door.name() == screen) else { return Ok(ledger) };
    if door.may_open(&ledger) {
        return Ok(ledger);
    }
    drop(ledger);
    for other in &demo::LOGINS {
        let ledger = open(other)?;
        if door.may_open(&ledger) {
            return Ok(ledger);
        }
    }
    Ok(open(login)?)
}

/// Ports of a machine that has some.
const PORTS: [&str; 2] = ["/dev/ttyACM0", "/dev/ttyS0"];

/// The camera's dialog as it stands in one of its states.
fn picture_of_camera(screen: &str) -> camera::State {
    let place = |n| Place::Device(n);
    let cameras = ["HD Webcam", "Camera soi tài liệu"].into_iter().zip(0..);
    let cameras = cameras.map(|(name, n)| Camera { place: place(n), name: name.into() });
    let cameras = if screen == "camera-none" { Vec::new() } else { cameras.collect() };
    let (mut state, _) = camera::State::open(cameras, None);
    match screen {
        "camera" => {
            if let Some(portrait) = papers::photo(PORTRAIT) {
                state.show(portrait);
            }
        }
        "camera-busy" => state.failed(CameraError::Busy),
        _ => {}
    }
    state
}

fn at_desk(mut shell: Shell, screen: &str, counter: &Counter) -> Result<Shell, Failure> {
    let Some(someone) = demo::people().into_iter().nth(1) else { return Ok(shell) };
    let mut identity = someone.identity();
    let face = (PORTRAIT.to_vec(), ledger::content_hash(PORTRAIT));
    if let Some((_, evidence, findings)) = outcomes::READ.iter().find(|(name, ..)| *name == screen)
    {
        identity.evidence = *evidence;
        identity.read = ReadOn::Day(clock::local(clock::now()).date());
        identity.reasons = findings.iter().map(ToString::to_string).collect();
        let (_, blob) = face.clone();
        drop(shell.open_read(identity, findings, Some(face), None));
        shell.photo_decoded(&blob, papers::photo(PORTRAIT));
        return Ok(shell);
    }
    if let Some((_, error)) = outcomes::FAILED.iter().find(|(name, _)| *name == screen) {
        shell.tell(Some(Notice::error(error)));
        return Ok(shell);
    }
    if people::SCREENS.contains(&screen) {
        people::at_desk(&mut shell, screen, &identity, counter)?;
        return Ok(shell);
    }
    if paperfree::SCREENS.contains(&screen) {
        paperfree::at_desk(&mut shell, screen, identity, counter)?;
        return Ok(shell);
    }
    identity.evidence = Evidence::ChipAuthentic;
    identity.read = ReadOn::Day(clock::local(clock::now()).date());
    match screen {
        "home-reading" => {
            if let Screen::Home(state) = &mut shell.screen {
                state.reading = Some(("Đang đọc ảnh khuôn mặt (DG2)".into(), 7_168, 20_480));
                state.facts =
                    Some("Chip tự khai, chưa kiểm tra: Nguyễn Văn An, 099 099 000 123".into());
            }
        }
        "person-zone" | "person-zone-refused" | "person-second-line" => {
            let mut scan = Scan::from(outcomes::ZONE.to_owned());
            match screen {
                "person-zone" => scan.remarks = vec![
                    "Ảnh không rõ ở dòng 1 ký tự 8, dòng 1 ký tự 17: hãy so từng chữ của họ tên, giới tính, quốc tịch với giấy tờ.".into(),
                ],
                "person-second-line" => scan.text = outcomes::ZONE.split('\n').nth(1).unwrap_or_default().into(),
                _ => {}
            }
            drop(shell.scanned(scan, counter));
            if screen == "person-zone-refused" {
                shell.tell(Some(Notice::error(&identity::ReadError::AccessDenied)));
            }
        }
        "person-century" => {
            drop(shell.scanned(outcomes::CHILD_OR_CENTENARIAN.to_owned().into(), counter));
        }
        "person-year" => {
            let code = "099060000123||Lò A Páo|00001960|Nam|Thôn Kíp Tước, xã Hợp Thành, tỉnh Lào Cai|10082025";
            drop(shell.scanned(code.to_owned().into(), counter));
        }
        "person-number" => drop(shell.scanned(String::from("099099000123").into(), counter)),
        "person-code" => {
            let code = "099099000123||Nguyễn Văn A|02011999|Nam|Thôn Kíp Tước, xã Hợp Thành, tỉnh Lào Cai|10052022";
            drop(shell.scanned(code.to_owned().into(), counter));
        }
        "home-pictures" => {
            for name in ["1.jpg", "2.jpg", "3.jpg"] {
                drop(shell.picture_dropped(name.into()));
            }
        }
        "home-garbled" => {
            let garbled = "001099000123||Nguyeexn Vawn A|02011999|Nam|Thoon Kisp Tuwowsc|10052022";
            drop(shell.scanned(garbled.to_owned().into(), counter));
        }
        "camera" | "camera-none" | "camera-busy" => shell.show_camera(picture_of_camera(screen)),
        "chip-key" | "chip-key-wrong" | "chip-key-doubt" => shell.show_key(match screen {
            "chip-key-doubt" => outcomes::CONTRADICTION,
            "chip-key" => "P<VNMNGUYEN<<VAN<A<<<<<<<<<<<<<<<<<<<<<<<<<< C1234567",
            _ => "C1234567<9VNM9901029M3901027",
        }),
        "devices" | "devices-lost" => {
            shell.show_devices(devices::State::with_ports(PORTS.map(String::from).to_vec()));
        }
        "reception-search" | "reception" | "reception-scan" | "reception-named" => {
            drop(shell.open_reception(identity, None, counter));
            if screen != "reception-search" {
                // The first procedure, or the first of which only the name is known.
                let bare = screen == "reception-named";
                let today = clock::local(clock::now()).date();
                let code = {
                    let mut all = shell.desk.law.catalogue.in_force(today);
                    let first = all.find(|procedure| procedure.components.is_empty() == bare);
                    first.map(|procedure| procedure.code.clone()).unwrap_or_default()
                };
                drop(shell.update(reception::Message::ProcedureChosen(code).into(), counter));
            }
            if screen == "reception-named" {
                for message in [
                    reception::Message::PaperNaming("Đơn đề nghị cấp lại Giấy phép".into()),
                    reception::Message::PaperNamed,
                    reception::Message::PaperNaming("Giấy phép đã cấp".into()),
                ] {
                    drop(shell.update(message.into(), counter));
                }
            }
            if screen == "reception-scan" {
                drop(shell.scanned(String::from("001099000123").into(), counter));
            }
        }
        "receipt" => {
            let latest = shell.desk.ledger.dossiers(&ledger::Dossiers::All, None, 1)?;
            if let Some(record) = latest.items.first() {
                drop(shell.open_dossier(&record.dossier.id.clone(), counter));
            }
        }
        "dossiers" => drop(shell.go_dossiers(counter)),
        "columns" => {
            drop(shell.go_dossiers(counter));
            let asked = dossiers::Message::Grid(grid::Message::ColumnsAsked);
            drop(shell.update(asked.into(), counter));
        }
        "users" => drop(shell.go_users(counter)),
        "user-form" => {
            drop(shell.go_users(counter));
            drop(shell.update(users::Message::AddAsked.into(), counter));
        }
        "user-delegate" | "users-delegated" => people::delegate(&mut shell, screen, counter)?,
        "log" => drop(shell.go_log(counter)),
        "trust-empty" => drop(shell.go_trust(counter)),
        screen if screen.starts_with("trust") => {
            shell.screen = Screen::Trust(Box::new(trust::state(screen)));
        }
        screen if signed::SCREENS.contains(&screen) => shell.screen = signed::screen(screen),
        screen if pending::SCREENS.contains(&screen) => {
            shell.screen = pending::screen(screen);
            if let Some(dialog) = pending::telephone(screen) {
                shell.show_telephone(dialog);
            }
        }
        screen if acts::SCREENS.contains(&screen) => {
            acts::at_desk(&mut shell, screen, identity, counter)?;
        }
        screen if rooms::SCREENS.contains(&screen) => rooms::open(&mut shell, screen, counter)?,
        screen if notes::SCREENS.contains(&screen) => notes::open(&mut shell, screen, counter)?,
        screen if steps::SCREENS.contains(&screen) => steps::open(&mut shell, screen, counter)?,
        "menu" => drop(shell.update(Message::Bar(Bar::Menu), counter)),
        "new-key" => drop(shell.update(Message::Bar(Bar::NewKey), counter)),
        "find" => {
            drop(shell.update(Message::Bar(Bar::Find), counter));
            let query = find::Message::Typed("khai sinh".into());
            drop(shell.update(Message::Find(query), counter));
        }
        "password" => drop(shell.update(Message::Bar(Bar::OwnPassword), counter)),
        _ => {
            if let Some(door) = unlisted().find(|door| door.name() == screen) {
                drop(shell.go(door, counter));
            }
        }
    }
    Ok(shell)
}

//! Every screen of the demo office, drawn without a display: for manuals, for looking at a change, for
//! machines without a screen. It is the window's own view of the window's own state.

use std::{path::Path, sync::Arc};

use iced::Size;
use identity::{
    camera::{Camera, CameraError, Place},
    code::port::{Port, PortError, Speed},
};
use ledger::Ledger;
use office::evidence::Evidence;
use widgets::{Mode, shot::Picture};

use super::{
    App, Stage, papers,
    screen::{camera, devices, login, reception, setup, users},
    shell::{Bar, Counter, Message, Shell},
};
use crate::{assets::Law, clock, demo, desk::Desk, failure::Failure};

/// Names of the screens.
pub const SCREENS: [&str; 30] = [
    "setup",
    "setup-office",
    "setup-user",
    "setup-recovery",
    "setup-devices",
    "login",
    "locked",
    "home",
    "home-card",
    "home-pictures",
    "home-garbled",
    "camera",
    "camera-none",
    "camera-busy",
    "chip-key",
    "chip-key-wrong",
    "devices",
    "devices-lost",
    "person",
    "person-forged",
    "reception-search",
    "reception",
    "reception-scan",
    "receipt",
    "dossiers",
    "users",
    "user-form",
    "log",
    "menu",
    "password",
];

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
    let mut counter = Counter { readers: vec!["Đầu đọc mẫu".into()], ..Counter::default() };
    if matches!(screen, "home-card" | "chip-key" | "chip-key-wrong") {
        counter.card = counter.readers.first().cloned();
    }
    if matches!(screen, "devices" | "devices-lost" | "reception-scan") {
        counter.devices.scanner = Some(Port { name: "/dev/ttyACM0".into(), speed: Speed::B9600 });
        counter.scanner = Some(match screen {
            "devices-lost" => Err(PortError::Lost),
            _ => Ok(()),
        });
    }
    let stage = stage(folder, screen, &law, &counter)?;
    let app = App::at(stage, law, counter, mode);
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
        _ => {
            let login = match screen {
                "users" | "user-form" | "log" | "menu" | "password" => &demo::LOGINS[0],
                _ => demo::CLERK,
            };
            let user = office::entry::UserName(login.user.into());
            let ledger = Ledger::open(folder, &user, login.password, clock::now())?;
            let desk = Desk::new(ledger, law.clone())?;
            let (shell, _) = Shell::new(desk, folder.join(super::TRUST), counter);
            if screen == "locked" {
                let office = shell.desk.office.name.clone();
                return Ok(Stage::Locked(Box::new(shell), login::State::locked(office, user.0)));
            }
            Stage::Desk(Box::new(at_desk(shell, screen, counter)?))
        }
    })
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
    identity.evidence = Evidence::ChipSigned;
    identity.reasons = vec![
        "Chip chưa được thử xem có phải bản sao hay không: chữ ký hợp lệ, nhưng chip không được hỏi.".into(),
    ];
    let face = || Some((PORTRAIT.to_vec(), ledger::content_hash(PORTRAIT)));
    match screen {
        "person" => drop(shell.open_person(identity, face(), None)),
        "person-forged" => {
            identity.evidence = Evidence::ChipNotAuthentic;
            identity.reasons = vec!["Nội dung DG1 khác với giá trị băm mà nơi cấp đã ký.".into()];
            drop(shell.open_person(identity, face(), None));
        }
        "home-pictures" => {
            for name in ["1.jpg", "2.jpg", "3.jpg"] {
                drop(shell.picture_dropped(name.into()));
            }
        }
        "home-garbled" => {
            let garbled = "001099000123||Nguyeexn Vawn A|02011999|Nam|Thoon Kisp Tuwowsc|10052022";
            drop(shell.scanned(garbled.into(), counter));
        }
        "camera" | "camera-none" | "camera-busy" => shell.show_camera(picture_of_camera(screen)),
        "chip-key" | "chip-key-wrong" => shell.show_key(match screen {
            "chip-key" => "P<VNMNGUYEN<<VAN<A<<<<<<<<<<<<<<<<<<<<<<<<<< C1234567",
            _ => "C1234567<9VNM9901029M3901027",
        }),
        "devices" | "devices-lost" => {
            shell.show_devices(devices::State::with_ports(PORTS.map(String::from).to_vec()));
        }
        "reception-search" | "reception" | "reception-scan" => {
            drop(shell.open_reception(identity, None));
            if screen != "reception-search" {
                let first =
                    shell.desk.law.catalogue.in_force(clock::local(clock::now()).date()).next();
                let code = first.map(|procedure| procedure.code.clone()).unwrap_or_default();
                drop(shell.update(
                    Message::Reception(reception::Message::ProcedureChosen(code)),
                    counter,
                ));
            }
            if screen == "reception-scan" {
                drop(shell.scanned("001099000123".into(), counter));
            }
        }
        "receipt" => {
            let latest = shell.desk.ledger.dossiers(&ledger::Dossiers::All, None, 1)?;
            if let Some(record) = latest.items.first() {
                drop(shell.open_dossier(&record.dossier.id.clone(), counter));
            }
        }
        "dossiers" => drop(shell.go_list()),
        "users" => drop(shell.go_users(counter)),
        "user-form" => {
            drop(shell.go_users(counter));
            drop(shell.update(Message::Users(users::Message::AddAsked), counter));
        }
        "log" => drop(shell.go_log()),
        "menu" => drop(shell.update(Message::Bar(Bar::Menu), counter)),
        "password" => drop(shell.update(Message::Bar(Bar::OwnPassword), counter)),
        _ => {}
    }
    Ok(shell)
}

//! Every screen of the demo office, drawn without a display: for manuals, for looking at a change, for
//! machines without a screen. It is the window's own view of the window's own state.

use std::{path::Path, sync::Arc};

use iced::Size;
use ledger::Ledger;
use office::evidence::Evidence;
use widgets::{Mode, shot::Picture};

use super::{
    App, Stage,
    screen::{login, reception, setup, users},
    shell::{Bar, Counter, Message, Shell},
};
use crate::{assets::Law, clock, demo, desk::Desk, failure::Failure};

/// Names of the screens.
pub const SCREENS: [&str; 19] = [
    "setup",
    "setup-office",
    "setup-user",
    "setup-recovery",
    "setup-devices",
    "login",
    "locked",
    "home",
    "person",
    "person-forged",
    "reception-search",
    "reception",
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
    let counter =
        Counter { readers: vec!["Đầu đọc mẫu".into()], card: None, no_service: false };
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
            state.readers.clone_from(&counter.readers);
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
        "reception-search" | "reception" => {
            drop(shell.open_reception(identity, None));
            if screen == "reception" {
                let first =
                    shell.desk.law.catalogue.in_force(clock::local(clock::now()).date()).next();
                let code = first.map(|procedure| procedure.code.clone()).unwrap_or_default();
                drop(shell.update(
                    Message::Reception(reception::Message::ProcedureChosen(code)),
                    counter,
                ));
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

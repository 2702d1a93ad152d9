//! Who runs the command: a demo office opens by itself as its administrator, every other ledger asks.

use std::io::{BufRead, IsTerminal};

use ledger::{Ledger, LedgerError};
use office::entry::UserName;
use zeroize::Zeroizing;

use super::Context;
use crate::{
    clock, demo,
    failure::{AppError, Failure},
    folder,
};

/// Longest password line that is read.
const LONGEST: u64 = 1024;

/// What becomes of a ledger that no witness vouches for.
pub enum Older {
    /// It stays shut.
    Refused,
    /// The head says that the office goes on with it.
    Accepted,
}

/// Opens the ledger of the data folder.
pub fn open(context: &Context) -> Result<Ledger, Failure> {
    open_or_accept(context, Older::Refused)
}

/// See [`Older`].
pub fn open_or_accept(context: &Context, older: Older) -> Result<Ledger, Failure> {
    if !Ledger::exists(&context.folder) {
        return Err(LedgerError::NoOffice.into());
    }
    if context.user.is_none() && Ledger::is_demo(&context.folder)? {
        return Ok(Ledger::open_demo(context.home())?);
    }
    let (user, password) = credentials(context)?;
    if let Some(concern) = folder::concern(context.home()) {
        eprintln!("{concern}");
    }
    let (home, now) = (context.home(), clock::now());
    let ledger = match older {
        Older::Refused => Ledger::open(home, &user, &password, now)?,
        Older::Accepted => Ledger::open_older(home, &user, &password, now, &|_| ())?,
    };
    if ledger.must_set_password()? { Err(AppError::LentPassword.into()) } else { Ok(ledger) }
}

/// Who opens a copy of a ledger whose kind is not known before: by name, or as a demo office's administrator.
pub fn credentials_or_demo(context: &Context) -> Result<(UserName, Zeroizing<String>), Failure> {
    match context.user {
        Some(_) => credentials(context),
        None => {
            let demo = &demo::LOGINS[0];
            Ok((UserName(demo.user.into()), Zeroizing::new(demo.password.to_owned())))
        }
    }
}

/// User and password from the command line, standard input or the terminal.
pub fn credentials(context: &Context) -> Result<(UserName, Zeroizing<String>), Failure> {
    let user = UserName(context.user.clone().ok_or(AppError::NoUser)?);
    if context.password_stdin {
        let mut line = Zeroizing::new(String::new());
        let read = std::io::Read::take(std::io::stdin().lock(), LONGEST).read_line(&mut line);
        read.map_err(|_| AppError::NoPassword)?;
        let password = Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned());
        return if password.is_empty() {
            Err(AppError::NoPassword.into())
        } else {
            Ok((user, password))
        };
    }
    if !std::io::stdin().is_terminal() {
        return Err(AppError::NoPassword.into());
    }
    let password = rpassword::prompt_password(format!("Mật khẩu của {}: ", user.0))
        .map_err(|_| AppError::NoPassword)?;
    Ok((user, Zeroizing::new(password)))
}

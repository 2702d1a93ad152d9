//! `motcua demo`: a demo office in the data folder.

use std::{process::ExitCode, sync::Arc};

use ledger::Ledger;

use super::{Context, Outcome};
use crate::{assets::Law, clock, demo, failure::AppError, output::say};

/// Runs the command. A folder that holds the demo office already keeps it.
pub fn run(context: &Context) -> Outcome {
    if Ledger::exists(&context.folder) {
        if !Ledger::is_demo(&context.folder)? {
            return Err(AppError::RealOffice.into());
        }
        say!("Cơ quan mẫu đã có sẵn ở {}.", context.folder.display());
    } else {
        drop(demo::make(context.home(), &Arc::new(Law::load()?), clock::now())?);
        say!("Đã lập cơ quan mẫu ở {}.", context.folder.display());
    }
    say!("Người và hồ sơ đều là giả định. Đăng nhập:");
    for login in &demo::LOGINS {
        say!("  {:<10} {}", login.user, login.password);
    }
    Ok(ExitCode::SUCCESS)
}

//! `motcua read`: one chip, as JSON.

use std::{ops::ControlFlow, path::PathBuf, process::ExitCode, time::Duration};

use clap::Args;
use identity::{ReadError, access::Keys, trust::Trust};
use ledger::Ledger;
use office::{evidence::Evidence, person::PersonalNumber};

use super::{Context, Outcome, login};
use crate::{
    failure::{AppError, Failure},
    output::say,
    reader::{self, Request},
    trust,
};

/// How long to wait for a card that is being put down.
const PATIENCE: Duration = Duration::from_secs(3);

/// Options of `read`.
#[derive(Args)]
pub struct Options {
    /// Tên đầu đọc; không có thì lấy đầu đọc nào đang có thẻ.
    #[arg(long, value_name = "TÊN")]
    reader: Option<String>,
    #[command(flatten)]
    key: KeyOptions,
    /// Chứng thư CSCA: tệp hoặc thư mục; dùng được nhiều lần.
    #[arg(long, value_name = "ĐƯỜNG-DẪN")]
    csca: Vec<PathBuf>,
    /// In JSON (luôn luôn).
    #[arg(long)]
    json: bool,
}

/// What opens the chip.
#[derive(Args, Default)]
#[group(multiple = false)]
pub struct KeyOptions {
    /// Số định danh 12 chữ số.
    #[arg(long, value_name = "N12")]
    pub number: Option<String>,
    /// Sáu chữ số CAN.
    #[arg(long, value_name = "N6")]
    pub can: Option<String>,
    /// Các dòng MRZ, có hoặc không xuống dòng.
    #[arg(long, value_name = "MRZ")]
    pub mrz: Option<String>,
}

impl KeyOptions {
    /// The keys, if any was given. A malformed key is a usage error (exit 2).
    pub fn keys(&self) -> Result<Option<Keys>, Failure> {
        if let Some(number) = &self.number {
            let number =
                PersonalNumber::parse(number).map_err(|error| Failure::with_exit(error, USAGE))?;
            return Ok(Some(Keys::number(&number)));
        }
        if let Some(can) = &self.can {
            let keys = Keys::can(can).ok_or_else(|| Failure::with_exit(AppError::Can, USAGE))?;
            return Ok(Some(keys));
        }
        if let Some(mrz) = &self.mrz {
            return Ok(Some(Keys::mrz(mrz).map_err(|error| Failure::with_exit(error, USAGE))?));
        }
        Ok(None)
    }
}

const USAGE: u8 = 2;

/// Exit code of the contract for a reading that gave no person.
pub fn exit(error: &ReadError) -> u8 {
    match error {
        ReadError::NoService | ReadError::NoReader | ReadError::NoCard => 4,
        ReadError::AccessDenied | ReadError::NeedMore => 5,
        _ => 6,
    }
}

/// Whom the ledger trusts, if it opens by itself or for a named user, and certificates named on the
/// command line.
fn trust(context: &Context, named: &[PathBuf]) -> Result<Trust, Failure> {
    Ok(kept(context)?.with_files(named)?)
}

/// A chip can be read beside an open window or a ledger of others; then only what is named is trusted.
fn kept(context: &Context) -> Result<Trust, Failure> {
    if !Ledger::exists(&context.folder) {
        return Ok(Trust::none());
    }
    match login::open(context).and_then(|ledger| Ok(trust::of(&ledger)?)) {
        Err(failure) if context.user.is_some() => Err(failure),
        Err(failure) => {
            eprintln!("Không dùng chứng thư tin cậy trong sổ cái: {failure}");
            Ok(Trust::none())
        }
        opened => opened,
    }
}

/// Runs the command. Exit 0: a person; 3: not authentic; 4: no card; 5: wrong key; 6: lost, unreadable.
pub fn run(context: &Context, options: Options) -> Outcome {
    let keys = options.key.keys()?.ok_or_else(|| Failure::with_exit(AppError::NoKey, USAGE))?;
    let trust = trust(context, &options.csca)?;
    let failed = |error: ReadError| {
        let code = exit(&error);
        Failure::with_exit(error, code)
    };
    let request = Request { reader: options.reader, keys, trust, patience: PATIENCE };
    let reading = reader::read(request, |_| ControlFlow::Continue(())).map_err(failed)?;
    say!("{:#}", reading.to_json());
    Ok(if reading.identity.evidence == Evidence::ChipNotAuthentic {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    })
}

//! `motcua sign --remote`: the signer approves on the telephone. While that takes, the request stands in a file beside
//! the signed file that is to be; a program that ended goes on with it by `--resume`.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use office::Explain;
use pki::certificate::Certificate;
use reports::{
    sign::{Look, MAX_BYTES, raise::Raised},
    verify::Level,
};

use super::{
    Outcome,
    network::Network,
    sign::{self, DOCUMENT, NO_TOKEN, PIN, TOKEN, USAGE},
};
use crate::{
    clock,
    failure::{AppError, Failure},
    output::{error, say},
    signing::remote::{Contract, Kept, Offered, Remote, RemoteError, Secret, Stop, wait},
};

/// Nobody knows yet whether it was approved.
const WAITS: u8 = 8;
/// What the file of a waiting request is called, behind the signed file's name.
const SUFFIX: &str = ".cho-ky";
/// Largest file of a contract.
const LONGEST: u64 = 64 << 10;

/// Options of remote signing.
#[derive(Args)]
pub struct RemoteOptions {
    /// Ký số từ xa: tệp cấu hình theo hợp đồng với nhà cung cấp (JSON: api smartca-sp769 hoặc csc-v1, url, login, client, profile); không ghi mật khẩu trong tệp.
    #[arg(long, value_name = "TỆP", conflicts_with_all = ["module", "pin_stdin"])]
    pub remote: Option<PathBuf>,
    /// Số định danh của người ký ở nhà cung cấp.
    #[arg(long, value_name = "SỐ", requires = "remote")]
    remote_user: Option<String>,
    /// Đọc mật khẩu kết nối từ đầu vào chuẩn.
    #[arg(long, requires = "remote")]
    secret_stdin: bool,
    /// Chạy tiếp yêu cầu đang chờ điện thoại của tệp ra này.
    #[arg(long, requires = "remote", conflicts_with_all = ["file", "remote_user", "key", "text"])]
    resume: bool,
}

/// What is to be signed and how.
pub struct Wish<'a> {
    /// The contract's file.
    pub contract: &'a Path,
    /// Options of remote signing.
    pub options: &'a RemoteOptions,
    /// The document, unless a request is gone on with.
    pub file: Option<&'a Path>,
    /// The signed file.
    pub out: &'a Path,
    /// The certificate.
    pub key: Option<&'a str>,
    /// What is seen of the signature.
    pub look: Look,
    /// Its level.
    pub level: Level,
    /// Services.
    pub network: &'a Network,
    /// Issuers that were given.
    pub issuers: &'a [Certificate],
}

/// What only the command can get wrong.
#[derive(Debug, thiserror::Error)]
enum RemoteCommandError {
    #[error(
        "Đang có yêu cầu ký chờ điện thoại ở tệp {}. Chưa làm gì. Hãy chạy tiếp bằng --resume, hoặc xóa tệp ấy rồi ký lại.",
        .0.display()
    )]
    Waits(PathBuf),
    #[error(
        "Không có yêu cầu ký nào đang chờ cho tệp ra này (không thấy {}). Chưa làm gì. Hãy kiểm tra --out, hoặc ký từ đầu.",
        .0.display()
    )]
    NothingWaits(PathBuf),
    #[error(
        "Yêu cầu đang chờ được lập theo cấu hình khác. Chưa hỏi ai. Hãy dùng đúng tệp cấu hình lúc ký."
    )]
    OtherContract,
    #[error(
        "Chưa nhận được mật khẩu kết nối với nhà cung cấp. Chưa hỏi ai. Mật khẩu không được lưu lại nên cần nhập mỗi lần: hãy chạy trong cửa sổ lệnh, hoặc dùng --secret-stdin."
    )]
    NoSecret,
    #[error(
        "Chưa cho biết người ký. Chưa hỏi ai. Hãy thêm --remote-user với số định danh của người ký ở nhà cung cấp."
    )]
    NoUser,
    #[error(
        "Người ký có nhiều chứng thư ở nhà cung cấp, hoặc không có chứng thư tên như vậy. Chưa ký gì. Hãy chọn một bằng --key theo tên hoặc số sê-ri:\n{0}"
    )]
    Choose(String),
}

impl Explain for RemoteCommandError {
    fn code(&self) -> &'static str {
        match self {
            Self::Waits(_) => "APP-110",
            Self::NothingWaits(_) => "APP-111",
            Self::OtherContract => "APP-112",
            Self::NoSecret => "APP-113",
            Self::NoUser => "APP-114",
            Self::Choose(_) => "APP-115",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Waits(path) => format!("A request waits for the telephone in {}. Nothing was done. Go on with --resume, or remove that file and sign anew.", path.display()),
            Self::NothingWaits(path) => format!("No request waits for this output (there is no {}). Nothing was done. Check --out, or sign from the start.", path.display()),
            Self::OtherContract => "The waiting request was made by another contract. Nobody was asked. Use the file that it was signed with.".into(),
            Self::NoSecret => "The provider's secret was not given. Nobody was asked. It is not kept and is needed each time: run in a terminal or use --secret-stdin.".into(),
            Self::NoUser => "Nothing tells who signs. Nobody was asked. Add --remote-user with the signer's number at the provider.".into(),
            Self::Choose(list) => format!("The signer has several certificates at the provider, or none of that name. Nothing was signed. Choose one with --key, by name or serial number:\n{list}"),
        }
    }
}

fn usage(error: RemoteCommandError) -> Failure {
    Failure::with_exit(error, USAGE)
}

fn failed(error: RemoteError) -> Failure {
    let exit = match &error {
        RemoteError::Contract | RemoteError::Damaged => USAGE,
        RemoteError::Unfit | RemoteError::Document(_) => DOCUMENT,
        RemoteError::NoCertificate => NO_TOKEN,
        RemoteError::Refused | RemoteError::Expired | RemoteError::NotKnown => PIN,
        RemoteError::Silent(_)
        | RemoteError::Blocked
        | RemoteError::Denied(_)
        | RemoteError::Failed
        | RemoteError::Nonsense
        | RemoteError::AnotherCertificate
        | RemoteError::NotTheSigners => TOKEN,
        RemoteError::Unanswered(_) | RemoteError::Stopped => WAITS,
    };
    Failure::with_exit(error, exit)
}

/// Where a request waits.
fn waiting_file(out: &Path) -> PathBuf {
    let mut name = OsString::from(out);
    name.push(SUFFIX);
    name.into()
}

/// Runs the command.
pub fn run(wish: Wish<'_>) -> Outcome {
    let contract = contract(wish.contract)?;
    let waiting = waiting_file(wish.out);
    // The command is ended by its signal: the file that waits is whole by then.
    let stop = Stop::default();
    let (remote, kept, first) = if wish.options.resume {
        let kept = resumed(&wish, &waiting, &contract)?;
        let Some(kept) = kept else { return Ok(ExitCode::SUCCESS) };
        let secret = match contract.resumes_without_secret() {
            true => Secret::default(),
            false => secret(&wish)?,
        };
        let remote = Remote::new(contract, kept.user.clone(), secret);
        announce(&kept);
        let first = remote.resume(&kept, &stop);
        (remote, kept, first)
    } else {
        let (remote, kept) = begun(&wish, &waiting, contract)?;
        announce(&kept);
        let first = remote.request(&kept, &stop);
        (remote, kept, first)
    };
    let signer = kept.certificate.title().to_owned();
    let chain = kept.issuers().to_vec();
    let mut online = wish.network.online();
    let signed = match first {
        // Nobody was asked, or it was refused at once.
        Err(error) if !wish.options.resume => Err(error),
        first => wait(&remote, &kept, first, clock::now(), &stop),
    }
    .and_then(|signature| match wish.level {
        Level::Basic => {
            let (bytes, _) = kept.complete(&signature, None)?;
            Ok(Raised { bytes, changed: true, level: Level::Basic, short: None })
        }
        Level::Time | Level::LongTerm | Level::Archive => {
            let stamped = kept.complete(&signature, Some(&mut online))?;
            let issuers: Vec<_> = chain.iter().chain(wish.issuers).cloned().collect();
            Ok(sign::at_once(stamped, wish.level, &issuers, &mut online))
        }
    });
    match signed {
        Ok(signed) => {
            let told = sign::tell(wish.out, signed, &signer);
            // Only what is written is no longer awaited.
            if wish.out.is_file() {
                remove(&waiting)?;
            }
            told
        }
        Err(error) => {
            if !error.goes_on() {
                remove(&waiting)?;
            }
            Err(failed(error))
        }
    }
}

/// Tells whoever signs what to look at.
fn announce(kept: &Kept) {
    error(&format!(
        "Hãy mở ứng dụng ký số của nhà cung cấp trên điện thoại và xác nhận. Mã văn bản phải là {}; khác mã này thì từ chối.",
        kept.name
    ));
}

fn contract(path: &Path) -> Result<Contract, Failure> {
    let read = |source| AppError::Read { path: path.display().to_string(), source };
    let length = fs::metadata(path).map_err(read)?.len();
    let bytes = if length <= LONGEST { fs::read(path).map_err(read)? } else { Vec::new() };
    Contract::read(&bytes).map_err(failed)
}

fn secret(wish: &Wish<'_>) -> Result<Secret, Failure> {
    let typed = sign::secret("Mật khẩu kết nối với nhà cung cấp: ", wish.options.secret_stdin);
    typed.map(Secret::new).ok_or_else(|| Failure::with_exit(RemoteCommandError::NoSecret, PIN))
}

/// A request that is written down before anybody's telephone is asked.
fn begun(wish: &Wish<'_>, waiting: &Path, contract: Contract) -> Result<(Remote, Kept), Failure> {
    sign::refuse_existing(wish.out)?;
    if waiting.symlink_metadata().is_ok() {
        return Err(usage(RemoteCommandError::Waits(waiting.to_owned())));
    }
    let user = wish.options.remote_user.clone().filter(|user| !user.trim().is_empty());
    let user = user.ok_or_else(|| usage(RemoteCommandError::NoUser))?;
    let bytes = sign::read(wish.file.unwrap_or(Path::new("")))?;
    let remote = Remote::new(contract.clone(), user.clone(), secret(wish)?);
    let offered = choose(remote.certificates().map_err(failed)?, wish.key)?;
    let look = wish.look.clone();
    let now = clock::now();
    let kept = Kept::prepare(bytes, contract, user, offered, look, (now, now)).map_err(failed)?;
    sign::write(waiting, &kept.write().map_err(failed)?)?;
    Ok((remote, kept))
}

/// The request that waits; `None` where it was done and the program ended before it could say so.
fn resumed(wish: &Wish<'_>, waiting: &Path, contract: &Contract) -> Result<Option<Kept>, Failure> {
    let failure = |source| AppError::Read { path: waiting.display().to_string(), source };
    let bytes = match fs::metadata(waiting) {
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
            return Err(usage(RemoteCommandError::NothingWaits(waiting.to_owned())));
        }
        Err(why) => return Err(failure(why).into()),
        // More than any signed file: no such file.
        Ok(file) if file.len() > 2 * MAX_BYTES as u64 => Vec::new(),
        Ok(_) => fs::read(waiting).map_err(failure)?,
    };
    let kept = Kept::read(&bytes).map_err(failed)?;
    if kept.contract != *contract {
        return Err(usage(RemoteCommandError::OtherContract));
    }
    if wish.out.is_file() && kept.became(&sign::read(wish.out)?) {
        remove(waiting)?;
        say!("{}", wish.out.display());
        say!("Người ký: {}", kept.certificate.title());
        return Ok(None);
    }
    sign::refuse_existing(wish.out)?;
    Ok(Some(kept))
}

fn remove(waiting: &Path) -> Result<(), AppError> {
    match fs::remove_file(waiting) {
        Err(why) if why.kind() != std::io::ErrorKind::NotFound => {
            Err(AppError::Write { path: waiting.display().to_string(), source: why })
        }
        _ => Ok(()),
    }
}

/// The certificate that was named, or the only one.
fn choose(mut all: Vec<Offered>, key: Option<&str>) -> Result<Offered, Failure> {
    let lines: Vec<String> = all.iter().map(|one| format!("  {one}")).collect();
    if let Some(key) = key {
        all.retain(|one| one.is_called(key));
    }
    match (all.pop(), all.is_empty()) {
        (Some(one), true) => Ok(one),
        _ => Err(usage(RemoteCommandError::Choose(lines.join("\n")))),
    }
}

//! `motcua sign`: one PDF, by a PKCS#11 token; [`remote`] has the other way.

use std::{
    io::{BufRead, IsTerminal, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::Args;
use office::Explain;
use pki::certificate::Certificate;
use reports::{
    sign::{
        self as pdf, Look, SignError,
        raise::{Raised, Shortfall, Why, Wish, raise},
    },
    verify::Level,
};
use token::{Hand, Module, TokenError, wire::Pin};
use zeroize::Zeroizing;

use super::{
    Outcome,
    network::{Network, SHORT, Wanted},
    remote,
};
use crate::{
    clock,
    failure::{AppError, Failure},
    online::Online,
    output::say,
    signing::{self, Choice},
};

/// Longest PIN line that is read.
const LONGEST: u64 = 1024;

/// Exit codes besides 0 (signed), 1 and [`SHORT`].
pub(super) const USAGE: u8 = 2;
pub(super) const DOCUMENT: u8 = 3;
pub(super) const NO_TOKEN: u8 = 4;
pub(super) const PIN: u8 = 5;
pub(super) const TOKEN: u8 = 6;

/// Options of `sign`.
#[derive(Args)]
#[command(
    after_help = "Mã kết thúc: 0 đã ký; 2 sai cách dùng (gồm cả tệp ra đã có, hoặc có nhiều chứng thư mà \
    chưa chọn); 3 tệp PDF hoặc chứng thư không ký được; 4 không có thư viện, thiết bị hoặc chứng thư; 5 sai \
    mã PIN hoặc thiết bị đã khóa; 6 thiết bị lỗi, treo hoặc bị rút; 7 đã ký nhưng chữ ký còn ở mức thấp hơn mức \
    yêu cầu (dịch vụ trên mạng không trả lời hoặc trả lời sai), tệp ra đã có, nâng mức sau bằng motcua raise; 8 \
    ký số từ xa chưa biết kết quả, chạy tiếp bằng --resume; 1 lỗi khác. Khi không phải 0 hoặc 7 thì không có tệp ra \
    nào được tạo. Ký số từ xa: 4 không có chứng thư; 5 sai tài khoản hoặc mật khẩu kết nối, người ký từ chối, hết \
    hạn chờ; 6 dịch vụ lỗi hoặc trả lời sai. Trong lúc chờ điện thoại, yêu cầu nằm ở tệp .cho-ky cạnh tệp ra."
)]
pub struct Options {
    /// Tệp PDF cần ký; tệp này không bị thay đổi.
    #[arg(value_name = "TỆP", required_unless_present = "resume")]
    file: Option<PathBuf>,
    /// Tệp đã ký; không ghi đè lên tệp đang có.
    #[arg(long, value_name = "TỆP")]
    out: PathBuf,
    #[command(flatten)]
    remote: remote::RemoteOptions,
    /// Thư viện PKCS#11 của nơi cấp thiết bị; không có thì tìm ở các chỗ quen thuộc.
    #[arg(long, value_name = "TỆP")]
    module: Option<PathBuf>,
    /// Chứng thư: nhãn, CKA_ID hoặc số sê-ri (hệ 16).
    #[arg(long, value_name = "TÊN")]
    key: Option<String>,
    /// Đọc mã PIN từ đầu vào chuẩn.
    #[arg(long)]
    pin_stdin: bool,
    /// Mức chữ ký (PAdES); không có thì B-B, hoặc B-T khi có --tsa.
    #[arg(long, value_enum, value_name = "MỨC")]
    level: Option<Wanted>,
    #[command(flatten)]
    network: Network,
    /// Khung chữ ký nhìn thấy được ở góc trên bên phải trang 1, với dòng chữ này; không có thì chữ ký không hiện trên trang.
    #[arg(long, value_name = "CHỮ")]
    text: Option<String>,
    /// Chờ thiết bị trả lời tối đa bao nhiêu giây.
    #[arg(long, default_value_t = 60, value_name = "GIÂY", value_parser = clap::value_parser!(u64).range(1..=600))]
    wait: u64,
}

/// What only the command can get wrong.
#[derive(Debug, thiserror::Error)]
enum SignCommandError {
    #[error(
        "Tệp {} đã có; phần mềm không ghi đè. Chưa làm gì. Hãy chọn tên tệp khác.",
        .0.display()
    )]
    Exists(PathBuf),
    #[error(
        "Mức B-T trở lên cần địa chỉ dịch vụ cấp dấu thời gian (--tsa), mức B-B không dùng địa chỉ ấy. Chưa ký gì. Hãy sửa --level hoặc --tsa."
    )]
    Authority,
    #[error(
        "Không tìm thấy phần mềm của thiết bị ký trên máy này. Chưa ký gì. Hãy cài phần mềm của nơi cấp, hoặc chỉ tệp thư viện bằng --module."
    )]
    NoModule,
    #[error(
        "Có nhiều chứng thư. Chưa ký gì. Hãy chọn một bằng --key theo nhãn, CKA_ID hoặc số sê-ri:\n{0}"
    )]
    Several(String),
    #[error("Không có chứng thư nào tên “{0}”. Chưa ký gì. Các chứng thư đang có:\n{1}")]
    Unknown(String, String),
    #[error("Chưa nhận được mã PIN. Hãy chạy trong cửa sổ lệnh, hoặc dùng --pin-stdin.")]
    NoPin,
}

impl Explain for SignCommandError {
    fn code(&self) -> &'static str {
        match self {
            Self::Exists(_) => "APP-91",
            Self::Authority => "APP-97",
            Self::NoModule => "APP-93",
            Self::Several(_) => "APP-94",
            Self::Unknown(..) => "APP-95",
            Self::NoPin => "APP-96",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Exists(path) => format!("{} exists and is not overwritten. Nothing was done. Choose another name.", path.display()),
            Self::Authority => "Level B-T and above needs the time-stamping service's address (--tsa); B-B does not use it. Nothing was signed. Correct --level or --tsa.".into(),
            Self::NoModule => "No token software was found on this machine. Nothing was signed. Install the vendor's, or name its library with --module.".into(),
            Self::Several(list) => format!("There are several certificates. Nothing was signed. Choose one with --key, by label, CKA_ID or serial number:\n{list}"),
            Self::Unknown(name, list) => format!("There is no certificate “{name}”. Nothing was signed. There are:\n{list}"),
            Self::NoPin => "No PIN was given. Run in a terminal or use --pin-stdin.".into(),
        }
    }
}

/// Exit code of a token that failed.
fn token_failed(error: TokenError) -> Failure {
    let exit = match &error {
        TokenError::NoModule(_)
        | TokenError::NotAModule(_)
        | TokenError::NoToken
        | TokenError::NoKey
        | TokenError::NoCertificate => NO_TOKEN,
        TokenError::WrongPin(_)
        | TokenError::Locked
        | TokenError::LastTry
        | TokenError::PinForm
        | TokenError::NoPin
        | TokenError::NotLoggedIn => PIN,
        TokenError::Hung(_)
        | TokenError::Crashed
        | TokenError::Nonsense
        | TokenError::Gone
        | TokenError::Module(_) => TOKEN,
        TokenError::NoHelper(_) => 1,
    };
    Failure::with_exit(error, exit)
}

fn document_failed(error: SignError) -> Failure {
    let exit = if error == SignError::NotTheSigners { TOKEN } else { DOCUMENT };
    Failure::with_exit(error, exit)
}

fn failed(error: signing::SigningError) -> Failure {
    match error {
        signing::SigningError::Token(error) => token_failed(error),
        signing::SigningError::Document(error) => document_failed(error),
    }
}

/// Runs the command.
pub fn run(options: Options) -> Outcome {
    let usage = |error| Failure::with_exit(error, USAGE);
    let level = match (options.level.map(Level::from), &options.network.tsa) {
        (None | Some(Level::Basic), None) => Level::Basic,
        (None, Some(_)) => Level::Time,
        (Some(level @ (Level::Time | Level::LongTerm | Level::Archive)), Some(_)) => level,
        (Some(Level::Basic), Some(_))
        | (Some(Level::Time | Level::LongTerm | Level::Archive), None) => {
            return Err(usage(SignCommandError::Authority));
        }
    };
    let issuers = options.network.issuers()?;
    let look = options.text.clone().map_or(Look::Invisible, Look::Text);
    if let Some(contract) = &options.remote.remote {
        let wish = remote::Wish {
            contract,
            options: &options.remote,
            file: options.file.as_deref(),
            out: &options.out,
            key: options.key.as_deref(),
            look,
            level,
            network: &options.network,
            issuers: &issuers,
        };
        return remote::run(wish);
    }
    // The parser asks for it where nothing is gone on with.
    let file = options.file.as_deref().unwrap_or(Path::new(""));
    refuse_existing(&options.out)?;
    let bytes = read(file)?;
    let path = options.module.clone().or_else(signing::usual_module);
    let path = path.ok_or_else(|| Failure::with_exit(SignCommandError::NoModule, NO_TOKEN))?;
    let folder = signing::helper_folder();
    let mut module =
        Module::new(&folder, &path, Duration::from_secs(options.wait)).map_err(token_failed)?;
    let choice = choose(&mut module, options.key.as_deref())?;
    // What cannot be signed is told before a PIN is asked for.
    let document = signing::prepare(bytes, &choice, look, clock::now()).map_err(failed)?;
    let pin = if choice.token.has_keys { None } else { Some(pin(&options, &choice)?) };
    module.login(&choice.token, pin, Hand::Person).map_err(token_failed)?;
    let signed = if level == Level::Basic {
        let bytes = document.sign(&mut module, &choice).map_err(failed)?;
        Raised { bytes, changed: true, level, short: None }
    } else {
        let mut online = options.network.online();
        let stamped = document.sign_stamped(&mut module, &choice, &mut online).map_err(failed)?;
        let issuers: Vec<_> = choice.chain.iter().chain(&issuers).cloned().collect();
        at_once(stamped, level, &issuers, &mut online)
    };
    tell(&options.out, signed, choice.certificate.title())
}

/// What was just signed, raised further where its time stamp came. Whatever becomes of raising, what was signed is
/// not thrown away.
pub(super) fn at_once(
    (bytes, missing): (Vec<u8>, Option<Why>),
    level: Level,
    issuers: &[Certificate],
    online: &mut Online,
) -> Raised {
    let basic = |bytes, why| Raised {
        bytes,
        changed: true,
        level: Level::Basic,
        short: Some(Shortfall { wished: level, reached: Some(Level::Basic), why }),
    };
    if let Some(why) = missing {
        return basic(bytes, why);
    }
    let wish = Wish { level, renew: false, issuers, now: clock::now() };
    raise(bytes.clone(), &wish, online).unwrap_or_else(|failed| basic(bytes, failed.why))
}

/// Writes what was signed and says what it is.
pub(super) fn tell(out: &Path, signed: Raised, signer: &str) -> Outcome {
    write(out, &signed.bytes)?;
    say!("{}", out.display());
    say!("Người ký: {signer}");
    say!("Mức: {}", signed.level);
    match signed.short {
        Some(short) => Err(Failure::with_exit(short, SHORT)),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Says early what writing would say.
pub(super) fn refuse_existing(out: &Path) -> Result<(), Failure> {
    match out.symlink_metadata() {
        Ok(_) => Err(Failure::with_exit(SignCommandError::Exists(out.to_owned()), USAGE)),
        Err(_) => Ok(()),
    }
}

/// A file that is not too large to sign.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |source| AppError::Read { path: path.display().to_string(), source };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    // One byte more than is signed: the rest need not be read to say that it is too much.
    file.take(pdf::MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// The whole file or none, and never over another.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |source| AppError::Write { path: path.display().to_string(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::Builder::new()
        .prefix(".motcua-sign-")
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Failure::with_exit(SignCommandError::Exists(path.to_owned()), USAGE))
        }
        Err(error) => Err(failed(error.error).into()),
    }
}

/// The certificate that was named, or the only one.
fn choose(module: &mut Module, key: Option<&str>) -> Result<Choice, Failure> {
    let mut all = signing::choices(module).map_err(token_failed)?;
    let list =
        |of: &[Choice]| of.iter().map(|one| format!("  {one}")).collect::<Vec<_>>().join("\n");
    if let Some(key) = key {
        let lines = list(&all);
        all.retain(|one| one.is_called(key));
        if all.is_empty() {
            let error = SignCommandError::Unknown(key.to_owned(), lines);
            return Err(Failure::with_exit(error, NO_TOKEN));
        }
    }
    if all.len() > 1 {
        return Err(Failure::with_exit(SignCommandError::Several(list(&all)), USAGE));
    }
    all.pop().ok_or_else(|| token_failed(TokenError::NoCertificate))
}

fn pin(options: &Options, choice: &Choice) -> Result<Pin, Failure> {
    let asked = format!("Mã PIN của thiết bị {}: ", choice.token.label);
    let text = secret(&asked, options.pin_stdin);
    text.map(Pin::new).ok_or_else(|| Failure::with_exit(SignCommandError::NoPin, PIN))
}

/// A secret, from standard input or typed unseen; `None` where nothing came.
pub(super) fn secret(asked: &str, from_stdin: bool) -> Option<Zeroizing<String>> {
    let text = if from_stdin {
        let mut line = Zeroizing::new(String::new());
        std::io::stdin().lock().take(LONGEST).read_line(&mut line).ok()?;
        Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned())
    } else if std::io::stdin().is_terminal() {
        Zeroizing::new(rpassword::prompt_password(asked).ok()?)
    } else {
        return None;
    };
    (!text.is_empty()).then_some(text)
}

//! What can go wrong with the ledger, in sentences: what happened, what is safe, what to do.
//!
//! No error carries a name, a number or a password: errors reach logs.

use std::{fmt, io, time::Duration};

use office::{
    Explain,
    entry::{Role, UnreadableEntry},
};
use rusqlite::ErrorCode;

use crate::key::PasswordWeakness;

/// The ledger's results.
pub type Result<T> = std::result::Result<T, LedgerError>;

/// Why the ledger did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The folder holds no office.
    #[error(
        "Thư mục dữ liệu chưa có cơ quan nào. Hãy lập cơ quan mới hoặc khôi phục từ bản sao lưu."
    )]
    NoOffice,
    /// The folder already holds an office.
    #[error(
        "Thư mục dữ liệu đã có một cơ quan; không có gì bị ghi đè. Hãy mở cơ quan đó hoặc chọn thư mục khác."
    )]
    ExistsAlready,
    /// Another program has this ledger open.
    #[error(
        "Sổ cái đang được một cửa sổ hoặc lệnh khác sử dụng. Hãy đóng chương trình kia rồi mở lại."
    )]
    InUse,
    /// No such user, or their rights ended.
    #[error(
        "Không có người dùng này hoặc quyền của họ đã ngừng. Hãy chọn lại tên đăng nhập hoặc hỏi người quản trị."
    )]
    UnknownUser,
    /// The password is wrong; after `wait` the next may be tried.
    #[error("Mật khẩu không đúng.{} Hãy kiểm tra phím Caps Lock và bộ gõ rồi nhập lại.", Wait(*.wait))]
    WrongPassword {
        /// How long until the next attempt; zero: at once.
        wait: Duration,
    },
    /// Too many wrong passwords: none is tried before `wait` is over.
    #[error("Tài khoản tạm khóa vì nhập sai mật khẩu nhiều lần.{} Nếu quên mật khẩu, hãy dùng phiếu khôi phục.", Wait(*.wait))]
    LockedOut {
        /// How long until the next attempt.
        wait: Duration,
    },
    /// The recovery code is mistyped or belongs to another office.
    #[error(
        "Mã khôi phục không đúng. Hãy so từng nhóm ký tự với phiếu khôi phục đã in của cơ quan này."
    )]
    WrongRecoveryCode,
    /// The new password is too weak.
    #[error("{0}")]
    WeakPassword(PasswordWeakness),
    /// The user's roles do not allow this.
    #[error("Việc này cần vai trò {}. Chưa ghi gì vào sổ. Hãy nhờ người có vai trò đó hoặc hỏi người quản trị.", RoleNames(.needed))]
    NotAllowed {
        /// Roles that may; empty where only the ledger itself may.
        needed: Vec<Role>,
    },
    /// Stored data is not what was written.
    #[error(
        "Dữ liệu ở {place} đã hỏng hoặc bị sửa. Chương trình không ghi thêm gì. Hãy giữ nguyên thư mục dữ liệu và khôi phục từ bản sao lưu gần nhất."
    )]
    Damaged {
        /// Where, in words.
        place: &'static str,
    },
    /// The ledger is shorter than it was.
    #[error(
        "Sổ cái thiếu mục ghi: đã có {known} mục, nay chỉ còn {found}. Chương trình không ghi thêm gì để không cấp trùng số. Hãy giữ nguyên thư mục dữ liệu và khôi phục từ bản sao lưu gần nhất."
    )]
    EntriesLost {
        /// Entries that were acknowledged.
        known: u64,
        /// Entries that are there.
        found: u64,
    },
    /// No space left.
    #[error(
        "Ổ đĩa đã đầy: lần ghi này chưa được thực hiện, dữ liệu cũ vẫn nguyên. Hãy giải phóng chỗ trống rồi làm lại."
    )]
    DiskFull,
    /// The file system refused.
    #[error(
        "Không đọc hoặc ghi được tệp dữ liệu ({0}). Lần ghi này chưa được thực hiện. Hãy kiểm tra ổ đĩa và quyền truy cập thư mục."
    )]
    Files(io::ErrorKind),
    /// A newer version wrote this ledger.
    #[error(
        "Dữ liệu do phiên bản mới hơn ghi (cấu trúc {found}, chương trình này biết đến {known}). Không có gì bị thay đổi. Hãy cập nhật chương trình."
    )]
    Newer {
        /// Structure version found.
        found: i64,
        /// Structure version that this program writes.
        known: i64,
    },
    /// An entry that cannot be read.
    #[error(transparent)]
    Entry(#[from] UnreadableEntry),
    /// A rule of office work refused; its own sentence is passed on.
    #[error("{0}")]
    Refused(Box<dyn Explain + Send + Sync>),
    /// An event holds numbers that were not issued for it, or leaves issued ones out.
    #[error(
        "Số ghi trong hồ sơ không khớp với số vừa cấp. Chưa ghi gì vào sổ. Hãy làm lại; nếu lặp lại, hãy báo bộ phận hỗ trợ."
    )]
    WrongNumbers,
    /// The event speaks of something that the ledger does not hold.
    #[error(
        "Không tìm thấy hồ sơ hoặc tệp mà việc này nói tới. Chưa ghi gì vào sổ. Hãy mở lại danh sách và chọn lại."
    )]
    Missing,
    /// Larger than the limit.
    #[error(
        "Dữ liệu lớn hơn giới hạn {limit} byte. Chưa ghi gì vào sổ. Hãy giảm kích thước rồi làm lại."
    )]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The backup's folder is not empty.
    #[error("Thư mục sao lưu đã có tệp; không có gì bị ghi đè. Hãy chọn một thư mục trống.")]
    TargetNotEmpty,
    /// The backup is damaged or incomplete.
    #[error(
        "Bản sao lưu không nguyên vẹn ({place}). Dữ liệu hiện có không bị thay đổi. Hãy dùng bản sao lưu khác."
    )]
    BackupDamaged {
        /// Where.
        place: String,
    },
    /// The office is no demo office.
    #[error("Đây không phải cơ quan mẫu nên phải đăng nhập bằng mật khẩu.")]
    NotDemo,
    /// The login name is taken or malformed.
    #[error(
        "Tên đăng nhập đã có hoặc không hợp lệ. Hãy dùng 2–40 chữ cái không dấu, chữ số, dấu chấm hoặc gạch nối, và chưa ai dùng."
    )]
    BadUserName,
    /// The office would be left without an administrator.
    #[error(
        "Cơ quan phải luôn có ít nhất một người quản trị an toàn thông tin hoặc lãnh đạo. Chưa ghi gì vào sổ. Hãy chỉ định người khác trước."
    )]
    NoAdministrator,
    /// The operating system gave no random bytes.
    #[error(
        "Máy không cung cấp được số ngẫu nhiên an toàn. Chưa ghi gì vào sổ. Hãy khởi động lại máy rồi làm lại."
    )]
    NoRandomness,
    /// The database engine refused for another reason.
    #[error(
        "Cơ sở dữ liệu báo lỗi (số {0}). Lần ghi này chưa được thực hiện. Hãy làm lại; nếu lặp lại, hãy chạy kiểm tra sổ."
    )]
    Database(i32),
}

impl Explain for LedgerError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoOffice => "LED-01",
            Self::ExistsAlready => "LED-02",
            Self::InUse => "LED-03",
            Self::UnknownUser => "LED-04",
            Self::WrongPassword { .. } => "LED-05",
            Self::LockedOut { .. } => "LED-06",
            Self::WrongRecoveryCode => "LED-07",
            Self::WeakPassword(_) => "LED-08",
            Self::NotAllowed { .. } => "LED-09",
            Self::Damaged { .. } => "LED-10",
            Self::EntriesLost { .. } => "LED-11",
            Self::DiskFull => "LED-12",
            Self::Files(_) => "LED-13",
            Self::Newer { .. } => "LED-14",
            Self::Entry(error) => error.code(),
            Self::Refused(error) => error.code(),
            Self::WrongNumbers => "LED-15",
            Self::Missing => "LED-16",
            Self::TooLarge { .. } => "LED-17",
            Self::TargetNotEmpty => "LED-18",
            Self::BackupDamaged { .. } => "LED-19",
            Self::NotDemo => "LED-20",
            Self::BadUserName => "LED-21",
            Self::NoAdministrator => "LED-22",
            Self::NoRandomness => "LED-23",
            Self::Database(_) => "LED-24",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NoOffice => "The data folder holds no office. Found a new one or restore a backup.".into(),
            Self::ExistsAlready => "The data folder already holds an office; nothing was overwritten. Open it or choose another folder.".into(),
            Self::InUse => "Another window or command is using the ledger. Close it and try again.".into(),
            Self::UnknownUser => "There is no such user or their rights ended. Choose another name or ask the administrator.".into(),
            Self::WrongPassword { wait } => format!("The password is wrong.{} Check Caps Lock and the input method, then try again.", english_wait(*wait)),
            Self::LockedOut { wait } => format!("The account is locked for a while after too many wrong passwords.{} If the password is forgotten, use the recovery sheet.", english_wait(*wait)),
            Self::WrongRecoveryCode => "The recovery code is wrong. Compare each group with this office's printed sheet.".into(),
            Self::WeakPassword(weakness) => weakness.english(),
            Self::NotAllowed { needed } => format!("This needs one of the roles {needed:?}. Nothing was recorded. Ask someone with that role or the administrator."),
            Self::Damaged { place } => format!("Stored data is damaged or was changed ({place}). Nothing more is written. Keep the data folder as it is and restore the latest backup."),
            Self::EntriesLost { known, found } => format!("The ledger lost entries: {known} were acknowledged, {found} are there. Nothing more is written, so that no number is issued twice. Keep the data folder as it is and restore the latest backup."),
            Self::DiskFull => "The disk is full: this was not written, earlier data is intact. Free some space and try again.".into(),
            Self::Files(kind) => format!("The data files cannot be read or written ({kind}). This was not written. Check the disk and the folder's permissions."),
            Self::Newer { found, known } => format!("A newer version wrote this data (structure {found}, this program knows {known}). Nothing was changed. Update the program."),
            Self::Entry(error) => error.english(),
            Self::Refused(error) => error.english(),
            Self::WrongNumbers => "The numbers in the event are not those just issued. Nothing was recorded. Try again; if it recurs, tell support.".into(),
            Self::Missing => "The dossier or file that this speaks of is not there. Nothing was recorded. Open the list again and choose anew.".into(),
            Self::TooLarge { limit } => format!("The data is larger than the limit of {limit} bytes. Nothing was recorded. Make it smaller and try again."),
            Self::TargetNotEmpty => "The backup folder is not empty; nothing was overwritten. Choose an empty folder.".into(),
            Self::BackupDamaged { place } => format!("The backup is not whole ({place}). Present data is unchanged. Use another backup."),
            Self::NotDemo => "This is no demo office: log in with a password.".into(),
            Self::BadUserName => "The login name is taken or malformed. Use 2 to 40 plain letters, digits, dots or hyphens that nobody uses yet.".into(),
            Self::NoAdministrator => "The office must always have a security administrator or a head. Nothing was recorded. Appoint someone else first.".into(),
            Self::NoRandomness => "The machine gave no secure random numbers. Nothing was recorded. Restart it and try again.".into(),
            Self::Database(code) => format!("The database reported error {code}. This was not written. Try again; if it recurs, run the check."),
        }
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(inner) = error.sqlite_error() else {
            return Self::Damaged { place: "cơ sở dữ liệu" };
        };
        match inner.code {
            ErrorCode::DiskFull => Self::DiskFull,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                Self::Damaged { place: "cơ sở dữ liệu" }
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::InUse,
            ErrorCode::TooBig => Self::TooLarge { limit: crate::BLOB_LIMIT },
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly => {
                Self::Files(io::ErrorKind::Other)
            }
            _ => Self::Database(inner.extended_code),
        }
    }
}

impl From<io::Error> for LedgerError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::DiskFull,
            kind => Self::Files(kind),
        }
    }
}

/// ` Chờ 30 giây.`, or nothing.
struct Wait(Duration);

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_secs() {
            0 => Ok(()),
            seconds @ 1..120 => write!(f, " Hãy chờ {seconds} giây."),
            seconds => write!(f, " Hãy chờ {} phút.", seconds.div_ceil(60)),
        }
    }
}

fn english_wait(wait: Duration) -> String {
    match wait.as_secs() {
        0 => String::new(),
        seconds => format!(" Wait {seconds} seconds."),
    }
}

struct RoleNames<'a>(&'a [Role]);

impl fmt::Display for RoleNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("hệ thống");
        }
        let names: Vec<_> = self.0.iter().map(|role| role.label()).collect();
        f.write_str(&names.join(" hoặc "))
    }
}

//! What ends a command: a sentence for the user and the exit code of the command-line contract.

use std::{fmt, process::ExitCode};

use office::{
    Explain,
    explain::{Language, trouble},
};

/// What a command and the window end with.
pub type Outcome = Result<ExitCode, Failure>;

/// An error on its way to the user.
#[derive(Debug)]
pub struct Failure {
    what: Box<dyn Explain + Send + Sync>,
    exit: u8,
}

impl Failure {
    /// Ends the command with `exit` instead of 1.
    pub fn with_exit(what: impl Explain + Send + Sync + 'static, exit: u8) -> Self {
        Self { what: Box::new(what), exit }
    }

    /// The sentence with its code.
    pub fn sentence(&self, language: Language) -> String {
        self.what.sentence(language)
    }

    /// The code for support.
    pub fn code(&self) -> &'static str {
        self.what.code()
    }

    /// The exit code.
    pub fn exit(&self) -> ExitCode {
        ExitCode::from(self.exit)
    }
}

impl<E: Explain + Send + Sync + 'static> From<E> for Failure {
    fn from(what: E) -> Self {
        Self::with_exit(what, 1)
    }
}

/// A problem of the program's surroundings: files, terminal, folders.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A file could not be read.
    #[error(
        "Không đọc được tệp {path}: {}. Không có gì bị thay đổi. Hãy kiểm tra đường dẫn và quyền đọc.",
        trouble(source.kind())
    )]
    Read {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error(
        "Không ghi được tệp {path}: {}. Sổ cái không bị ảnh hưởng. Hãy kiểm tra thư mục, quyền ghi và dung lượng đĩa.",
        trouble(source.kind())
    )]
    Write {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The system tells no home folder.
    #[error(
        "Không tìm được thư mục dữ liệu của người dùng. Hãy chỉ rõ bằng --data THƯ-MỤC hoặc biến MOTCUA_DATA."
    )]
    NoFolder,
    /// No program shows a file.
    #[error(
        "Không mở được {path} bằng chương trình khác. Tệp vẫn còn nguyên ở đó. Hãy mở thư mục này bằng trình quản lý tệp."
    )]
    NoOpener {
        /// Which file or folder.
        path: String,
    },
    /// No password came.
    #[error("Chưa nhận được mật khẩu. Hãy chạy trong cửa sổ lệnh, hoặc dùng --password-stdin.")]
    NoPassword,
    /// The user's password was given by another.
    #[error(
        "Mật khẩu này do người quản trị đặt, chỉ dùng để đăng nhập lần đầu. Chưa làm gì với sổ cái. Hãy mở cửa sổ Một Cửa, đăng nhập và đặt mật khẩu của riêng bạn, rồi chạy lại lệnh."
    )]
    LentPassword,
    /// The command needs to know who asks.
    #[error("Sổ cái này cần người dùng. Hãy thêm --user TÊN-ĐĂNG-NHẬP.")]
    NoUser,
    /// Demo refused in a real office's folder.
    #[error(
        "Thư mục này giữ sổ cái của một cơ quan thật nên không lập cơ quan mẫu ở đây. Không có gì bị thay đổi. Hãy chọn thư mục khác bằng --data."
    )]
    RealOffice,
    /// The demo day refused in a real office.
    #[error(
        "Thư mục này giữ sổ cái của một cơ quan thật nên không chạy ngày làm việc mẫu ở đây. Không có gì bị thay đổi. Hãy chọn thư mục khác bằng --data."
    )]
    RealOfficeDay,
    /// Data that ships with the program cannot be read.
    #[error(
        "Dữ liệu đi kèm chương trình bị hỏng ({0}). Sổ cái không bị ảnh hưởng. Hãy cài lại chương trình."
    )]
    Assets(String),
    /// The window could not be opened.
    #[error(
        "Không mở được cửa sổ: {0}. Sổ cái không bị ảnh hưởng. Hãy kiểm tra màn hình, hoặc dùng các lệnh của motcua."
    )]
    Window(String),
    /// An unknown screen name.
    #[error("Không có màn hình tên “{0}”. Hãy xem danh sách bằng: motcua shot --list")]
    NoScreen(String),
    /// Size that is no size.
    #[error("Kích thước “{0}” không đúng. Hãy viết như 1366x768 (từ 320x240 đến 7680x4320).")]
    Size(String),
    /// A CAN that is no six digits.
    #[error("CAN gồm đúng 6 chữ số in trên thẻ. Chưa gửi gì tới chip. Hãy kiểm tra lại.")]
    Can,
    /// No key at all.
    #[error("Chip cần khóa đọc. Hãy thêm --number, --can hoặc --mrz.")]
    NoKey,
    /// Trust without a word about where it comes from.
    #[error(
        "Chưa cho biết tệp từ đâu và đã kiểm tra thế nào. Chưa thêm gì. Hãy thêm --words \"ai trao tệp, đã đối chiếu thế nào\"."
    )]
    NoWords,
    /// The folder to import holds no files.
    #[error("Thư mục không có tệp nào. Chưa thêm gì. Hãy kiểm tra đường dẫn.")]
    NoFiles,
    /// More than one file where one is read.
    #[error("Mỗi lần chỉ nhập một tệp loại này. Chưa ghi gì vào sổ. Hãy nhập từng tệp một.")]
    OneFile,
    /// No folder to export into.
    #[error("Chưa cho biết thư mục xuất vào. Chưa xuất gì. Hãy thêm --out THƯ-MỤC.")]
    NoOut,
    /// Days that are no period.
    #[error("Ngày đầu đứng sau ngày cuối. Chưa lập gì. Hãy sửa --from và --to.")]
    Period,
    /// No online dossier of a file was taken.
    #[error(
        "Có tệp mà không hồ sơ nào được nhận, lý do ở trên. Các hồ sơ đã có không thay đổi. Hãy kiểm tra tệp rồi nhập lại."
    )]
    NothingTaken,
    /// No code of a file was taken.
    #[error(
        "Không có mã nào được nhận, lý do ở trên. Các mã đang dùng không thay đổi. Hãy sửa tệp rồi nhập lại."
    )]
    NoCodes,
    /// No dossier could be written for the portal.
    #[error(
        "Không có hồ sơ nào đưa ra được, lý do ở trên. Chưa ghi tệp nào. Hãy bổ sung những gì còn thiếu, hoặc chọn khoảng ngày khác."
    )]
    NothingExported,
    /// A result that cannot be written as JSON.
    #[error("Không lập được kết quả JSON. Sổ cái không bị ảnh hưởng. Hãy báo bộ phận hỗ trợ.")]
    Json,
    /// The check found something.
    #[error(
        "Kiểm tra sổ cái thấy {0} điểm không đúng, liệt kê ở trên. Sổ cái không bị sửa. Hãy giữ nguyên máy, sao lưu thư mục dữ liệu và báo bộ phận hỗ trợ."
    )]
    CheckFailed(usize),
    /// The mark on paper is not in the ledger.
    #[error(
        "Mốc in trên giấy không có trong sổ cái này: có thể gõ nhầm, giấy của máy khác chưa trao đổi, hoặc mục ghi đã bị thay hay bị mất. Sổ cái không bị sửa. Hãy gõ lại; nếu vẫn vậy, giữ nguyên máy, giữ tờ giấy và báo bộ phận hỗ trợ."
    )]
    MarkGone,
}

impl Explain for AppError {
    fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "APP-01",
            Self::Write { .. } => "APP-02",
            Self::NoFolder => "APP-03",
            Self::NoOpener { .. } => "APP-68",
            Self::NoPassword => "APP-04",
            Self::NoUser => "APP-05",
            Self::LentPassword => "APP-68",
            Self::RealOffice => "APP-06",
            Self::RealOfficeDay => "APP-15",
            Self::Assets(_) => "APP-07",
            Self::Window(_) => "APP-08",
            Self::NoScreen(_) => "APP-09",
            Self::Size(_) => "APP-10",
            Self::Can => "APP-11",
            Self::NoKey => "APP-13",
            Self::Json => "APP-14",
            Self::CheckFailed(_) => "APP-12",
            Self::MarkGone => "APP-80",
            Self::NoWords => "APP-17",
            Self::NoFiles => "APP-18",
            Self::OneFile => "APP-30",
            Self::Period => "APP-31",
            Self::NoOut => "APP-75",
            Self::NothingTaken => "APP-66",
            Self::NothingExported => "APP-67",
            Self::NoCodes => "APP-74",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Read { path, source } => format!("Cannot read {path}: {source}. Nothing was changed. Check the path and permissions."),
            Self::Write { path, source } => format!("Cannot write {path}: {source}. The ledger is not affected. Check folder, permissions and disk space."),
            Self::NoFolder => "No home folder found. Name the data folder with --data DIR or MOTCUA_DATA.".into(),
            Self::NoOpener { path } => format!("No program could show {path}. The file is there and unchanged. Open its folder with the file manager."),
            Self::NoPassword => "No password was given. Run in a terminal or use --password-stdin.".into(),
            Self::LentPassword => "The administrator set this password for the first login only. Nothing was done with the ledger. Open the window, log in, set your own password and run the command again.".into(),
            Self::NoUser => "This ledger needs a user. Add --user NAME.".into(),
            Self::RealOffice => "This folder holds a real office's ledger, so no demo office is made here. Nothing was changed. Choose another folder with --data.".into(),
            Self::RealOfficeDay => "This folder holds a real office's ledger, so the demo day does not run here. Nothing was changed. Choose another folder with --data.".into(),
            Self::Assets(what) => format!("Data shipped with the program is damaged ({what}). The ledger is not affected. Install the program again."),
            Self::Window(why) => format!("The window could not be opened: {why}. The ledger is not affected. Check the display or use the commands."),
            Self::NoScreen(name) => format!("There is no screen named “{name}”. List them with: motcua shot --list"),
            Self::Size(text) => format!("“{text}” is no size. Write it like 1366x768 (320x240 to 7680x4320)."),
            Self::Can => "The CAN is the six digits printed on the card. Nothing was sent to the chip. Check it.".into(),
            Self::NoKey => "The chip needs a key. Add --number, --can or --mrz.".into(),
            Self::NoWords => "Nothing tells where the file comes from and how it was checked. Nothing was added. Add --words \"who handed it over and how it was checked\".".into(),
            Self::NoFiles => "The folder holds no files. Nothing was added. Check the path.".into(),
            Self::OneFile => "Files of this kind are imported one at a time. Nothing was recorded. Import them one by one.".into(),
            Self::NoOut => "No folder to export into was given. Nothing was exported. Add --out FOLDER.".into(),
            Self::Period => "The first day lies after the last. Nothing was made. Correct --from and --to.".into(),
            Self::NothingTaken => "A file gave no dossier, for the reasons above. What is here is unchanged. Check the file and import it again.".into(),
            Self::NoCodes => "No code was taken, for the reasons above. The codes in use are unchanged. Correct the file and import it again.".into(),
            Self::NothingExported => "No dossier could be exported, for the reasons above. No file was written. Add what is missing or choose other days.".into(),
            Self::Json => "The result could not be written as JSON. The ledger is not affected. Call support.".into(),
            Self::MarkGone => "The mark on the paper is not in this ledger: it may be mistyped, of another machine whose entries have not come, or entries were replaced or lost. The ledger was not changed. Type it again; if it stays so, keep the machine and the paper and call support.".into(),
            Self::CheckFailed(n) => format!("The check found {n} findings, listed above. The ledger was not changed. Keep the machine as it is, copy the data folder and call support."),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Language::Vietnamese))
    }
}

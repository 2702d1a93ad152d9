//! What can go wrong with the ledger, in sentences: what happened, what is safe, what to do.
//!
//! No error carries a name, a number or a password: errors reach logs.

use std::{fmt, io, time::Duration};

use jiff::Timestamp;
use office::{
    Explain,
    book::BookId,
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
        "Sổ cái thiếu mục ghi: đã có {known} mục, nay chỉ còn {found}. Chương trình không ghi thêm gì để không cấp trùng số. Hãy giữ nguyên thư mục dữ liệu này và khôi phục bản sao lưu gần nhất vào một thư mục dữ liệu mới; nếu không có bản nào mới hơn, lãnh đạo đăng nhập và xác nhận dùng dữ liệu này (F9, hoặc motcua continue --accept-older). Sau đó xác nhận số cuối trên giấy của từng sổ."
    )]
    EntriesLost {
        /// Entries that were acknowledged.
        known: u64,
        /// Entries that are there.
        found: u64,
    },
    /// Nothing tells whether the ledger is as long as it was.
    #[error(
        "Không có dấu mốc (tệp head) của máy này cạnh sổ cái nên không biết {found} mục ghi ở đây đã đủ chưa; có thể đây là dữ liệu cũ được chép lại. Không có gì bị thay đổi. Nếu dữ liệu vừa được chuyển tới, hãy chuyển lại cả thư mục, gồm tệp head; nếu không, lãnh đạo đăng nhập và xác nhận dùng dữ liệu này (F9, hoặc motcua continue --accept-older), rồi xác nhận số cuối trên giấy của từng sổ."
    )]
    NoWitness {
        /// Entries of this machine that are there.
        found: u64,
    },
    /// No space left.
    #[error(
        "Ổ đĩa đã đầy: lần ghi này chưa được thực hiện, dữ liệu cũ vẫn nguyên. Hãy giải phóng chỗ trống rồi làm lại."
    )]
    DiskFull,
    /// The file system refused.
    #[error(
        "Không đọc hoặc ghi được tệp dữ liệu ({}). Lần ghi này chưa được thực hiện. Hãy kiểm tra ổ đĩa và quyền truy cập thư mục.",
        office::explain::trouble(*.0)
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
    /// A content's file is missing, cut or altered.
    #[error(
        "Tệp đính kèm này (bản quét, ảnh hoặc giấy tờ) trong thư mục dữ liệu bị thiếu hoặc không còn đúng như khi ghi nên không mở được. Sổ cái và các tệp khác không bị ảnh hưởng. Hãy chạy kiểm tra sổ (motcua check) để biết tên tệp, rồi chép lại tệp ấy từ thư mục contents của một bản sao lưu, hoặc quét lại giấy tờ."
    )]
    ContentLost,
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
    /// The ledger was damaged already when the backup was made.
    #[error(
        "Sổ cái đã có {count} điểm không đúng từ khi sao lưu; bản sao lưu chép đúng nguyên trạng và các tệp của nó còn nguyên vẹn. Chưa khôi phục gì. Hãy dùng bản sao lưu cũ hơn không có cảnh báo này, hoặc chấp nhận các điểm đó (--accept-findings) để khôi phục phần còn đọc được."
    )]
    BackupHasFindings {
        /// How many points.
        count: u64,
    },
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
    /// The login name was somebody else's.
    #[error(
        "Tên đăng nhập này đã thuộc một người khác của cơ quan (họ tên khác). Chưa ghi gì vào sổ. Nếu là người mới, hãy đặt tên đăng nhập khác; nếu đúng người cũ đã đổi họ tên, hãy cấp quyền lại rồi sửa họ tên."
    )]
    OthersName,
    /// The office would be left without a head: only a head gives rights over people's data.
    #[error(
        "Cơ quan phải luôn có ít nhất một lãnh đạo còn quyền đăng nhập. Chưa ghi gì vào sổ. Hãy chỉ định người khác trước."
    )]
    NoAdministrator,
    /// The operating system gave no random bytes.
    #[error(
        "Máy không cung cấp được số ngẫu nhiên an toàn. Chưa ghi gì vào sổ. Hãy khởi động lại máy rồi làm lại."
    )]
    NoRandomness,
    /// `keys.json` holds an older password than the database knows.
    #[error(
        "Mật khẩu hoặc phiếu khôi phục này thuộc tệp khóa cũ đã được đặt lại vào thư mục dữ liệu nên không mở được sổ cái. Không có gì bị thay đổi. Hãy nhờ người quản trị đặt lại mật khẩu và báo việc tệp keys.json đã bị thay."
    )]
    StaleKeys,
    /// `keys.json` holds other thresholds than the database knows.
    #[error(
        "Ngưỡng bảo mật trong tệp keys.json (độ dài mật khẩu, số lần nhập sai, thời gian chờ) đã bị sửa ngoài chương trình nên không mở sổ cái. Không có gì bị thay đổi. Hãy chép lại tệp keys.json đúng, hoặc mở bằng phiếu khôi phục (ngưỡng trở về mức mặc định), và báo việc tệp đã bị sửa."
    )]
    ThresholdsChanged,
    /// A number lower than what the ledger knows.
    #[error(
        "{book}: số {given} không lớn hơn số {known} mà sổ cái đã biết. Chưa ghi gì. Hãy xem lại số cuối cùng trên giấy; nếu sau lần sao lưu chưa cấp số nào, hãy nhập 0."
    )]
    NumberBelowKnown {
        /// The book's name.
        book: String,
        /// The ledger's last number.
        known: u32,
        /// What was typed.
        given: u32,
    },
    /// A number far beyond what the ledger knows.
    #[error(
        "{book}: số {given} cách xa số {known} mà sổ cái đã biết, có thể do gõ nhầm. Chưa ghi gì. Hãy xem lại số cuối cùng trên giấy; nếu đúng, hãy xác nhận bước nhảy (--accept-jump) vì các số ở giữa sẽ không bao giờ được cấp."
    )]
    NumberJump {
        /// The book's name.
        book: String,
        /// The ledger's last number.
        known: u32,
        /// What was typed.
        given: u32,
    },
    /// This device may not issue numbers of the book.
    #[error(
        "Máy này không giữ quyền cấp số của {book}. Chưa ghi gì vào sổ. Hãy làm việc này trên máy đang cấp số."
    )]
    NoLease {
        /// The book's name.
        book: String,
    },
    /// A restore put the book's numbers in doubt.
    #[error(
        "{}: sau khi khôi phục chưa ai xác nhận số cuối cùng trên giấy nên chưa cấp số mới. Chưa ghi gì vào sổ; những gì đang nhập vẫn được giữ. Hãy xem số cuối cùng trên giấy rồi nhờ lãnh đạo hoặc quản trị an toàn thông tin vào F10 → Số sau khi khôi phục (hoặc motcua continue --book {} --last SỐ).", .label, .book
    )]
    BookWaits {
        /// The book.
        book: BookId,
        /// Its name.
        label: String,
    },
    /// Nobody opened the book here.
    #[error(
        "Cơ quan chưa mở sổ “{book}” (hoặc máy này chưa nhận được mục ghi mở sổ). Chưa ghi gì vào sổ; những gì đang nhập vẫn được giữ. Hãy mở sổ, hoặc nhập mục ghi của máy khác rồi làm lại."
    )]
    NoBook {
        /// The book.
        book: BookId,
    },
    /// The book was opened before.
    #[error("{book}: sổ này đã mở. Chưa ghi gì vào sổ. Hãy dùng sổ đang mở.")]
    BookOpenAlready {
        /// The book's name.
        book: String,
    },
    /// The book has no volumes.
    #[error("{book}: sổ này không chia quyển. Chưa ghi gì vào sổ. Số vẫn được cấp bình thường.")]
    NoVolumes {
        /// The book's name.
        book: String,
    },
    /// The volume takes no number any more.
    #[error(
        "{volume} đã khóa nên không cấp số nữa. Chưa ghi gì vào sổ; những gì đang nhập vẫn được giữ. Hãy nhờ lãnh đạo hoặc văn thư mở quyển mới trong F10 → Sổ và quyển sổ."
    )]
    VolumeClosed {
        /// In words.
        volume: String,
    },
    /// The volume before is still open.
    #[error("{volume} đang mở. Chưa ghi gì vào sổ. Hãy khóa quyển này trước khi mở quyển mới.")]
    VolumeOpen {
        /// In words.
        volume: String,
    },
    /// Entries wait for numbers of the volume.
    #[error(
        "{book}: còn {count} mục chờ cấp số. Chưa khóa gì. Hãy cấp các số này (F10 → Các máy: nhập rồi xuất mục ghi) rồi khóa quyển."
    )]
    NumbersAwaited {
        /// The book's name.
        book: String,
        /// How many.
        count: u32,
    },
    /// Nothing put the book's numbers in doubt.
    #[error(
        "{}: sổ này không chờ xác nhận, số vẫn được cấp bình thường. Chưa ghi gì vào sổ.", .label
    )]
    BookNotWaiting {
        /// The book.
        book: BookId,
        /// Its name.
        label: String,
    },
    /// Figures that lack entries.
    #[error(
        "Số liệu đang được dựng lại từ sổ cái, đã xong {percent} %, nên chưa lập được. Sổ cái vẫn đủ và các việc khác làm bình thường. Hãy xem lại sau ít phút."
    )]
    Rebuilding {
        /// How much is done.
        percent: u8,
    },
    /// A backup was stopped.
    #[error(
        "Đã dừng sao lưu; phần chép dở đã được xóa. Sổ cái không bị ảnh hưởng. Hãy sao lưu lại khi thuận tiện."
    )]
    Stopped,
    /// A backup is being made.
    #[error(
        "Đang có một lần sao lưu chạy. Chưa làm gì thêm. Hãy chờ lần đó xong hoặc dừng nó rồi làm lại."
    )]
    BackupRuns,
    /// There is no backup in the folder.
    #[error(
        "Không thấy bản sao lưu ở {place}: thư mục không có hoặc thiếu tệp manifest.json. Chưa khôi phục gì. Hãy kiểm tra đường dẫn, cắm lại USB, rồi chọn đúng thư mục của một bản sao lưu."
    )]
    NoBackup {
        /// The folder.
        place: String,
    },
    /// The folder that backups go to is not there.
    #[error(
        "Không thấy thư mục sao lưu {place}. Chưa sao lưu; sổ cái không bị ảnh hưởng. Hãy cắm USB hoặc nối lại ổ đĩa rồi sao lưu lại."
    )]
    NoTarget {
        /// The folder.
        place: String,
    },
    /// The machine's clock is behind the backup.
    #[error(
        "Giờ của máy đang sớm hơn lúc sao lưu ({}). Chưa khôi phục gì. Hãy kiểm tra và đặt lại đúng ngày giờ của máy rồi khôi phục lại.",
        local_time(*.made_at)
    )]
    ClockBeforeBackup {
        /// When the backup was made.
        made_at: Timestamp,
    },
    /// The machine's clock is behind this device's newest entry.
    #[error(
        "Giờ của máy đã lùi lại: mục ghi gần nhất được ghi lúc {}. Chưa ghi gì vào sổ. Hãy đặt lại đúng ngày giờ của máy rồi làm lại; nếu giờ hiện tại mới đúng, hãy nhờ lãnh đạo xác nhận giờ máy.",
        local_time(*.last)
    )]
    ClockBack {
        /// Time of the newest entry.
        last: Timestamp,
    },
    /// The machine's clock is far ahead of this device's newest entry.
    #[error(
        "Giờ của máy đã nhảy tới hơn 31 ngày so với mục ghi gần nhất (lúc {}). Chưa ghi gì vào sổ. Nếu giờ máy sai, hãy đặt lại đúng ngày giờ rồi làm lại; nếu giờ hiện tại đúng, hãy nhờ lãnh đạo xác nhận giờ máy.",
        local_time(*.last)
    )]
    ClockAhead {
        /// Time of the newest entry.
        last: Timestamp,
    },
    /// The key file asks for more than any program of the office would have asked for.
    #[error(
        "Tệp khóa keys.json đòi nhiều bộ nhớ và thời gian hơn mức cho phép nên mật khẩu chưa được thử. Sổ không bị ảnh hưởng. Tệp đã bị sửa ngoài chương trình: hãy chép lại tệp khóa cũ, hoặc mở bằng phiếu khôi phục."
    )]
    KeysTooCostly,
    /// The key of `keys.json` does not open `ledger.db`.
    #[error(
        "Khóa trong tệp keys.json không mở được tệp sổ ledger.db: một trong hai tệp là bản cũ được chép lại, hoặc tệp sổ bị hỏng. Chưa có gì thay đổi. Hãy chép lại đúng tệp keys.json đi cùng tệp sổ; nếu không có, hãy giữ nguyên thư mục dữ liệu và khôi phục bản sao lưu mới nhất."
    )]
    KeyDoesNotFit,
    /// The dossier's reception, or the act, is annulled already.
    #[error(
        "Hồ sơ hoặc việc này đã được hủy trước đó. Chưa ghi thêm gì vào sổ. Hãy mở lại để xem lý do đã ghi."
    )]
    AnnulledAlready,
    /// An annulment or an end of rights without a reason.
    #[error("Chưa ghi lý do. Chưa ghi gì vào sổ. Hãy nhập lý do rồi làm lại.")]
    NoReason,
    /// The payment is cancelled already.
    #[error(
        "Biên lai này đã được hủy trước đó. Chưa ghi thêm gì vào sổ. Hãy mở lại biên lai để xem lý do đã ghi."
    )]
    CancelledAlready,
    /// A payment without a line.
    #[error("Biên lai chưa có khoản thu nào. Chưa ghi gì vào sổ. Hãy nhập ít nhất một khoản.")]
    NothingPaid,
    /// A line of a bank statement that was counted before.
    #[error(
        "Sao kê có giao dịch đã được ghi nhận trước đó nên không tính hai lần. Chưa ghi gì vào sổ. Hãy bỏ giao dịch đã biết rồi nhập lại."
    )]
    LineKnown,
    /// A dossier with this code came in before.
    #[error(
        "Hồ sơ trực tuyến có mã này đã nhận trước đó. Chưa ghi gì vào sổ. Hãy tìm hồ sơ theo mã trong danh sách đã nhận."
    )]
    ArrivedAlready,
    /// An act with this key is there.
    #[error(
        "Việc này đã được ghi vào sổ trước đó. Không ghi thêm gì. Hãy mở lại việc ấy trong danh sách."
    )]
    ActDoneAlready,
    /// The preparation was returned or taken back.
    #[error(
        "Bản chờ ký số này đã được trả lại hoặc rút lại trước đó. Chưa ghi thêm gì vào sổ. Hãy mở lại danh sách chờ ký số."
    )]
    ReturnedAlready,
    /// Somebody who has nothing to do with a preparation returns it.
    #[error(
        "Chỉ người lập, người được đề nghị ký hoặc lãnh đạo trả lại được bản chờ ký số này. Chưa ghi gì vào sổ. Hãy nhờ một trong những người đó."
    )]
    NotReturnable,
    /// Another entry bears the id.
    #[error(
        "Mục này trùng mã nội bộ với một mục đã có trong sổ. Chưa ghi gì vào sổ. Hãy tìm trong danh sách xem việc này đã được ghi chưa; nếu chưa, hãy mở lại màn hình và làm lại."
    )]
    IdKnown,
    /// The online dossier was accepted or refused before.
    #[error(
        "Hồ sơ trực tuyến này đã được tiếp nhận hoặc từ chối trước đó. Chưa ghi thêm gì vào sổ. Hãy mở lại danh sách hồ sơ trực tuyến."
    )]
    AnsweredAlready,
    /// The document left the store.
    #[error(
        "Giấy tờ này đã được xóa khỏi kho. Chưa ghi thêm gì vào sổ. Hãy mở lại kho giấy tờ và chọn giấy tờ khác."
    )]
    DocumentGone,
    /// Merging two tellings of one person.
    #[error("Đây đã là hồ sơ của cùng một công dân. Chưa ghi thêm gì vào sổ. Hãy chọn người khác.")]
    OneAlready,
    /// Merging people with different personal numbers.
    #[error(
        "Hai người có số định danh khác nhau thì không phải một người. Chưa ghi gì vào sổ. Nếu một lần đọc hay hồ sơ bị ghi nhầm số, hãy tách mục ấy khỏi hồ sơ công dân trước."
    )]
    TwoNumbers,
    /// Splitting off all that tells of a person.
    #[error(
        "Hồ sơ công dân này chỉ có mục được chọn nên không có gì để tách. Chưa ghi gì vào sổ. Hãy chọn một mục khác."
    )]
    NothingLeft,
    /// The ticket's holder was served.
    #[error("Số thứ tự này đã được phục vụ xong. Chưa ghi thêm gì vào sổ. Hãy gọi số khác.")]
    ServedAlready,
    /// Users cannot end their own rights.
    #[error(
        "Không thể tự ngừng quyền của chính mình. Chưa ghi gì vào sổ. Hãy nhờ người quản trị khác."
    )]
    OwnRights,
    /// The logged-in user's rights ended.
    #[error(
        "Quyền của người dùng này trong cơ quan đã hết hiệu lực, có thể do máy khác vừa ngừng quyền. Chưa ghi gì vào sổ, bản nháp vẫn còn. Hãy đăng xuất và hỏi người quản trị."
    )]
    RightsEnded,
    /// The entry is of a kind that is kept for ever.
    #[error(
        "Nội dung của mục loại này được giữ lâu dài cùng sổ cái nên không xóa. Chưa xóa gì. Nếu ghi sai, hãy đính chính bằng một mục mới."
    )]
    NotErasable,
    /// What the entry said was erased.
    #[error("Nội dung này đã được xóa trước đó. Không ghi thêm gì. Hãy mở lại danh sách.")]
    ErasedAlready,
    /// Too many drafts.
    #[error(
        "Đã có {limit} bản nháp nên không giữ thêm được. Các bản nháp cũ vẫn nguyên. Hãy hoàn tất hoặc xóa bớt bản nháp rồi làm lại."
    )]
    TooManyDrafts {
        /// Most drafts of a user.
        limit: u32,
    },
    /// There is no exchange file.
    #[error(
        "Không thấy tệp trao đổi (.motcua) nào ở {place}. Chưa nhập gì. Hãy cắm lại thẻ nhớ, USB và chọn thư mục mà máy kia đã xuất vào."
    )]
    NoExchange {
        /// Where it was looked for.
        place: String,
    },
    /// The folder to export into is not there.
    #[error(
        "Không có thư mục {place}. Chưa xuất gì; sổ không bị ảnh hưởng. Hãy cắm thẻ nhớ, USB rồi làm lại."
    )]
    NoStick {
        /// The folder.
        place: String,
    },
    /// The files are another office's.
    #[error(
        "Tệp trao đổi ở {place} là của cơ quan khác. Chưa nhập gì, tệp còn nguyên. Hãy chọn tệp do máy của cơ quan này xuất."
    )]
    ForeignOffice {
        /// Where they are.
        place: String,
    },
    /// A request to join is cut off, changed, or none.
    #[error(
        "Tệp xin vào cơ quan bị hỏng hoặc không phải tệp của chương trình này. Chưa ghi gì vào sổ. Hãy tạo lại tệp trên máy mới."
    )]
    BrokenRequest,
    /// A machine joins without having asked.
    #[error(
        "Máy này chưa xin vào cơ quan nào, hoặc thư mục dữ liệu là thư mục khác. Chưa có gì thay đổi. Hãy tạo tệp xin vào trên máy này rồi nhờ lãnh đạo cho vào."
    )]
    NoRequest,
    /// The copy does not let this machine in.
    #[error(
        "Bản sao này không cho máy này vào: nó được làm cho máy khác, hoặc máy này đã vào rồi. Chưa có gì thay đổi. Hãy nhờ lãnh đạo cho vào lại bằng tệp của máy này."
    )]
    NotAdmitted,
    /// The machine's key has the same tag as another's.
    #[error(
        "Khóa của máy mới trùng ký hiệu với một máy đã có. Chưa ghi gì vào sổ. Trên máy mới, hãy xóa tệp seat.json trong thư mục dữ liệu rồi tạo lại tệp xin vào; máy khôi phục từ bản sao lưu thì khôi phục lại lần nữa."
    )]
    TagTaken,
    /// The head decided that this machine's chain is that of a copy.
    #[error(
        "Máy này là bản sao của một máy khác: lãnh đạo đã nhận các mục ghi của nó trên máy khác, từ đây không ghi việc mới ở thư mục này. Mọi mục đã ghi còn nguyên. Hãy xuất mục ghi ra thư mục trao đổi, rồi vào lại cơ quan trong một thư mục dữ liệu trống."
    )]
    SetAside,
    /// The tag of a branch is a machine's or another branch's.
    #[error(
        "Mục ghi của bản sao máy trùng ký hiệu với một máy đã có nên không nhận nguyên như cũ được. Chưa ghi gì vào sổ; các mục ấy vẫn được giữ riêng. Hãy ghi lại từng việc theo giấy tờ đã lập."
    )]
    BranchTagTaken,
    /// A machine that holds another office's ledger asks to be let in.
    #[error(
        "Máy xin vào giữ sổ cái của cơ quan khác. Chưa ghi gì vào sổ. Hãy xem lại tệp xin vào là của máy nào."
    )]
    OtherOffice,
    /// More entries wait for others than any honest exchange leaves.
    #[error(
        "Có quá nhiều mục ghi đang chờ mục trước của chúng. Các mục đã nhập vẫn nguyên. Hãy nhập tệp đầy đủ từ máy kia; nếu lặp lại, hãy báo bộ phận hỗ trợ."
    )]
    TooManyHeld,
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
            Self::ContentLost => "LED-97",
            Self::TooLarge { .. } => "LED-17",
            Self::TargetNotEmpty => "LED-18",
            Self::BackupDamaged { .. } => "LED-19",
            Self::NotDemo => "LED-20",
            Self::BadUserName => "LED-21",
            Self::NoAdministrator => "LED-22",
            Self::NoRandomness => "LED-23",
            Self::Database(_) => "LED-24",
            Self::StaleKeys => "LED-25",
            Self::BackupHasFindings { .. } => "LED-26",
            Self::NumberBelowKnown { .. } => "LED-27",
            Self::NumberJump { .. } => "LED-28",
            Self::NoLease { .. } => "LED-29",
            Self::ClockBeforeBackup { .. } => "LED-30",
            Self::ClockBack { .. } => "LED-31",
            Self::ClockAhead { .. } => "LED-101",
            Self::KeysTooCostly => "LED-99",
            Self::KeyDoesNotFit => "LED-100",
            Self::AnnulledAlready => "LED-32",
            Self::NoReason => "LED-33",
            Self::OwnRights => "LED-34",
            Self::TooManyDrafts { .. } => "LED-35",
            Self::NotErasable => "LED-105",
            Self::ErasedAlready => "LED-106",
            Self::CancelledAlready => "LED-36",
            Self::NothingPaid => "LED-37",
            Self::LineKnown => "LED-38",
            Self::ArrivedAlready => "LED-39",
            Self::ActDoneAlready => "LED-92",
            Self::ReturnedAlready => "LED-107",
            Self::NotReturnable => "LED-108",
            Self::ThresholdsChanged => "LED-93",
            Self::IdKnown => "LED-95",
            Self::RightsEnded => "LED-96",
            Self::OthersName => "LED-94",
            Self::AnsweredAlready => "LED-40",
            Self::DocumentGone => "LED-41",
            Self::ServedAlready => "LED-42",
            Self::OneAlready => "LED-88",
            Self::TwoNumbers => "LED-86",
            Self::NothingLeft => "LED-87",
            Self::BookWaits { .. } => "LED-60",
            Self::BookNotWaiting { .. } => "LED-61",
            Self::NoBook { .. } => "LED-80",
            Self::BookOpenAlready { .. } => "LED-81",
            Self::NoVolumes { .. } => "LED-82",
            Self::VolumeClosed { .. } => "LED-83",
            Self::VolumeOpen { .. } => "LED-84",
            Self::NumbersAwaited { .. } => "LED-85",
            Self::Stopped => "LED-62",
            Self::Rebuilding { .. } => "LED-98",
            Self::BackupRuns => "LED-63",
            Self::NoBackup { .. } => "LED-64",
            Self::NoTarget { .. } => "LED-65",
            Self::NoExchange { .. } => "LED-66",
            Self::ForeignOffice { .. } => "LED-67",
            Self::TooManyHeld => "LED-68",
            Self::BrokenRequest => "LED-70",
            Self::NoRequest => "LED-71",
            Self::NotAdmitted => "LED-72",
            Self::TagTaken => "LED-73",
            Self::OtherOffice => "LED-74",
            Self::SetAside => "LED-75",
            Self::NoWitness { .. } => "LED-91",
            Self::BranchTagTaken => "LED-76",
            Self::NoStick { .. } => "LED-69",
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
            Self::EntriesLost { known, found } => format!("The ledger lost entries: {known} were acknowledged, {found} are there. Nothing more is written, so that no number is issued twice. Keep this data folder as it is and restore the latest backup into a new data folder; if none is newer, let the head log in and accept this data (F9, or motcua continue --accept-older). Then confirm the last number on paper of each book."),
            Self::NoWitness { found } => format!("No witness (the file head) of this machine lies beside the ledger, so nothing tells whether its {found} entries are all; this may be old data that was copied back. Nothing was changed. If the data was moved, move the whole folder with the file head; else let the head log in and accept this data (F9, or motcua continue --accept-older), then confirm the last number on paper of each book."),
            Self::DiskFull => "The disk is full: this was not written, earlier data is intact. Free some space and try again.".into(),
            Self::Files(kind) => format!("The data files cannot be read or written ({kind}). This was not written. Check the disk and the folder's permissions."),
            Self::Newer { found, known } => format!("A newer version wrote this data (structure {found}, this program knows {known}). Nothing was changed. Update the program."),
            Self::Entry(error) => error.english(),
            Self::Refused(error) => error.english(),
            Self::WrongNumbers => "The numbers in the event are not those just issued. Nothing was recorded. Try again; if it recurs, tell support.".into(),
            Self::Missing => "The dossier or file that this speaks of is not there. Nothing was recorded. Open the list again and choose anew.".into(),
            Self::ContentLost => "The file of this content (a scan, photo or paper) in the data folder is missing or not what was written, so it cannot be opened. The ledger and other files are not affected. Run the check (motcua check) for the file's name, then copy it back from the folder contents of a backup, or scan the paper again.".into(),
            Self::TooLarge { limit } => format!("The data is larger than the limit of {limit} bytes. Nothing was recorded. Make it smaller and try again."),
            Self::TargetNotEmpty => "The backup folder is not empty; nothing was overwritten. Choose an empty folder.".into(),
            Self::BackupDamaged { place } => format!("The backup is not whole ({place}). Present data is unchanged. Use another backup."),
            Self::NotDemo => "This is no demo office: log in with a password.".into(),
            Self::BadUserName => "The login name is taken or malformed. Use 2 to 40 plain letters, digits, dots or hyphens that nobody uses yet.".into(),
            Self::OthersName => "The login name belongs to another person of the office (another full name). Nothing was recorded. Choose another name for a new user; if it is the same person, give the rights back first and then change the full name.".into(),
            Self::NoAdministrator => "The office must always have a head who can log in. Nothing was recorded. Appoint someone else first.".into(),
            Self::NoRandomness => "The machine gave no secure random numbers. Nothing was recorded. Restart it and try again.".into(),
            Self::Database(code) => format!("The database reported error {code}. This was not written. Try again; if it recurs, run the check."),
            Self::StaleKeys => "This password or recovery sheet belongs to an old key file that was put back into the data folder, so it opens nothing. Nothing was changed. Let the administrator set the password anew and report that keys.json was exchanged.".into(),
            Self::ThresholdsChanged => "The security thresholds in keys.json (password length, attempts, waits) were changed outside the program, so the ledger stays shut. Nothing was changed. Put the right keys.json back, or open with the recovery sheet (the thresholds become the usual ones), and report that the file was changed.".into(),
            Self::BackupHasFindings { count } => format!("The ledger had {count} findings already when it was backed up; the backup copies it as it was and its own files are whole. Nothing was restored. Use an older backup without this warning, or accept the findings (--accept-findings) to restore what can be read."),
            Self::NumberBelowKnown { known, given, .. } => format!("The number {given} is not greater than {known}, which the ledger knows. Nothing was recorded. Check the last number on paper; enter 0 if none was issued after the backup."),
            Self::NumberJump { known, given, .. } => format!("The number {given} is far beyond {known}, which the ledger knows; it may be mistyped. Nothing was recorded. Check the last number on paper; if it is right, confirm the jump (--accept-jump), for the numbers between will never be issued."),
            Self::NoLease { .. } => "This machine may not issue numbers of the book. Nothing was recorded. Do this on the machine that issues them.".into(),
            Self::ClockBeforeBackup { made_at } => format!("The machine's clock is earlier than the backup ({}). Nothing was restored. Set the clock right and restore again.", english_time(*made_at)),
            Self::ClockBack { last } => format!("The machine's clock went back: the newest entry was written at {}. Nothing was recorded. Set the clock right and try again; if the present time is right, let the head confirm it.", english_time(*last)),
            Self::ClockAhead { last } => format!("The machine's clock is more than 31 days ahead of the newest entry, which was written at {}. Nothing was recorded. If the clock is wrong, set it right and try again; if the present time is right, let the head confirm it.", english_time(*last)),
            Self::KeysTooCostly => "The key file keys.json asks for more memory and time than is allowed, so the password was not tried. The ledger is not affected. The file was changed outside the program: put the old key file back, or open with the recovery sheet.".into(),
            Self::KeyDoesNotFit => "The key in keys.json does not open the ledger file ledger.db: one of the two is an old copy that was put back, or the ledger file is damaged. Nothing was changed. Put back the keys.json that belongs to the ledger file; if there is none, keep the data folder as it is and restore the latest backup.".into(),
            Self::AnnulledAlready => "The dossier's reception or the act was annulled before. Nothing more was recorded. Open it to see the reason.".into(),
            Self::NoReason => "The reason is missing. Nothing was recorded. Enter it and try again.".into(),
            Self::CancelledAlready => "The payment was cancelled before. Nothing more was recorded. Open it to see the reason.".into(),
            Self::NothingPaid => "The fee receipt has no line. Nothing was recorded. Enter at least one.".into(),
            Self::LineKnown => "The statement holds a transaction that was counted before; none counts twice. Nothing was recorded. Leave known lines out and import again.".into(),
            Self::ActDoneAlready => "The act was recorded before. Nothing more was recorded. Open it in the list.".into(),
            Self::ReturnedAlready => "The preparation was returned or taken back before. Nothing more was recorded. Open the list of what waits for a signature again.".into(),
            Self::NotReturnable => "Only whoever prepared it, who is asked to sign it or the head returns this preparation. Nothing was recorded. Ask one of them.".into(),
            Self::ArrivedAlready => "An online dossier with this code came in before. Nothing was recorded. Find it by its code in the list.".into(),
            Self::IdKnown => "An entry with the same inner id is in the ledger. Nothing was recorded. See in the list whether this was recorded before; if not, open the screen again and do it anew.".into(),
            Self::AnsweredAlready => "The online dossier was accepted or refused before. Nothing more was recorded. Open the list of online dossiers again.".into(),
            Self::DocumentGone => "The document was removed from the store. Nothing more was recorded. Open the store again and choose another.".into(),
            Self::OneAlready => "These are the records of one person already. Nothing more was recorded. Choose another person.".into(),
            Self::TwoNumbers => "People with different personal numbers are not one person. Nothing was recorded. Where a reading or a dossier has a wrong number, split it off first.".into(),
            Self::NothingLeft => "The person has nothing but what was chosen, so there is nothing to split. Nothing was recorded. Choose something else.".into(),
            Self::ServedAlready => "The ticket's holder was served already. Nothing more was recorded. Call another ticket.".into(),
            Self::BookWaits { book, .. } => format!("After the restore nobody confirmed the last number on paper of the book “{0}”, so it gives no number. Nothing was recorded; what is being typed is kept. Look at the paper and let the head or the security administrator run: motcua continue --book {0} --last N (or --none).", book),
            Self::NoBook { book } => format!("The office has not opened the book {book} (or this machine has not got the entry that opened it). Nothing was recorded; what is being typed is kept. Open the book, or import the other machine's entries, and try again."),
            Self::NoVolumes { .. } => "The book is not kept in volumes. Nothing was recorded. It gives numbers as usual.".into(),
            Self::VolumeClosed { .. } => "The volume is closed and takes no more numbers. Nothing was recorded; what is being typed is kept. Let the head or the archivist open a new volume.".into(),
            Self::VolumeOpen { .. } => "The volume is open. Nothing was recorded. Close it before a new one is opened.".into(),
            Self::NumbersAwaited { count, .. } => format!("{count} entries wait for a number of the book. Nothing was closed. Assign these numbers first."),
            Self::BookOpenAlready { .. } => "The book was opened before. Nothing was recorded. Use the book that is open.".into(),
            Self::BookNotWaiting { book, .. } => format!("The book “{book}” does not wait for anything; it gives numbers as usual. Nothing was recorded."),
            Self::Rebuilding { percent } => format!("The figures are being made anew from the ledger, {percent} % are done, so they cannot be given yet. The ledger is whole and everything else works. Look again in a few minutes."),
            Self::Stopped => "The backup was stopped and what was half copied is removed. The ledger is not affected. Make the backup again later.".into(),
            Self::BackupRuns => "A backup is being made. Nothing else was done. Wait for it or stop it, then try again.".into(),
            Self::NoBackup { place } => format!("There is no backup in {place}: no such folder, or no manifest.json in it. Nothing was restored. Check the path, plug the stick in again and choose the folder of a backup."),
            Self::NoTarget { place } => format!("The backup folder {place} is not there. No backup was made; the ledger is not affected. Plug the stick in or connect the drive, then try again."),
            Self::NoExchange { place } => format!("There is no exchange file (.motcua) in {place}. Nothing was taken. Plug the stick in again and choose the folder that the other machine exported into."),
            Self::NoStick { place } => format!("The folder {place} is not there. Nothing was exported; the ledger is not affected. Plug the stick in and try again."),
            Self::ForeignOffice { place } => format!("The exchange files in {place} are another office's. Nothing was taken; the files are untouched. Choose those that a machine of this office exported."),
            Self::BrokenRequest => "The request to join is damaged or not a file of this program. Nothing was recorded. Make it anew on the new machine.".into(),
            Self::NoRequest => "This machine asked to join no office, or the data folder is another. Nothing was changed. Make the request on this machine and let the head admit it.".into(),
            Self::NotAdmitted => "This copy does not let this machine in: it was made for another, or this machine joined before. Nothing was changed. Let the head admit it anew with this machine's request.".into(),
            Self::TagTaken => "The new machine's key has the same tag as another machine's. Nothing was recorded. On the new machine remove seat.json from the data folder and make the request anew; a restored machine is restored once more.".into(),
            Self::SetAside => "This machine is a copy of another: the head admitted its entries elsewhere, and no new work is recorded in this folder. All entries are intact. Export them, then join the office anew in an empty data folder.".into(),
            Self::BranchTagTaken => "The copy's entries have the same tag as another machine and cannot be admitted as they are. Nothing was recorded; they are kept aside. Record the work anew from its papers.".into(),
            Self::OtherOffice => "The machine that asks holds another office's ledger. Nothing was recorded. See whose request this file is.".into(),
            Self::TooManyHeld => "Too many entries wait for those before them. What was taken is intact. Take the whole file of the other machine; if it recurs, tell support.".into(),
            Self::OwnRights => "Nobody can end their own rights. Nothing was recorded. Ask another administrator.".into(),
            Self::RightsEnded => "This user has no rights in the office any more; another machine may have ended them just now. Nothing was recorded; drafts are kept. Log out and ask the administrator.".into(),
            Self::NotErasable => "What an entry of this kind says is kept as long as the ledger. Nothing was erased. Correct it by another entry.".into(),
            Self::ErasedAlready => "This was erased before. Nothing more was recorded. Open the list again.".into(),
            Self::TooManyDrafts { limit } => format!("There are {limit} drafts already, so no more is kept. The old ones are intact. Finish or delete some and try again."),
        }
    }
}

impl LedgerError {
    /// Whether the same may succeed a while later although nobody asks for something else: a full or locked disk, a
    /// clock that is set right.
    pub fn passes(&self) -> bool {
        matches!(
            self,
            Self::DiskFull
                | Self::Files(_)
                | Self::InUse
                | Self::ClockBack { .. }
                | Self::ClockAhead { .. }
        )
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

/// A moment on the counter's clock.
fn local_time(at: Timestamp) -> impl fmt::Display {
    jiff::tz::offset(7).to_datetime(at).strftime("%H:%M ngày %d/%m/%Y").to_string()
}

fn english_time(at: Timestamp) -> impl fmt::Display {
    jiff::tz::offset(7).to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
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

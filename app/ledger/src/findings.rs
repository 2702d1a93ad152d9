//! What a check tells: what is there, and what is wrong with it.

use jiff::Timestamp;
use office::{
    book::Series,
    entry::{ContentHash, DeviceId},
};
use serde::{Deserialize, Serialize};

/// Most findings that a report lists; the others are counted.
pub(crate) const MOST_FINDINGS: usize = 100;

/// What the check found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CheckReport {
    /// Entries that are there.
    pub entries: u64,
    /// From where on they were walked along; none where all were.
    pub since: Option<Since>,
    /// Devices that wrote them, and where their chains stand.
    pub devices: Vec<ChainState>,
    /// SHA-256 over all read models: the same on two seats that hold the same entries; none where they were not
    /// compared.
    pub read_models: Option<ContentHash>,
    /// Entries that contradict others and that nobody settled, see [`crate::ConflictRecord`].
    pub conflicts: u64,
    /// Of these, entries of kinds that only a newer program knows.
    pub newer: u64,
    /// Payloads that were erased, by the entry that did.
    pub erased: Vec<ErasedCount>,
    /// Blobs seen.
    pub blobs: u64,
    /// Contents that a machine that was lost named after its backup and had not handed on: they are nowhere.
    pub lost_contents: u64,
    /// Last number of each series.
    pub numbers: Vec<LastNumber>,
    /// Where a device's clock jumped, at most 100; those that nobody accepted are findings too.
    pub clock_jumps: Vec<ClockJump>,
    /// What is wrong, in the order of finding; empty when all is well.
    pub findings: Vec<Finding>,
    /// Findings beyond those listed.
    pub more_findings: u64,
    /// All findings, counted by kind.
    pub counts: Vec<FindingCount>,
}

/// The check before, which this one goes on from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Since {
    /// When it was.
    pub at: Timestamp,
    /// Entries that were walked along by then.
    pub entries: u64,
    /// When all entries were walked along for the last time.
    pub whole_at: Timestamp,
}

/// Where a device's chain stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChainState {
    /// The device.
    pub device: DeviceId,
    /// The branch by its first entry; none where it is the device's own chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<ContentHash>,
    /// Place of the newest entry in the chain.
    pub sequence: u64,
    /// SHA-256 of the newest.
    pub head: ContentHash,
}

/// A jump of a device's clock between two of its entries: back, or more than a month ahead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClockJump {
    /// The device.
    pub device: DeviceId,
    /// Place of the later entry in its chain.
    pub sequence: u64,
    /// Time of the entry before.
    pub from: Timestamp,
    /// Its own time.
    pub to: Timestamp,
    /// Whether the head accepted the clock.
    pub accepted: bool,
}

/// How many payloads an entry erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErasedCount {
    /// Whose chain the entry is in.
    pub device: DeviceId,
    /// Its place in that chain.
    pub sequence: u64,
    /// How many.
    pub payloads: u64,
}

/// How many findings there are of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingCount {
    /// What is wrong.
    pub kind: FindingKind,
    /// How often.
    pub count: u64,
}

impl CheckReport {
    /// Whether nothing is wrong.
    pub fn clean(&self) -> bool {
        self.findings.is_empty()
    }

    pub(crate) fn find(&mut self, kind: FindingKind, place: String) {
        match self.counts.iter_mut().find(|known| known.kind == kind) {
            Some(known) => known.count += 1,
            None => self.counts.push(FindingCount { kind, count: 1 }),
        }
        if self.findings.len() < MOST_FINDINGS {
            let sentence = format!("{}: {place}.", kind.label());
            self.findings.push(Finding { kind, place, sentence });
        } else {
            self.more_findings += 1;
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// Where.
    pub place: String,
    /// Both, as a sentence.
    pub sentence: String,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A page of the file fails its encryption's check.
    File,
    /// The database's structure is damaged.
    Structure,
    /// An entry is unreadable or not in its one form.
    Entry,
    /// A chain has a gap, or a link does not fit.
    Chain,
    /// A signature does not hold.
    Signature,
    /// A book has a gap, a reuse, or a number without lease.
    Book,
    /// An entry that the rules of office work do not let follow on those before it.
    Rule,
    /// The author's roles did not allow the entry.
    Right,
    /// A read model differs from its rebuild.
    ReadModel,
    /// A blob is missing, changed, or named by no entry.
    Blob,
    /// Acknowledged entries are gone.
    Lost,
    /// An entry is dated before the one before it or more than a month after, and nobody accepted the clock.
    Clock,
}

impl FindingKind {
    /// What is wrong, in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::File => "Trang dữ liệu không vượt qua kiểm tra mã hóa",
            Self::Structure => "Cấu trúc cơ sở dữ liệu bị hỏng",
            Self::Entry => "Mục ghi không đọc được hoặc không đúng dạng chuẩn",
            Self::Chain => "Chuỗi mục ghi bị đứt hoặc không khớp",
            Self::Signature => "Chữ ký của mục ghi không đúng",
            Self::Book => "Số trong sổ bị thiếu, trùng hoặc không có quyền cấp",
            Self::Rule => "Mục ghi trái với quy tắc của các mục trước",
            Self::Right => "Người ghi không có quyền ghi việc này khi đó",
            Self::ReadModel => "Bảng tra cứu khác với mục ghi gốc",
            Self::Blob => "Tệp đính kèm bị thiếu, bị sửa hoặc không thuộc mục ghi nào",
            Self::Lost => "Mất mục ghi đã được xác nhận",
            Self::Clock => {
                "Giờ của mục ghi lùi lại, hoặc nhảy tới hơn 31 ngày, mà không ai xác nhận"
            }
        }
    }
}

/// The last number of a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LastNumber {
    /// The book's name.
    pub label: String,
    /// The series.
    pub series: Series,
    /// The number issued last.
    pub last: u32,
}

impl LastNumber {
    /// The series in words.
    pub fn named(&self) -> String {
        self.series.named(&self.label)
    }
}

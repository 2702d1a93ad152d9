//! The kinds of events: one table says of each all that does not depend on what the event holds.
//!
//! A kind without a row does not compile, nor does a row that leaves something out. What an event says of
//! itself by its content (numbers, blobs, people) is [`super::about`]'s.
//!
//! Least privilege: the security administrator keeps users, backups and trust and sees no dossier; whoever
//! handles dossiers gives no rights, and only a head gives rights over people's data. A person may hold
//! several roles.

use super::{Event, Role};

/// Whom the log shows an event to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Whoever reads the log, see [`LOG_READERS`].
    ToLogReaders,
    /// Of those only who is a reader too: it speaks of people or dossiers, see [`READERS`].
    ToReaders,
}

/// How an event comes into the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// A caller hands it in.
    Handed,
    /// The same, and it only says that somebody looked.
    Look,
    /// The ledger has a method for it, which also keeps keys, leases or files in step.
    Kept,
}

/// What an event is to the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dated {
    /// Never before the newest entry.
    InOrder,
    /// By a clock that may have gone back: logging in, recovering and accepting the clock are the way in
    /// when it once was too far ahead.
    Anyhow,
}

/// How long what an event says is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// As long as the ledger.
    ForEver,
    /// Until an entry erases it, see [`super::Erasure`].
    UntilErased,
}

/// What the table says of a kind.
#[derive(Debug)]
pub struct Facts {
    /// The kind's number in a ledger's file: never changed, never reused.
    pub number: i64,
    /// Its name in entries, with the version of its form: never changed, never reused.
    pub name: &'static str,
    /// What happened, in words.
    pub label: &'static str,
    /// Roles that may bring it about; none where the ledger alone does.
    pub roles: &'static [Role],
    /// Whom the log shows it to.
    pub shown: Shown,
    /// How it comes in.
    pub door: Door,
    /// What it is to the clock.
    pub dated: Dated,
    /// How long it is kept.
    pub lasts: Lasts,
}

macro_rules! kinds {
    ($($kind:ident, $number:literal, $name:literal, $label:literal, [$($role:ident)*], $shown:ident, $door:ident, $dated:ident, $lasts:ident;)*) => {
        /// The kinds of [`Event`], as the log filters by them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventKind {
            $(#[doc = concat!("[`Event::", stringify!($kind), "`]")] $kind,)*
        }

        impl EventKind {
            /// Every kind.
            pub const ALL: &[EventKind] = &[$(EventKind::$kind),*];

            /// The kind of an event.
            pub fn of(event: &Event) -> Self {
                match event { $(Event::$kind { .. } => Self::$kind,)* }
            }

            /// The kind with this name.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$kind),)* _ => None }
            }

            /// Its name in entries.
            pub fn name(self) -> &'static str {
                self.facts().name
            }

            /// Roles that may bring it about, see [`Facts::roles`].
            pub fn roles(self) -> &'static [Role] {
                self.facts().roles
            }

            /// The kind's row.
            pub fn facts(self) -> &'static Facts {
                match self {
                    $(Self::$kind => &Facts {
                        number: $number,
                        name: $name,
                        label: $label,
                        roles: &[$(Role::$role),*],
                        shown: Shown::$shown,
                        door: Door::$door,
                        dated: Dated::$dated,
                        lasts: Lasts::$lasts,
                    },)*
                }
            }
        }
    };
}

kinds! {
    OfficeFounded, 1, "office_founded.1", "Lập cơ quan", [], ToLogReaders, Kept, InOrder, ForEver;
    DeviceEnrolled, 2, "device_enrolled.1", "Thêm máy", [], ToLogReaders, Kept, InOrder, ForEver;
    DeviceAdmitted, 38, "device_admitted.1", "Cho máy vào cơ quan", [Head], ToLogReaders, Kept, InOrder, ForEver;
    BranchAdmitted, 40, "branch_admitted.1", "Nhận mục ghi của bản sao máy", [Head], ToLogReaders, Kept, InOrder, ForEver;
    UserAdded, 3, "user_added.1", "Thêm người dùng", [Head SecurityAdministrator], ToLogReaders, Kept, InOrder, ForEver;
    UserChanged, 35, "user_changed.1", "Sửa người dùng", [Head SecurityAdministrator], ToLogReaders, Kept, InOrder, ForEver;
    UserDisabled, 4, "user_disabled.1", "Ngừng quyền người dùng", [Head SecurityAdministrator], ToLogReaders, Kept, InOrder, ForEver;
    UserEnabled, 54, "user_enabled.1", "Cấp quyền lại cho người dùng", [Head SecurityAdministrator], ToLogReaders, Kept, InOrder, ForEver;
    // One's own password anybody changes; these set another's.
    PasswordChanged, 5, "password_changed.1", "Đổi mật khẩu", [Head SecurityAdministrator], ToLogReaders, Kept, Anyhow, ForEver;
    LoginsFailed, 6, "logins_failed.1", "Nhập sai mật khẩu", [], ToLogReaders, Kept, Anyhow, ForEver;
    BookOpened, 41, "book_opened.1", "Mở sổ", [Head Archivist], ToLogReaders, Kept, InOrder, ForEver;
    VolumeOpened, 42, "volume_opened.1", "Mở quyển sổ", [Head Archivist], ToLogReaders, Kept, InOrder, ForEver;
    VolumeClosed, 43, "volume_closed.1", "Khóa quyển sổ", [Head Archivist], ToLogReaders, Kept, InOrder, ForEver;
    LeaseTaken, 7, "lease_taken.1", "Giao quyền cấp số", [Head], ToLogReaders, Kept, InOrder, ForEver;
    NumberAssigned, 39, "number_assigned.1", "Cấp số còn chờ", [], ToLogReaders, Kept, InOrder, ForEver;
    // Which of these roles, each book says.
    LineWritten, 44, "line_written.1", "Ghi vào sổ", [Clerk Certifier Notary Head Archivist LodgingOwner], ToReaders, Handed, InOrder, ForEver;
    IdentityRead, 8, "identity_read.1", "Đọc giấy tờ", [Clerk Certifier Notary LodgingOwner], ToReaders, Handed, InOrder, ForEver;
    PersonViewed, 9, "person_viewed.1", "Xem thông tin công dân", [Clerk Certifier Notary Head Archivist LodgingOwner], ToReaders, Look, InOrder, ForEver;
    PeopleMerged, 50, "people_merged.1", "Gộp hồ sơ công dân", [Clerk Head], ToReaders, Handed, InOrder, ForEver;
    PeopleParted, 51, "people_parted.1", "Bỏ gộp hồ sơ công dân", [Clerk Head], ToReaders, Handed, InOrder, ForEver;
    PersonSplit, 52, "person_split.1", "Tách khỏi hồ sơ công dân", [Clerk Head], ToReaders, Handed, InOrder, ForEver;
    DossierReceived, 10, "dossier_received.1", "Tiếp nhận hồ sơ", [Clerk], ToReaders, Handed, InOrder, ForEver;
    DossierAnnulled, 11, "dossier_annulled.1", "Hủy tiếp nhận", [Clerk Head], ToReaders, Handed, InOrder, ForEver;
    PaperMade, 12, "paper_made.1", "Lập giấy tờ", [Clerk Certifier Notary Head], ToReaders, Handed, InOrder, ForEver;
    // What the plan asks for is made in anybody's session.
    BackupMade, 13, "backup_made.1", "Sao lưu", [Head SecurityAdministrator], ToLogReaders, Kept, InOrder, ForEver;
    Restored, 14, "restored.1", "Khôi phục", [Head SecurityAdministrator], ToLogReaders, Kept, InOrder, ForEver;
    WitnessMade, 53, "witness_made.1", "Lập lại dấu mốc thứ hai", [], ToLogReaders, Kept, Anyhow, ForEver;
    KeyDemanded, 55, "key_demanded.1", "Yêu cầu đổi khóa dữ liệu", [Head SecurityAdministrator], ToLogReaders, Kept, InOrder, ForEver;
    KeyChanged, 56, "key_changed.1", "Đổi khóa dữ liệu", [], ToLogReaders, Kept, Anyhow, ForEver;
    ClockAccepted, 15, "clock_accepted.1", "Xác nhận giờ máy", [Head], ToLogReaders, Kept, Anyhow, ForEver;
    RecoveryUsed, 16, "recovery_used.1", "Dùng phiếu khôi phục", [], ToLogReaders, Kept, Anyhow, ForEver;
    RecoveryRenewed, 17, "recovery_renewed.1", "Lập phiếu khôi phục mới", [Head SecurityAdministrator], ToLogReaders, Kept, InOrder, ForEver;
    TrustAdded, 18, "trust_added.1", "Thêm chứng thư tin cậy", [Head SecurityAdministrator], ToLogReaders, Kept, InOrder, ForEver;
    TrustRemoved, 19, "trust_removed.1", "Bỏ chứng thư tin cậy", [Head SecurityAdministrator], ToLogReaders, Kept, InOrder, ForEver;
    DossierMoved, 20, "dossier_moved.1", "Giải quyết hồ sơ", [Clerk Certifier Head], ToReaders, Handed, InOrder, ForEver;
    NoticeGiven, 21, "notice_given.1", "Lập phiếu tại quầy", [Clerk Certifier Head], ToReaders, Handed, InOrder, ForEver;
    DossierArrived, 22, "dossier_arrived.1", "Nhận hồ sơ trực tuyến", [Clerk Head], ToReaders, Handed, InOrder, ForEver;
    FeePaid, 23, "fee_paid.1", "Thu phí, lệ phí", [Clerk], ToReaders, Handed, InOrder, ForEver;
    PaymentCancelled, 24, "payment_cancelled.1", "Hủy biên lai", [Clerk Head], ToReaders, Handed, InOrder, ForEver;
    StatementImported, 25, "statement_imported.1", "Nhập sao kê ngân hàng", [Clerk Head], ToReaders, Handed, InOrder, ForEver;
    TicketDrawn, 26, "ticket_drawn.1", "Lấy số thứ tự", [Clerk], ToLogReaders, Handed, InOrder, ForEver;
    TicketMoved, 27, "ticket_moved.1", "Gọi số thứ tự", [Clerk Certifier], ToLogReaders, Handed, InOrder, ForEver;
    DocumentKept, 28, "document_kept.1", "Lưu giấy tờ vào kho", [Clerk Certifier Archivist], ToReaders, Handed, InOrder, ForEver;
    DocumentViewed, 29, "document_viewed.1", "Xem giấy tờ trong kho", [Clerk Certifier Notary Head Archivist], ToReaders, Look, InOrder, ForEver;
    DocumentRemoved, 30, "document_removed.1", "Xóa giấy tờ khỏi kho", [Head Archivist], ToReaders, Handed, InOrder, ForEver;
    // Who receives at the one-stop counter enters it in its book; who certifies, its kind says (TT 01/2020/TT-BTP).
    ActDone, 45, "act_done.1", "Chứng thực, công chứng", [Clerk Certifier Notary Head], ToReaders, Handed, InOrder, ForEver;
    ActAnnulled, 46, "act_annulled.1", "Hủy việc chứng thực, công chứng", [Certifier Notary Head], ToReaders, Handed, InOrder, ForEver;
    ActPrepared, 58, "act_prepared.1", "Chuyển ký số", [Clerk Certifier Notary Head], ToReaders, Handed, InOrder, ForEver;
    // Which of them, the preparation says: who made it, who is asked, the head.
    ActReturned, 59, "act_returned.1", "Trả lại bản chờ ký số", [Clerk Certifier Notary Head], ToReaders, Handed, InOrder, ForEver;
    DelegationGiven, 60, "delegation_given.1", "Ủy quyền chứng thực", [Head], ToLogReaders, Handed, InOrder, ForEver;
    DelegationEnded, 61, "delegation_ended.1", "Chấm dứt ủy quyền chứng thực", [Head], ToLogReaders, Handed, InOrder, ForEver;
    RemarkMade, 47, "remark_made.1", "Ghi chú", [Clerk Certifier Notary Head Archivist], ToReaders, Handed, InOrder, UntilErased;
    AttachmentAdded, 48, "attachment_added.1", "Đính kèm tệp", [Clerk Certifier Notary Head], ToReaders, Handed, InOrder, ForEver;
    AttachmentRemoved, 49, "attachment_removed.1", "Bỏ tệp đính kèm", [Clerk Certifier Notary Head], ToReaders, Handed, InOrder, ForEver;
    SettingsChanged, 31, "settings_changed.1", "Đổi thiết lập cơ quan", [Head], ToLogReaders, Handed, InOrder, ForEver;
    LawUpdated, 32, "law_updated.1", "Cập nhật dữ liệu pháp luật", [Head Archivist], ToLogReaders, Handed, InOrder, ForEver;
    Erased, 57, "erased.1", "Xóa dữ liệu theo quy định", [Head Archivist], ToReaders, Kept, InOrder, ForEver;
    // Codes are no one's data: who keeps the links to the province may enter them.
    PortalCodesEntered, 36, "portal_codes_entered.1", "Ghi mã trên Cổng", [Head SecurityAdministrator], ToLogReaders, Handed, InOrder, ForEver;
    ConflictSettled, 37, "conflict_settled.1", "Xử lý mâu thuẫn giữa các máy", [Head], ToReaders, Handed, InOrder, ForEver;
    BackupPlanned, 33, "backup_planned.1", "Đặt lịch sao lưu", [Head SecurityAdministrator], ToLogReaders, Handed, InOrder, ForEver;
    Exported, 34, "exported.1", "Xuất dữ liệu", [Clerk Certifier Head Archivist], ToLogReaders, Handed, InOrder, ForEver;
}

/// Roles that see people and dossiers.
pub const READERS: &[Role] =
    &[Role::Clerk, Role::Certifier, Role::Notary, Role::Head, Role::Archivist, Role::LodgingOwner];

/// Roles that read the log of everything that happened.
pub const LOG_READERS: &[Role] = &[Role::Head, Role::Archivist, Role::SecurityAdministrator];

/// Roles that may give a user `role`: whoever keeps the keys cannot make a reader.
pub fn granters(role: Role) -> &'static [Role] {
    if READERS.contains(&role) { &[Role::Head] } else { EventKind::UserAdded.facts().roles }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ledger's file knows a kind by its number alone.
    #[test]
    fn every_kind_has_a_number_of_its_own_without_gaps() {
        let mut numbers: Vec<i64> = EventKind::ALL.iter().map(|kind| kind.facts().number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=61).collect::<Vec<i64>>());
    }
}

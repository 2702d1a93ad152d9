//! Everything that happened, as typed and versioned entries.
//!
//! These forms are signed and kept for ever. Do not change a variant or a field that has been
//! released: add a new variant with the next number in its name, and keep reading the old one. The bytes of
//! every kind are frozen in `tests/golden`.
//! An entry is an [`Envelope`] and a payload, the event; see there how they are hashed, signed and kept.

mod about;
mod envelope;
mod erasure;
mod kind;
mod line;
mod settled;
mod whole;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    act::{Act, ActId, Delegation, DelegationId, Prepared},
    arrival::{Arrival, CounterNotice},
    attachment::{Attachment, AttachmentId},
    backup::{BackupPlan, WhyRestored},
    book::{Book, BookId, Issued, Lease, VolumeId},
    conflict::Settlement,
    document::{DocumentId, KeptDocument},
    dossier::{Dossier, DossierId},
    evidence::DocumentSigner,
    export::Export,
    payment::{Payment, PaymentId, Statement},
    person::{Identity, PersonId},
    portal_code::PortalCodes,
    register::BookLine,
    remark::Remark,
    settings::{LawUpdate, Settings},
    subject::Subject,
    ticket::{Ticket, TicketId, TicketStep},
    trust::{TrustItem, TrustSource},
    unit::Office,
    workflow::Move,
};

pub use crate::{
    id::{ContentHash, DeviceId, Hash, OfficeId, UserName, sha256},
    role::Role,
};
pub use about::{About, Bears, Part, Whom};
pub use envelope::{
    Branch, ENVELOPE_LIMIT, Envelope, FORMAT, Heads, MOST_SEEN, Moment, NO_HASH, Opened, Salt,
    Sealed, Seen, TAG, UnknownFormat, unsalted,
};
pub use erasure::{Erasure, ErasureError, MOST_ERASED};
pub use kind::{Dated, Door, EventKind, Facts, LOG_READERS, Lasts, READERS, Shown, granters};

/// A user of the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Login name.
    pub name: UserName,
    /// Full name, as printed under signatures.
    pub full_name: String,
    /// Position (chức danh).
    pub title: String,
    /// Roles, sorted.
    pub roles: Vec<Role>,
}

/// Why a person's record was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Receiving or handling a dossier.
    Reception,
    /// Searching the lists.
    Search,
    /// Printing again.
    Reprint,
}

/// A document that the suite made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    /// Mẫu 01: giấy tiếp nhận hồ sơ và hẹn trả kết quả.
    Receipt,
    /// Mẫu 02: phiếu yêu cầu bổ sung, hoàn thiện hồ sơ.
    Supplement,
    /// Mẫu 03: phiếu từ chối tiếp nhận giải quyết hồ sơ.
    Refusal,
    /// Mẫu 04: văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết.
    Apology,
    /// Mẫu 05: thông báo dừng giải quyết hồ sơ.
    StopNotice,
    /// Mẫu 06: phiếu kiểm soát quá trình giải quyết hồ sơ.
    ControlSheet,
    /// Biên lai thu phí, lệ phí.
    FeeReceipt,
    /// Giấy biên nhận trả kết quả.
    ResultReceipt,
    /// The electronic application form as it is printed.
    Application,
    /// Phiếu bàn giao hồ sơ.
    Handover,
    /// Lời chứng of an act.
    Wording,
    /// The signed file of an electronic act with a time stamp added behind its signature (B-T, B-LT).
    Stamped,
    /// The same with all that proves its certificates, and a time stamp over it (B-LTA): nothing is left to be added.
    LongTerm,
}

/// Whether a paper tells the numbers of what it is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbering {
    /// All of them.
    #[default]
    Issued,
    /// One was awaited when it was drawn: once it has come the paper is drawn anew.
    Awaited,
}

impl Numbering {
    fn is_issued(&self) -> bool {
        *self == Self::Issued
    }
}

/// What of its subject a paper tells: it is made again for this, never for the latest of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperOf {
    /// Its beginning: the reception of a dossier, an act.
    Beginning,
    /// The step of a dossier before which so many others had been taken ([`Move::seen`]).
    Step(u32),
    /// The payment.
    Payment(PaymentId),
}

impl PaperKind {
    /// Whether the program keeps such a paper by itself, in whoever's session it is: nobody made it or handed it out.
    pub fn is_own(self) -> bool {
        match self {
            Self::Stamped | Self::LongTerm => true,
            Self::Receipt
            | Self::Supplement
            | Self::Refusal
            | Self::Apology
            | Self::StopNotice
            | Self::ControlSheet
            | Self::FeeReceipt
            | Self::ResultReceipt
            | Self::Application
            | Self::Handover
            | Self::Wording => false,
        }
    }

    /// Every kind.
    pub const ALL: [PaperKind; 13] = [
        PaperKind::Receipt,
        PaperKind::Supplement,
        PaperKind::Refusal,
        PaperKind::Apology,
        PaperKind::StopNotice,
        PaperKind::ControlSheet,
        PaperKind::FeeReceipt,
        PaperKind::ResultReceipt,
        PaperKind::Application,
        PaperKind::Handover,
        PaperKind::Wording,
        PaperKind::Stamped,
        PaperKind::LongTerm,
    ];

    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            PaperKind::Receipt => "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
            PaperKind::Supplement => "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
            PaperKind::Refusal => "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
            PaperKind::Apology => "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
            PaperKind::StopNotice => "Thông báo dừng giải quyết hồ sơ",
            PaperKind::ControlSheet => "Phiếu kiểm soát quá trình giải quyết hồ sơ",
            PaperKind::FeeReceipt => "Biên lai thu phí, lệ phí",
            PaperKind::ResultReceipt => "Giấy biên nhận trả kết quả",
            PaperKind::Application => "Tờ khai",
            PaperKind::Handover => "Phiếu bàn giao hồ sơ",
            PaperKind::Wording => "Lời chứng",
            PaperKind::Stamped => "Bản điện tử có dấu thời gian",
            PaperKind::LongTerm => "Bản điện tử lưu trữ lâu dài",
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum Event {
    /// The office was set up.
    #[serde(rename = "office_founded.1")]
    OfficeFounded {
        /// The office.
        office: Office,
    },
    /// A device joined; its key signs from here on. The first entry of every chain. The founder's is the
    /// office's first entry, a restored copy's is followed by [`Event::Restored`], any other's key was let in by
    /// [`Event::DeviceAdmitted`].
    #[serde(rename = "device_enrolled.1")]
    DeviceEnrolled {
        /// The device.
        device: DeviceId,
        /// Ed25519 public key, 64 hex digits.
        public_key: String,
        /// Name of the machine as the user gave it.
        label: String,
    },
    /// Another machine of the office may join: the head knows it by this key.
    #[serde(rename = "device_admitted.1")]
    DeviceAdmitted {
        /// The device.
        device: DeviceId,
        /// Ed25519 public key, 64 hex digits.
        public_key: String,
        /// Name of the machine as it was asked for.
        label: String,
    },
    /// What a copy of a machine wrote with the machine's key counts too.
    #[serde(rename = "branch_admitted.1")]
    BranchAdmitted {
        /// Which entries.
        branch: Branch,
    },
    /// A user may log in.
    #[serde(rename = "user_added.1")]
    UserAdded {
        /// The user.
        user: User,
    },
    /// A user's full name, position or roles are others from now on; login name and password stay.
    #[serde(rename = "user_changed.1")]
    UserChanged {
        /// The user as they are now.
        user: User,
    },
    /// A user's rights ended; what they signed stays theirs.
    #[serde(rename = "user_disabled.1")]
    UserDisabled {
        /// The user.
        user: UserName,
        /// Why.
        reason: String,
    },
    /// A user whose rights had ended has rights again: the same person, as they are now. A login name is never
    /// given to a second one.
    #[serde(rename = "user_enabled.1")]
    UserEnabled {
        /// The user.
        user: User,
    },
    /// A user's password was set anew.
    #[serde(rename = "password_changed.1")]
    PasswordChanged {
        /// The user.
        user: UserName,
    },
    /// Wrong passwords before the login that wrote this.
    #[serde(rename = "logins_failed.1")]
    LoginsFailed {
        /// The user name they were tried for.
        user: UserName,
        /// How many.
        count: u32,
    },
    /// The office keeps a book from here on.
    #[serde(rename = "book_opened.1")]
    BookOpened {
        /// The book.
        book: Box<Book>,
    },
    /// A volume of a book takes numbers from here on: a year's first one with its first number.
    #[serde(rename = "volume_opened.1")]
    VolumeOpened {
        /// Which.
        id: VolumeId,
        /// Its first number is the next after this one.
        after: u32,
        /// Day of its opening.
        day: Date,
        /// The lease under which this machine numbers the book: it counts from that lease's holder alone.
        epoch: u32,
    },
    /// A volume takes no number any more (khóa sổ).
    #[serde(rename = "volume_closed.1")]
    VolumeClosed {
        /// Which.
        id: VolumeId,
        /// Its last number; that before its first where it is empty.
        last: u32,
        /// How many numbers stand in it.
        count: u32,
        /// Day of its closing.
        day: Date,
        /// As in [`Event::VolumeOpened`].
        epoch: u32,
    },
    /// A device got the right to issue numbers: from the founding, from the device that held it, or from the head
    /// after a restore.
    #[serde(rename = "lease_taken.1")]
    LeaseTaken {
        /// The lease.
        lease: Lease,
    },
    /// A number that an entry waited for, issued by the device that holds the book.
    #[serde(rename = "number_assigned.1")]
    NumberAssigned {
        /// Place of the entry that waited, see [`Envelope::place`].
        place: u64,
        /// The number.
        number: Issued,
    },
    /// A document was read or a person typed, with the legal basis or consent.
    #[serde(rename = "identity_read.1")]
    IdentityRead {
        /// What it said and how strong the proof is.
        identity: Box<Identity>,
        /// The photo of the chip, as a blob.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        face: Option<ContentHash>,
        /// Who signed the chip's data, where the signature holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signer: Option<DocumentSigner>,
        /// Legal basis or consent.
        legal_basis: String,
    },
    /// Someone looked at a person's record.
    #[serde(rename = "person_viewed.1")]
    PersonViewed {
        /// Whose record.
        who: PersonId,
        /// Why.
        purpose: Purpose,
    },
    /// Two who were taken for two people are one.
    #[serde(rename = "people_merged.1")]
    PeopleMerged {
        /// The one.
        one: PersonId,
        /// The other.
        other: PersonId,
        /// Why.
        reason: String,
    },
    /// Two are not one person: a merge of them was a mistake.
    #[serde(rename = "people_parted.1")]
    PeopleParted {
        /// The one.
        one: PersonId,
        /// The other.
        other: PersonId,
        /// Why.
        reason: String,
    },
    /// A telling is not of the person whom it names: with what came with it, it stands for a person of its own.
    #[serde(rename = "person_split.1")]
    PersonSplit {
        /// The telling.
        who: PersonId,
        /// Why.
        reason: String,
    },
    /// A dossier was received.
    #[serde(rename = "dossier_received.1")]
    DossierReceived {
        /// The dossier.
        dossier: Box<Dossier>,
    },
    /// A reception was a mistake: a correcting entry. Its numbers stay used.
    #[serde(rename = "dossier_annulled.1")]
    DossierAnnulled {
        /// Which.
        dossier: DossierId,
        /// Why.
        reason: String,
    },
    /// A document was made and kept.
    #[serde(rename = "paper_made.1")]
    PaperMade {
        /// For what.
        subject: Subject,
        /// Which form.
        kind: PaperKind,
        /// What of it.
        of: PaperOf,
        /// The PDF, as a blob.
        content: ContentHash,
        /// Whether it tells its numbers.
        #[serde(default, skip_serializing_if = "Numbering::is_issued")]
        numbers: Numbering,
    },
    /// A backup was written.
    #[serde(rename = "backup_made.1")]
    BackupMade {
        /// Entries it holds.
        entries: u64,
        /// The newest of them.
        head: Seen,
        /// SHA-256 of its manifest, which holds the digests of its files.
        manifest: ContentHash,
    },
    /// This ledger was restored, or is older than it was: a new device goes on from here. Each book waits until
    /// a lease tells its last number on paper.
    #[serde(rename = "restored.1")]
    Restored {
        /// The machine in whose place this one goes on: what it wrote later and nobody heard is lost.
        lost: DeviceId,
        /// The newest entry that came back.
        from: Seen,
        /// Why.
        why: WhyRestored,
        /// The books that wait: all but those that another seat held.
        books: Vec<BookId>,
    },
    /// The second witness of the ledger's length was not there and was made anew.
    #[serde(rename = "witness_made.1")]
    WitnessMade,
    /// Somebody may have the database key: it is to change.
    #[serde(rename = "key_demanded.1")]
    KeyDemanded,
    /// The database key of this machine was changed.
    #[serde(rename = "key_changed.1")]
    KeyChanged,
    /// It was decided where and when backups are made by themselves.
    #[serde(rename = "backup_planned.1")]
    BackupPlanned {
        /// The plan from here on.
        plan: Box<BackupPlan>,
    },
    /// Books, figures or dossiers left the ledger as a file or on paper.
    #[serde(rename = "exported.1")]
    Exported {
        /// What.
        export: Box<Export>,
    },
    /// The head confirmed that the clock, which now tells an earlier time than the device's newest
    /// entry, is right.
    #[serde(rename = "clock_accepted.1")]
    ClockAccepted {
        /// Time of the newest entry before.
        last: Timestamp,
    },
    /// The printed recovery code opened the ledger; the user's password is set anew with it.
    #[serde(rename = "recovery_used.1")]
    RecoveryUsed {
        /// For whom.
        user: UserName,
    },
    /// A new recovery sheet was made; the old one no longer opens this ledger.
    #[serde(rename = "recovery_renewed.1")]
    RecoveryRenewed,
    /// A country signer's certificate or a revocation list is trusted from here on.
    #[serde(rename = "trust_added.1")]
    TrustAdded {
        /// Which; its DER bytes are a blob.
        item: TrustItem,
        /// From which file, and why.
        source: Box<TrustSource>,
    },
    /// A certificate or revocation list is no longer trusted.
    #[serde(rename = "trust_removed.1")]
    TrustRemoved {
        /// Its SHA-256.
        fingerprint: ContentHash,
        /// Why.
        reason: String,
    },
    /// A dossier went a step on, or a step was taken back.
    #[serde(rename = "dossier_moved.1")]
    DossierMoved {
        /// The step.
        movement: Box<Move>,
    },
    /// A citizen was told in writing what is missing or refused, without a dossier.
    #[serde(rename = "notice_given.1")]
    NoticeGiven {
        /// The paper.
        notice: Box<CounterNotice>,
    },
    /// A dossier that was filed elsewhere came in.
    #[serde(rename = "dossier_arrived.1")]
    DossierArrived {
        /// The dossier; the message is a blob.
        arrival: Box<Arrival>,
    },
    /// A fee was paid.
    #[serde(rename = "fee_paid.1")]
    FeePaid {
        /// The payment.
        payment: Box<Payment>,
    },
    /// A payment was a mistake or was paid back; its number stays used.
    #[serde(rename = "payment_cancelled.1")]
    PaymentCancelled {
        /// Which.
        payment: PaymentId,
        /// Why.
        reason: String,
    },
    /// A bank statement was read in.
    #[serde(rename = "statement_imported.1")]
    StatementImported {
        /// What was in it.
        statement: Box<Statement>,
    },
    /// A ticket was drawn.
    #[serde(rename = "ticket_drawn.1")]
    TicketDrawn {
        /// The ticket.
        ticket: Ticket,
    },
    /// A ticket was called, served or missed.
    #[serde(rename = "ticket_moved.1")]
    TicketMoved {
        /// Which.
        ticket: TicketId,
        /// What happened.
        step: TicketStep,
    },
    /// A document was put into a person's store; the file is a blob.
    #[serde(rename = "document_kept.1")]
    DocumentKept {
        /// The document.
        document: Box<KeptDocument>,
    },
    /// Someone looked at a kept document.
    #[serde(rename = "document_viewed.1")]
    DocumentViewed {
        /// Which.
        document: DocumentId,
        /// Why.
        purpose: Purpose,
    },
    /// A document left the store; its content is erased.
    #[serde(rename = "document_removed.1")]
    DocumentRemoved {
        /// Which.
        document: DocumentId,
        /// Why.
        reason: String,
    },
    /// An act was done.
    #[serde(rename = "act_done.1")]
    ActDone {
        /// The act.
        act: Box<Act>,
    },
    /// An act was a mistake: a correcting entry. Its number stays used.
    #[serde(rename = "act_annulled.1")]
    ActAnnulled {
        /// Which.
        act: ActId,
        /// Why.
        reason: String,
    },
    /// An electronic act was prepared and waits for its signature; its pages are blobs. [`Event::ActDone`] with its
    /// id completes it.
    #[serde(rename = "act_prepared.1")]
    ActPrepared {
        /// The coming act.
        prepared: Box<Prepared>,
    },
    /// What waited for a signature is not signed: a preparation was returned, or taken back.
    #[serde(rename = "act_returned.1")]
    ActReturned {
        /// Which.
        act: ActId,
        /// Why.
        reason: String,
    },
    /// Somebody may certify acts of some kinds by a decision, for some days.
    #[serde(rename = "delegation_given.1")]
    DelegationGiven {
        /// The decision.
        delegation: Box<Delegation>,
    },
    /// A delegation ended before its last day: it covers nothing any more.
    #[serde(rename = "delegation_ended.1")]
    DelegationEnded {
        /// Which.
        delegation: DelegationId,
        /// Why.
        reason: String,
    },
    /// Something was noted on a subject.
    #[serde(rename = "remark_made.1")]
    RemarkMade {
        /// What.
        remark: Box<Remark>,
    },
    /// A file was put to a subject; the file is a blob.
    #[serde(rename = "attachment_added.1")]
    AttachmentAdded {
        /// Which.
        attachment: Box<Attachment>,
    },
    /// A file left its subject; its content is erased.
    #[serde(rename = "attachment_removed.1")]
    AttachmentRemoved {
        /// Which.
        attachment: AttachmentId,
        /// Why.
        reason: String,
    },
    /// What entries said was erased wherever they are.
    #[serde(rename = "erased.1")]
    Erased {
        /// Which, and why.
        erasure: Box<Erasure>,
    },
    /// The office changed its settings.
    #[serde(rename = "settings_changed.1")]
    SettingsChanged {
        /// All of them, as they are from here on.
        settings: Box<Settings>,
    },
    /// Law data was brought up to date; the data is a blob.
    #[serde(rename = "law_updated.1")]
    LawUpdated {
        /// The update.
        update: Box<LawUpdate>,
    },
    /// The head decided what becomes of an entry that contradicts an earlier one.
    #[serde(rename = "conflict_settled.1")]
    ConflictSettled {
        /// Which, and how.
        settlement: Box<Settlement>,
    },
    /// A line was written into a book that has no other events of its own.
    #[serde(rename = "line_written.1")]
    LineWritten {
        /// The line.
        line: Box<BookLine>,
    },
    /// Codes of the national portal were entered or corrected.
    #[serde(rename = "portal_codes_entered.1")]
    PortalCodesEntered {
        /// The codes; over earlier ones of the same name from their day on.
        codes: Box<PortalCodes>,
    },
}

impl Event {
    /// The payload's bytes after its salt: JSON, keys sorted, no white space, integers only.
    ///
    /// # Errors
    /// [`UnreadableEntry`] where it holds what has no form in JSON.
    pub fn canonical(&self) -> Result<Vec<u8>, UnreadableEntry> {
        canonical(self)
    }

    /// What happened, in words, for the log screen; of a dossier's step, which.
    pub fn label(&self) -> &'static str {
        match self {
            Event::DossierMoved { movement } => movement.step.label(),
            other => EventKind::of(other).facts().label,
        }
    }
}

/// One entry of one device's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who wrote it, where and when.
    pub envelope: Envelope,
    /// What.
    pub what: Event,
}

/// An entry's bytes that are no entry this version knows. Only the place of the trouble is kept: the
/// parser's own words may quote what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Mục ghi không đọc được: có thể do phiên bản mới hơn viết hoặc dữ liệu đã hỏng. Không có gì bị thay đổi. Hãy cập nhật chương trình hoặc chạy kiểm tra sổ."
)]
pub struct UnreadableEntry {
    /// Line from 1; 0 where the bytes are an entry but not in its one form.
    pub line: usize,
    /// Column from 1.
    pub column: usize,
}

impl From<serde_json::Error> for UnreadableEntry {
    fn from(error: serde_json::Error) -> Self {
        Self { line: error.line(), column: error.column() }
    }
}

impl crate::Explain for UnreadableEntry {
    fn code(&self) -> &'static str {
        "OFF-30"
    }
    fn english(&self) -> String {
        "An entry cannot be read: a newer version wrote it or the data is damaged. Nothing was changed. Update the program or run the check.".into()
    }
}

fn canonical<T: Serialize>(value: &T) -> Result<Vec<u8>, UnreadableEntry> {
    let value = serde_json::to_value(value)?;
    let mut out = Vec::with_capacity(512);
    write_sorted(&value, &mut out)?;
    Ok(out)
}

/// Sorts keys itself: another crate may switch serde_json's maps to insertion order.
fn write_sorted(value: &serde_json::Value, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    match value {
        serde_json::Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            out.push(b'{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                serde_json::to_writer(&mut *out, key)?;
                out.push(b':');
                write_sorted(&map[key], out)?;
            }
            out.push(b'}');
        }
        serde_json::Value::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write_sorted(item, out)?;
            }
            out.push(b']');
        }
        serde_json::Value::Number(n) if n.is_f64() => {
            return Err(serde::ser::Error::custom("no floats in entries"));
        }
        plain => serde_json::to_writer(&mut *out, plain)?,
    }
    Ok(())
}

//! What the log says of an entry: who did what, and with which matter; it names no citizen.

use std::collections::HashMap;

use jiff::civil::Date;
use ledger::{EventKind, LogLine};
use office::{
    backup::WhyRestored,
    book::BookId,
    entry::{Event, Purpose, UserName},
    person::PersonId,
    subject::Subject,
    ticket::TicketStep,
};

use crate::{clock, desk::steps};

/// One entry, in words.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    pub(super) at: String,
    pub(super) who: String,
    pub(super) what: &'static str,
    /// `None` for roles that see no dossiers.
    pub(super) detail: Option<String>,
}

/// What matters are called.
pub struct Words<'a> {
    /// What a subject is known by.
    pub code: &'a dyn Fn(&Subject) -> String,
    /// A book's name.
    pub book: &'a dyn Fn(BookId) -> String,
    /// What a person is known by.
    pub known: &'a dyn Fn(PersonId) -> String,
}

impl Row {
    /// An entry in words. `names` gives full names, `detail` what an entry is about.
    pub fn of(
        line: LogLine,
        names: &HashMap<UserName, String>,
        detail: impl Fn(&Event) -> String,
    ) -> Self {
        let login = &line.user.0;
        let who = match names.get(&line.user) {
            Some(name) => format!("{name} ({login})"),
            None => login.clone(),
        };
        let (who, what) = done(who, line.kind, line.entry.as_ref().map(|entry| &entry.what));
        Self {
            at: clock::local(line.at).strftime("%d/%m/%Y %H:%M:%S").to_string(),
            who,
            what,
            detail: match line.entry {
                None if line.erased => Some("nội dung đã xóa theo quy định".into()),
                entry => entry.map(|entry| detail(&entry.what)),
            },
        }
    }
}

/// Who did what. What the program wrote by itself nobody did who was logged in; roles that do not see the entry are told
/// its kind alone.
pub(super) fn done(
    who: String,
    kind: Option<EventKind>,
    event: Option<&Event>,
) -> (String, &'static str) {
    match (kind, event) {
        (_, Some(Event::PaperMade { kind, .. })) if kind.is_own() => {
            (format!("Chương trình, trong phiên của {who}"), "Chương trình tự cất giấy tờ")
        }
        (Some(kind), _) => (who, kind.facts().label),
        (None, _) => (who, "Việc do phiên bản mới hơn ghi"),
    }
}

/// What happened, as [`Event::label`] names it: a line may come without its event.
/// What the entry is about, in the fewest words that still let it be found.
pub fn detail(event: &Event, words: &Words<'_>) -> String {
    let Words { code, book, known } = words;
    match event {
        Event::OfficeFounded { office } => office.name.clone(),
        Event::DeviceEnrolled { label, .. } | Event::DeviceAdmitted { label, .. } => label.clone(),
        Event::BranchAdmitted { branch } => {
            format!("{} mục ghi", (branch.to + 1).saturating_sub(branch.from))
        }
        Event::NumberAssigned { number, .. } => {
            let series = number.series;
            format!("{}, số {}", series.named(&book(series.book)), number.value)
        }
        Event::LineWritten { line } => book(line.book),
        Event::BookOpened { book } => book.label.clone(),
        Event::VolumeOpened { id, .. } => id.named(&book(id.book)),
        Event::VolumeClosed { id, last, count, .. } => {
            format!("{}: {count} số, số cuối {last}", id.named(&book(id.book)))
        }
        Event::ConflictSettled { settlement } => {
            format!("{}: {}", settlement.kind.label(), settlement.words)
        }
        Event::UserAdded { user } | Event::UserEnabled { user } | Event::UserChanged { user } => {
            let roles: Vec<_> = user.roles.iter().map(|role| role.label()).collect();
            format!("{}: {}", user.name.0, roles.join(", "))
        }
        Event::UserDisabled { user, reason } => format!("{}. Lý do: {reason}", user.0),
        Event::PasswordChanged { user } | Event::RecoveryUsed { user } => user.0.clone(),
        Event::ClockAccepted { last } => {
            format!("mục ghi trước đó lúc {}", clock::local(*last).strftime("%H:%M:%S %d/%m/%Y"))
        }
        Event::RecoveryRenewed | Event::WitnessMade | Event::KeyDemanded | Event::KeyChanged => {
            String::new()
        }
        Event::TrustAdded { item, source } => {
            format!(
                "{} {} – {} ({}), SHA-256 {}",
                item.kind.label(),
                item.country,
                item.name,
                source.file,
                item.fingerprint.0
            )
        }
        Event::TrustRemoved { fingerprint, reason } => {
            format!("SHA-256 {}. Lý do: {reason}", fingerprint.0)
        }
        Event::LoginsFailed { user, count } => format!("{}, {count} lần", user.0),
        Event::LeaseTaken { lease } => {
            let after = match lease.after {
                0 => String::new(),
                after => format!(", sau số {after} trên giấy"),
            };
            format!("{}, năm {}{after}", book(lease.book), lease.year)
        }
        Event::IdentityRead { identity, .. } => {
            let evidence = identity.evidence.label();
            match &identity.person.number {
                Some(number) => format!("{} – {evidence}", number.grouped()),
                None => evidence.to_owned(),
            }
        }
        Event::PersonViewed { who, purpose } => {
            format!("{} – {}", known(*who), self::purpose(*purpose))
        }
        Event::PeopleMerged { one, other, reason } | Event::PeopleParted { one, other, reason } => {
            format!("{} và {}. Lý do: {reason}", known(*one), known(*other))
        }
        Event::PersonSplit { who, reason } => format!("{}. Lý do: {reason}", known(*who)),
        Event::DossierReceived { dossier } => dossier.code_label(),
        Event::DossierAnnulled { dossier, reason } => {
            format!("{}. Lý do: {reason}", code(&dossier.into()))
        }
        Event::PaperMade { subject, kind, .. } => format!("{} {}", kind.label(), code(subject)),
        Event::DossierMoved { movement } => {
            let step = &movement.step;
            format!(
                "{}: {}. {}",
                code(&(&movement.dossier).into()),
                step.label(),
                steps::detail(step)
            )
        }
        Event::NoticeGiven { notice } => {
            format!("{}. Lý do: {}", notice.procedure.name, notice.reason)
        }
        Event::DossierArrived { arrival } => {
            format!("{} – {}", arrival.code, arrival.procedure_name)
        }
        Event::FeePaid { payment } => format!(
            "{}, {}, {}",
            payment.total(),
            payment.method.label().to_lowercase(),
            code(&payment.subject)
        ),
        Event::ActDone { act } => act.name(),
        Event::ActPrepared { prepared } => {
            let asked = prepared.asked.as_ref();
            let asked =
                asked.map_or_else(|| "người có thẩm quyền".to_owned(), |user| user.0.clone());
            format!("{}, {} trang, chuyển {asked}", prepared.act.label, prepared.pages.len())
        }
        Event::ActAnnulled { act, reason } => {
            format!("{}. Lý do: {reason}", code(&act.into()))
        }
        // What a remark says stays with its subject.
        Event::RemarkMade { remark } => code(&remark.subject),
        Event::Erased { erasure } => {
            let of = erasure.subject.as_ref().map(|subject| format!("{}: ", code(subject)));
            let (of, count) = (of.unwrap_or_default(), erasure.entries.len());
            let (basis, reason) = (&erasure.legal_basis, &erasure.reason);
            format!("{of}{count} mục, đã xóa theo {basis}. Lý do: {reason}")
        }
        Event::AttachmentAdded { attachment } => code(&attachment.subject),
        Event::DelegationGiven { delegation } => {
            format!(
                "{}: {}, {} loại việc",
                delegation.to.0,
                delegation.words(),
                delegation.kinds.len()
            )
        }
        Event::PaymentCancelled { reason, .. }
        | Event::DocumentRemoved { reason, .. }
        | Event::ActReturned { reason, .. }
        | Event::DelegationEnded { reason, .. }
        | Event::AttachmentRemoved { reason, .. } => {
            format!("Lý do: {reason}")
        }
        Event::StatementImported { statement } => format!(
            "{}: {} dòng khớp, {} dòng đã biết, {} dòng không khớp",
            statement.file,
            statement.matched.len(),
            statement.known,
            statement.unmatched
        ),
        Event::TicketDrawn { ticket } => match ticket.number.issued() {
            Some(number) => format!("số {}, {}", number.value, ticket.queue),
            None => ticket.queue.clone(),
        },
        Event::TicketMoved { step, .. } => match step {
            TicketStep::Called(counter) => format!("mời đến {counter}"),
            TicketStep::Served => "đã phục vụ".into(),
            TicketStep::Absent => "vắng mặt".into(),
        },
        Event::DocumentKept { document } => {
            format!("{} – {}", known(document.owner), document.kind.label())
        }
        Event::DocumentViewed { purpose, .. } => self::purpose(*purpose).to_owned(),
        Event::SettingsChanged { .. } => String::new(),
        Event::LawUpdated { update } => format!(
            "{}, bản {}, {} thay đổi {}",
            update.kind.label(),
            update.version,
            update.changes,
            update.file
        ),
        Event::PortalCodesEntered { codes } => {
            let file = if codes.file.is_empty() { "gõ tay" } else { &codes.file };
            format!("{} mã, {file}. Nguồn: {}", codes.codes.len(), codes.words)
        }
        Event::BackupMade { entries, .. } => format!("{entries} mục ghi"),
        Event::Restored { from, why, .. } => {
            let why = match why {
                WhyRestored::Backup => "từ bản sao lưu".to_owned(),
                WhyRestored::Older { known } => format!("cũ hơn dấu mốc {known}"),
                WhyRestored::Unwitnessed => "không có dấu mốc".to_owned(),
            };
            format!("đến mục {}, {why}", from.sequence)
        }
        Event::BackupPlanned { plan } if plan.folder.is_empty() => {
            format!("không tự sao lưu, nhắc sau {} ngày", plan.remind_days)
        }
        Event::BackupPlanned { plan } => format!(
            "{} từ {} mỗi ngày, giữ {} bản",
            plan.folder,
            plan.at.strftime("%H:%M"),
            plan.keep
        ),
        Event::Exported { export } => {
            let day = |day: Date| day.strftime("%d/%m/%Y").to_string();
            let from = export.from.map_or_else(|| "đầu".to_owned(), day);
            format!(
                "{}, từ {from} đến {}, {}, {} dòng, SHA-256 {}",
                export.kind.label(),
                day(export.to),
                export.format.label(),
                export.rows,
                export.content.0
            )
        }
    }
}

fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Reception => "tiếp nhận hoặc giải quyết hồ sơ",
        Purpose::Search => "tra cứu",
        Purpose::Reprint => "mở lại hồ sơ",
    }
}

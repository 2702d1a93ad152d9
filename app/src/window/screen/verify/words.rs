//! The words of a verdict: one outcome for a file and for a signature, who says when, what was not checked.

use jiff::Timestamp;
use reports::{
    Verification,
    verify::{Checked, Effect, Overall, Reason, Status, TimeSource, Verdict},
};
use widgets::Tone;

use crate::{
    clock,
    verifying::{Examined, lacks_only_trust},
};

/// What an empty list says.
pub const EMPTY: &str = "Thả một hoặc nhiều tệp vào cửa sổ, hoặc bấm F2 để chọn. Tệp không được gửi đi đâu và không bị sửa.\n\
    Kiểm tra không cần mạng: chứng thư có bị thu hồi hay không chỉ biết được khi tệp mang theo dữ liệu chứng minh.";

/// What stands above the list while nobody is trusted.
pub const NO_AUTHORITY: &str = "Chưa tin cậy nơi cấp chữ ký số nào nên chưa chữ ký nào được coi là hợp lệ. Lãnh đạo hoặc quản trị an toàn thông tin thêm chứng thư gốc ở F10 → Nơi cấp chữ ký số.";

/// What is missing where only the issuer is not trusted.
pub const ONLY_TRUST: &str = "Nội dung được ký còn nguyên, nhưng nơi cấp chứng thư chưa có trong danh sách tin cậy của cơ quan, nên chưa biết người ký có đúng là người ghi trong chứng thư. Khi đã thêm chứng thư gốc đúng của nơi cấp thì kiểm tra lại (F5).";

/// A file's outcome in a few words.
pub fn outcome(examined: &Examined) -> (&'static str, Tone) {
    match &examined.verdict {
        Err(_) => ("Không đọc được", Tone::Bad),
        Ok(verdict) => match verdict.overall {
            Overall::Valid => ("Hợp lệ", Tone::Good),
            Overall::ValidChangedLater => ("Hợp lệ, nhưng đã sửa thêm sau khi ký", Tone::Caution),
            Overall::Invalid if lacks_only_trust(verdict) => {
                ("Không hợp lệ: chưa tin cậy nơi cấp", Tone::Caution)
            }
            Overall::Invalid => ("Không hợp lệ", Tone::Bad),
            Overall::Unsigned => ("Chưa ký", Tone::Plain),
        },
    }
}

/// A file's outcome as the window's title says it.
pub fn title(examined: &Examined) -> &'static str {
    match &examined.verdict {
        Err(_) => "Tệp không đọc được",
        Ok(verdict) => match verdict.overall {
            Overall::Valid => "Chữ ký hợp lệ",
            Overall::ValidChangedLater => "Chữ ký hợp lệ, tệp đã sửa thêm",
            Overall::Invalid => "Chữ ký không hợp lệ",
            Overall::Unsigned => "Tệp chưa ký",
        },
    }
}

/// A file's outcome as a sentence, with what to do.
pub fn outcome_in_full(examined: &Examined) -> (String, Tone) {
    let (_, tone) = outcome(examined);
    let words = match &examined.verdict {
        Err(error) => error.to_string(),
        Ok(verdict) => match verdict.overall {
            Overall::Valid => {
                "Hợp lệ: mọi chữ ký đều đúng và tệp không bị thay đổi sau khi ký.".into()
            }
            Overall::ValidChangedLater => {
                "Hợp lệ, nhưng tệp đã được sửa thêm sau khi ký: chỉ bản đã ký được bảo đảm. Hãy xem chỗ khác và bản đã ký.".into()
            }
            Overall::Invalid if lacks_only_trust(verdict) => ONLY_TRUST.into(),
            Overall::Invalid => {
                format!("Không hợp lệ, không được dựa vào tệp này: {}.", summary(examined))
            }
            Overall::Unsigned => "Chưa ký: tệp không có chữ ký số.".into(),
        },
    };
    (words, tone)
}

/// The gravest reason; the signers where there is none against the file.
pub fn summary(examined: &Examined) -> String {
    let verdict = match &examined.verdict {
        Ok(verdict) => verdict,
        Err(error) => return error.to_string(),
    };
    let gravest = all_reasons(verdict).max_by_key(|reason| reason.effect());
    match gravest.filter(|reason| reason.effect() != Effect::Note) {
        Some(reason) => reason.to_string(),
        None => {
            let names = verdict.signatures.iter().filter_map(|one| one.signer.as_deref());
            let names: Vec<&str> = names.collect();
            match names.is_empty() {
                true => verdict.reasons.first().map(ToString::to_string).unwrap_or_default(),
                false => format!("Người ký: {}", names.join("; ")),
            }
        }
    }
}

fn all_reasons(verdict: &Verdict) -> impl Iterator<Item = &Reason> {
    // Of equal ones the last counts for `max_by_key`: the file's own first.
    verdict.signatures.iter().rev().flat_map(|one| one.reasons.iter().rev()).chain(&verdict.reasons)
}

/// A signature's outcome.
pub fn status(one: &Checked) -> (&'static str, Tone) {
    match one.status {
        Status::Valid => ("hợp lệ", Tone::Good),
        Status::ValidChangedLater => ("hợp lệ, nhưng tệp đã sửa thêm sau khi ký", Tone::Caution),
        Status::Invalid => ("không hợp lệ", Tone::Bad),
    }
}

/// When it was signed, and who says so.
fn time(time: Option<(Timestamp, TimeSource)>) -> String {
    let Some((time, source)) = time else { return "không ghi".into() };
    let when = moment(time);
    match source {
        TimeSource::Timestamp => format!("{when}, theo dấu thời gian được tin cậy"),
        TimeSource::Signer => {
            format!("{when}, do máy của người ký ghi, không có dấu thời gian chứng thực")
        }
    }
}

/// A moment as papers write it, to the second, in Vietnam's time.
pub fn moment(time: Timestamp) -> String {
    clock::local(time).strftime("%H:%M:%S ngày %d/%m/%Y").to_string()
}

/// How much proof a signature carries, in words.
fn level(one: &Checked) -> String {
    let words = match one.level {
        reports::verify::Level::Basic => "chữ ký, không kèm bằng chứng",
        reports::verify::Level::Time => "có dấu thời gian",
        reports::verify::Level::LongTerm => "có dấu thời gian và bằng chứng chưa bị thu hồi",
        reports::verify::Level::Archive => {
            "có bằng chứng chưa bị thu hồi, bảo vệ bằng dấu thời gian để lưu trữ"
        }
    };
    format!("{} ({words})", one.level)
}

/// What is told of a signature, each by its name.
pub fn facts(one: &Checked, verdict: &Verdict) -> Vec<(&'static str, String, Tone)> {
    let unread = || "không đọc được".to_owned();
    let part = match one.revision {
        Some(_) if one.covers_whole_file => "toàn bộ tệp".to_owned(),
        Some(revision) => {
            format!("lần lưu thứ {revision} trong {} lần lưu của tệp", verdict.revisions)
        }
        None => "không xác định được".into(),
    };
    let (whole, whole_tone) = integrity(one);
    vec![
        ("Người ký", one.signer.clone().unwrap_or_else(unread), Tone::Plain),
        ("Tổ chức", one.organisation.clone().unwrap_or_else(|| "không ghi".into()), Tone::Plain),
        ("Nơi cấp chứng thư", one.issuer_title.clone().unwrap_or_else(unread), Tone::Plain),
        ("Thời điểm ký", time(one.time), Tone::Plain),
        ("Toàn vẹn", whole.into(), whole_tone),
        ("Phần được ký", part, Tone::Plain),
        ("Mức", level(one), Tone::Plain),
    ]
}

/// The sheet of a file that was verified.
pub fn sheet(file: String, by: String, examined: &Examined) -> Verification {
    let told = |reasons: &[&Reason]| {
        let told = reasons.iter().map(|reason| format!("{reason} ({})", reason.code()));
        told.collect::<Vec<_>>()
    };
    let verdict = examined.verdict.as_ref().ok();
    let signature = |one: &Checked, verdict: &Verdict| {
        let mut lines = vec![("Kết quả".to_owned(), status(one).0.to_owned())];
        let facts = facts(one, verdict).into_iter();
        lines.extend(facts.map(|(name, value, _)| (name.to_owned(), value)));
        let groups = Grouped::of(&one.reasons).titled().into_iter();
        lines.extend(
            groups.map(|(title, reasons, _)| (title.to_owned(), told(&reasons).join("; "))),
        );
        lines
    };
    let signatures = verdict.map(|verdict| {
        verdict.signatures.iter().map(|one| signature(one, verdict)).collect::<Vec<_>>()
    });
    let about = verdict.map(|verdict| told(&verdict.reasons.iter().collect::<Vec<_>>()));
    Verification {
        file,
        sha256: examined.sha256.as_ref().map(|hash| hash.0.clone()).unwrap_or_default(),
        at: clock::local(examined.at),
        by,
        outcome: outcome_in_full(examined).0,
        about_file: about.unwrap_or_default(),
        signatures: signatures.unwrap_or_default(),
    }
}

/// Whether the bytes are those that were signed.
fn integrity(one: &Checked) -> (&'static str, Tone) {
    match (one.intact, one.status) {
        (false, _) => ("không xác nhận được nội dung được ký còn nguyên", Tone::Bad),
        (true, Status::ValidChangedLater) => {
            ("bản đã ký còn nguyên; bản hiện tại có chỗ khác", Tone::Caution)
        }
        (true, Status::Valid | Status::Invalid) => ("nội dung được ký còn nguyên", Tone::Good),
    }
}

/// Reasons in the groups in which a reader asks for them.
pub struct Grouped<'a> {
    /// Why it is not valid.
    against: Vec<&'a Reason>,
    /// What differs from what was signed.
    changed: Vec<&'a Reason>,
    /// What could not be checked here.
    open: Vec<&'a Reason>,
    /// What is told besides.
    notes: Vec<&'a Reason>,
}

impl<'a> Grouped<'a> {
    /// Groups reasons.
    pub fn of(reasons: &'a [Reason]) -> Self {
        let with = |effect: Effect| reasons.iter().filter(move |one| one.effect() == effect);
        let (open, notes): (Vec<_>, Vec<_>) = with(Effect::Note).partition(|one| one.is_open());
        Self {
            against: with(Effect::Invalid).collect(),
            changed: with(Effect::Changed).collect(),
            open,
            notes,
        }
    }

    /// The groups that are not empty, each with its title.
    pub fn titled(self) -> Vec<(&'static str, Vec<&'a Reason>, Tone)> {
        let mut groups = vec![
            ("Vì sao không hợp lệ", self.against, Tone::Bad),
            ("Khác với bản đã ký", self.changed, Tone::Caution),
            ("Chưa kiểm tra được", self.open, Tone::Plain),
            ("Thông tin thêm", self.notes, Tone::Plain),
        ];
        groups.retain(|(_, reasons, _)| !reasons.is_empty());
        groups
    }
}

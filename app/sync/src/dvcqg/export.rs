//! A dossier of this office as the portal's messages.
//!
//! Everything comes from the dossier and its steps, so that both sides see one status (the step's, never
//! another one in its place). What the office does not know is left out; where the tables call it
//! obligatory it is a [`Gap`] with a sentence, and the caller sends nothing. Texts are cut where the
//! tables say so, and each cut is reported.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use office::{
    Explain,
    dossier::{Channel, Dossier, Fee, Proof, Status, Submitted},
    entry::ContentHash,
    evidence::Evidence,
    payment::{FeeKind, FeeLine, Payment},
    portal_code::{Coded, Collection},
    workflow::{Course, Courses, Move, Step, standing},
};

use super::{
    Service,
    message::{
        DossierMessage, FeeMessage, FileMessage, NumberMessage, PaperMessage, ProgressMessage,
        ResultMessage, SupplementMessage,
    },
    schema::{FaultKind, Schema},
    written,
};

/// The portal's own codes and the links under which it fetches files, as far as the office has them
/// (from `LayThuTuc` and the province). Nothing here is ever made up.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    /// Mã lĩnh vực.
    pub field: Option<String>,
    /// Mã thành phần hồ sơ, by the component's name.
    pub components: BTreeMap<String, String>,
    /// Mã kết quả, by the result's name.
    pub results: BTreeMap<String, String>,
    /// Mã phí, lệ phí, by the line's label.
    pub fees: BTreeMap<String, String>,
    /// Hình thức thu.
    pub collection: BTreeMap<Collection, String>,
    /// Links by content.
    pub links: BTreeMap<ContentHash, String>,
    /// Codes of earlier results that kept documents are, by content.
    pub earlier_results: BTreeMap<ContentHash, String>,
}

/// What is sent.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The dossier.
    pub dossier: &'a Dossier,
    /// Where it stands, annulled or not.
    pub course: &'a Course,
    /// All its steps, in order, those taken back included.
    pub moves: &'a [Move],
    /// Its payments, without cancelled ones.
    pub payments: &'a [&'a Payment],
    /// Name of the office.
    pub office: &'a str,
    /// Whether the citizen asked for the result by post; `None` where nobody asked them.
    pub by_post: Option<bool>,
    /// When the citizen filed it at the portal ([`Arrival::filed_at`](office::arrival::Arrival::filed_at));
    /// `None` for what was handed in here.
    pub filed_at: Option<DateTime>,
    /// The portal's codes.
    pub codes: &'a Codes,
}

/// Something obligatory that the office does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The field's place: `TaiLieuNop[0].MaThanhPhanHoSo`.
    pub path: String,
    /// What is missing and who can give it.
    pub sentence: String,
    /// Of what the portal's code is missing, where it is one that the office enters.
    pub code: Option<Coded>,
}

/// A text that was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The field's place.
    pub path: String,
    /// Characters that it had.
    pub from: usize,
    /// Characters that are left.
    pub to: usize,
}

/// The messages of one dossier.
#[derive(Clone, Debug)]
pub struct Export {
    /// The item of `DongBoHoSoMC`.
    pub dossier: DossierMessage,
    /// The items of `CapNhatTienDoHoSoMC`, reception first.
    pub progress: Vec<ProgressMessage>,
    /// What is missing: with gaps nothing is sent.
    pub gaps: Vec<Gap>,
    /// What was cut.
    pub cuts: Vec<Cut>,
}

/// Why a dossier cannot be written at all.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Steps that do not lead to where the dossier stands.
    #[error(
        "Các bước của hồ sơ không khớp trạng thái đang có. Chưa gửi gì. Hãy chạy kiểm tra sổ rồi gửi lại."
    )]
    Inconsistent,
    /// A message that cannot be written.
    #[error("Không ghi được thông điệp đồng bộ: {0}. Chưa gửi gì. Hãy báo bộ phận hỗ trợ.")]
    Unwritable(#[from] serde_json::Error),
}

impl Explain for ExportError {
    fn code(&self) -> &'static str {
        match self {
            Self::Inconsistent => "SYN-03",
            Self::Unwritable(_) => "SYN-04",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Inconsistent => "The dossier's steps do not lead to where it stands. Nothing was sent. Run the check, then send again.".into(),
            Self::Unwritable(e) => format!("The message cannot be written: {e}. Nothing was sent. Tell support."),
        }
    }
}

/// Collects what was cut.
#[derive(Default)]
struct Cuts(Vec<Cut>);

impl Cuts {
    /// At most `max` characters; a longer text keeps `keep` of them and `end`.
    fn cut(&mut self, path: String, text: &str, max: usize, keep: usize, end: &str) -> String {
        let from = text.chars().count();
        if from <= max {
            return text.to_owned();
        }
        self.0.push(Cut { path, from, to: keep + end.chars().count() });
        text.chars().take(keep).chain(end.chars()).collect()
    }
}

/// The messages of a dossier, with what is missing and what was cut.
///
/// # Errors
/// [`ExportError`] where the steps contradict the course.
pub fn export(source: &Source<'_>, schema: &Schema) -> Result<Export, ExportError> {
    let history = history(source)?;
    let mut cuts = Cuts::default();
    let dossier = dossier(source, &history, &mut cuts);
    let progress = progress(source, &history, &mut cuts);
    let mut gaps = Vec::new();
    if dossier.numbers.is_empty() {
        gaps.push(Gap {
            path: "DinhDanhCHS".into(),
            sentence: "Chưa có số định danh 12 số hoặc số CMND 9 số của chủ hồ sơ. Hãy đọc thẻ hoặc nhập số; mã của giấy tờ khác thì hỏi tỉnh.".into(),
            code: None,
        });
    }
    let items = std::iter::once((Service::Dossier, String::new(), serde_json::to_value(&dossier)?));
    let steps = progress.iter().enumerate().map(|(i, item)| {
        let path = format!("{}[{i}].", Service::Progress.name());
        Ok((Service::Progress, path, serde_json::to_value(item)?))
    });
    for item in items.map(Ok).chain(steps) {
        let (service, at, value) = item.map_err(ExportError::Unwritable)?;
        for fault in schema.check(service, &value) {
            let missing = fault.kind == FaultKind::Missing;
            let code = missing.then(|| code_of(&fault.path, source)).flatten();
            let sentence = match &code {
                Some(subject) => format!(
                    "{}: chưa có mã trên Cổng. Hãy ghi mã do tỉnh cấp, không được tự đặt mã.",
                    subject.label()
                ),
                None => sentence(&fault.path, &fault.kind, source),
            };
            gaps.push(Gap { sentence, path: format!("{at}{}", fault.path), code });
        }
    }
    Ok(Export { dossier, progress, gaps, cuts: cuts.0 })
}

/// What the office enters the code of that is missing at `path`.
fn code_of(path: &str, source: &Source<'_>) -> Option<Coded> {
    let procedure = &source.dossier.procedure;
    if path == "MaLinhVuc" {
        let name = procedure.field.clone();
        return (!name.is_empty()).then_some(Coded::Field { name });
    }
    let (place, field) = path.strip_prefix("DanhSachLePhi[")?.split_once("].")?;
    let (payment, line) = lines(source).nth(place.parse().ok()?)?;
    match field {
        "MaPhiLePhi" => {
            Some(Coded::Fee { procedure: procedure.code.clone(), line: line.label.clone() })
        }
        "HinhThucThu" => {
            Some(Coded::Collection { way: Collection::of(payment, source.course.ended) })
        }
        _ => None,
    }
}

/// What to do about a field.
fn sentence(path: &str, kind: &FaultKind, source: &Source<'_>) -> String {
    let field = path.rsplit('.').next().unwrap_or(path);
    if *kind != FaultKind::Missing {
        return format!(
            "Trường {path} có giá trị mà Cổng không nhận. Hãy kiểm tra lại dữ liệu này."
        );
    }
    match field {
        "MaHoSo" => "Hồ sơ đang chờ cấp số. Hãy gửi sau khi có mã hồ sơ.".into(),
        "TrangThaiHoSo" if source.course.status == Status::Annulled => {
            "Hồ sơ đã hủy tiếp nhận nên không có trạng thái để gửi.".into()
        }
        "MaThanhPhanHoSo" | "MaGiayToKetQua" => {
            format!(
                "Chưa có {path} của thủ tục này trên Cổng. Hãy cập nhật danh mục từ Cổng hoặc hỏi tỉnh; không được tự đặt mã."
            )
        }
        "DuongDanTaiTepTin" | "DuongDanTepTinKetQua" => format!(
            "Tệp của {path} chưa có đường dẫn để Cổng tải về. Hãy gửi tệp lên kho của tỉnh trước."
        ),
        "HinhThuc" => {
            "Chưa ghi người dân nhận kết quả tại quầy hay qua bưu chính. Hãy hỏi người nộp.".into()
        }
        _ => format!("Thiếu {path}. Hãy bổ sung vào hồ sơ."),
    }
}

/// The course before the first step and after each.
fn history(source: &Source<'_>) -> Result<Vec<Course>, ExportError> {
    let mut courses = Courses::begin(source.dossier);
    let mut history = vec![courses.now().clone()];
    for movement in source.moves {
        courses.take(movement).map_err(|_| ExportError::Inconsistent)?;
        history.push(courses.now().clone());
    }
    let now = courses.now();
    let same = now.status == source.course.status || source.course.status == Status::Annulled;
    if same && now.deadline == source.course.deadline {
        Ok(history)
    } else {
        Err(ExportError::Inconsistent)
    }
}

/// The code under which both sides know the dossier: the portal's own where it was filed there.
fn code(dossier: &Dossier) -> Option<String> {
    if dossier.arrival.is_some() && !dossier.origin_code.is_empty() {
        Some(dossier.origin_code.clone())
    } else {
        dossier.code()
    }
}

fn some(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

fn flag(yes: bool) -> Option<String> {
    Some(if yes { "1" } else { "0" }.to_owned())
}

fn due(course: &Course) -> Option<String> {
    course.deadline.as_ref().map(|deadline| written(deadline.at))
}

fn dossier(source: &Source<'_>, history: &[Course], cuts: &mut Cuts) -> DossierMessage {
    let Source { dossier, course, codes, .. } = source;
    let person = &dossier.applicant.person;
    let steps = standing(source.moves);
    let files = files(&dossier.components, "TaiLieuNop", codes, cuts);
    let from_portal = dossier.arrival.is_some() && !dossier.origin_code.is_empty();
    let paper = person.number.as_ref().map(|number| number.as_str().to_owned()).or_else(|| {
        dossier.applicant.document.as_ref().and_then(|document| some(&document.number))
    });
    let by_post = steps.iter().rev().find_map(|movement| match &movement.step {
        Step::Returned(back) => Some(back.by_post),
        _ => None,
    });
    DossierMessage {
        code: code(dossier),
        procedure: some(&dossier.procedure.code),
        procedure_name: some(&dossier.procedure.name),
        field: codes.field.clone(),
        field_name: some(&dossier.procedure.field),
        receipt: from_portal.then(|| dossier.code()).flatten(),
        channel: Some(
            match dossier.channel {
                Channel::Counter => "1",
                Channel::Online => "2",
                Channel::Post => "3",
            }
            .into(),
        ),
        owner: some(&person.name),
        owner_paper: paper,
        // The suite receives from people; firms and agencies are not known to it.
        owner_kind: Some("1".into()),
        other: (!from_portal && !dossier.origin_code.is_empty())
            .then(|| format!("Mã hồ sơ gốc: {}", dossier.origin_code)),
        email: some(&dossier.contact.email),
        phone: some(&dossier.contact.phone),
        summary: some(&cuts.cut("TrichYeuHoSo".into(), &dossier.procedure.name, 1_000, 995, "...")),
        received: Some(written(dossier.received_at)),
        due: due(course),
        status: course.status.national_code().map(|code| code.to_string()),
        returned: course.returned.map(written),
        return_form: by_post.or(source.by_post).and_then(flag),
        ended: course.ended.map(written),
        unit: some(if course.unit.is_empty() { source.office } else { &course.unit }),
        note: some(&dossier.note),
        // At the counter and by post, handing in and receiving are one moment.
        filed: source.filed_at.or((!from_portal).then_some(dossier.received_at)).map(written),
        refused: (course.status == Status::NotAccepted)
            .then_some(course.ended)
            .flatten()
            .map(written),
        filed_at: Some(if from_portal { "1" } else { "2" }.into()),
        digitised: flag(!files.is_empty()),
        confirmed: flag(dossier.applicant.evidence == Evidence::VneidConfirmed),
        // Cash and transfers to the office's account are no payment online.
        paid_online: Some(
            match dossier.fee {
                Fee::Amount(amount) if amount.0 > 0 => "3",
                _ => "0",
            }
            .into(),
        ),
        numbers: numbers(dossier),
        databases: Vec::new(),
        papers: dossier
            .components
            .iter()
            .filter(|component| content(component).is_none())
            .map(|c| PaperMessage { name: c.name.clone(), quantity: c.quantity })
            .collect(),
        files,
        fees: fees(source),
        supplements: supplements(source, history, cuts),
        results: results(&steps, codes, cuts),
    }
}

fn numbers(dossier: &Dossier) -> Vec<NumberMessage> {
    let person = &dossier.applicant.person;
    let old = &person.old_number;
    let nine = old.len() == 9 && old.bytes().all(|b| b.is_ascii_digit());
    let number = match &person.number {
        Some(number) => Some(("1", number.as_str())),
        None => nine.then_some(("2", old.as_str())),
    };
    let message = |(kind, number): (&str, &str)| NumberMessage {
        kind: Some(kind.into()),
        number: Some(number.into()),
    };
    number.map(message).into_iter().collect()
}

fn content(component: &Submitted) -> Option<&ContentHash> {
    component.proof.as_ref().and_then(Proof::content)
}

fn files(components: &[Submitted], at: &str, codes: &Codes, cuts: &mut Cuts) -> Vec<FileMessage> {
    let with_file = components.iter().filter_map(|c| content(c).map(|hash| (c, hash)));
    with_file
        .enumerate()
        .map(|(i, (component, hash))| {
            let stored = matches!(component.proof, Some(Proof::Stored(_)));
            let result = codes.earlier_results.get(hash).filter(|_| stored);
            let name =
                cuts.cut(format!("{at}[{i}].TenTepDinhKem"), &component.name, 4_000, 4_000, "");
            FileMessage {
                name: some(&name),
                component: codes.components.get(&component.name).cloned(),
                link: codes.links.get(hash).cloned(),
                digitised: flag(true),
                reused: Some(
                    match (stored, result) {
                        (true, Some(_)) => "2",
                        (true, None) => "1",
                        (false, _) => "0",
                    }
                    .into(),
                ),
                national_store: flag(false),
                result: result.cloned(),
            }
        })
        .collect()
}

/// Every line of every receipt.
fn lines<'a>(source: &Source<'a>) -> impl Iterator<Item = (&'a Payment, &'a FeeLine)> {
    let payments = source.payments.iter();
    payments.flat_map(|payment| payment.lines.iter().map(move |line| (*payment, line)))
}

fn fees(source: &Source<'_>) -> Vec<FeeMessage> {
    let way = |payment| Collection::of(payment, source.course.ended);
    lines(source)
        .map(|(payment, line)| FeeMessage {
            name: some(&line.label),
            code: source.codes.fees.get(&line.label).cloned(),
            collection: source.codes.collection.get(&way(payment)).cloned(),
            amount: Some(line.amount.0.to_string()),
            kind: Some(
                match line.kind {
                    FeeKind::Charge => "1",
                    FeeKind::Duty => "2",
                }
                .into(),
            ),
        })
        .collect()
}

/// Supplements that were asked for, those taken back left out: each has its answer or still waits.
fn supplements(source: &Source<'_>, history: &[Course], cuts: &mut Cuts) -> Vec<SupplementMessage> {
    let mut out: Vec<SupplementMessage> = Vec::new();
    let steps = standing(source.moves);
    for movement in steps {
        let place = source.moves.iter().position(|other| std::ptr::eq(other, movement));
        let (before, after) = match place {
            Some(i) => (history.get(i).and_then(due), history.get(i + 1).and_then(due)),
            None => (None, None),
        };
        match &movement.step {
            Step::SupplementAsked { items, reason } => out.push(SupplementMessage {
                id: u32::try_from(out.len()).unwrap_or(u32::MAX).saturating_add(1),
                asked_by: movement.by.clone(),
                content: format!("{}. Lý do: {reason}", items.join("; ")),
                asked: written(movement.at),
                taken_by: None,
                taken: None,
                done: false,
                files: Vec::new(),
                due_before: before,
                due_after: None,
            }),
            Step::Supplemented { components, .. } => {
                let at =
                    format!("DanhSachHoSoBoSung[{}].DanhSachGiayToBoSung", out.len().max(1) - 1);
                if let Some(asked) = out.last_mut() {
                    asked.taken_by = Some(movement.by.clone());
                    asked.taken = Some(written(movement.at));
                    asked.done = true;
                    asked.files = files(components, &at, source.codes, cuts);
                    asked.due_after = after;
                }
            }
            _ => {}
        }
    }
    out
}

fn results(steps: &[&Move], codes: &Codes, cuts: &mut Cuts) -> Vec<ResultMessage> {
    let outcome = steps.iter().rev().find_map(|movement| match &movement.step {
        Step::Resolved(outcome) => Some((outcome, outcome.content.as_ref()?)),
        _ => None,
    });
    outcome
        .map(|(outcome, hash)| {
            let name = cuts.cut(
                "DanhSachGiayToKetQua[0].TenGiayTo".into(),
                &outcome.title,
                2_000,
                2_000,
                "",
            );
            ResultMessage {
                name: some(&name),
                link: codes.links.get(hash).cloned(),
                code: codes.results.get(&outcome.title).cloned(),
            }
        })
        .into_iter()
        .collect()
}

/// Reception, then every step with the status that it led to; a step that was taken back was told, so its
/// taking back is told as well.
fn progress(source: &Source<'_>, history: &[Course], cuts: &mut Cuts) -> Vec<ProgressMessage> {
    let code = code(source.dossier);
    let mut item = |i: usize, at: DateTime, by: &str, content: String, course: &Course| {
        let path = format!("{}[{i}].NguoiXuLy", Service::Progress.name());
        ProgressMessage {
            code: code.clone(),
            officer: some(&cuts.cut(path, by, 50, 46, "...")),
            at: Some(written(at)),
            unit: some(if course.unit.is_empty() { source.office } else { &course.unit }),
            content: Some(content),
            status: course.status.national_code().map(|code| code.to_string()),
            due: due(course),
        }
    };
    let mut out = Vec::new();
    if let Some(first) = history.first() {
        let dossier = source.dossier;
        let words = "Tiếp nhận hồ sơ".to_owned();
        out.push(item(0, dossier.received_at, &dossier.receiver, words, first));
    }
    for (i, (movement, after)) in source.moves.iter().zip(history.iter().skip(1)).enumerate() {
        let words = match movement.step.reason() {
            Some(reason) => format!("{}: {reason}", movement.step.label()),
            None => movement.step.label().to_owned(),
        };
        out.push(item(i + 1, movement.at, &movement.by, words, after));
    }
    out
}

//! A one-stop dossier (hồ sơ): what was received, from whom, for what, until when, at what fee.
//!
//! A dossier keeps the procedure's facts as they stood at reception (name, time limit, fee, source),
//! because the catalogue changes and the citizen's receipt must not.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

pub use crate::id::DossierId;
use crate::{
    Explain,
    book::{BookId, Number, Numbers},
    calendar::{Deadline, TimeLimit},
    eform::FormData,
    id::{ArrivalId, ContentHash},
    money::Dong,
    person::{Contact, Identity},
    text::TEXT_LIMIT,
    unit::OfficeCode,
    waiver::StillAsked,
};

/// How the dossier came in (DVCQG list KenhThucHien).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Trực tiếp, code 1.
    Counter,
    /// Trực tuyến, code 2.
    Online,
    /// Bưu chính công ích, code 3.
    Post,
}

impl Channel {
    /// The channel's name.
    pub fn label(self) -> &'static str {
        match self {
            Channel::Counter => "Trực tiếp",
            Channel::Online => "Trực tuyến",
            Channel::Post => "Bưu chính công ích",
        }
    }
}

/// In what form a paper came (the table of form 01). The clerk decides it for each paper that is ticked:
/// the citizen's receipt says that these papers lie in the dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperForm {
    /// Bản chính
    Original,
    /// Bản sao chứng thực
    Certified,
    /// Bản sao that was compared with the original at the counter
    Compared,
    /// Bản photo
    Photocopy,
    /// Shown and taken home again: it does not lie in the dossier.
    Shown,
    /// Replaced by data of the chip or of the state: no paper asked.
    Data,
}

impl PaperForm {
    /// Every form, in the order of the receipt's table.
    pub const ALL: [PaperForm; 6] = [
        PaperForm::Original,
        PaperForm::Certified,
        PaperForm::Compared,
        PaperForm::Photocopy,
        PaperForm::Shown,
        PaperForm::Data,
    ];

    /// The form's name.
    pub fn label(self) -> &'static str {
        match self {
            PaperForm::Original => "Bản chính",
            PaperForm::Certified => "Bản sao chứng thực",
            PaperForm::Compared => "Bản sao đối chiếu",
            PaperForm::Photocopy => "Bản photo",
            PaperForm::Shown => "Xuất trình",
            PaperForm::Data => "Dữ liệu",
        }
    }
}

/// What stands in a paper's place or shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The applicant's verified identity data: the paper is not asked for.
    Identity,
    /// The dossier's own electronic form.
    Form,
    /// A document of the person's store.
    Stored(ContentHash),
    /// A scan made for this dossier.
    Scan(ContentHash),
}

impl Proof {
    /// The blob, where there is one.
    pub fn content(&self) -> Option<&ContentHash> {
        match self {
            Proof::Stored(content) | Proof::Scan(content) => Some(content),
            Proof::Identity | Proof::Form => None,
        }
    }
}

/// A further procedure of a linked dossier (liên thông), carried out elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedPart {
    /// The procedure.
    pub procedure: ProcedureStamp,
    /// Who carries it out.
    pub agency: String,
    /// Its own time limit.
    pub time_limit: TimeLimit,
    /// When this part is due, counted from the end of the part before.
    pub deadline: Option<Deadline>,
}

/// One line of the receipt's component table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// The component's name as the catalogue has it.
    pub name: String,
    /// Its form.
    pub form: PaperForm,
    /// How many; at least 1.
    pub quantity: u16,
    /// What stands in its place or shows it; `None`: the paper itself lies in the dossier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

/// The procedure as it stood when the dossier was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureStamp {
    /// National code, for example `1.001193`.
    pub code: String,
    /// Name.
    pub name: String,
    /// Field (lĩnh vực).
    pub field: String,
    /// Version date of the catalogue row.
    pub version: String,
    /// Whether the row was checked against the official text.
    pub checked: bool,
}

/// What the citizen pays, or why that is not known here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fee {
    /// Free of charge.
    Free,
    /// This amount.
    Amount(Dong),
    /// The catalogue does not say for certain: the note tells why (province decides, doubtful source).
    Unknown(String),
}

/// What the clerk has decided when pressing "Tiếp nhận".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reception {
    /// New random id.
    pub id: DossierId,
    /// The procedure.
    pub procedure: ProcedureStamp,
    /// Who hands in.
    pub applicant: Identity,
    /// How to reach them.
    pub contact: Contact,
    /// Legal basis or consent for using the identity data (Luật 91/2025).
    pub legal_basis: String,
    /// How it came in.
    pub channel: Channel,
    /// What was handed in.
    pub components: Vec<Submitted>,
    /// Số bộ.
    pub sets: u16,
    /// Time limit by law.
    pub time_limit: TimeLimit,
    /// Computed deadline; `None` where the limit is not known for certain.
    pub deadline: Option<Deadline>,
    /// Fee.
    pub fee: Fee,
    /// Where the result is handed over.
    pub return_place: String,
    /// Who receives: full name, as printed under the signature.
    pub receiver: String,
    /// Local time of reception (Asia/Ho_Chi_Minh).
    pub received_at: DateTime,
    /// Free note.
    pub note: String,
    /// The filled electronic form.
    pub form: Option<FormData>,
    /// Further procedures of a linked dossier.
    pub linked: Vec<LinkedPart>,
    /// The online dossier that is accepted with it.
    pub arrival: Option<ArrivalId>,
    /// Code under which it was filed elsewhere, or empty; opaque.
    pub origin_code: String,
}

/// A received dossier, as its entry keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// Key.
    pub id: DossierId,
    /// Serial of the day; with the office code it makes the [`Dossier::code`].
    pub serial: Number,
    /// Line in the tracking book.
    pub tracking: Number,
    /// Code of the receiving office.
    pub office: OfficeCode,
    /// Procedure.
    pub procedure: ProcedureStamp,
    /// Applicant with evidence.
    pub applicant: Identity,
    /// Contact, typed.
    pub contact: Contact,
    /// Legal basis or consent.
    pub legal_basis: String,
    /// Channel.
    pub channel: Channel,
    /// Components handed in.
    pub components: Vec<Submitted>,
    /// Số bộ.
    pub sets: u16,
    /// Time limit by law.
    pub time_limit: TimeLimit,
    /// Deadline.
    pub deadline: Option<Deadline>,
    /// Fee.
    pub fee: Fee,
    /// Where the result is handed over.
    pub return_place: String,
    /// Receiving officer's full name.
    pub receiver: String,
    /// Local time of reception.
    pub received_at: DateTime,
    /// Note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The filled electronic form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormData>,
    /// Further procedures of a linked dossier: one dossier, counted once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<LinkedPart>,
    /// The online dossier that was accepted with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<ArrivalId>,
    /// Code under which it was filed elsewhere, or empty; opaque.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub origin_code: String,
}

/// Where a dossier stands (codes of the national list).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 2 Được tiếp nhận
    Received,
    /// 3 Không được tiếp nhận
    NotAccepted,
    /// 4 Đang xử lý
    Processing,
    /// 5 Yêu cầu bổ sung giấy tờ
    SupplementAsked,
    /// 6 Yêu cầu thực hiện nghĩa vụ tài chính
    PaymentAsked,
    /// 7 Công dân yêu cầu rút hồ sơ
    Withdrawn,
    /// 8 Dừng xử lý
    Stopped,
    /// 9 Đã xử lý xong
    Resolved,
    /// 10 Đã trả kết quả
    Returned,
    /// Received by mistake and annulled by a correcting entry; its numbers stay used.
    Annulled,
}

impl Status {
    /// Every status, in the order of the national list.
    pub const ALL: [Status; 10] = [
        Status::Received,
        Status::NotAccepted,
        Status::Processing,
        Status::SupplementAsked,
        Status::PaymentAsked,
        Status::Withdrawn,
        Status::Stopped,
        Status::Resolved,
        Status::Returned,
        Status::Annulled,
    ];

    /// The status in words.
    pub fn label(self) -> &'static str {
        match self {
            Status::Received => "Được tiếp nhận",
            Status::NotAccepted => "Không được tiếp nhận",
            Status::Processing => "Đang xử lý",
            Status::SupplementAsked => "Yêu cầu bổ sung giấy tờ",
            Status::PaymentAsked => "Yêu cầu nghĩa vụ tài chính",
            Status::Withdrawn => "Công dân rút hồ sơ",
            Status::Stopped => "Dừng xử lý",
            Status::Resolved => "Đã xử lý xong",
            Status::Returned => "Đã trả kết quả",
            Status::Annulled => "Đã hủy tiếp nhận",
        }
    }

    /// Whether the office still has to work on it.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Status::Received | Status::Processing | Status::SupplementAsked | Status::PaymentAsked
        )
    }

    /// Code of the national list (TrangThaiHoSo); an annulled reception has none, it never was.
    pub fn national_code(self) -> Option<u8> {
        Some(match self {
            Status::Received => 2,
            Status::NotAccepted => 3,
            Status::Processing => 4,
            Status::SupplementAsked => 5,
            Status::PaymentAsked => 6,
            Status::Withdrawn => 7,
            Status::Stopped => 8,
            Status::Resolved => 9,
            Status::Returned => 10,
            Status::Annulled => return None,
        })
    }
}

/// Why a dossier cannot be received.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceptionError {
    /// The chip failed its checks.
    #[error(
        "Chip của giấy tờ không vượt qua kiểm tra nên không thể dùng làm căn cước. Chưa ghi gì vào sổ. Hãy kiểm tra giấy tờ bằng cách khác rồi nhập tay."
    )]
    ForgedIdentity,
    /// A paper was waived that has to be shown.
    #[error("{0} Chưa ghi gì vào sổ. Hãy xem lại thành phần hồ sơ rồi tiếp nhận.")]
    PaperNotWaived(StillAsked),
    /// No applicant's name.
    #[error("Chưa có tên người nộp. Chưa ghi gì vào sổ. Hãy đọc thẻ, quét QR hoặc nhập tên.")]
    NoApplicant,
    /// No component at all.
    #[error(
        "Chưa chọn giấy tờ nào trong thành phần hồ sơ. Chưa ghi gì vào sổ. Hãy đánh dấu giấy tờ đã nhận."
    )]
    NoComponents,
    /// A quantity of zero.
    #[error("Số lượng giấy tờ và số bộ phải từ 1 trở lên. Chưa ghi gì vào sổ. Hãy sửa số lượng.")]
    ZeroQuantity,
    /// No legal basis or consent.
    #[error(
        "Chưa ghi căn cứ hoặc sự đồng ý cho việc dùng dữ liệu căn cước. Chưa ghi gì vào sổ. Hãy chọn căn cứ."
    )]
    NoLegalBasis,
    /// A text longer than [`TEXT_LIMIT`].
    #[error(
        "Ô “{field}” dài quá {TEXT_LIMIT} ký tự. Chưa ghi gì vào sổ. Hãy rút ngắn nội dung rồi làm lại."
    )]
    TooLong {
        /// Which text.
        field: String,
    },
}

impl Explain for ReceptionError {
    fn code(&self) -> &'static str {
        match self {
            Self::ForgedIdentity => "OFF-10",
            Self::NoApplicant => "OFF-11",
            Self::NoComponents => "OFF-12",
            Self::ZeroQuantity => "OFF-13",
            Self::NoLegalBasis => "OFF-14",
            Self::TooLong { .. } => "OFF-15",
            Self::PaperNotWaived(_) => "OFF-127",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::TooLong { field } => {
                return format!(
                    "A text is longer than {TEXT_LIMIT} characters ({field}). Nothing was recorded. Shorten it and try again."
                );
            }
            Self::PaperNotWaived(why) => {
                return format!("{} Nothing was recorded. Look at the components again.", why.english());
            }
            Self::ForgedIdentity => "The document's chip failed its checks and cannot serve as an identity. Nothing was recorded. Check the document another way and type the data.",
            Self::NoApplicant => "The applicant's name is missing. Nothing was recorded. Read the card, scan the QR code or type the name.",
            Self::NoComponents => "No component is marked as received. Nothing was recorded. Mark the papers received.",
            Self::ZeroQuantity => "Quantities and sets must be at least 1. Nothing was recorded. Correct the quantity.",
            Self::NoLegalBasis => "The legal basis or consent for using the identity data is missing. Nothing was recorded. Choose a basis.",
        }
        .into()
    }
}

impl Reception {
    /// Whether this may be received; the first reason if not.
    pub fn check(&self) -> Result<(), ReceptionError> {
        if !self.applicant.evidence.usable() {
            Err(ReceptionError::ForgedIdentity)
        } else if self.applicant.person.name.is_empty() {
            Err(ReceptionError::NoApplicant)
        } else if self.components.is_empty() {
            Err(ReceptionError::NoComponents)
        } else if let (true, Err(why)) =
            (self.waives(), self.applicant.waives_paper(self.received_at.date()))
        {
            Err(ReceptionError::PaperNotWaived(why))
        } else if self.sets == 0 || self.components.iter().any(|c| c.quantity == 0) {
            Err(ReceptionError::ZeroQuantity)
        } else if self.legal_basis.is_empty() {
            Err(ReceptionError::NoLegalBasis)
        } else if let Some((field, _)) =
            self.texts().into_iter().find(|(_, text)| text.chars().nth(TEXT_LIMIT).is_some())
        {
            Err(ReceptionError::TooLong { field: field.to_owned() })
        } else {
            Ok(())
        }
    }

    /// Whether the applicant's data stand for one of the papers.
    fn waives(&self) -> bool {
        self.components.iter().any(|paper| paper.proof == Some(Proof::Identity))
    }

    /// Texts that come from a keyboard, a document or an imported catalogue, by their names on the screen.
    pub fn texts(&self) -> Vec<(&str, &str)> {
        let person = &self.applicant.person;
        let fee = match &self.fee {
            Fee::Unknown(note) => note,
            Fee::Free | Fee::Amount(_) => "",
        };
        let mut texts: Vec<(&str, &str)> = vec![
            ("Họ và tên", &person.name),
            ("Quốc tịch", &person.nationality),
            ("Nơi đăng ký khai sinh", &person.origin),
            ("Nơi cư trú", &person.residence),
            ("Điện thoại", &self.contact.phone),
            ("Thư điện tử", &self.contact.email),
            ("Nơi ở hiện nay", &self.contact.address),
            ("Căn cứ", &self.legal_basis),
            ("Lệ phí", fee),
            ("Nơi trả kết quả", &self.return_place),
            ("Người tiếp nhận", &self.receiver),
            ("Ghi chú", &self.note),
            ("Mã hồ sơ gốc", &self.origin_code),
            ("Thủ tục", &self.procedure.name),
            ("Thủ tục", &self.procedure.code),
            ("Lĩnh vực", &self.procedure.field),
        ];
        texts.extend(self.components.iter().map(|part| ("Thành phần hồ sơ", part.name.as_str())));
        texts.extend(self.linked.iter().flat_map(|part| {
            [
                ("Thủ tục liên thông", part.procedure.name.as_str()),
                ("Cơ quan thực hiện", part.agency.as_str()),
            ]
        }));
        let fields = self.form.iter().flat_map(|form| &form.fields);
        texts.extend(fields.map(|field| (field.label.as_str(), field.value.as_str())));
        texts
    }

    /// Takes the numbers and becomes a dossier. Called by the ledger inside its transaction.
    pub fn receive(
        self,
        office: &OfficeCode,
        numbers: &mut dyn Numbers,
    ) -> Result<Dossier, ReceptionError> {
        self.check()?;
        let day = self.received_at.date();
        Ok(Dossier {
            serial: numbers.next(BookId::DOSSIER_CODE, day),
            tracking: numbers.next(BookId::TRACKING, day),
            office: office.clone(),
            id: self.id,
            procedure: self.procedure,
            applicant: self.applicant,
            contact: self.contact,
            legal_basis: self.legal_basis,
            channel: self.channel,
            components: self.components,
            sets: self.sets,
            time_limit: self.time_limit,
            deadline: self.deadline,
            fee: self.fee,
            return_place: self.return_place,
            receiver: self.receiver,
            received_at: self.received_at,
            note: self.note,
            form: self.form,
            linked: self.linked,
            arrival: self.arrival,
            origin_code: self.origin_code,
        })
    }
}

impl Dossier {
    /// Mã hồ sơ `H38.12-261123-0007` (TT 01/2018/TT-VPCP art. 19), or `None` while the number is
    /// pending.
    pub fn code(&self) -> Option<String> {
        let issued = self.serial.issued()?;
        let day = issued.series.day?;
        Some(format!("{}-{}-{:04}", self.office, day.strftime("%y%m%d"), issued.value))
    }

    /// When the last part of a linked dossier is due; the dossier's own deadline where nothing is linked.
    pub fn total_deadline(&self) -> Option<&Deadline> {
        match self.linked.last() {
            Some(last) => last.deadline.as_ref(),
            None => self.deadline.as_ref(),
        }
    }

    /// The code for the eye: the code, or "chờ cấp số".
    pub fn code_label(&self) -> String {
        self.code().unwrap_or_else(|| "chờ cấp số".into())
    }
}

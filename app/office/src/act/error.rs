//! Why an act is not done, in sentences.

use jiff::civil::Date;

use super::{Act, ActId, MOST_COUNTED, MOST_REQUESTERS, MOST_SIGNERS, WITNESSES};
use crate::{Explain, tariff::TariffError};

/// Why an act is not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// Its kind is not in force on the day.
    #[error("Loại việc này không có hiệu lực vào ngày {}. Chưa ghi gì vào sổ. Hãy chọn loại việc khác.", .0.strftime("%d/%m/%Y"))]
    NotInForce(Date),
    /// Nobody asks.
    #[error("Chưa có người yêu cầu. Chưa ghi gì vào sổ. Hãy đọc giấy tờ hoặc nhập người yêu cầu.")]
    NoRequester,
    /// More than may be.
    #[error(
        "Có quá {MOST_REQUESTERS} người tham gia hoặc quá {MOST_SIGNERS} người ký. Chưa ghi gì vào sổ. Hãy tách thành nhiều việc."
    )]
    TooManyPeople,
    /// A chip that failed its checks.
    #[error(
        "Chip của một người yêu cầu không vượt qua kiểm tra. Chưa ghi gì vào sổ. Hãy kiểm tra giấy tờ bằng cách khác."
    )]
    ForgedIdentity,
    /// Who asks has no number, and it is not said who they are.
    #[error(
        "Một người yêu cầu không có số giấy tờ nên chưa rõ là ai. Chưa ghi gì vào sổ. Hãy tìm người ấy, hoặc nhập người mới, rồi chọn lại."
    )]
    UnknownRequester,
    /// Somebody stands on no side of a transaction, or on one that the kind does not have.
    #[error(
        "Chưa rõ {0} thuộc bên nào. Chưa ghi gì vào sổ. Hãy chọn tư cách tham gia của người này."
    )]
    NoSide(String),
    /// Nobody stands on a side.
    #[error("Chưa có người của {0}. Chưa ghi gì vào sổ. Hãy đọc giấy tờ của người thuộc bên này.")]
    EmptySide(String),
    /// Somebody cannot read, hear or sign, and has not two witnesses.
    #[error(
        "Có người không đọc, không nghe hoặc không ký, điểm chỉ được nên phải có {WITNESSES} người làm chứng. Chưa ghi gì vào sổ. Hãy đọc giấy tờ của người làm chứng."
    )]
    WitnessesNeeded,
    /// Somebody does not speak Vietnamese, and nobody translates.
    #[error(
        "Có người không thông thạo tiếng Việt nên phải có người phiên dịch. Chưa ghi gì vào sổ. Hãy đọc giấy tờ của người phiên dịch."
    )]
    InterpreterNeeded,
    /// A witness or interpreter takes part in the act themselves.
    #[error(
        "Người làm chứng hoặc người phiên dịch cũng đứng tên với tư cách khác trong việc này. Chưa ghi gì vào sổ. Hãy chọn người không có quyền, lợi ích liên quan."
    )]
    OwnHelper,
    /// An asset or a person that somebody barred from being disposed of; what the block list tells.
    #[error(
        "Đang có ngăn chặn: {0} Chưa ghi gì vào sổ. Nếu ngăn chặn đã được giải tỏa, hãy ghi văn bản giải tỏa vào sổ ngăn chặn rồi làm lại."
    )]
    Barred(String),
    /// A line of the block list that names neither an asset nor a person.
    #[error(
        "Dòng ngăn chặn phải có số giấy tờ của tài sản hoặc của người bị ngăn chặn. Chưa ghi gì vào sổ. Hãy nhập số giấy tờ."
    )]
    NoMatter,
    /// A line of the block list that lifts what nothing bars.
    #[error(
        "Sổ ngăn chặn không có dòng nào còn hiệu lực của văn bản, cơ quan và tài sản hoặc người này. Chưa ghi gì vào sổ. Hãy nhập đúng như dòng ngăn chặn."
    )]
    NothingToLift,
    /// Earlier acts about the same asset that nobody was shown yet.
    #[error(
        "Tài sản này đã có trong việc trước: {words} Chưa ghi gì vào sổ. Hãy đối chiếu; nếu vẫn thực hiện được, nhấn F2 lần nữa."
    )]
    Earlier {
        /// Which.
        acts: Vec<ActId>,
        /// Which, in words.
        words: String,
    },
    /// What the act is about lies where the office has no say.
    #[error(
        "“{0}” không phải địa bàn của cơ quan này. Đất, nhà chỉ được chứng thực nơi có đất, nhà. Chưa ghi gì vào sổ. Hãy hướng dẫn người dân đến đúng nơi."
    )]
    ElsewhereOnly(String),
    /// Nobody said that it is none of the cases in which it may not be done; the law that names them.
    #[error(
        "Chưa xác nhận việc này không thuộc trường hợp không được chứng thực ({0}). Chưa ghi gì vào sổ. Hãy kiểm tra bản chính, văn bản theo danh sách rồi xác nhận, hoặc lập phiếu từ chối."
    )]
    NotCleared(String),
    /// Who is to certify has a delegation, but not for this kind on this day; which.
    #[error(
        "Người được chọn chỉ chứng thực theo ủy quyền ({0}), không gồm loại việc này vào hôm nay. Chưa ghi gì vào sổ. Hãy chọn người khác có thẩm quyền."
    )]
    NotDelegated(String),
    /// The form is not the kind's own, or not filled in; what is first to be put right.
    #[error("Nội dung việc chưa đủ: {0} Chưa ghi gì vào sổ.")]
    NotFilled(String),
    /// No copy, no page, or too many.
    #[error(
        "Số bản và số trang là số từ 1 đến {MOST_COUNTED}. Chưa ghi gì vào sổ. Hãy sửa số đếm."
    )]
    Counts,
    /// A fee that only a slip of the hand makes.
    #[error("{0} Chưa ghi gì vào sổ.")]
    Fee(#[from] TariffError),
    /// Nobody certifies, or who does may not.
    #[error(
        "Người ký không có quyền thực hiện loại việc này. Chưa ghi gì vào sổ. Hãy chọn người ký đúng thẩm quyền."
    )]
    NotCompetent,
    /// The wording is not one for this kind, these signers and what stands in the form, or not in force.
    #[error(
        "Mẫu lời chứng không dùng được cho loại việc, người ký, nội dung hoặc ngày này. Chưa ghi gì vào sổ. Hãy chọn mẫu khác."
    )]
    NoWording,
    /// An electronic act without its signed file, or a file for one on paper.
    #[error(
        "Loại việc này hoàn thành bằng chữ ký số trên tệp điện tử. Chưa ghi gì vào sổ. Hãy quét bản chính rồi ký số."
    )]
    NoDocument,
    /// Its number would have to come later, but the signed file tells it.
    #[error(
        "Máy này không giữ quyền cấp số của sổ nên chưa ký được bản điện tử: tệp đã ký phải có số. Chưa ghi gì vào sổ. Hãy ký trên máy giữ sổ, hoặc nhờ chuyển quyền cấp số."
    )]
    AwaitedNumber,
    /// The number that the signed file tells went to another act meanwhile.
    #[error(
        "Trong lúc ký, số đã định đã cấp cho việc khác, nên bản vừa ký không được dùng. Chưa ghi gì vào sổ. Hãy ký lại."
    )]
    NumberTaken,
    /// Whoever certifies an electronic act signs it themselves.
    #[error(
        "Bản điện tử do chính người thực hiện chứng thực ký bằng thiết bị của mình. Chưa ghi gì vào sổ. Hãy nhờ người có thẩm quyền chứng thực đăng nhập và ký."
    )]
    NotTheCertifier,
}

/// Most earlier acts that are told of at once.
const MOST_TOLD: usize = 3;

impl ActError {
    /// That these acts are about the same asset; the newest are told of, the others when these were seen.
    pub fn earlier(acts: &[Act]) -> Self {
        let newest = || acts.iter().rev().take(MOST_TOLD);
        let told = newest().map(|act| {
            let who: Vec<&str> = act.requesters().map(|who| who.person.name.as_str()).collect();
            let day = act.at.strftime("%d/%m/%Y");
            format!("{} ngày {day} của {}", act.name(), who.join(", "))
        });
        let more = match acts.len().saturating_sub(MOST_TOLD) {
            0 => String::new(),
            more => format!(" và {more} việc nữa, sẽ nêu tiếp"),
        };
        let words = format!("{}{more}.", told.collect::<Vec<_>>().join("; "));
        Self::Earlier { acts: newest().map(|act| act.id.clone()).collect(), words }
    }
}

impl Explain for ActError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotInForce(_) => "OFF-150",
            Self::NoRequester => "OFF-151",
            Self::TooManyPeople => "OFF-152",
            Self::ForgedIdentity => "OFF-153",
            Self::NotFilled(_) => "OFF-154",
            Self::Counts => "OFF-155",
            Self::Fee(_) => "OFF-156",
            Self::NotCompetent => "OFF-157",
            Self::NoWording => "OFF-158",
            Self::UnknownRequester => "OFF-159",
            Self::NoDocument => "OFF-167",
            Self::AwaitedNumber => "OFF-168",
            Self::NumberTaken => "OFF-169",
            Self::NotTheCertifier => "OFF-170",
            Self::NoSide(_) => "OFF-171",
            Self::EmptySide(_) => "OFF-172",
            Self::WitnessesNeeded => "OFF-173",
            Self::InterpreterNeeded => "OFF-174",
            Self::OwnHelper => "OFF-175",
            Self::Barred(_) => "OFF-176",
            Self::Earlier { .. } => "OFF-177",
            Self::ElsewhereOnly(_) => "OFF-178",
            Self::NoMatter => "OFF-179",
            Self::NothingToLift => "OFF-185",
            Self::NotCleared(_) => "OFF-186",
            Self::NotDelegated(_) => "OFF-187",
        }
    }

    fn english(&self) -> String {
        let why = match self {
            Self::NotInForce(day) => {
                return format!(
                    "This kind of act is not in force on {day}. Nothing was recorded. Choose another."
                );
            }
            Self::NoRequester => "Nobody asks for the act.",
            Self::TooManyPeople => "Too many people ask or sign.",
            Self::ForgedIdentity => "A requester's chip failed its checks.",
            Self::UnknownRequester => "A requester has no number and names nobody who is known.",
            Self::NotFilled(_) => "The form is not filled in.",
            Self::Counts => "Copies and pages are counted from 1.",
            Self::Fee(error) => return format!("{} Nothing was recorded.", error.english()),
            Self::NotCompetent => "Whoever signs may not do this kind of act.",
            Self::NoWording => {
                "The wording is not one for this kind, its signers, its form or this day."
            }
            Self::NoDocument => "An electronic act needs its signed file, one on paper has none.",
            Self::AwaitedNumber => {
                "This machine may not number the book, and the file tells the number."
            }
            Self::NumberTaken => "The number that was signed went to another act.",
            Self::NotTheCertifier => "Whoever certifies an electronic act signs it themselves.",
            Self::NoSide(_) => "Somebody stands on no side of the transaction.",
            Self::EmptySide(_) => "Nobody stands on one side of the transaction.",
            Self::WitnessesNeeded => "Somebody who cannot read, hear or sign needs two witnesses.",
            Self::InterpreterNeeded => {
                "Somebody who does not speak Vietnamese needs an interpreter."
            }
            Self::OwnHelper => "A witness or interpreter has a part in the act themselves.",
            Self::Barred(_) => "The block list bars an asset or a person.",
            Self::Earlier { .. } => "Earlier acts are about the same asset.",
            Self::NoMatter => "The line of the block list names neither an asset nor a person.",
            Self::NothingToLift => "Nothing on the block list is lifted by this line.",
            Self::NotCleared(_) => "Nobody said that the law does not exclude the act.",
            Self::NotDelegated(_) => {
                "The certifier's delegation does not cover the act on this day."
            }
            Self::ElsewhereOnly(_) => "Land and houses are certified only where they lie.",
        };
        format!("{why} Nothing was recorded. Put it right and try again.")
    }
}

//! What the chip's data prove: passive authentication (ICAO 9303-11, 5.1) and whether the parts of the
//! chip agree with each other.
//!
//! Every doubt is a [`Finding`]. A fatal finding makes the evidence "not authentic"; the others tell
//! the clerk why it is no stronger.
//!
//! [`level`] alone decides the evidence. The two levels that an office may rest an act on want
//! everything positively good: hashes, signature, a signer that a known country signer vouches for and
//! whose time is not over, and no open question whether the chip is a copy. "Signed" without a proof
//! against copying is therefore for chips that have no means of one by all their issuer signed. Whatever
//! stays open between good and false is "issuer unknown": the data are whole and signed, and something
//! about signer or chip could not be confirmed here.

mod chain;
pub mod chip;
mod country;
mod facts;
mod signer;
pub mod sod;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use office::{
    evidence::{DocumentSigner, Evidence},
    person::{Expiry, Person, PersonalNumber},
};
use pki::{asn1::Asn1Error, tlv};
use serde::Serialize;

use crate::{
    access::{Access, pace_infos, proves_key, same_offer},
    groups::{Group, LdsVersion, details::Holder, dg13::Doubt},
    mrz::{Layout, Mrz},
    person::{self, personal_number},
    trust::Trust,
};
pub use pki::revocation::{Reason, Revoked};
use signer::Signed;
use sod::SecurityObject;

/// Passed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Passed.
    Ok,
    /// Did not pass, or could not be checked.
    Failed,
}

/// How the document signer is vouched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Chain {
    /// By a country signer known here.
    Ok,
    /// No country signer here is named as its issuer, or whether it vouches could not be told.
    Unknown,
    /// By a known country signer, but the signer's time is over.
    Expired,
    /// A known country signer is named and does not vouch for it.
    Failed,
}

/// Proof that the chip is no copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Chip {
    /// Active Authentication.
    Active,
    /// Chip Authentication.
    ChipAuth,
    /// PACE with Chip Authentication Mapping.
    PaceCam,
    /// The chip was not asked, or has no such key.
    Absent,
    /// The chip gave a false proof.
    Failed,
}

/// The checks of one reading, as `read --json` prints them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Checks {
    /// Which protocol opened the chip.
    pub access: Access,
    /// Every group that was read has the hash that the issuer signed.
    pub hashes: Outcome,
    /// The security object's signature verifies.
    pub signature: Outcome,
    /// Who vouches for the signer.
    pub chain: Chain,
    /// Proof against copying.
    pub chip: Chip,
    /// The parts of the chip agree with each other and with what was declared.
    pub consistent: bool,
}

/// One thing that the checks found. `Display` is the sentence for the clerk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// No EF.SOD.
    #[error(
        "Chip không có đối tượng bảo mật (SOD): không có gì chứng minh dữ liệu do cơ quan cấp ký."
    )]
    NotSigned,
    /// EF.SOD is no security object.
    #[error("Đối tượng bảo mật (SOD) trên chip không đúng cấu trúc.")]
    SodBroken,
    /// A group was changed after signing.
    #[error("Nhóm dữ liệu {0} đã bị thay đổi so với bản cơ quan cấp ký.")]
    Altered(Group),
    /// A group was read that the issuer did not sign.
    #[error("Nhóm dữ liệu {0} không nằm trong phần được ký.")]
    Unsigned(Group),
    /// Listed in EF.COM, not signed.
    #[error("Chip liệt kê {0} nhưng đối tượng bảo mật không có nhóm này.")]
    ListedNotSigned(Group),
    /// Signed, not listed in EF.COM.
    #[error(
        "Đối tượng bảo mật có {0} nhưng chip không liệt kê nhóm này: có thể nhóm đã bị giấu đi."
    )]
    SignedNotListed(Group),
    /// Listed, but the chip does not have it.
    #[error("Chip liệt kê {0} nhưng không đưa ra được nhóm này.")]
    Missing(Group),
    /// The photo cannot be found in DG2, or is beyond what is drawn.
    #[error("Không đọc được ảnh trên chip. Hãy đối chiếu người với ảnh in trên giấy tờ.")]
    NoPhoto,
    /// The signature is wrong.
    #[error("Chữ ký số của đối tượng bảo mật không đúng.")]
    SignatureWrong,
    /// The signer's certificate is not on the chip, or cannot be read.
    #[error("Chip không kèm chứng thư đọc được của người ký nên không kiểm tra được chữ ký.")]
    NoSigner,
    /// A hash, signature algorithm or curve is not known here. Nothing then proves the data, so they may not be used; the
    /// sentence does not say that they are forged.
    #[error(
        "Chữ ký dùng thuật toán mà máy này không kiểm tra được: chưa có gì chứng minh dữ liệu là thật, cũng không có nghĩa là giấy tờ giả. Hãy kiểm tra giấy tờ bằng cách khác."
    )]
    Unsupported,
    /// SHA-1 takes part in what the issuer signed: read as it is, but said.
    #[error(
        "Dữ liệu trên chip được ký bằng SHA-1, thuật toán đã lỗi thời: hãy đối chiếu thêm với mặt giấy tờ."
    )]
    WeakHash,
    /// Signer or issuer belong to another country than the MRZ's issuing state.
    #[error(
        "Chứng thư người ký thuộc nước khác với nước cấp ghi trên giấy tờ: người ký không có quyền ký giấy tờ này."
    )]
    OtherCountry,
    /// The MRZ's issuing state is in no list here.
    #[error(
        "Máy này không biết mã nước cấp ghi trên giấy tờ nên không đối chiếu được nước của người ký."
    )]
    StateUnknown,
    /// A known country signer's key signed, but the signer names another issuer.
    #[error("Chứng thư người ký ghi tên nơi cấp khác với chứng thư gốc đã ký nó.")]
    IssuerOtherName,
    /// The named country signer's signature uses an algorithm that is not known here.
    #[error(
        "Chứng thư của nơi cấp dùng thuật toán mà máy này không kiểm tra được nên chưa xác nhận được người ký."
    )]
    IssuerUnsupported,
    /// More certificates have the issuer's name or key than one search looks at.
    #[error(
        "Kho chứng thư trên máy này có quá nhiều chứng thư cùng tên nơi cấp nên chưa xác nhận được người ký. Hãy bỏ bớt chứng thư thừa rồi đọc lại."
    )]
    SearchTooLong,
    /// The issuer revoked the signer: see [`crate::trust`] why no reason excuses it.
    #[error(
        "Nơi cấp đã thu hồi chứng thư người ký ngày {} ({}): giấy tờ do khóa này ký không còn được công nhận.", .0.day.strftime("%d/%m/%Y"), .0.reason
    )]
    SignerRevoked(Revoked),
    /// A link certificate on the way to the trusted country signer is revoked.
    #[error(
        "Nơi cấp đã thu hồi chứng thư của chính mình ngày {} ({}): không còn gì xác nhận người ký.", .0.day.strftime("%d/%m/%Y"), .0.reason
    )]
    IssuerRevoked(Revoked),
    /// The newest revocation list of the issuer is out of date.
    #[error(
        "Danh sách thu hồi của nơi cấp trên máy này đã quá hạn: người ký có thể đã bị thu hồi mà máy chưa biết. Hãy nạp danh sách mới."
    )]
    RevocationsStale,
    /// The signer's key is shorter than ICAO asks: read as it is, but said.
    #[error(
        "Khóa của người ký ngắn hơn mức quy định hiện nay: hãy đối chiếu thêm với mặt giấy tờ."
    )]
    WeakKey,
    /// EF.COM, unsigned, tells other versions than the security object. Nothing is read by them, and
    /// careless issuers exist; so it is said and forges nothing.
    #[error("Phiên bản cấu trúc dữ liệu ghi trên chip khác với phiên bản được ký.")]
    VersionDiffers,
    /// Signed outside the usage period of the signer's key.
    #[error("Giấy tờ được ký ngoài thời gian mà khóa của người ký được phép dùng.")]
    KeyOutOfTime,
    /// No CSCA here.
    #[error("Máy này chưa có chứng thư gốc (CSCA) của nơi cấp để đối chiếu người ký.")]
    IssuerUnknown,
    /// A CSCA here has the issuer's name, but another key.
    #[error(
        "Người ký nêu tên một nơi cấp đã biết nhưng với khóa khác: nơi cấp đã đổi khóa, hoặc có kẻ mạo danh. Hãy hỏi cấp trên chứng thư gốc mới trước khi tin."
    )]
    IssuerOtherKey,
    /// A CSCA is named as issuer, and its key did not sign.
    #[error("Chứng thư người ký mạo danh một nơi cấp đã biết: chữ ký của nơi cấp không đúng.")]
    IssuerFalse,
    /// The certificates do not allow this use.
    #[error("Chứng thư người ký hoặc nơi cấp không được phép dùng để ký giấy tờ.")]
    UsageWrong,
    /// Signed before the signer's certificate began.
    #[error("Chứng thư người ký chưa có hiệu lực vào thời điểm ký hoặc hôm nay.")]
    SignerTooEarly,
    /// The signer's certificate begins after the local date, and not after the document was made.
    #[error(
        "Ngày giờ của máy này sớm hơn ngày chứng thư của người ký bắt đầu có hiệu lực. Hãy chỉnh lại ngày giờ của máy rồi đọc lại; chưa có gì cho thấy giấy tờ là giả."
    )]
    ClockBehind,
    /// The signer's certificate had ended before the document was made.
    #[error("Chứng thư người ký đã hết hạn trước khi giấy tờ được làm ra.")]
    SignerTooLate,
    /// The signer's certificate has ended, and nothing tells that the document was made later.
    #[error(
        "Chứng thư người ký đến nay đã hết hạn; không có gì cho thấy giấy tờ được làm ra sau đó."
    )]
    SignerEnded,
    /// The signer's certificate was issued outside the country signer's validity.
    #[error("Chứng thư người ký được cấp ngoài thời hạn của chứng thư gốc.")]
    IssuerOutOfTime,
    /// The unsigned offer of protocols is not the signed one.
    #[error("Chip chào các cách mở khác với phần được cơ quan cấp ký: có thể bị hạ mức bảo mật.")]
    AccessDiffers,
    /// MRZ check digits in DG1.
    #[error("Số kiểm tra trong dòng MRZ trên chip không khớp.")]
    CheckDigits,
    /// DG1, DG11 and DG13 tell of different people, or one of them tells two numbers or births.
    #[error("Các nhóm dữ liệu trên chip mâu thuẫn nhau về {0}.")]
    Contradiction(&'static str),
    /// DG1, DG11 and DG13 write the same fact in ways that do not fit together. One signature covers them
    /// all, so this is the issuer's slip and no forger's work.
    #[error(
        "Các nhóm dữ liệu trên chip ghi {0} không giống nhau, dù cùng được cơ quan cấp ký: hãy đối chiếu với mặt giấy tờ."
    )]
    Discrepancy(&'static str),
    /// A field of DG13 is filled, and not in a form that is known here.
    #[error(
        "Chip có ghi {0} nhưng máy này không hiểu cách ghi: mục ấy để trống, hãy lấy theo mặt giấy tờ."
    )]
    Unread(&'static str),
    /// The chip is another card's.
    #[error(
        "Số hoặc dòng MRZ trên chip khác với số hoặc dòng MRZ đã nhập: đây là chip của giấy tờ khác. Hãy kiểm tra lại số hoặc dòng MRZ đã nhập."
    )]
    OtherCard,
    /// The document's time is over.
    #[error("{}", person::EXPIRED)]
    DocumentExpired,
    /// BAC was used though the chip offers PACE.
    #[error("Chip có PACE nhưng không mở được bằng PACE, đã dùng cách mở cũ hơn (BAC).")]
    FellBack,
    /// A key against copying is there, but was not used.
    #[error(
        "Chip có khóa chống sao chép nhưng chưa được kiểm tra: chưa loại trừ được chip sao chép."
    )]
    CopyNotChecked,
    /// The key against copying needs longer answers than reader and chip can exchange.
    #[error(
        "Chip có khóa chống sao chép nhưng đầu đọc hoặc chip không truyền được câu trả lời dài như khóa này cần nên không kiểm tra được: chưa loại trừ được chip sao chép. Hãy thử đầu đọc nhận APDU mở rộng."
    )]
    CopyNotAskable,
    /// DG13 of a Vietnamese card gives no facts; its hash is checked all the same.
    #[error(
        "Không giải được thông tin bổ sung (DG13) trên chip: thông tin lấy từ dòng MRZ, họ tên không có dấu. Hãy đối chiếu với mặt thẻ."
    )]
    FactsOpaque,
    /// DG11 or DG12 cannot be understood; its hash is checked all the same.
    #[error(
        "Không giải được thông tin bổ sung ({0}) trên chip: thông tin lấy từ các nhóm còn lại."
    )]
    DetailsOpaque(Group),
    /// No key against copying.
    #[error("Chip này không có khóa chống sao chép: không loại trừ được chip sao chép.")]
    NoCopyProof,
    /// The proof is false.
    #[error("Chip không chứng minh được là bản gốc: có thể là chip sao chép.")]
    CopyProofFalse,
}

impl Finding {
    /// Whether the chip's data may not be taken for a person's.
    pub fn is_fatal(&self) -> bool {
        !matches!(
            self,
            Finding::NoPhoto
                | Finding::IssuerUnknown
                | Finding::IssuerOtherKey
                | Finding::SignerEnded
                | Finding::DocumentExpired
                | Finding::FellBack
                | Finding::CopyNotChecked
                | Finding::CopyNotAskable
                | Finding::FactsOpaque
                | Finding::DetailsOpaque(_)
                | Finding::StateUnknown
                | Finding::IssuerUnsupported
                | Finding::SearchTooLong
                | Finding::WeakHash
                | Finding::WeakKey
                | Finding::RevocationsStale
                | Finding::VersionDiffers
                | Finding::NoCopyProof
                | Finding::Discrepancy(_)
                | Finding::Unread(_)
        )
    }

    fn is_contradiction(&self) -> bool {
        matches!(
            self,
            Finding::ListedNotSigned(_)
                | Finding::SignedNotListed(_)
                | Finding::Missing(_)
                | Finding::VersionDiffers
                | Finding::AccessDiffers
                | Finding::CheckDigits
                | Finding::Contradiction(_)
                | Finding::Discrepancy(_)
                | Finding::OtherCard
        )
    }
}

impl From<Doubt> for Finding {
    fn from(doubt: Doubt) -> Self {
        match doubt {
            Doubt::Contradiction(fact) => Finding::Contradiction(fact),
            Doubt::Discrepancy(fact) => Finding::Discrepancy(fact),
            Doubt::Unread(fact) => Finding::Unread(fact),
        }
    }
}

/// Everything that was read, before it is believed.
pub struct Material<'a> {
    /// How the chip was opened.
    pub access: Access,
    /// Groups listed in EF.COM.
    pub listed: &'a BTreeSet<Group>,
    /// Versions that EF.COM tells.
    pub version: Option<&'a LdsVersion>,
    /// Groups that were read.
    pub groups: &'a BTreeMap<Group, Vec<u8>>,
    /// EF.SOD, if the chip has one.
    pub sod: Option<&'a [u8]>,
    /// DG1.
    pub mrz: &'a Mrz,
    /// DG13, where it could be read.
    pub dg13: Option<&'a Person>,
    /// DG11, where it could be read.
    pub holder: Option<&'a Holder>,
    /// Date of issue by DG13 or DG12.
    pub issued: Option<Date>,
    /// The number the office typed or scanned.
    pub declared: Option<&'a PersonalNumber>,
    /// The MRZ information that opened the chip, if that was the key.
    pub key: Option<&'a str>,
    /// The proof against copying.
    pub chip: Chip,
    /// EF.CardAccess, if the chip has one.
    pub card_access: Option<&'a [u8]>,
    /// What the reading itself found.
    pub findings: Vec<Finding>,
}

/// The result of all checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The checks one by one.
    pub checks: Checks,
    /// What they add up to.
    pub evidence: Evidence,
    /// Why.
    pub findings: Vec<Finding>,
    /// Who signed, where the signature holds.
    pub signer: Option<DocumentSigner>,
}

/// Whether the chip may be a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copying {
    /// It has proven a key that its issuer signed.
    RuledOut,
    /// By all that its issuer signed it has no means to prove anything.
    NoMeans,
    /// It has means that were not, or could not be, used to the end.
    Open,
    /// It gave a false proof or refused to give one.
    Shown,
}

/// The evidence that the checks add up to. `refuted`: some finding is fatal.
fn level(checks: &Checks, refuted: bool, copying: Copying) -> Evidence {
    match (checks.hashes, checks.signature, checks.chain, copying) {
        (Outcome::Failed, ..) | (_, Outcome::Failed, ..) => Evidence::ChipNotAuthentic,
        (_, _, Chain::Failed, _) | (.., Copying::Shown) => Evidence::ChipNotAuthentic,
        _ if refuted => Evidence::ChipNotAuthentic,
        (Outcome::Ok, Outcome::Ok, Chain::Unknown | Chain::Expired, _) => {
            Evidence::ChipIssuerUnknown
        }
        (Outcome::Ok, Outcome::Ok, Chain::Ok, Copying::Open) => Evidence::ChipIssuerUnknown,
        (Outcome::Ok, Outcome::Ok, Chain::Ok, Copying::NoMeans) => Evidence::ChipSigned,
        (Outcome::Ok, Outcome::Ok, Chain::Ok, Copying::RuledOut) => Evidence::ChipAuthentic,
    }
}

/// Decides what the material proves, on the day `today`.
pub fn judge(material: Material<'_>, trust: &Trust, today: Date) -> Verdict {
    let mut findings = material.findings.clone();
    let mut signed = Signed { signature: Outcome::Failed, chain: Chain::Failed, signer: None };
    let mut groups_signed = BTreeSet::new();
    let mut is_read = false;
    let before = findings.len();
    match material.sod.map(SecurityObject::parse) {
        None => findings.push(Finding::NotSigned),
        Some(Err(Asn1Error::UnknownHash)) => findings.push(Finding::Unsupported),
        Some(Err(Asn1Error::Malformed)) => findings.push(Finding::SodBroken),
        Some(Ok(sod)) => {
            is_read = true;
            check_groups(&material, &sod, &mut findings);
            signed = signer::check(&material, &sod, trust, today, &mut findings);
            groups_signed.extend(sod.groups.into_keys());
        }
    }
    let differs = |f: &Finding| matches!(f, Finding::Altered(_) | Finding::Unsigned(_));
    let hashes_failed = !is_read || findings[before..].iter().any(differs);
    check_person(&material, today, &mut findings);
    check_offer(&material, &mut findings);
    let copying = check_chip(&material, &groups_signed, &mut findings);
    let checks = Checks {
        access: material.access,
        hashes: if hashes_failed { Outcome::Failed } else { Outcome::Ok },
        signature: signed.signature,
        chain: signed.chain,
        chip: material.chip,
        consistent: !findings.iter().any(Finding::is_contradiction),
    };
    let evidence = level(&checks, findings.iter().any(Finding::is_fatal), copying);
    // What forbids the use comes first.
    findings.sort_by_key(|f| !f.is_fatal());
    Verdict { checks, evidence, findings, signer: signed.signer }
}

fn check_groups(material: &Material<'_>, sod: &SecurityObject, findings: &mut Vec<Finding>) {
    for (group, bytes) in material.groups {
        match sod.groups.get(group) {
            None => findings.push(Finding::Unsigned(*group)),
            Some(hash) if *hash != sod.hash.digest(bytes) => {
                findings.push(Finding::Altered(*group))
            }
            Some(_) => {}
        }
    }
    let signed: BTreeSet<Group> = sod.groups.keys().copied().collect();
    // Fingerprints and irises open to the police alone; whether they are signed or listed changes nothing
    // here.
    let open = |group: &&Group| ![Group::DG3, Group::DG4].contains(*group);
    let listed = material.listed.difference(&signed).filter(open);
    findings.extend(listed.map(|g| Finding::ListedNotSigned(*g)));
    let hidden = signed.difference(material.listed).filter(open);
    findings.extend(hidden.map(|g| Finding::SignedNotListed(*g)));
    if sod.lds.as_ref().zip(material.version).is_some_and(|(signed, told)| signed != told) {
        findings.push(Finding::VersionDiffers);
    }
}

fn check_person(material: &Material<'_>, today: Date, findings: &mut Vec<Finding>) {
    let mrz = material.mrz;
    if !mrz.checked {
        findings.push(Finding::CheckDigits);
    }
    let told = material.dg13.map(|person| facts::contradictions(mrz, person));
    let details = material.holder.map(|holder| {
        // The names of other states follow rules of their own.
        let name = if mrz.is_vietnamese() { holder.name.clone() } else { String::new() };
        let (number, birth_date) = (personal_number(mrz, holder), holder.birth_date);
        facts::contradictions(mrz, &Person { number, name, birth_date, ..Person::default() })
    });
    let own = facts::contradicts_itself(mrz);
    for finding in own.into_iter().chain(told.into_iter().chain(details).flatten()) {
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    let in_details = material.holder.and_then(|holder| personal_number(mrz, holder));
    let in_dg13 = material.dg13.and_then(|person| person.number.as_ref());
    let on_chip = mrz.personal_number.as_ref().or(in_dg13).or(in_details.as_ref());
    let other_number = material.declared.is_some_and(|declared| match on_chip {
        Some(number) => number != declared,
        // A Vietnamese card's document number is the end of the personal number.
        None => {
            let is_card = mrz.is_vietnamese() && mrz.layout == Layout::Td1;
            !is_card || declared.document_part() != mrz.number
        }
    });
    let other_mrz = material.key.is_some_and(|key| key != mrz.key_information());
    if other_number || other_mrz {
        findings.push(Finding::OtherCard);
    }
    if matches!(person::expiry(mrz, material.dg13, today), Expiry::On(last) if last < today) {
        findings.push(Finding::DocumentExpired);
    }
}

/// EF.CardAccess is not signed; DG14 repeats its PACE variants under the issuer's signature
/// (ICAO 9303-11, 9.2.11). A missing EF.CardAccess offers nothing: hiding it would force BAC.
fn check_offer(material: &Material<'_>, findings: &mut Vec<Finding>) {
    let Some(dg14) = material.groups.get(&Group::DG14) else { return };
    let signed = tlv::single(dg14).map(|g| pace_infos(g.value)).unwrap_or_default();
    let offered = material.card_access.map(pace_infos).unwrap_or_default();
    // EF.CardSecurity may have told the same.
    if !same_offer(&signed, &offered) && !findings.contains(&Finding::AccessDiffers) {
        findings.push(Finding::AccessDiffers);
    }
}

fn check_chip(
    material: &Material<'_>,
    signed: &BTreeSet<Group>,
    findings: &mut Vec<Finding>,
) -> Copying {
    match material.chip {
        Chip::Active | Chip::ChipAuth | Chip::PaceCam => Copying::RuledOut,
        Chip::Failed => {
            findings.push(Finding::CopyProofFalse);
            Copying::Shown
        }
        Chip::Absent => {
            let told = [Finding::CopyNotAskable, Finding::CopyNotChecked];
            if told.iter().any(|finding| findings.contains(finding)) {
                Copying::Open
            } else if has_means(material, signed) {
                findings.push(Finding::CopyNotChecked);
                Copying::Open
            } else {
                findings.push(Finding::NoCopyProof);
                Copying::NoMeans
            }
        }
    }
}

/// Whether the chip could prove that it is no copy, in a way that is spoken here or not. A key group that
/// was promised and not read may hold a key.
fn has_means(material: &Material<'_>, signed: &BTreeSet<Group>) -> bool {
    let promised = |group: &Group| signed.contains(group) || material.listed.contains(group);
    let keys = match material.groups.get(&Group::DG14) {
        Some(dg14) => chip::offers_proof(dg14),
        None => promised(&Group::DG14),
    };
    let active = material.groups.contains_key(&Group::DG15) || promised(&Group::DG15);
    let mapping = material.card_access.is_some_and(|file| proves_key(&pace_infos(file)));
    keys || active || mapping
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use pki::hash::Hash;

    /// A Vietnamese card without the twelve digits.
    const BARE: &str = "IDVNM0990001232<<<<<<<<<<<<<<<9901029M3901027VNM<<<<<<<<<<<6NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<";

    fn material<'a>(
        mrz: &'a Mrz,
        listed: &'a BTreeSet<Group>,
        groups: &'a BTreeMap<Group, Vec<u8>>,
    ) -> Material<'a> {
        Material {
            access: Access::Pace,
            listed,
            version: None,
            groups,
            sod: None,
            mrz,
            dg13: None,
            holder: None,
            issued: None,
            declared: None,
            key: None,
            chip: Chip::Absent,
            card_access: None,
            findings: Vec::new(),
        }
    }

    #[test]
    fn a_card_may_confirm_the_end_of_a_number_alone() {
        let (listed, groups) = (BTreeSet::new(), BTreeMap::new());
        for (zone, number, other) in [
            (BARE.to_owned(), "001099000123", false),
            // The province is not in the zone.
            (BARE.to_owned(), "002099000123", false),
            (BARE.to_owned(), "001099000124", true),
            (BARE.replace("IDVNM", "IDLAO"), "001099000123", true),
        ] {
            let mrz = Mrz::parse(&zone).unwrap();
            let declared = PersonalNumber::parse(number).unwrap();
            let material =
                Material { declared: Some(&declared), ..material(&mrz, &listed, &groups) };
            let mut findings = Vec::new();
            check_person(&material, jiff::civil::date(2026, 11, 23), &mut findings);
            assert_eq!(findings.contains(&Finding::OtherCard), other, "{zone} {number}");
        }
    }

    /// Fingerprints may be signed and not listed, or listed and not signed; nothing else may.
    #[test]
    fn groups_that_no_office_reads_hide_nothing() {
        let (mrz, groups) = (Mrz::parse(BARE).unwrap(), BTreeMap::new());
        for (group, hidden) in [(Group::DG3, false), (Group::DG4, false), (Group::DG14, true)] {
            let (none, one) = (BTreeSet::new(), BTreeSet::from([group]));
            let object = |signed: &BTreeSet<Group>| SecurityObject {
                hash: Hash::Sha256,
                groups: signed.iter().map(|group| (*group, Vec::new())).collect(),
                lds: None,
                signers: Vec::new(),
            };
            for (signed, listed, finding) in [
                (&one, &none, Finding::SignedNotListed(group)),
                (&none, &one, Finding::ListedNotSigned(group)),
            ] {
                let mut findings = Vec::new();
                check_groups(&material(&mrz, listed, &groups), &object(signed), &mut findings);
                assert_eq!(findings, Vec::from_iter(hidden.then_some(finding)));
            }
        }
    }
}

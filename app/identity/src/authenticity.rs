//! What the chip's data prove: passive authentication (ICAO 9303-11, 5.1) and whether the parts of the
//! chip agree with each other.
//!
//! Every doubt is a [`Finding`]. A fatal finding makes the evidence "not authentic"; the others tell
//! the clerk why it is no stronger. "Issuer unknown here" is neither good nor bad: it waits for the
//! issuer's certificate.

pub mod certificate;
pub mod chip;
pub mod signature;
pub mod sod;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use office::{
    evidence::Evidence,
    person::{Expiry, Person, PersonalNumber},
};
use serde::Serialize;

use crate::{
    access::{Access, pace_infos},
    groups::Group,
    mrz::Mrz,
    trust::Trust,
};
use certificate::Certificate;
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
    /// No country signer here is named as its issuer.
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
    /// The photo cannot be found in DG2.
    #[error("Không đọc được ảnh trên chip.")]
    NoPhoto,
    /// The signature is wrong.
    #[error("Chữ ký số của đối tượng bảo mật không đúng.")]
    SignatureWrong,
    /// The signer's certificate is not on the chip.
    #[error("Chip không kèm chứng thư của người ký nên không kiểm tra được chữ ký.")]
    NoSigner,
    /// Algorithm or curve is not known here.
    #[error("Chữ ký dùng thuật toán mà máy này không hỗ trợ nên không kiểm tra được.")]
    Unsupported,
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
    /// The signer's certificate had ended before the document was made, or it has ended and nothing
    /// tells when the document was made.
    #[error("Chứng thư người ký đã hết hạn, và không có gì cho thấy giấy tờ được làm ra trước đó.")]
    SignerTooLate,
    /// The signer's certificate ended since.
    #[error("Chứng thư người ký còn hiệu lực khi làm giấy tờ, đến nay đã hết hạn.")]
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
    /// DG1 and DG13 tell different facts.
    #[error("Các nhóm dữ liệu trên chip mâu thuẫn nhau về {0}.")]
    Contradiction(&'static str),
    /// The chip is another card's.
    #[error("Số trên chip khác với số đã nhập: đây là chip của giấy tờ khác.")]
    OtherCard,
    /// The document's time is over.
    #[error("Giấy tờ đã hết hạn.")]
    DocumentExpired,
    /// BAC was used though the chip offers PACE.
    #[error("Chip có PACE nhưng không mở được bằng PACE, đã dùng cách mở cũ hơn (BAC).")]
    FellBack,
    /// A key against copying is there, but was not used.
    #[error(
        "Chip có khóa chống sao chép nhưng chưa được kiểm tra: chưa loại trừ được chip sao chép."
    )]
    CopyNotChecked,
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
                | Finding::NoCopyProof
        )
    }

    fn is_contradiction(&self) -> bool {
        matches!(
            self,
            Finding::ListedNotSigned(_)
                | Finding::SignedNotListed(_)
                | Finding::Missing(_)
                | Finding::AccessDiffers
                | Finding::CheckDigits
                | Finding::Contradiction(_)
                | Finding::OtherCard
        )
    }
}

/// Everything that was read, before it is believed.
pub struct Material<'a> {
    /// How the chip was opened.
    pub access: Access,
    /// Groups listed in EF.COM.
    pub listed: &'a BTreeSet<Group>,
    /// Groups that were read.
    pub groups: &'a BTreeMap<Group, Vec<u8>>,
    /// EF.SOD, if the chip has one.
    pub sod: Option<&'a [u8]>,
    /// DG1.
    pub mrz: &'a Mrz,
    /// DG13, where it could be read.
    pub dg13: Option<&'a Person>,
    /// The number the office typed or scanned.
    pub declared: Option<&'a PersonalNumber>,
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
}

/// Decides what the material proves, on the day `today`.
pub fn judge(material: Material<'_>, trust: &Trust, today: Date) -> Verdict {
    let mut findings = material.findings.clone();
    let mut signature = Outcome::Failed;
    let mut chain = Chain::Failed;
    let before = findings.len();
    match material.sod.map(SecurityObject::parse) {
        None => findings.push(Finding::NotSigned),
        Some(Err(_)) => findings.push(Finding::SodBroken),
        Some(Ok(sod)) => {
            check_groups(&material, &sod, &mut findings);
            (signature, chain) = check_signer(&material, &sod, trust, today, &mut findings);
        }
    }
    let hashes_failed = findings[before..].iter().any(|f| {
        matches!(
            f,
            Finding::NotSigned | Finding::SodBroken | Finding::Altered(_) | Finding::Unsigned(_)
        )
    });
    check_person(&material, today, &mut findings);
    check_offer(&material, &mut findings);
    check_chip(&material, &mut findings);

    let evidence = if findings.iter().any(Finding::is_fatal) {
        Evidence::ChipNotAuthentic
    } else if chain == Chain::Unknown {
        Evidence::ChipIssuerUnknown
    } else if chain == Chain::Ok
        && matches!(material.chip, Chip::Active | Chip::ChipAuth | Chip::PaceCam)
    {
        Evidence::ChipAuthentic
    } else {
        Evidence::ChipSigned
    };
    let checks = Checks {
        access: material.access,
        hashes: if hashes_failed { Outcome::Failed } else { Outcome::Ok },
        signature,
        chain,
        chip: material.chip,
        consistent: !findings.iter().any(Finding::is_contradiction),
    };
    // What forbids the use comes first.
    findings.sort_by_key(|f| !f.is_fatal());
    Verdict { checks, evidence, findings }
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
    // Fingerprints and irises open to the police alone; whether they are signed changes nothing here.
    let closed = [Group::DG3, Group::DG4];
    let listed = material.listed.iter().filter(|g| !closed.contains(g) && !signed.contains(g));
    findings.extend(listed.map(|g| Finding::ListedNotSigned(*g)));
    findings.extend(signed.difference(material.listed).map(|g| Finding::SignedNotListed(*g)));
}

fn check_signer(
    material: &Material<'_>,
    sod: &SecurityObject,
    trust: &Trust,
    today: Date,
    findings: &mut Vec<Finding>,
) -> (Outcome, Chain) {
    let Some(signer) = &sod.signer else {
        findings.push(Finding::NoSigner);
        return (Outcome::Failed, Chain::Failed);
    };
    let signature = match sod.signature_holds() {
        Some(true) => Outcome::Ok,
        Some(false) => {
            findings.push(Finding::SignatureWrong);
            Outcome::Failed
        }
        None => {
            findings.push(Finding::Unsupported);
            Outcome::Failed
        }
    };
    let made = sod.signing_day.or(material.dg13.and_then(|p| p.issue_date));
    let (chain, found) = check_chain(signer, trust, sod.signing_day, made, today);
    findings.extend(found);
    (signature, chain)
}

/// Finds and checks the signer's issuer. `signed` is the signed time, `made` the best known day on which
/// the document was made.
fn check_chain(
    signer: &Certificate,
    trust: &Trust,
    signed: Option<Date>,
    made: Option<Date>,
    today: Date,
) -> (Chain, Option<Finding>) {
    if !signer.may_sign_documents() || !signer.understood || signer.issuer == signer.subject {
        return (Chain::Failed, Some(Finding::UsageWrong));
    }
    let mut named = trust.certificates().iter().filter(|c| signer.names_as_issuer(c)).peekable();
    if named.peek().is_none() {
        let same_name = trust.certificates().iter().any(|c| c.subject == signer.issuer);
        let finding = if same_name { Finding::IssuerOtherKey } else { Finding::IssuerUnknown };
        return (Chain::Unknown, Some(finding));
    }
    let Some(issuer) = named.find(|issuer| signer.is_signed_by(issuer)) else {
        return (Chain::Failed, Some(Finding::IssuerFalse));
    };
    if !issuer.may_sign_certificates() || !issuer.understood {
        return (Chain::Failed, Some(Finding::UsageWrong));
    }
    if signer.not_before > signed.unwrap_or(today).min(today) {
        return (Chain::Failed, Some(Finding::SignerTooEarly));
    }
    if made.unwrap_or(today) > signer.not_after {
        return (Chain::Expired, Some(Finding::SignerTooLate));
    }
    if signer.not_before < issuer.not_before || signer.not_before > issuer.not_after {
        return (Chain::Failed, Some(Finding::IssuerOutOfTime));
    }
    if today > signer.not_after {
        return (Chain::Expired, Some(Finding::SignerEnded));
    }
    (Chain::Ok, None)
}

fn check_person(material: &Material<'_>, today: Date, findings: &mut Vec<Finding>) {
    let mrz = material.mrz;
    if !mrz.checked {
        findings.push(Finding::CheckDigits);
    }
    if let Some(person) = material.dg13 {
        if let (Some(a), Some(b)) = (&mrz.personal_number, &person.number)
            && a != b
        {
            findings.push(Finding::Contradiction("số định danh"));
        }
        if let (Some(short), Some(date)) = (mrz.birth, person.birth_date)
            && !short.agrees(date)
        {
            findings.push(Finding::Contradiction("ngày sinh"));
        }
        if let (Some(a), Some(b)) = (mrz.sex, person.sex)
            && a != b
        {
            findings.push(Finding::Contradiction("giới tính"));
        }
        if let (Some(short), Some(Expiry::On(date))) = (mrz.expiry, &person.expiry_date)
            && !short.agrees(*date)
        {
            findings.push(Finding::Contradiction("ngày hết hạn"));
        }
    }
    let on_chip = mrz.personal_number.as_ref().or(material.dg13.and_then(|p| p.number.as_ref()));
    if let (Some(declared), Some(on_chip)) = (material.declared, on_chip)
        && declared != on_chip
    {
        findings.push(Finding::OtherCard);
    }
    if expiry(mrz, material.dg13).is_some_and(|e| e < today) {
        findings.push(Finding::DocumentExpired);
    }
}

/// The day on which the document ends, if it does: DG13's words go before the MRZ's date.
fn expiry(mrz: &Mrz, dg13: Option<&Person>) -> Option<Date> {
    match dg13.and_then(|p| p.expiry_date.as_ref()) {
        Some(Expiry::Never) => None,
        Some(Expiry::On(date)) => Some(*date),
        None => mrz.expiry.and_then(|e| e.in_century(2000)),
    }
}

/// EF.CardAccess is not signed; DG14 repeats its PACE variants under the issuer's signature
/// (ICAO 9303-11, 9.2.11).
fn check_offer(material: &Material<'_>, findings: &mut Vec<Finding>) {
    let (Some(offer), Some(dg14)) = (material.card_access, material.groups.get(&Group::DG14))
    else {
        return;
    };
    let signed = crate::tlv::single(dg14).map(|g| pace_infos(g.value)).unwrap_or_default();
    let offered = pace_infos(offer);
    let same = signed.len() == offered.len() && signed.iter().all(|i| offered.contains(i));
    if !signed.is_empty() && !same {
        findings.push(Finding::AccessDiffers);
    }
}

fn check_chip(material: &Material<'_>, findings: &mut Vec<Finding>) {
    match material.chip {
        Chip::Failed => findings.push(Finding::CopyProofFalse),
        Chip::Absent => {
            let has_key =
                [Group::DG14, Group::DG15].iter().any(|g| material.groups.contains_key(g));
            findings.push(if has_key { Finding::CopyNotChecked } else { Finding::NoCopyProof });
        }
        Chip::Active | Chip::ChipAuth | Chip::PaceCam => {}
    }
}

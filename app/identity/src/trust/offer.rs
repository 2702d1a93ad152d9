//! What a file offers to trust, shown to an administrator before anything is kept: single certificates
//! (DER, PEM), master lists (ICAO 9303-12, 9), the public key directory's LDIF, revocation lists.
//!
//! A master list must be signed by a key for that purpose, whose certificate a country signer in the list
//! or one trusted already issued; otherwise the list is refused whole. A list that only its own country
//! signer vouches for proves that it is unharmed, not who made it: the offer tells which it is, and the
//! administrator vouches for the file.
//!
//! What is no country signer, link, document signer or usable revocation list is left out, counted and
//! told.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use jiff::civil::Date;
use office::{
    Explain,
    entry::ContentHash,
    trust::{TrustItem, TrustKind, Voucher},
};
use pki::{
    asn1,
    certificate::{Certificate, Fingerprint},
    cms::SignedData,
    revocation::{RevocationList, Unusable},
    tlv,
};

use super::{
    MAX_CERTIFICATES, Standing, Trust, is_named, is_signed, ldif, profile, search::Search,
};

/// `id-icao-cscaMasterList`
const MASTER_LIST: &str = "2.23.136.1.1.2";
/// Most elements of one file.
const MAX_ELEMENTS: usize = 2 * MAX_CERTIFICATES;

/// What one file holds.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// The master lists in it, each with a good signature.
    pub lists: Vec<ListProof>,
    /// Certificates, each once, in the file's order.
    pub certificates: Vec<OfferedCertificate>,
    /// Revocation lists.
    pub revocations: Vec<OfferedRevocations>,
    /// What was left out.
    pub skipped: Vec<Skipped>,
    /// Every certificate comes from a master list.
    only_lists: bool,
}

/// A master list's good signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListProof {
    /// Name of the list's signer.
    pub signer: String,
    /// Its country.
    pub country: Option<String>,
    /// When the list was signed, as it says.
    pub made: Option<Date>,
    /// Who issued the signer.
    pub voucher: ListVoucher,
}

/// Who issued a master list's signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListVoucher {
    /// A country signer that was trusted before.
    Known,
    /// A country signer in the list itself.
    Listed,
}

/// What a certificate is to the trust store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A self-signed country signer.
    CountrySigner,
    /// A country signer's key that another key vouches for; trusts nothing by itself.
    Link,
    /// A document signer, to be looked up where a chip leaves it out.
    DocumentSigner,
}

/// One certificate of a file.
#[derive(Clone, Debug)]
pub struct OfferedCertificate {
    /// The certificate: names, country, serial number, validity, DER.
    pub certificate: Arc<Certificate>,
    /// What it is.
    pub kind: Kind,
    /// SHA-256.
    pub fingerprint: Fingerprint,
    /// Whether it is trusted already.
    pub known: bool,
}

/// One revocation list of a file.
#[derive(Clone, Debug)]
pub struct OfferedRevocations {
    /// The list.
    pub list: Arc<RevocationList>,
    /// SHA-256.
    pub fingerprint: Fingerprint,
    /// Whether it is kept already.
    pub known: bool,
    /// Whether a country signer that is trusted, or in the same file, signed it. One that nobody signed
    /// says nothing until its issuer is known.
    pub vouched: bool,
}

/// How many elements were left out, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Why.
    pub reason: SkipReason,
    /// How many.
    pub count: usize,
}

/// Why an element was left out. `Display` gives the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum SkipReason {
    /// No certificate or list in DER.
    #[error("không đọc được")]
    Unreadable,
    /// Neither country signer, link nor document signer.
    #[error("không phải chứng thư dùng để ký giấy tờ hoặc cấp chứng thư người ký")]
    OtherUse,
    /// A master list may hold country signers and links alone.
    #[error("không phải chứng thư gốc (CSCA) nhưng nằm trong danh sách gốc")]
    NotAuthority,
    /// Says that it is self-signed, and its key did not sign it.
    #[error("tự nhận là chứng thư gốc nhưng chữ ký không đúng")]
    FalseSelfSignature,
    /// A critical extension is not understood, or one stands there twice.
    #[error("có phần mở rộng bắt buộc mà chương trình không hiểu")]
    NotUnderstood,
    /// No country, or issuer and subject of two countries.
    #[error("không ghi đúng một nước")]
    Country,
    /// An indirect or partial revocation list.
    #[error("danh sách thu hồi gián tiếp hoặc không đầy đủ")]
    NotPlainRevocations,
    /// A revocation list whose named issuer did not sign it.
    #[error("danh sách thu hồi có chữ ký sai")]
    FalseRevocations,
}

/// Why a file is refused whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// Nothing in it is a certificate or revocation list.
    #[error(
        "Tệp không có chứng thư hay danh sách thu hồi nào đọc được. Chưa thêm gì. Hãy dùng tệp DER, PEM, LDIF hoặc danh sách gốc (.ml)."
    )]
    Nothing,
    /// Too many elements.
    #[error("Tệp có quá nhiều chứng thư. Chưa thêm gì. Hãy chia tệp nhỏ hơn.")]
    TooLarge,
    /// The master list's signature does not hold, or its signer may not sign lists.
    #[error(
        "Chữ ký của danh sách gốc không đúng: tệp đã bị sửa hoặc do người không có quyền lập. Chưa thêm gì. Hãy tải lại tệp từ nguồn chính thức."
    )]
    ListFalse,
    /// No country signer in the list or known here issued the list's signer.
    #[error(
        "Danh sách gốc do một người ký mà không chứng thư gốc nào trong danh sách hoặc trên máy này xác nhận. Chưa thêm gì. Hãy tải lại tệp từ nguồn chính thức."
    )]
    ListUnvouched,
}

impl Explain for OfferError {
    fn code(&self) -> &'static str {
        match self {
            OfferError::Nothing => "IDN-34",
            OfferError::TooLarge => "IDN-35",
            OfferError::ListFalse => "IDN-36",
            OfferError::ListUnvouched => "IDN-37",
        }
    }

    fn english(&self) -> String {
        match self {
            OfferError::Nothing => {
                "The file holds no readable certificate or revocation list. Nothing was added."
            }
            OfferError::TooLarge => "The file holds too many certificates. Nothing was added.",
            OfferError::ListFalse => {
                "The master list's signature does not hold. Nothing was added. Get the file again from its official source."
            }
            OfferError::ListUnvouched => {
                "No country signer in the master list or known here issued its signer. Nothing was added."
            }
        }
        .into()
    }
}

impl Offer {
    /// Reads a file's bytes; `trust` is what is trusted already.
    ///
    /// # Errors
    /// See [`OfferError`]; then nothing of the file is to be used.
    pub fn read(bytes: &[u8], trust: &Trust) -> Result<Offer, OfferError> {
        let mut reading = Reading {
            trust,
            offer: Offer { only_lists: true, ..Offer::default() },
            skipped: BTreeMap::new(),
            seen: HashSet::new(),
        };
        if ldif::is_ldif(bytes) {
            for (count, (holds, value)) in ldif::values(bytes).enumerate() {
                if count >= MAX_ELEMENTS {
                    return Err(OfferError::TooLarge);
                }
                match (holds, value) {
                    (_, None) => reading.skip(SkipReason::Unreadable),
                    (ldif::Holds::Certificate, Some(der)) => reading.certificate(&der, false),
                    (ldif::Holds::Revocations, Some(der)) => reading.revocations(&der),
                    (ldif::Holds::MasterList, Some(der)) => {
                        if !reading.master_list(&der)? {
                            reading.skip(SkipReason::Unreadable);
                        }
                    }
                }
            }
        } else if bytes.first() == Some(&0x30) {
            reading.der(bytes)?;
        } else {
            for (label, der) in pem(bytes).take(MAX_ELEMENTS) {
                match (label, der) {
                    (_, None) => reading.skip(SkipReason::Unreadable),
                    (Label::Certificate, Some(der)) => reading.certificate(&der, false),
                    (Label::Revocations, Some(der)) => reading.revocations(&der),
                    (Label::MasterList, Some(der)) => reading.der(&der)?,
                }
            }
        }
        reading.finish()
    }

    /// Who vouches for the file: the signer of its one master list, if all certificates are in that list;
    /// else the person who takes the file.
    pub fn voucher(&self) -> Voucher {
        match &self.lists[..] {
            [ListProof { signer, made, voucher, .. }] if self.only_lists => {
                let (signer, made) = (signer.clone(), *made);
                match voucher {
                    ListVoucher::Known => Voucher::KnownListSigner { signer, made },
                    ListVoucher::Listed => Voucher::OwnListSigner { signer, made },
                }
            }
            _ => Voucher::Person,
        }
    }

    /// Whether nothing in it is new.
    pub fn is_known(&self) -> bool {
        self.certificates.iter().all(|offered| offered.known)
            && self.revocations.iter().all(|offered| offered.known)
    }
}

impl OfferedCertificate {
    /// The certificate as entries keep it; its bytes are `certificate.der`.
    pub fn item(&self) -> TrustItem {
        let certificate = &self.certificate;
        TrustItem {
            kind: match self.kind {
                Kind::CountrySigner => TrustKind::CountrySigner,
                Kind::Link => TrustKind::Link,
                Kind::DocumentSigner => TrustKind::DocumentSigner,
            },
            fingerprint: ContentHash(self.fingerprint.to_string()),
            country: certificate.country.clone().unwrap_or_default().to_ascii_uppercase(),
            name: certificate.subject_text.clone(),
            serial: hex::encode(&certificate.serial),
            from: certificate.not_before,
            until: certificate.not_after,
        }
    }
}

impl OfferedRevocations {
    /// The list as entries keep it; its bytes are `list.der`.
    pub fn item(&self) -> TrustItem {
        let list = &self.list;
        TrustItem {
            kind: TrustKind::RevocationList,
            fingerprint: ContentHash(self.fingerprint.to_string()),
            country: list.country.clone().unwrap_or_default().to_ascii_uppercase(),
            name: list.issuer_text.clone(),
            serial: String::new(),
            from: list.this_update,
            until: list.next_update,
        }
    }
}

struct Reading<'t> {
    trust: &'t Trust,
    offer: Offer,
    skipped: BTreeMap<SkipReason, usize>,
    /// What the file has offered so far.
    seen: HashSet<Fingerprint>,
}

impl Reading<'_> {
    fn skip(&mut self, reason: SkipReason) {
        *self.skipped.entry(reason).or_default() += 1;
    }

    /// One structure of whatever kind.
    fn der(&mut self, der: &[u8]) -> Result<(), OfferError> {
        if self.master_list(der)? {
            return Ok(());
        }
        match RevocationList::parse(der) {
            Err(Unusable::Unreadable) => self.certificate(der, false),
            _ => self.revocations(der),
        }
        Ok(())
    }

    fn certificate(&mut self, der: &[u8], in_list: bool) {
        let Ok(certificate) = Certificate::parse(der) else {
            return self.skip(SkipReason::Unreadable);
        };
        match kind(&certificate) {
            Err(reason) => self.skip(reason),
            Ok(Kind::DocumentSigner) if in_list => self.skip(SkipReason::NotAuthority),
            Ok(kind) => {
                let fingerprint = certificate.fingerprint();
                if !self.seen.insert(fingerprint) {
                    return;
                }
                self.offer.only_lists &= in_list;
                self.offer.certificates.push(OfferedCertificate {
                    known: self.trust.knows(&fingerprint),
                    certificate: Arc::new(certificate),
                    kind,
                    fingerprint,
                });
            }
        }
    }

    fn revocations(&mut self, der: &[u8]) {
        let list = match RevocationList::parse(der) {
            Ok(list) => Arc::new(list),
            Err(Unusable::Unreadable) => return self.skip(SkipReason::Unreadable),
            Err(Unusable::NotPlain) => return self.skip(SkipReason::NotPlainRevocations),
        };
        let fingerprint = list.fingerprint();
        if self.seen.insert(fingerprint) {
            let known = self.trust.knows(&fingerprint);
            self.offer.revocations.push(OfferedRevocations {
                list,
                fingerprint,
                known,
                vouched: false,
            });
        }
    }

    /// Whether the structure is a master list; then its certificates are taken.
    fn master_list(&mut self, der: &[u8]) -> Result<bool, OfferError> {
        let Ok(data) = SignedData::read(der) else { return is_master_list(der) };
        if data.content_type != MASTER_LIST {
            return Ok(false);
        }
        let certificates = listed(data.content).ok_or(OfferError::ListFalse)?;
        let [info] = &data.signers[..] else { return Err(OfferError::ListFalse) };
        let signer = data.certificate(info).ok().flatten().ok_or(OfferError::ListFalse)?;
        let in_time =
            info.signing_day.is_none_or(|day| signer.not_before <= day && day <= signer.not_after);
        if info.holds(&signer) != Some(true)
            || !profile::may_sign_lists(&signer)
            || !profile::is_understood(&signer)
            || !in_time
        {
            return Err(OfferError::ListFalse);
        }
        for certificate in certificates {
            self.certificate(certificate, true);
        }
        let mut with = self.trust.clone();
        with.accept(&self.offer);
        if matches!(with.standing(&signer, signer.not_after), Standing::Revoked(_)) {
            return Err(OfferError::ListFalse);
        }
        let vouched = |trust: &Trust| {
            let ways = Search::new(trust).ways(&signer).unwrap_or_default();
            let mut issuers = ways.iter().filter_map(|way| way.first());
            issuers.any(|issuer| issuer.may_sign_certificates() && profile::is_understood(issuer))
        };
        let voucher = if vouched(self.trust) {
            ListVoucher::Known
        } else if vouched(&with) {
            ListVoucher::Listed
        } else {
            return Err(OfferError::ListUnvouched);
        };
        self.offer.lists.push(ListProof {
            signer: signer.subject_text.clone(),
            country: signer.country.clone(),
            made: info.signing_day,
            voucher,
        });
        Ok(true)
    }

    fn finish(mut self) -> Result<Offer, OfferError> {
        if self.offer.certificates.len() > MAX_CERTIFICATES {
            return Err(OfferError::TooLarge);
        }
        // A list's issuer may come with it.
        let mut with = self.trust.clone();
        with.accept(&Offer { certificates: self.offer.certificates.clone(), ..Offer::default() });
        let (mut kept, mut false_ones) = (Vec::new(), 0);
        for offered in std::mem::take(&mut self.offer.revocations) {
            let vouched = with.voucher_of(&offered.list).is_some();
            let named = |authority: &Certificate| {
                is_named(&offered.list, authority)
                    && is_signed(&offered.list, authority) == Some(false)
            };
            if !vouched && with.authorities().any(named) {
                false_ones += 1;
            } else {
                kept.push(OfferedRevocations { vouched, ..offered });
            }
        }
        self.offer.revocations = kept;
        (0..false_ones).for_each(|_| self.skip(SkipReason::FalseRevocations));
        self.offer.skipped =
            self.skipped.into_iter().map(|(reason, count)| Skipped { reason, count }).collect();
        let nothing = self.offer.certificates.is_empty() && self.offer.revocations.is_empty();
        if nothing { Err(OfferError::Nothing) } else { Ok(self.offer) }
    }
}

/// What a certificate is to the trust store, or why it is left out.
fn kind(certificate: &Certificate) -> Result<Kind, SkipReason> {
    let kind = if certificate.may_sign_certificates() {
        match certificate.is_self_signed() {
            // A key of an unknown kind can vouch for nothing; that its documents are then "not checked"
            // and not "unknown" is worth having.
            Some(true) | None => Kind::CountrySigner,
            Some(false) if certificate.names_as_issuer(certificate) => {
                match certificate.names_key_of(certificate) {
                    // A link of an unchanged name names the old key, which is not its own.
                    Some(false) => Kind::Link,
                    _ => return Err(SkipReason::FalseSelfSignature),
                }
            }
            Some(false) => Kind::Link,
        }
    } else if profile::is_document_signer(certificate) {
        Kind::DocumentSigner
    } else {
        return Err(SkipReason::OtherUse);
    };
    if !profile::is_understood(certificate) {
        Err(SkipReason::NotUnderstood)
    } else if !profile::is_of_one_country(certificate) {
        Err(SkipReason::Country)
    } else {
        Ok(kind)
    }
}

/// The certificates in a `CscaMasterList`: a version and a SET.
fn listed(content: &[u8]) -> Option<Vec<&[u8]>> {
    let mut elements = tlv::elements(asn1::value(content).ok()?);
    elements.next()?.ok()?;
    let set = elements.next()?.ok().filter(|set| set.tag == 0x31)?;
    let certificates: Result<Vec<&[u8]>, _> =
        set.children().take(MAX_CERTIFICATES).map(|child| child.map(|c| c.whole)).collect();
    certificates.ok()
}

/// A master list that cannot be read as SignedData is a false one, not some other file.
fn is_master_list(der: &[u8]) -> Result<bool, OfferError> {
    // id-signedData, in the first bytes of every SignedData.
    const SIGNED_DATA: [u8; 11] =
        [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    let start = der.get(..24.min(der.len())).unwrap_or_default();
    if start.windows(SIGNED_DATA.len()).any(|window| window == SIGNED_DATA) {
        Err(OfferError::ListFalse)
    } else {
        Ok(false)
    }
}

#[derive(Clone, Copy)]
enum Label {
    Certificate,
    Revocations,
    MasterList,
}

/// The armoured blocks of a text, in order.
fn pem(bytes: &[u8]) -> impl Iterator<Item = (Label, Option<Vec<u8>>)> {
    use base64ct::{Base64, Encoding};
    let text = String::from_utf8_lossy(bytes).into_owned();
    let blocks: Vec<_> = text
        .split("-----BEGIN ")
        .skip(1)
        .filter_map(|block| {
            let (name, rest) = block.split_once("-----")?;
            let label = match name {
                "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Label::Certificate,
                "X509 CRL" => Label::Revocations,
                "CMS" | "PKCS7" => Label::MasterList,
                _ => return None,
            };
            let compact: String = rest.split("-----END").next()?.split_whitespace().collect();
            Some((label, Base64::decode_vec(&compact).ok()))
        })
        .collect();
    blocks.into_iter()
}

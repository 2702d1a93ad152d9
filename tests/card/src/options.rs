//! What kind of card to make.

use std::time::Duration;

use crate::cipher::Cipher;
use crate::curve::Curve;
use crate::domain::{Domain, Mapping, Modular, Suite};
use crate::fault::Fault;
use crate::person::{PEOPLE, Person};
use crate::pki::{Hash, KeyKind, Years};
use crate::portrait::{self, Photo};
use crate::publish::Era;
use crate::sod::Signing;

/// PACE with generic mapping over an elliptic curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Domain parameters.
    pub curve: Curve,
    /// Session cipher.
    pub cipher: Cipher,
}

/// How the chip is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Basic access control alone; there is no EF.CardAccess.
    Bac,
    /// PACE alone.
    Pace(Pace),
    /// PACE, with BAC for old readers.
    Both(Pace),
}

impl Access {
    /// The PACE parameters, if PACE is offered.
    pub fn pace(self) -> Option<Pace> {
        match self {
            Access::Bac => None,
            Access::Pace(pace) | Access::Both(pace) => Some(pace),
        }
    }
}

/// Key of active authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActiveKey {
    /// ECDSA with SHA-256, `r || s`.
    Curve(Curve),
    /// RSA 2048 with this hash (ISO 9796-2): the answer needs extended length.
    Rsa(Hash),
    /// A kind that no reader knows; the chip refuses to use it.
    Unknown,
}

/// Which document the chip sits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// Thẻ căn cước: three-line MRZ, DG13, CAN.
    IdCard,
    /// Passport: two-line MRZ, no DG13.
    Passport,
    /// Card of the larger size, two lines of 36 (ICAO 9303-6), as some residence permits; no DG13.
    LargeCard,
}

/// Which standard the face record follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Biometric {
    /// ISO 19794-5: binary.
    #[value(name = "19794")]
    Iso19794,
    /// ISO 39794-5: DER.
    #[value(name = "39794")]
    Iso39794,
}

/// Everything that can be chosen about a card.
#[derive(Clone, Debug)]
pub struct Options {
    /// Holder.
    pub person: Person,
    /// Kind of document.
    pub document: Document,
    /// DG11 and DG12 are there.
    pub details: bool,
    /// Encoding of the photo.
    pub photo: Photo,
    /// Quality of a JPEG photo, of 100: a better one is a larger file.
    pub quality: u8,
    /// Standard of the face record.
    pub biometric: Biometric,
    /// Issuing state: its three characters in the MRZ, and the country in the certificates.
    pub state: (&'static str, &'static str),
    /// Access protocol.
    pub access: Access,
    /// How PACE maps its nonce.
    pub mapping: Mapping,
    /// Group modulo a prime in the place of PACE's curve.
    pub group: Option<Modular>,
    /// How the SOD is signed.
    pub signing: Signing,
    /// Chip authentication: curve and cipher.
    pub chip_authentication: Option<Pace>,
    /// Group modulo a prime in the place of chip authentication's curve.
    pub chip_group: Option<Modular>,
    /// Active authentication: kind of the key in DG15.
    pub active_authentication: Option<ActiveKey>,
    /// What is wrong with the card.
    pub fault: Option<Fault>,
    /// Commands answered before [`Fault::Pulled`] strikes.
    pub pulled_after: u32,
    /// How long each answer takes under [`Fault::Slow`].
    pub delay: Duration,
    /// Which of its keys the country signer used.
    pub era: Era,
    /// Whether the SOD carries the document signer's certificate, as it should.
    pub encloses_signer: bool,
    /// Years in which the document signer is valid, unless a fault has others.
    pub signer_years: Years,
    /// Whether the SOD says when it was signed.
    pub dated: bool,
    /// Access key text in place of the MRZ's, for published worked examples.
    pub mrz_information: Option<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            person: PEOPLE[0],
            document: Document::IdCard,
            details: false,
            photo: Photo::Jpeg,
            quality: portrait::QUALITY,
            biometric: Biometric::Iso19794,
            state: ("VNM", "VN"),
            access: Access::Bac,
            mapping: Mapping::Generic,
            group: None,
            signing: Signing {
                digest: Hash::Sha256,
                signature_digest: Hash::Sha256,
                signer: KeyKind::Named(Curve::P256),
                issuer: KeyKind::Named(Curve::P384),
                wrapped: true,
            },
            chip_authentication: Some(Pace { curve: Curve::P256, cipher: Cipher::Aes128 }),
            chip_group: None,
            active_authentication: Some(ActiveKey::Curve(Curve::P256)),
            fault: None,
            pulled_after: 20,
            delay: Duration::from_millis(120),
            era: Era::First,
            encloses_signer: true,
            signer_years: (2021, 2036),
            dated: true,
            mrz_information: None,
        }
    }
}

impl Options {
    /// The PACE variants that the issuer put on the chip.
    pub(crate) fn suites(&self) -> Vec<Suite> {
        let Some(pace) = self.access.pace() else { return Vec::new() };
        let domain = self.group.map_or(Domain::Curve(pace.curve), Domain::Modular);
        let suite = Suite { mapping: self.mapping, domain, cipher: pace.cipher };
        match self.mapping {
            Mapping::ChipAuthentication => {
                vec![suite, Suite { mapping: Mapping::Generic, ..suite }]
            }
            _ => vec![suite],
        }
    }

    /// Domain parameters of chip authentication.
    pub(crate) fn chip_domain(&self, suite: Pace) -> Domain {
        self.chip_group.map_or(Domain::Curve(suite.curve), Domain::Modular)
    }

    /// The machine readable zone that is printed on the document.
    pub fn mrz(&self) -> String {
        let zone = match self.document {
            Document::IdCard => self.person.mrz(),
            Document::Passport => self.person.passport_mrz(),
            Document::LargeCard => self.person.large_card_mrz(),
        };
        // No check digit covers the state; no name holds the letters.
        let zone = zone.replace("VNM", self.state.0);
        match self.fault {
            Some(Fault::TwoNumbers) => self.person.with_other_document(&zone),
            _ => zone,
        }
    }

    /// The default card with `fault`; it offers PACE beside BAC where the fault is about PACE, and is a
    /// passport with DG11 and DG12 where it is about these.
    pub fn with_fault(fault: Fault) -> Options {
        let both = Access::Both(Pace { curve: Curve::P256, cipher: Cipher::Aes128 });
        let default = Options { fault: Some(fault), ..Options::default() };
        let pace = Access::Pace(Pace { curve: Curve::P256, cipher: Cipher::Aes128 });
        let cam = Mapping::ChipAuthentication;
        match fault {
            // The static key stands in EF.CardSecurity alone.
            Fault::FalseMappingProof
            | Fault::CardSecurityAltered
            | Fault::CardSecurityMissing
            | Fault::CardSecurityClosed
            | Fault::SelfVouchingClone => Options {
                access: pace,
                mapping: cam,
                chip_authentication: None,
                active_authentication: None,
                ..default
            },
            Fault::StrippedMapping => Options { access: both, mapping: cam, ..default },
            Fault::SmallGroupKey => {
                Options { access: pace, group: Some(Modular::Modp1024), ..default }
            }
            Fault::OffGroupKey | Fault::EchoedKey => Options { access: pace, ..default },
            Fault::DeniedLengths => Options {
                chip_authentication: None,
                active_authentication: Some(ActiveKey::Rsa(Hash::Sha256)),
                ..default
            },
            Fault::NoChipInfo => {
                let suite = Pace { curve: Curve::P256, cipher: Cipher::Tdes };
                Options { chip_authentication: Some(suite), ..default }
            }
            Fault::AlteredDg11
            | Fault::AlteredDg12
            | Fault::Dg11Missing
            | Fault::Dg11Withheld
            | Fault::Dg11OtherNumber
            | Fault::Dg11OtherBirth => {
                Options { document: Document::Passport, details: true, ..default }
            }
            _ if fault.is_about_pace() => Options { access: both, ..default },
            _ => default,
        }
    }
}

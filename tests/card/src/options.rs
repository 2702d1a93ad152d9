//! What kind of card to make.

use std::time::Duration;

use crate::cipher::Cipher;
use crate::curve::Curve;
use crate::fault::Fault;
use crate::person::{PEOPLE, Person};
use crate::pki::{Hash, KeyKind};
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
}

/// Which document the chip sits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// Thẻ căn cước: three-line MRZ, DG13, CAN.
    IdCard,
    /// Passport: two-line MRZ, no DG13.
    Passport,
}

/// Everything that can be chosen about a card.
#[derive(Clone, Debug)]
pub struct Options {
    /// Holder.
    pub person: Person,
    /// Kind of document.
    pub document: Document,
    /// Issuing state: its three characters in the MRZ, and the country in the certificates.
    pub state: (&'static str, &'static str),
    /// Access protocol.
    pub access: Access,
    /// How the SOD is signed.
    pub signing: Signing,
    /// Chip authentication: curve and cipher.
    pub chip_authentication: Option<Pace>,
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
    /// Access key text in place of the MRZ's, for published worked examples.
    pub mrz_information: Option<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            person: PEOPLE[0],
            document: Document::IdCard,
            state: ("VNM", "VN"),
            access: Access::Bac,
            signing: Signing {
                digest: Hash::Sha256,
                signature_digest: Hash::Sha256,
                signer: KeyKind::Named(Curve::P256),
                issuer: KeyKind::Named(Curve::P384),
                wrapped: true,
            },
            chip_authentication: Some(Pace { curve: Curve::P256, cipher: Cipher::Aes128 }),
            active_authentication: Some(ActiveKey::Curve(Curve::P256)),
            fault: None,
            pulled_after: 20,
            delay: Duration::from_millis(120),
            era: Era::First,
            encloses_signer: true,
            mrz_information: None,
        }
    }
}

impl Options {
    /// The machine readable zone that is printed on the document.
    pub fn mrz(&self) -> String {
        let zone = match self.document {
            Document::IdCard => self.person.mrz(),
            Document::Passport => self.person.passport_mrz(),
        };
        // No check digit covers the state; no name holds the letters.
        zone.replace("VNM", self.state.0)
    }

    /// The default card with `fault`; it offers PACE beside BAC where the fault is about PACE.
    pub fn with_fault(fault: Fault) -> Options {
        let both = Access::Both(Pace { curve: Curve::P256, cipher: Cipher::Aes128 });
        let about_pace = matches!(
            fault,
            Fault::PaceFails
                | Fault::ParameterWanted
                | Fault::CardAccessDiffers
                | Fault::HiddenPace
        );
        let default = Options::default();
        Options {
            access: if about_pace { both } else { default.access },
            fault: Some(fault),
            ..default
        }
    }
}

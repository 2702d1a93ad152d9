//! What a reading ends with, one picture each: every level of evidence with the findings behind it, and
//! every way in which there is nothing to show.

use identity::{
    ReadError,
    authenticity::{
        Finding::{self, *},
        Reason, Revoked,
    },
    groups::Group,
};
use jiff::civil::date;
use office::evidence::Evidence;

/// A chip that was read: the screen's name, how much it proves and what was found.
pub const READ: [(&str, Evidence, &[Finding]); 16] = [
    ("person", Evidence::ChipSigned, &[NoCopyProof]),
    ("person-authentic", Evidence::ChipAuthentic, &[]),
    ("person-issuer-unknown", Evidence::ChipIssuerUnknown, &[IssuerUnknown, NoCopyProof]),
    ("person-issuer-key", Evidence::ChipIssuerUnknown, &[IssuerOtherKey]),
    ("person-expired", Evidence::ChipAuthentic, &[DocumentExpired]),
    ("person-signer-ended", Evidence::ChipIssuerUnknown, &[SignerEnded]),
    (
        "person-doubts",
        Evidence::ChipIssuerUnknown,
        &[
            FellBack,
            NoPhoto,
            CopyNotAskable,
            FactsOpaque,
            DetailsOpaque(Group::DG11),
            DetailsOpaque(Group::DG12),
            WeakHash,
            WeakKey,
            RevocationsStale,
            VersionDiffers,
            Discrepancy("quốc tịch"),
            Unread("ngày cấp"),
        ],
    ),
    (
        "person-forged",
        Evidence::ChipNotAuthentic,
        &[
            Altered(Group::DG1),
            Altered(Group::DG2),
            Altered(Group::DG13),
            SignatureWrong,
            SignedNotListed(Group::DG14),
            Missing(Group::DG15),
            CheckDigits,
            NoCopyProof,
        ],
    ),
    ("person-copy", Evidence::ChipNotAuthentic, &[CopyProofFalse]),
    (
        "person-revoked",
        Evidence::ChipNotAuthentic,
        &[SignerRevoked(Revoked { day: date(2026, 3, 9), reason: Reason::KeyCompromise })],
    ),
    ("person-downgrade", Evidence::ChipNotAuthentic, &[AccessDiffers, FellBack]),
    ("person-contradiction", Evidence::ChipNotAuthentic, &[Contradiction("họ tên")]),
    ("person-other-card", Evidence::ChipNotAuthentic, &[OtherCard]),
    ("person-signer-expired", Evidence::ChipNotAuthentic, &[SignerTooLate]),
    ("person-impostor", Evidence::ChipNotAuthentic, &[IssuerFalse]),
    ("person-unsupported", Evidence::ChipNotAuthentic, &[Unsupported]),
];

/// A reading that ended without a person.
pub const FAILED: [(&str, ReadError); 7] = [
    ("home-wrong-key", ReadError::AccessDenied),
    ("home-card-lost", ReadError::CardLost),
    ("home-not-identity", ReadError::NotIdentity),
    ("home-slow", ReadError::Timeout),
    ("home-reader-busy", ReadError::ReaderBusy),
    ("home-no-card", ReadError::NoCard),
    ("home-unreadable", ReadError::Unreadable(identity::Fault::Mac)),
];

/// The zone of a passport that Viet Nam did not issue (ICAO 9303-4, appendix B).
pub const ZONE: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";

/// A passport whose holder may be a child or a hundred years old.
pub const CHILD_OR_CENTENARIAN: &str =
    "P<UTODUPONT<<MARIE<<<<<<<<<<<<<<<<<<<<<<<<<<\n24AA000017UTO2503103F3001019<<<<<<<<<<<<<<<2";

/// A card whose check digits all fit and whose two numbers are of different people.
pub const CONTRADICTION: &str =
    "IDVNM0990001232001099000999<<6 9901029M3901027VNM<<<<<<<<<<<6 NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<";

//! Everything that can be wrong with a card, by name.
//!
//! One list, so that a journey can run over all of it and a new entry is tested the day it is added.
//! [`Nature`] says what a reader owes: a forgery must never look like a person, a malfunction must end
//! in a sentence, a quirk must not matter at all.

/// What kind of fault it is, and so what a reader is to make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// The card lies: reading may go on but the card must not be taken as authentic.
    Forgery,
    /// The card or its antenna fails: reading must end soon with an error, without a person.
    Malfunction,
    /// A genuine card with a habit seen in the field: it must be read as usual.
    Quirk,
}

macro_rules! faults {
    ($($variant:ident $name:literal $nature:ident $summary:literal)*) => {
        /// A way in which a card is false, broken or odd.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Fault {
            $(#[doc = $summary] $variant,)*
        }

        impl Fault {
            /// Every fault, in the order of the list.
            pub const ALL: &[Fault] = &[$(Fault::$variant),*];

            /// Name on the command line and in test reports.
            pub fn name(self) -> &'static str {
                match self { $(Fault::$variant => $name,)* }
            }

            /// What a reader owes to this fault.
            pub fn nature(self) -> Nature {
                match self { $(Fault::$variant => Nature::$nature,)* }
            }

            /// Whether it shows only on a chip that is opened by PACE.
            pub fn is_about_pace(self) -> bool {
                use Fault::*;
                matches!(
                    self,
                    PaceFails | ParameterWanted | CardAccessDiffers | HiddenPace | StrippedMapping
                        | FalseMappingProof | CardSecurityAltered | CardSecurityMissing
                        | SelfVouchingClone | CardSecurityClosed | OffGroupKey | SmallGroupKey | EchoedKey
                )
            }

            /// One line for people.
            pub fn summary(self) -> &'static str {
                match self { $(Fault::$variant => $summary,)* }
            }
        }
    };
}

faults! {
    AlteredDg1 "altered-dg1" Forgery "A letter of the name in DG1 was changed after signing."
    AlteredDg2 "altered-dg2" Forgery "The portrait was swapped for another person's after signing."
    AlteredDg13 "altered-dg13" Forgery "The expiry date in DG13 was changed after signing."
    AlteredDg14 "altered-dg14" Forgery "The chip authentication key in DG14 was replaced after signing."
    AlteredDg15 "altered-dg15" Forgery "The active authentication key in DG15 was replaced after signing."
    SodSignatureBroken "sod-signature-broken" Forgery "One bit of the SOD's signature is flipped."
    SodDigestMismatch "sod-digest-mismatch" Forgery "The signed message digest does not belong to the SOD's content."
    SignedByStranger "signed-by-stranger" Forgery "The SOD is signed by a key other than its certificate's."
    UnknownIssuer "unknown-issuer" Forgery "The document signer was issued by an authority nobody knows."
    ImpostorIssuer "impostor-issuer" Forgery "The issuer has the true authority's name but another key."
    SelfSignedSigner "self-signed-signer" Forgery "The document signer issued its certificate itself."
    SignerIsAuthority "signer-is-authority" Forgery "The signer's certificate is one of an authority, not of a document signer."
    SignerFlaggedAuthority "signer-flagged-authority" Forgery "The signer's certificate may sign documents but says it is an authority."
    SignerWithoutUsage "signer-without-usage" Forgery "The signer's certificate does not say what its key is for."
    SignerForOtherUse "signer-for-other-use" Forgery "The signer's certificate has an extended key usage."
    SignerForOtherDocuments "signer-for-other-documents" Forgery "The signer may sign visas alone."
    SignerKeyRetired "signer-key-retired" Forgery "The signer's key was no longer to be used when the card was made."
    ForeignSigner "foreign-signer" Forgery "Signer and authority belong to another country."
    RenamedIssuer "renamed-issuer" Forgery "The signer names another authority than the one that signed it."
    ExpiredSigner "expired-signer" Forgery "The document signer had expired before the card was made."
    FutureSigner "future-signer" Forgery "The document signer was not yet valid when the card was made."
    ListedMissing "listed-missing" Forgery "DG13 is listed in EF.COM and the SOD but is not on the chip."
    PresentUnlisted "present-unlisted" Forgery "DG13 is on the chip and in EF.COM but not in the SOD."
    NumberMismatch "number-mismatch" Forgery "DG13 carries another number than DG1, both signed."
    Clone "clone" Forgery "All files are true copies; the chip does not have the private keys."
    MuteClone "mute-clone" Forgery "A copy that refuses chip and active authentication."
    StrippedClone "stripped-clone" Forgery "A copy without DG14 and DG15, which the SOD still lists."
    HiddenPace "hidden-pace" Forgery "EF.CardAccess is gone though the signed DG14 has PACE."
    CardAccessDiffers "card-access-differs" Forgery "EF.CardAccess offers weaker PACE than the signed DG14."
    StrippedMapping "stripped-mapping" Forgery "EF.CardAccess hides the chip authentication mapping of DG14 and EF.CardSecurity."
    FalseMappingProof "false-mapping-proof" Forgery "A copy opened by chip authentication mapping that does not have the static key."
    CardSecurityAltered "card-security-altered" Forgery "The same, with a key of its own in the signed EF.CardSecurity."
    CardSecurityMissing "card-security-missing" Forgery "The same, with a key of its own and without EF.CardSecurity."
    SelfVouchingClone "self-vouching-clone" Forgery "The same, with a key of its own in an EF.CardSecurity that it signed itself."
    CardSecurityClosed "card-security-closed" Forgery "The same, and once the chip is open it selects no master file: SELECT MF answers 6D00."
    DeniedLengths "denied-lengths" Forgery "A copy with an RSA key alone for active authentication; its answer to reset denies extended length and INTERNAL AUTHENTICATE answers 6700."
    TwoNumbers "two-numbers" Forgery "DG1 carries a document number that is not the end of its personal number; there is no DG13."
    AlteredDg11 "altered-dg11" Forgery "The address in DG11 was changed after signing."
    AlteredDg12 "altered-dg12" Forgery "The issue date in DG12 was changed after signing."
    Dg11Missing "dg11-missing" Forgery "DG11 is listed in EF.COM and the SOD but is not on the chip."
    Dg11Withheld "dg11-withheld" Forgery "DG11 is listed and signed, and reading it answers 6982."
    Dg11OtherNumber "dg11-other-number" Forgery "DG11 carries another personal number than DG1, both signed."
    Dg11OtherBirth "dg11-other-birth" Forgery "DG11 carries another birth date than DG1, both signed."
    Dg13NumberTwice "dg13-number-twice" Forgery "DG13 carries two different numbers, signed."
    Dg13OtherName "dg13-other-name" Forgery "DG13 carries another name than DG1, both signed."
    Dg13OtherNation "dg13-other-nation" Forgery "DG13 carries another nationality than DG1, both signed."
    CompositeWrong "composite-wrong" Forgery "The last check digit of DG1 is wrong, and signed."
    RevokedSigner "revoked-signer" Forgery "The issuer revoked the document signer; its revocation list says so."
    SodHashMismatch "sod-hash-mismatch" Forgery "The SOD names SHA-256 and holds hashes of another algorithm."
    SignerDigestMismatch "signer-digest-mismatch" Forgery "The signer names another digest algorithm than the one of its attributes."
    ShortGroupHash "short-group-hash" Forgery "The hash of DG1 in the SOD is cut to twenty octets."
    GroupHashedTwice "group-hashed-twice" Forgery "DG13 was changed, and the SOD lists the hashes of both."
    SecondSignerFalse "second-signer-false" Forgery "A second signature in the SOD is false."
    IndefiniteSod "indefinite-sod" Forgery "The SOD uses BER's indefinite length inside its wrapper."
    DeepCertificate "deep-certificate" Forgery "A certificate in the SOD nests four thousand levels deep."

    WrongMac "wrong-mac" Malfunction "The MAC of every protected answer is wrong."
    PlainAnswer "plain-answer" Malfunction "Answers inside secure messaging come unprotected."
    UnsignedAnswer "unsigned-answer" Malfunction "Protected answers come without their MAC."
    OuterStatusDiffers "outer-status-differs" Malfunction "Protected answers end in 6282 outside and in 9000 under their MAC."
    StatusLeftOut "status-left-out" Malfunction "Protected answers leave out their status, under a right MAC."
    ReplayedAnswer "replayed-answer" Malfunction "Each protected answer is the previous one again."
    SwappedAnswers "swapped-answers" Malfunction "Two protected answers come in each other's place."
    GarbageAnswer "garbage-answer" Malfunction "Answers are noise of a wrong length."
    EmptyAnswer "empty-answer" Malfunction "READ BINARY succeeds without data."
    OneByteAnswer "one-byte-answer" Malfunction "An answer shorter than a status word."
    HugeLength "huge-length" Malfunction "DG2 claims to be 1 MB long, and the chip delivers."
    EndlessFile "endless-file" Malfunction "DG13 claims 32 KB, and READ BINARY gives one octet at a time."
    CutFile "cut-file" Malfunction "DG13 ends before its declared length."
    DeepNesting "deep-nesting" Malfunction "DG13 is signed but nests ten thousand levels deep."
    IndefiniteLength "indefinite-length" Malfunction "DG13 is signed but uses BER's indefinite length."
    Endless61 "endless-61" Malfunction "The chip always announces more data by 61xx."
    Endless6C "endless-6c" Malfunction "The chip always wants another length by 6Cxx."
    OffGroupKey "off-group-key" Malfunction "The chip's PACE key is no point of the curve."
    SmallGroupKey "small-group-key" Malfunction "The chip's PACE key is a number of order two."
    EchoedKey "echoed-key" Malfunction "The chip's PACE key is the terminal's own."
    WrongKey "wrong-key" Malfunction "The chip knows another access key than the one printed."
    Pulled "pulled" Malfunction "The card leaves the field after a number of commands."
    NotAnId "not-an-id" Malfunction "The card has no identity application."
    ControlCharacters "control-characters" Malfunction "The name in DG1 holds control characters, signed."

    Slow "slow" Quirk "Every answer takes its time."
    NoMasterFile "no-master-file" Quirk "SELECT MF answers 6D00."
    NoShortIds "no-short-ids" Quirk "READ BINARY by short file identifier answers 6A86."
    ShortOnly "short-only" Quirk "Extended lengths answer 6700."
    SmallReads6282 "small-reads-6282" Quirk "Reads beyond 192 octets answer 6282 without data."
    SmallReads6700 "small-reads-6700" Quirk "Reads beyond 192 octets answer 6700."
    SmallReads6988 "small-reads-6988" Quirk "Reads beyond 192 octets answer 6988 and end the session."
    SmallReads6B00 "small-reads-6b00" Quirk "Reads beyond 192 octets answer 6B00."
    ParameterWanted "parameter-wanted" Quirk "MSE:Set AT for PACE needs the parameter identifier."
    PaceFails "pace-fails" Quirk "PACE is offered and always fails; BAC works."
    NoChipKeys "no-chip-keys" Quirk "Neither DG14 nor DG15 were ever issued; the SOD says so."
    DerSignature "der-signature" Quirk "Active authentication signs in DER instead of r and s."
    TwoChipKeys "two-chip-keys" Quirk "DG14 holds two keys for chip authentication, told apart by their ids."
    NoChipInfo "no-chip-info" Quirk "DG14 holds a key and does not say how to use it, which means 3DES."
    FlatDg13 "flat-dg13" Quirk "DG13 holds its items directly."
    AgreementStumbles "agreement-stumbles" Quirk "The first chip authentication answers 6F00; the next works."
    AgreementLost "agreement-lost" Quirk "The first answer under the keys of chip authentication gets lost once."
    SodStumbles "sod-stumbles" Quirk "Reading on in the SOD after chip authentication fails once with 6988."
    AnswersInParts "answers-in-parts" Quirk "Answers beyond a short length come in parts by 61xx."
    EncipheredDg13 "enciphered-dg13" Quirk "DG13 holds octets that the issuer alone can open."
    SparseDg13 "sparse-dg13" Quirk "DG13 holds the number, the name and the issue date alone."
    NoDg13 "no-dg13" Quirk "No DG13 was ever issued; the SOD says so."
    TrailingOctets "trailing-octets" Quirk "Octets follow the portrait inside DG2, and files end in zeros."
    FaceOf4Gb "face-of-4-gb" Quirk "The face record claims four gigabytes; the photo is sound."
    NoFaces "no-faces" Quirk "The face record says that it holds no face."
    FaceBeyond "face-beyond" Quirk "The face record places its image after its own end."
    PhotoBomb "photo-bomb" Quirk "The photo is 60,000 by 60,000 pixels in a few octets of JPEG 2000."
    WeakSigner "weak-signer" Quirk "The document signer has an RSA key of 1024 bits."
    TwoSigners "two-signers" Quirk "Two signatures in the SOD, both good."
    LdsVersion1 "lds-version-1" Quirk "The SOD is of version 1 and repeats the versions of EF.COM."
    LdsVersionDiffers "lds-version-differs" Quirk "The SOD of version 1 tells other versions than EF.COM."
    VersionedDg13 "versioned-dg13" Quirk "DG13 holds a version before its items."
    NationCode "nation-code" Quirk "DG13 writes the nationality as VN."
    Dg13OtherSex "dg13-other-sex" Quirk "DG13 tells another sex than DG1, both signed."
    LongSerial "long-serial" Quirk "The document signer's serial number has 24 octets."
    OtherCertificates "other-certificates" Quirk "A broken certificate and a stranger's come before the signer's in the SOD."
}

impl std::str::FromStr for Fault {
    type Err = String;

    fn from_str(name: &str) -> Result<Fault, String> {
        let found = Fault::ALL.iter().find(|fault| fault.name() == name);
        found.copied().ok_or_else(|| format!("no fault {name}; `virtual-card list` shows them"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_lead_back() {
        for fault in Fault::ALL {
            assert_eq!(fault.name().parse(), Ok(*fault));
        }
    }
}

//! EF.CardSecurity (ICAO 9303-11, 9.2.11): the chip's static key under a signature of its own.
//!
//! A proof by chip authentication mapping is worth what vouches for its key. DG14 usually repeats the
//! key, and its hash stands in the security object beside the holder's data: then EF.CardSecurity says
//! nothing more and is not read. Only where neither DG14 nor DG15 has a key at all is this file read and
//! checked as the security object is: signature, signer's chain, key. A forger can sign his own file with
//! his own key, so a file whose signer is not known here neither proves nor accuses.

use jiff::civil::Date;
use pki::cms::{SignedData, Signer};

use super::{ChipKey, security_infos};
use crate::{
    access::{MappingProof, PaceInfo, pace_infos},
    authenticity::{
        Chain, Chip,
        chain::{self, Days},
    },
    mrz::Mrz,
    trust::Trust,
};

/// `id-SecurityObject` (BSI TR-03110-3, A.1.2.5).
const SECURITY_INFOS: &str = "0.4.0.127.0.7.3.2.1";

/// What the file says.
pub struct CardSecurity {
    /// The proof as this file vouches for it: [`Chip::PaceCam`], [`Chip::Failed`], or [`Chip::Absent`] if
    /// the file's signer is not known here.
    pub chip: Chip,
    /// The PACE variants that it repeats from EF.CardAccess.
    pub pace: Vec<PaceInfo>,
}

impl CardSecurity {
    /// Reads and judges the file. A file that is broken or falsely signed counts against the chip; so does
    /// a missing proof. `issued` is the issue date, where known.
    pub fn judge(
        file: &[u8],
        proof: Option<&MappingProof>,
        trust: &Trust,
        mrz: &Mrz,
        issued: Option<Date>,
        today: Date,
    ) -> Self {
        Self::read(file, proof, trust, mrz, issued, today)
            .unwrap_or(Self { chip: Chip::Failed, pace: Vec::new() })
    }

    fn read(
        file: &[u8],
        proof: Option<&MappingProof>,
        trust: &Trust,
        mrz: &Mrz,
        issued: Option<Date>,
        today: Date,
    ) -> Option<Self> {
        let mut data = SignedData::read(file).ok().filter(|d| d.content_type == SECURITY_INFOS)?;
        let signers = data.signed_by().ok()?;
        let [Signer { info, certificate }] = &signers[..] else { return None };
        let certificate = certificate.as_ref().or_else(|| trust.named_signer(info))?;
        let days = Days { signed: info.signing_day, made: info.signing_day.or(issued), today };
        let (chain, _) = chain::check(certificate, trust, mrz, &days);
        let holds = proof.is_some_and(|proof| {
            ChipKey::all(&security_infos(data.content)).iter().any(|key| key.is_proven_by(proof))
        });
        let chip = match (info.holds(certificate), chain) {
            (Some(false), _) | (_, Chain::Failed) => Chip::Failed,
            _ if !holds => Chip::Failed,
            (Some(true), Chain::Ok) => Chip::PaceCam,
            _ => Chip::Absent,
        };
        Some(Self { chip, pace: pace_infos(data.content) })
    }
}

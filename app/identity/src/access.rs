//! Opening the chip: PACE first where EF.CardAccess offers it, else Basic Access Control.
//!
//! Of the PACE variants offered, `PaceInfo::best` takes one. A chip slows down or locks after wrong keys, so
//! no key is tried twice in one protocol: PACE takes the CAN where it is known, and the MRZ only if that
//! failed on a chip without BAC. A chip whose PACE fails cannot be told from one that refuses the key; BAC
//! is then tried once, and the reading says that it happened.

pub mod bac;
mod info;
pub mod pace;

use std::ops::ControlFlow;

use jiff::civil::Date;
use office::person::PersonalNumber;
use zeroize::Zeroizing;

use crate::{
    apdu::{Command, Status},
    card::{
        Channel,
        file::{Blocks, CARD_ACCESS, CARD_SECURITY},
    },
    error::{Fault, ReadError},
    mrz::{self, Mrz, MrzError, typed::Typed},
};

pub use info::{Mapping, PaceInfo, pace_infos, proves_key, same_offer};
pub use pace::MappingProof;

/// AID of the ICAO eMRTD application.
const APPLICATION: [u8; 7] = [0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];

/// What the office knows of the card: the passwords of ICAO 9303-11, 4.2. Wiped when dropped.
#[derive(Clone, Default)]
pub struct Keys {
    can: Option<Zeroizing<String>>,
    /// MRZ information.
    mrz: Option<Zeroizing<String>>,
    /// The whole number, when known: a reading compares it with the chip's.
    pub(crate) declared: Option<PersonalNumber>,
}

impl Keys {
    /// From the personal number alone: its last six digits are the card's CAN. Opens cards with PACE.
    pub fn number(number: &PersonalNumber) -> Self {
        Self {
            can: Some(Zeroizing::new(number.can().into())),
            mrz: None,
            declared: Some(number.clone()),
        }
    }

    /// From the personal number, birth date and expiry date printed on the card: opens every card.
    /// The QR code has no expiry date.
    pub fn number_and_dates(number: &PersonalNumber, birth: Date, expiry: Date) -> Self {
        let mrz = mrz::key_information(number.document_part(), birth, expiry);
        Self { mrz: Some(Zeroizing::new(mrz)), ..Self::number(number) }
    }

    /// From the six digits printed as CAN. Opens cards with PACE. `None` if it is no six digits.
    pub fn can(can: &str) -> Option<Self> {
        let can = can.trim();
        let digits = can.len() == 6 && can.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| Self { can: Some(Zeroizing::new(can.into())), ..Self::default() })
    }

    /// From the machine readable zone of a card or passport, with or without line breaks; of a passport the
    /// second line is enough.
    pub fn mrz(text: &str) -> Result<Self, MrzError> {
        Ok(Self::zone(&Typed::new(text).mrz()?))
    }

    /// From a machine readable zone.
    pub fn zone(mrz: &Mrz) -> Self {
        Self {
            mrz: Some(Zeroizing::new(mrz.key_information().into())),
            declared: mrz.personal_number.clone(),
            can: None,
        }
    }
}

/// Which protocol opened the chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Password Authenticated Connection Establishment.
    Pace,
    /// Basic Access Control.
    Bac,
}

/// An opened chip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The protocol.
    pub access: Access,
    /// PACE was offered, but BAC opened the chip.
    pub fell_back: bool,
    /// EF.CardAccess, where the chip has one.
    pub card_access: Option<Vec<u8>>,
    /// What chip authentication mapping gave when the chip was last opened.
    pub proof: Option<MappingProof>,
    /// The PACE variant and password that opened the chip; `None` after BAC.
    pace: Option<(PaceInfo, pace::Password)>,
}

impl Opened {
    fn by_pace(
        info: &PaceInfo,
        password: pace::Password,
        card_access: Option<Vec<u8>>,
        proof: Option<MappingProof>,
    ) -> Self {
        let pace = Some((info.clone(), password));
        Self { access: Access::Pace, fell_back: false, card_access, proof, pace }
    }

    /// Whether the chip was opened by chip authentication mapping, with a proof or without.
    pub fn by_chip_authentication(&self) -> bool {
        let suite = self.pace.as_ref().and_then(|(info, _)| info.suite());
        suite.is_some_and(|suite| suite.mapping == Mapping::ChipAuthentication)
    }

    /// The MRZ information among the keys, if it was the key that opened the chip.
    pub fn mrz_key<'k>(&self, keys: &'k Keys) -> Option<&'k str> {
        let by_can = matches!(self.pace, Some((_, pace::Password::Can)));
        keys.mrz.as_ref().filter(|_| !by_can).map(|text| text.as_str())
    }
}

/// Opens the chip and selects the eMRTD application: PACE with the best password, then BAC. A chip
/// without BAC gets the MRZ by PACE if only the CAN was tried.
///
/// Errors: [`ReadError::AccessDenied`] after one refusal of every key, [`ReadError::NeedMore`] when no
/// given key suits the chip's protocols, [`ReadError::NotIdentity`] without the application.
pub fn open(channel: &mut Channel<'_>, keys: &Keys) -> Result<Opened, ReadError> {
    match open_once(channel, keys) {
        // No key was refused: the reader stood in the way.
        Err(error) if error.is_long_refused() && channel.give_up_extended_length() => {
            channel.unprotect();
            open_once(channel, keys)
        }
        opened => opened,
    }
}

fn open_once(channel: &mut Channel<'_>, keys: &Keys) -> Result<Opened, ReadError> {
    let card_access = card_access(channel)?;
    let infos = card_access.as_deref().map(pace_infos).unwrap_or_default();
    let can = keys.can.as_ref().map(|text| (pace::Password::Can, text.as_str()));
    let mrz = keys.mrz.as_ref().map(|text| (pace::Password::Mrz, text.as_str()));
    let mut denied = false;
    let mut failure = None;
    let ambiguous = infos.len() > 1;
    let best = PaceInfo::best(&infos, channel.takes_extended_length());
    if let (Some(info), Some((password, text))) = (best, can.or(mrz)) {
        match by_pace(channel, info, ambiguous, password, text) {
            Ok(proof) => return Ok(Opened::by_pace(info, password, card_access, proof)),
            Err(ReadError::AccessDenied) => denied = true,
            Err(error) if error.is_of_the_chip() => failure = Some(error),
            Err(error) => return Err(error),
        }
    }
    let error = match by_bac(channel, keys) {
        Ok(()) => {
            let fell_back = !infos.is_empty();
            let (proof, pace) = (None, None);
            return Ok(Opened { access: Access::Bac, fell_back, card_access, proof, pace });
        }
        Err(error) => error,
    };
    let no_bac = matches!(error, ReadError::NotIdentity) || error.is_of_the_chip();
    let error = match (best, can, mrz) {
        (Some(info), Some(_), Some((password, text))) if no_bac => {
            channel.unprotect();
            select_master_file(channel)?;
            match by_pace(channel, info, ambiguous, password, text) {
                Ok(proof) => return Ok(Opened::by_pace(info, password, card_access, proof)),
                Err(error) => error,
            }
        }
        _ => error,
    };
    // Where the chip has no BAC, what was wrong with PACE says more.
    let error = failure.filter(|_| error.is_of_the_chip()).unwrap_or(error);
    // A refused key is what the clerk can mend; what else failed after it is not.
    let hidden = matches!(error, ReadError::NeedMore | ReadError::NotIdentity);
    Err(if denied && (hidden || error.is_of_the_chip()) { ReadError::AccessDenied } else { error })
}

fn by_pace(
    channel: &mut Channel<'_>,
    info: &PaceInfo,
    ambiguous: bool,
    password: pace::Password,
    text: &str,
) -> Result<Option<MappingProof>, ReadError> {
    let pace::Established { secure, proof } = pace::run(channel, info, ambiguous, password, text)?;
    channel.protect(secure);
    select_application(channel)?;
    Ok(proof)
}

fn by_bac(channel: &mut Channel<'_>, keys: &Keys) -> Result<(), ReadError> {
    // A PACE that failed late may have left its channel behind.
    channel.unprotect();
    select_application(channel)?;
    let secure = bac::run(channel, keys.mrz.as_ref().ok_or(ReadError::NeedMore)?)?;
    channel.protect(secure);
    Ok(())
}

/// Opens the chip again by the protocol and with the password that opened it before, after secure
/// messaging was lost. No other key is tried.
pub fn reopen(
    channel: &mut Channel<'_>,
    keys: &Keys,
    opened: &mut Opened,
) -> Result<(), ReadError> {
    let Some((info, password)) = &opened.pace else { return by_bac(channel, keys) };
    channel.unprotect();
    select_master_file(channel)?;
    let text = match password {
        pace::Password::Can => keys.can.as_ref(),
        pace::Password::Mrz => keys.mrz.as_ref(),
    };
    let infos = opened.card_access.as_deref().map(pace_infos).unwrap_or_default();
    let text = text.ok_or(ReadError::NeedMore)?;
    opened.proof = by_pace(channel, info, infos.len() > 1, *password, text)?;
    Ok(())
}

/// EF.CardAccess lies in the master file, which is selected after reset. Some chips know no SELECT MF
/// (6D00), others want it first, so the shorter way is tried first. A chip without the file, or with a
/// broken one, has no PACE.
fn card_access(channel: &mut Channel<'_>) -> Result<Option<Vec<u8>>, ReadError> {
    for master_first in [false, true] {
        if master_first && !select_master_file(channel)?.is_ok() {
            break;
        }
        let mut silent = |_: usize, _: usize| ControlFlow::Continue(());
        match Blocks::default().read(channel, CARD_ACCESS, &mut silent) {
            Ok(Some(file)) => return Ok(Some(file)),
            Ok(None) => {}
            Err(error) if error.is_of_the_chip() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Reads EF.CardSecurity, which lies in the master file: the application is no longer selected then.
/// `None` if the chip selects no master file once it is open; the inner `None` if it has no such file.
pub fn card_security(
    channel: &mut Channel<'_>,
    blocks: &mut Blocks,
) -> Result<Option<Option<Vec<u8>>>, ReadError> {
    // In the application the same short file id is EF.SOD's.
    if !select_master_file(channel)?.is_ok() {
        return Ok(None);
    }
    let mut silent = |_: usize, _: usize| ControlFlow::Continue(());
    blocks.read(channel, CARD_SECURITY, &mut silent).map(Some)
}

fn select_master_file(channel: &mut Channel<'_>) -> Result<Status, ReadError> {
    Ok(channel.send(&Command::new(0, 0xA4, 0x00, 0x0C).with([0x3F, 0x00]))?.status)
}

fn select_application(channel: &mut Channel<'_>) -> Result<(), ReadError> {
    let status = channel.send(&Command::new(0, 0xA4, 0x04, 0x0C).with(APPLICATION))?.status;
    match status {
        Status::OK => Ok(()),
        Status(0x6A80..=0x6AFF | 0x6D00 | 0x6E00 | 0x6700) => Err(ReadError::NotIdentity),
        Status(other) => Err(Fault::Status(other).into()),
    }
}

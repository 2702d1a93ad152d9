//! Opening the chip: PACE first where EF.CardAccess offers it, else Basic Access Control.
//!
//! A chip slows down or locks after wrong keys, so each protocol is tried once with one key. A chip
//! whose PACE fails cannot be told from one that refuses the key; BAC is then tried once, and the
//! reading says that it happened.

pub mod bac;
mod info;
pub mod pace;

use std::ops::ControlFlow;

use jiff::civil::Date;
use office::person::PersonalNumber;
use zeroize::Zeroizing;

use crate::{
    card::{Channel, Command, Status},
    error::{Fault, ReadError},
    mrz::{self, Mrz, MrzError},
    reading::file::{Blocks, CARD_ACCESS},
};

pub use info::{PaceInfo, pace_infos};

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

    /// From the personal number, birth date and expiry date (as in the QR code): opens every card.
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

    /// From the machine readable zone of a card or passport, with or without line breaks.
    pub fn mrz(text: &str) -> Result<Self, MrzError> {
        let mrz = Mrz::parse_typed(text)?;
        Ok(Self {
            mrz: Some(Zeroizing::new(mrz.key_information().into())),
            declared: mrz.personal_number,
            can: None,
        })
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
}

/// Opens the chip and selects the eMRTD application: PACE with the best password, then BAC. A chip
/// without BAC gets the MRZ by PACE if only the CAN was tried.
///
/// Errors: [`ReadError::AccessDenied`] after one refusal of every key, [`ReadError::NeedMore`] when no
/// given key suits the chip's protocols, [`ReadError::NotIdentity`] without the application.
pub fn open(channel: &mut Channel<'_>, keys: &Keys) -> Result<Opened, ReadError> {
    let card_access = card_access(channel)?;
    let infos = card_access.as_deref().map(pace_infos).unwrap_or_default();
    let can = keys.can.as_ref().map(|text| (pace::Password::Can, text.as_str()));
    let mrz = keys.mrz.as_ref().map(|text| (pace::Password::Mrz, text.as_str()));
    let mut denied = false;
    if let Some((password, text)) = can.or(mrz) {
        match by_pace(channel, &infos, password, text) {
            Ok(true) => return Ok(Opened { access: Access::Pace, fell_back: false, card_access }),
            Ok(false) | Err(ReadError::Unreadable(_)) => {}
            Err(ReadError::AccessDenied) => denied = true,
            Err(error) => return Err(error),
        }
    }
    match (by_bac(channel, keys), can, mrz) {
        (Ok(()), _, _) => {
            Ok(Opened { access: Access::Bac, fell_back: !infos.is_empty(), card_access })
        }
        (Err(ReadError::Unreadable(_)), Some(_), Some((password, text)))
            if PaceInfo::best(&infos).is_some() =>
        {
            select_master_file(channel)?;
            by_pace(channel, &infos, password, text)?;
            Ok(Opened { access: Access::Pace, fell_back: false, card_access })
        }
        (Err(ReadError::NeedMore | ReadError::Unreadable(_)), _, _) if denied => {
            Err(ReadError::AccessDenied)
        }
        (Err(error), _, _) => Err(error),
    }
}

/// False if the chip offers no PACE that is spoken here.
fn by_pace(
    channel: &mut Channel<'_>,
    infos: &[PaceInfo],
    password: pace::Password,
    text: &str,
) -> Result<bool, ReadError> {
    let Some(info) = PaceInfo::best(infos) else { return Ok(false) };
    let secure = pace::run(channel, info, infos.len() > 1, password, text)?;
    channel.protect(secure);
    select_application(channel)?;
    Ok(true)
}

fn by_bac(channel: &mut Channel<'_>, keys: &Keys) -> Result<(), ReadError> {
    select_application(channel)?;
    let secure = bac::run(channel, keys.mrz.as_ref().ok_or(ReadError::NeedMore)?)?;
    channel.protect(secure);
    Ok(())
}

/// Opens the chip again with the key that opened it before, after secure messaging was lost.
pub fn reopen(channel: &mut Channel<'_>, keys: &Keys, opened: &Opened) -> Result<(), ReadError> {
    channel.unprotect();
    if opened.access == Access::Bac {
        return by_bac(channel, keys);
    }
    select_master_file(channel)?;
    open(channel, keys).map(|_| ())
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
            Ok(None) | Err(ReadError::Unreadable(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
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

//! The national public service portal's dossier messages (Cổng Dịch vụ công quốc gia): `DongBoHoSoMC` and
//! `CapNhatTienDoHoSoMC`, and the dossiers that come in by the same form.
//!
//! The portal is told what is true or nothing: every status as it is, no filler for an unknown number, no
//! made-up code. What a message must have and the office does not know is a [`Gap`](export::Gap) with a
//! name; a message with gaps is not sent. Which fields there are, which are obligatory and which codes
//! they take is data (`assets/exchange/dvcqg.json`), gathered from public code and not checked against
//! the portal's own guide.
//!
//! | file | has |
//! |---|---|
//! | [`message`] | the forms on the wire |
//! | [`export`] | a dossier of this office as messages |
//! | [`import`] | dossiers that citizens filed online |
//! | [`schema`] | the field tables and the check against them |
//! | [`reply`] | what the portal answers |

pub mod export;
pub mod import;
pub mod message;
pub mod reply;
pub mod schema;

use jiff::civil::DateTime;

/// What the portal is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// `DongBoHoSoMC`: a dossier.
    Dossier,
    /// `CapNhatTienDoHoSoMC`: its progress, in chunks of [`CHUNK`], after the dossier is in.
    Progress,
}

/// Most items of progress in one message.
pub const CHUNK: usize = 10;

impl Service {
    /// The service's name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Service::Dossier => "DongBoHoSoMC",
            Service::Progress => "CapNhatTienDoHoSoMC",
        }
    }

    /// The level of the field tables that its items are checked by.
    fn level(self) -> &'static str {
        match self {
            Service::Dossier => "dossier",
            Service::Progress => "progress",
        }
    }
}

/// `yyyyMMddHHmmss`, local time of Asia/Ho_Chi_Minh.
fn written(at: DateTime) -> String {
    at.strftime("%Y%m%d%H%M%S").to_string()
}

/// Reads `yyyyMMddHHmmss`.
fn read(text: &str) -> Option<DateTime> {
    let digits = text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| DateTime::strptime("%Y%m%d%H%M%S", text).ok()).flatten()
}

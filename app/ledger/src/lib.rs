//! The ledger: everything that happened in an office, encrypted, signed, append-only.
//!
//! ```text
//! office rules ── Event ──▶ store (one transaction) ──▶ entry · read models · numbers · search
//! ```
//!
//! Only this crate knows SQL and the ledger's files on the desktop. An [`office::entry::Entry`] that
//! [`Ledger::append`] returned is on the disk: it survives kill -9 and power loss. Lists, books and
//! search are read models that [`Ledger::check`] can rebuild from the entries.

mod admit;
mod backup;
pub mod bench;
mod blob;
mod book;
mod carry;
mod chain;
mod check;
mod checkpoint;
mod contents;
mod copying;
mod delegation;
mod draft;
mod entitled;
mod erase;
mod error;
mod exchange;
mod findings;
mod folder;
mod head;
mod index;
mod kept;
mod key;
mod keyring;
mod lease;
mod lock;
mod lost;
mod model;
mod mover;
mod moving;
mod number;
mod private;
mod project;
mod read;
mod rekey;
mod restore;
mod roles;
mod rows;
mod schema;
mod sealed;
mod search;
mod seat;
mod series;
mod session;
mod slot;
mod store;
mod take;
mod tend;
mod trust;
mod upgrade;
mod users;
mod volume;
mod walk;
mod witness;

#[cfg(test)]
extern crate self as ledger;
#[cfg(test)]
#[path = "../tests/fixture/mod.rs"]
mod fixture;
#[cfg(test)]
mod tampering;

pub use backup::{BackupJob, BackupProgress, Manifest, ManifestFile};
pub use book::LineRecord;
pub use chain::content_hash;
pub use delegation::{DelegationRecord, WhyEnded};
pub use draft::{DRAFT_LIMIT, Draft};
pub use error::{LedgerError, Result};
pub use exchange::{EXTENSION, Export, ExportFile, Frame, Import, Received, Sent};
pub use findings::{
    ChainState, CheckReport, ClockJump, ErasedCount, Finding, FindingCount, FindingKind,
    LastNumber, Since,
};
pub use folder::{Home, Present, can_witness, copies_of_ledger};
pub use head::Head;
pub use kept::Kept;
pub use key::{PasswordCost, PasswordRule, PasswordWeakness, RecoverySheet, random_id};
pub use keyring::{Lockout, Security};
pub use model::Lagging;
pub use office::entry::{EventKind, LOG_READERS, Part, READERS, granters};
pub use read::{
    Device, LogLine, UserState,
    acts::ActRecord,
    arrivals::{Answer, ArrivalRecord, LawUpdateRecord, NoticeRecord},
    conflicts::ConflictRecord,
    documents::DocumentRecord,
    dossiers::{Annulment, DossierRecord, Dossiers, MoveRecord},
    list::{Due, Filter, Sort, SortBy},
    made::{Made, MadePaper, Paper},
    noted::{AttachmentRecord, RemarkRecord, RemarkWords, Removal},
    payments::{Cancellation, Paid, PaymentRecord},
    people::{PersonRecord, Reading},
    prepared::PreparedRecord,
    tickets::{TicketPhase, TicketState},
};
pub use restore::{Restore, RestoreReport};
pub use rows::{LARGEST_PAGE, Page, Way};
pub use sealed::{Sealed, Sealer};
pub use search::{
    Hit, Scope,
    alike::{Merge, Telling},
};
pub use seat::{Joining, SeatRequest};
pub use session::{Ledger, Writing};
pub use store::Founding;
pub use take::{Held, Taken};
pub use trust::{TrustRecord, Trusted};
pub use upgrade::{Rebuilding, Rebuilt};
pub use volume::{Closing, VolumeRecord};

/// Largest entry in bytes.
pub const ENTRY_LIMIT: usize = 256 * 1024;

/// Largest blob in bytes.
pub const BLOB_LIMIT: usize = 50 * 1024 * 1024;

/// The day at the counter: Vietnam has one time zone, UTC+7, without summer time.
pub fn local_day(at: jiff::Timestamp) -> jiff::civil::Date {
    jiff::tz::offset(7).to_datetime(at).date()
}

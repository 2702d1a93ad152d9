//! The tie between an open ledger and a backup of it that is being made elsewhere.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use crate::{LedgerError, Result};

/// What a ledger and its running backup share.
#[derive(Default)]
pub(crate) struct Copying {
    pub(crate) stop: AtomicBool,
    /// Held while the live file is being read.
    pub(crate) reading: Mutex<()>,
}

/// The ledger's end of a running backup.
#[derive(Default)]
pub(crate) struct CopyGuard(pub(crate) Option<Arc<Copying>>);

impl CopyGuard {
    /// Refuses what would write the log into the file.
    pub(crate) fn require_rest(&self) -> Result<()> {
        if self.0.is_some() { Err(LedgerError::BackupRuns) } else { Ok(()) }
    }
}

impl Drop for CopyGuard {
    fn drop(&mut self) {
        if let Some(copying) = &self.0 {
            copying.stop.store(true, Ordering::Relaxed);
            drop(copying.reading.lock());
        }
    }
}

//! What could not be read is told above every screen, so that no list looks empty where the ledger could not be read.

use office::Explain;

use super::Shell;
use crate::window::notice::Notice;

impl Shell {
    /// What was read. Where it could not be, nothing, and a sentence that stands until the home screen has read
    /// everything anew.
    pub(super) fn known<T: Default>(&self, read: Result<T, impl Explain>) -> T {
        read.unwrap_or_else(|error| {
            // The first that failed is told: what follows fails of the same.
            self.unread.get_or_init(|| Notice::error(&error));
            T::default()
        })
    }
}

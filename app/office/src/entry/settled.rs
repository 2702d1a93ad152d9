//! What a preparation of an act settles, as a digest over its form in an entry.

use super::{ContentHash, UnreadableEntry, canonical};
use crate::act::Act;

impl Act {
    /// A digest of what a preparation settles of it: everything but number, time, who signs and the signed file. By
    /// which places its people are known may change, who they are may not.
    ///
    /// # Errors
    /// [`UnreadableEntry`] where it has no form in an entry.
    pub fn settled(&self) -> Result<ContentHash, UnreadableEntry> {
        Ok(ContentHash::of(&canonical(&self.as_prepared())?))
    }
}

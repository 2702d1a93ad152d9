//! Who may do what: asked of [`office::entry::EventKind`]'s table.

use office::entry::Role;

use crate::{LedgerError, Result};

/// Whether one of `roles` is among `needed`.
pub(crate) fn require(roles: &[Role], needed: &[Role]) -> Result<()> {
    if roles.iter().any(|role| needed.contains(role)) {
        Ok(())
    } else {
        Err(LedgerError::NotAllowed { needed: needed.to_vec() })
    }
}

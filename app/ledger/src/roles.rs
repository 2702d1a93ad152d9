//! Who may do what: asked of [`office::entry::EventKind`]'s table.

use office::entry::Role;

use crate::{LedgerError, Result};

/// Whether one of `roles` is among `needed`. Whoever has none, in a session that goes on after their rights ended, is
/// told so.
pub(crate) fn require(roles: &[Role], needed: &[Role]) -> Result<()> {
    require_any(roles)?;
    if roles.iter().any(|role| needed.contains(role)) {
        Ok(())
    } else {
        Err(LedgerError::NotAllowed { needed: needed.to_vec() })
    }
}

/// Whether there is a role at all.
pub(crate) fn require_any(roles: &[Role]) -> Result<()> {
    if roles.is_empty() { Err(LedgerError::RightsEnded) } else { Ok(()) }
}

/// Someone must always hold this: no other role can give rights over people's data.
pub(crate) const HEADS: &[Role] = &[Role::Head];

//! Users and passwords: the ledger says who has which rights, `keys.json` who can open it.
//!
//! The two are no single transaction, so each step leaves a state that is merely less open: a slot
//! without a user opens nothing, a user without a slot cannot log in, and a password change is written
//! down before it takes effect.

use jiff::Timestamp;
use office::entry::{Event, Role, User, UserName};

use crate::{
    Ledger, LedgerError, Result,
    key::DatabaseKey,
    roles::{EventKind, require},
    store::{ADMINISTRATORS, active_user, check_user_name},
};

impl Ledger {
    /// Adds a user, or gives one whose rights ended new ones.
    pub fn add_user(&mut self, at: Timestamp, user: User, password: &str) -> Result<()> {
        require(&self.user.roles, EventKind::UserAdded.roles())?;
        check_user_name(&user.name)?;
        let taken = active_user(&self.db, &user.name)?.is_some()
            || self.all_users()?.iter().any(|known| {
                known.user.name != user.name && known.user.name.0.eq_ignore_ascii_case(&user.name.0)
            });
        if taken {
            return Err(LedgerError::BadUserName);
        }
        self.set_slot(&user.name, password)?;
        self.write_own(at, Event::UserAdded { user })?;
        Ok(())
    }

    /// Ends a user's rights. What they wrote stays theirs.
    pub fn disable_user(&mut self, at: Timestamp, name: &UserName, reason: &str) -> Result<()> {
        require(&self.user.roles, EventKind::UserDisabled.roles())?;
        active_user(&self.db, name)?.ok_or(LedgerError::UnknownUser)?;
        let others =
            self.all_users()?.into_iter().filter(|known| known.active && known.user.name != *name);
        if !others
            .into_iter()
            .any(|known| known.user.roles.iter().any(|role| ADMINISTRATORS.contains(role)))
        {
            return Err(LedgerError::NoAdministrator);
        }
        self.write_own(
            at,
            Event::UserDisabled { user: name.clone(), reason: office::text::clean(reason) },
        )?;
        self.keyring.remove(name);
        self.keyring.write(&self.folder.keys())
    }

    /// Changes the logged-in user's own password; the old one is asked again.
    pub fn change_password(&mut self, at: Timestamp, old: &str, new: &str) -> Result<()> {
        let name = self.user.name.clone();
        self.keyring.unlock(&self.folder.keys(), &name, old, at)?;
        self.set_password(at, &name, new)
    }

    /// Sets another user's password.
    pub fn reset_password(&mut self, at: Timestamp, name: &UserName, new: &str) -> Result<()> {
        require(&self.user.roles, EventKind::PasswordChanged.roles())?;
        active_user(&self.db, name)?.ok_or(LedgerError::UnknownUser)?;
        self.set_password(at, name, new)
    }

    /// Whether `password` is the logged-in user's: for the screen that was locked while idle. Wrong ones
    /// count as at login.
    pub fn confirm_password(&mut self, at: Timestamp, password: &str) -> Result<()> {
        let name = self.user.name.clone();
        self.keyring.unlock(&self.folder.keys(), &name, password, at).map(|_: DatabaseKey| ())
    }

    /// Roles of the logged-in user.
    pub fn roles(&self) -> &[Role] {
        &self.user.roles
    }

    pub(crate) fn set_password(
        &mut self,
        at: Timestamp,
        name: &UserName,
        password: &str,
    ) -> Result<()> {
        self.keyring.security.password.check(name, password).map_err(LedgerError::WeakPassword)?;
        self.write_own(at, Event::PasswordChanged { user: name.clone() })?;
        self.set_slot(name, password)
    }

    fn set_slot(&mut self, name: &UserName, password: &str) -> Result<()> {
        self.keyring.set_password(&self.key, name, password)?;
        self.keyring.write(&self.folder.keys())
    }
}

//! Users and passwords: the ledger says who has which rights, `keys.json` who can open it.
//!
//! The two are no single transaction, so each step leaves a state that is merely less open: a slot
//! without a user opens nothing, a user without a slot cannot log in, a password change is written
//! down before it takes effect, and the database knows which slots are current, see [`crate::slot`].

use jiff::Timestamp;
use office::entry::{Event, EventKind, LOG_READERS, READERS, Role, User, UserName, granters};

use crate::{
    Ledger, LedgerError, PasswordWeakness, Result, Writing, admit,
    key::RecoverySheet,
    keyring::Keyring,
    roles::{HEADS, require},
    slot,
    store::{active_user, check_user_name},
};

impl Ledger {
    /// Whether the logged-in user may give somebody `role`, see [`granters`].
    pub fn may_grant(&self, role: Role) -> bool {
        require(&self.user.roles, granters(role)).is_ok()
    }

    /// Whether the logged-in user sees people and dossiers, see [`READERS`].
    pub fn sees_people(&self) -> bool {
        require(&self.user.roles, READERS).is_ok()
    }

    /// Whether the logged-in user reads the log, see [`LOG_READERS`].
    pub fn sees_log(&self) -> bool {
        require(&self.user.roles, LOG_READERS).is_ok()
    }

    /// Adds a user, or gives one whose rights ended new ones: the same person, as a name is never given to a second.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`] where one of the roles is not the logged-in user's to give,
    /// [`LedgerError::BadUserName`], [`LedgerError::OthersName`], [`LedgerError::WeakPassword`],
    /// [`LedgerError::ClockBack`].
    pub fn add_user(&mut self, at: Timestamp, user: User, password: &str) -> Result<()> {
        require(&self.user.roles, EventKind::UserAdded.roles())?;
        for role in &user.roles {
            require(&self.user.roles, granters(*role))?;
        }
        self.head.require_clock(at)?;
        check_user_name(&user.name)?;
        let known = self
            .all_users()?
            .into_iter()
            .find(|known| known.user.name.0.eq_ignore_ascii_case(&user.name.0));
        let event = match known {
            None => Event::UserAdded { user: user.clone() },
            Some(known) if known.active || known.user.name != user.name => {
                return Err(LedgerError::BadUserName);
            }
            Some(_) => Event::UserEnabled { user: user.clone() },
        };
        let keyring = self.with_password(&user.name, password)?;
        self.transact(|writing| {
            announce(writing, &keyring, &user.name)?;
            admit::admit(writing.db, &event)?;
            writing.write(at, event)?;
            Ok(())
        })?;
        self.take_keys(keyring, &user.name)
    }

    /// Gives a user another full name, position or other roles. A role is given and taken away only by
    /// whom [`granters`] names: whoever keeps the keys can neither make a reader nor shut one out. Only
    /// a head takes the role from another head, so one is always left.
    ///
    /// # Errors
    /// [`LedgerError::UnknownUser`], [`LedgerError::OwnRights`] for roles of one's own,
    /// [`LedgerError::NotAllowed`], [`LedgerError::ClockBack`].
    pub fn change_user(&mut self, at: Timestamp, user: User) -> Result<()> {
        require(&self.user.roles, EventKind::UserChanged.roles())?;
        let now = active_user(&self.db, &user.name)?.ok_or(LedgerError::UnknownUser)?;
        let (given, taken) = (without(&user.roles, &now.roles), without(&now.roles, &user.roles));
        for role in given.iter().chain(&taken) {
            if user.name == self.user.name {
                return Err(LedgerError::OwnRights);
            }
            require(&self.user.roles, granters(*role))?;
        }
        self.transact(|writing| writing.write(at, Event::UserChanged { user: user.clone() }))?;
        if user.name == self.user.name {
            self.user = user;
        }
        Ok(())
    }

    /// Ends another user's rights. What they wrote stays theirs. The database key, which they may have, is due to change.
    ///
    /// # Errors
    /// [`LedgerError::OwnRights`], [`LedgerError::NoAdministrator`] for the last head,
    /// [`LedgerError::UnknownUser`], [`LedgerError::NotAllowed`], [`LedgerError::ClockBack`].
    pub fn disable_user(&mut self, at: Timestamp, name: &UserName, reason: &str) -> Result<()> {
        require(&self.user.roles, EventKind::UserDisabled.roles())?;
        if *name == self.user.name {
            return Err(LedgerError::OwnRights);
        }
        active_user(&self.db, name)?.ok_or(LedgerError::UnknownUser)?;
        let others =
            self.all_users()?.into_iter().filter(|known| known.active && known.user.name != *name);
        if !others.into_iter().any(|known| known.user.roles.iter().any(|role| HEADS.contains(role)))
        {
            return Err(LedgerError::NoAdministrator);
        }
        self.transact(|writing| {
            slot::forget(writing.db, &name.0)?;
            slot::demand_key(writing.db)?;
            let reason = office::text::clean(reason);
            writing.write(at, Event::UserDisabled { user: name.clone(), reason })
        })?;
        self.keyring.remove(name);
        self.keyring.write(&self.folder.keys())
    }

    /// Changes the logged-in user's own password; the old one is asked again.
    pub fn change_password(&mut self, at: Timestamp, old: &str, new: &str) -> Result<()> {
        let name = self.user.name.clone();
        self.keyring.unlock(&self.folder.keys(), &name, old, at)?;
        self.set_own_password(at, new)
    }

    /// Whether the logged-in user's password on this machine was given by whoever keeps users: then another person
    /// knows it, and nothing may be done under this name before [`Self::set_own_password`]. The logins
    /// of a demo office are public and stay as they are.
    pub fn must_set_password(&self) -> Result<bool> {
        Ok(slot::is_lent(&self.db, &self.user.name.0)? && !self.keyring.is_demo())
    }

    /// Sets the logged-in user's own password, another than the one until now.
    ///
    /// # Errors
    /// [`LedgerError::WeakPassword`], [`LedgerError::ClockBack`].
    pub fn set_own_password(&mut self, at: Timestamp, new: &str) -> Result<()> {
        let name = self.user.name.clone();
        if self.keyring.is_password(&name, new) {
            return Err(LedgerError::WeakPassword(PasswordWeakness::Same));
        }
        self.set_password(at, &name, new)
    }

    /// Sets another user's password.
    pub fn reset_password(&mut self, at: Timestamp, name: &UserName, new: &str) -> Result<()> {
        require(&self.user.roles, EventKind::PasswordChanged.roles())?;
        active_user(&self.db, name)?.ok_or(LedgerError::UnknownUser)?;
        self.set_password(at, name, new)
    }

    /// Whether `password` is the user's: for the window that was locked, whoever comes to it. Wrong ones
    /// count as at login, and close nobody's work.
    ///
    /// # Errors
    /// [`LedgerError::WrongPassword`], [`LedgerError::LockedOut`], [`LedgerError::UnknownUser`] where their rights
    /// ended, here or on another machine.
    pub fn confirm_password(
        &mut self,
        at: Timestamp,
        user: &UserName,
        password: &str,
    ) -> Result<()> {
        self.keyring.unlock(&self.folder.keys(), user, password, at)?;
        active_user(&self.db, user)?.ok_or(LedgerError::UnknownUser).map(drop)
    }

    /// What other seats said of the logged-in user holds at once; whose rights they ended has no role from now on.
    pub(crate) fn renew_rights(&mut self) -> Result<()> {
        match active_user(&self.db, &self.user.name)? {
            Some(user) => self.user = user,
            None => self.user.roles.clear(),
        }
        Ok(())
    }

    /// Roles of the logged-in user.
    pub fn roles(&self) -> &[Role] {
        &self.user.roles
    }

    /// Makes a new recovery sheet, to be printed at once; nothing here can show it again. The old sheet no longer opens
    /// this folder. Whoever copied the old `keys.json` opens with the old sheet what was copied at that time, and until
    /// the database key changes, which is due from now on, also what is written; see [`crate::rekey`].
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::ClockBack`]; then the old sheet still holds.
    pub fn renew_recovery(&mut self, at: Timestamp) -> Result<RecoverySheet> {
        require(&self.user.roles, EventKind::RecoveryRenewed.roles())?;
        let mut keyring = self.keyring.clone();
        let sheet = keyring.renew_recovery(&self.key)?;
        let digest = keyring.recovery_digest();
        self.transact(|writing| {
            slot::announce(writing.db, slot::RECOVERY, &digest, false)?;
            slot::demand_key(writing.db)?;
            writing.write(at, Event::RecoveryRenewed)
        })?;
        keyring.write(&self.folder.keys())?;
        self.keyring = keyring;
        slot::settle(&self.db, slot::RECOVERY, &digest)?;
        Ok(sheet)
    }

    fn set_password(&mut self, at: Timestamp, name: &UserName, password: &str) -> Result<()> {
        let event = Event::PasswordChanged { user: name.clone() };
        self.write_password(at, name, password, vec![event])
    }

    /// The logged-in user opened the ledger with the recovery sheet and gets a new password.
    pub(crate) fn recover_password(&mut self, at: Timestamp, password: &str) -> Result<()> {
        let name = self.user.name.clone();
        let events = vec![
            Event::RecoveryUsed { user: name.clone() },
            Event::PasswordChanged { user: name.clone() },
        ];
        self.write_password(at, &name, password, events)
    }

    /// Writes down what happens, then lets the password take effect.
    fn write_password(
        &mut self,
        at: Timestamp,
        name: &UserName,
        password: &str,
        events: Vec<Event>,
    ) -> Result<()> {
        let keyring = self.with_password(name, password)?;
        self.transact(|writing| {
            announce(writing, &keyring, name)?;
            events.into_iter().try_for_each(|event| writing.write(at, event).map(drop))
        })?;
        self.take_keys(keyring, name)
    }

    /// The keyring as it will be.
    fn with_password(&self, name: &UserName, password: &str) -> Result<Keyring> {
        let mut keyring = self.keyring.clone();
        keyring.set_password(&self.key, name, password)?;
        Ok(keyring)
    }

    /// Writes the announced keyring to its file.
    fn take_keys(&mut self, keyring: Keyring, name: &UserName) -> Result<()> {
        keyring.write(&self.folder.keys())?;
        self.keyring = keyring;
        match self.keyring.slot_digest(name) {
            Some(digest) => slot::settle(&self.db, &name.0, &digest),
            None => Ok(()),
        }
    }
}

/// The roles of `roles` that are not among `others`.
fn without(roles: &[Role], others: &[Role]) -> Vec<Role> {
    roles.iter().copied().filter(|role| !others.contains(role)).collect()
}

fn announce(writing: &Writing<'_>, keyring: &Keyring, name: &UserName) -> Result<()> {
    let digest = keyring.slot_digest(name).ok_or(LedgerError::UnknownUser)?;
    slot::announce(writing.db, &name.0, &digest, writing.user.name != *name)
}

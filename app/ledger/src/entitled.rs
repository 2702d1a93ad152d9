//! Whether the author of an entry was allowed to write it: users and roles as they stood at its place, replayed
//! from the entries. The check asks this of every entry, so that what somebody wrote past the program with a
//! machine's key is found.

use office::{
    act::{Act, ActId, prepared::is_returnable},
    backup::WhyRestored,
    entry::{ContentHash, Entry, Event, EventKind, Role, User, UserName, granters},
    trust::TrustKind,
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    LedgerError, Result,
    blob::blob_key,
    book::require_writer,
    delegation,
    project::trust_kind_key,
    roles::{HEADS, require},
};

/// Whether the author's roles allowed the entry; `db` holds the read models of all entries before it.
pub(crate) fn entitled(db: &Connection, entry: &Entry) -> Result<bool> {
    let Some(roles) = roles_of(db, entry)? else { return Ok(false) };
    let may = |kind: EventKind| require(&roles, kind.roles()).is_ok();
    let kind = EventKind::of(&entry.what);
    if let Err(LedgerError::NotAllowed { .. }) = require_writer(db, &roles, &entry.what) {
        return Ok(false);
    }
    Ok(match &entry.what {
        // The ledger writes these by itself, in anybody's session.
        Event::OfficeFounded { .. }
        | Event::DeviceEnrolled { .. }
        | Event::LoginsFailed { .. }
        | Event::NumberAssigned { .. }
        | Event::RecoveryUsed { .. }
        | Event::BackupMade { .. }
        | Event::WitnessMade
        | Event::KeyChanged => true,
        // Opening a year goes with the number; everything else is checked against the book's holder.
        Event::LeaseTaken { lease } => {
            lease.after == 0 || may(EventKind::LeaseTaken) || may(EventKind::Restored)
        }
        Event::PasswordChanged { user } => *user == entry.envelope.user || may(kind),
        Event::UserAdded { user } => {
            is_first(db)? || (may(kind) && user.roles.iter().all(|role| grants(&roles, *role)))
        }
        Event::UserEnabled { user } => {
            may(kind) && user.roles.iter().all(|role| grants(&roles, *role))
        }
        Event::UserChanged { user } => {
            let before = user_named(db, &user.name.0)?.map(|user| user.roles).unwrap_or_default();
            let changed = user
                .roles
                .iter()
                .filter(|role| !before.contains(role))
                .chain(before.iter().filter(|role| !user.roles.contains(role)));
            may(kind) && changed.into_iter().all(|role| grants(&roles, *role))
        }
        Event::Restored { why: WhyRestored::Backup, .. } => may(kind),
        // What nobody vouches for only the head takes for the office's ledger.
        Event::Restored { why: WhyRestored::Older { .. } | WhyRestored::Unwitnessed, .. } => {
            require(&roles, HEADS).is_ok()
        }
        Event::TrustRemoved { fingerprint, .. } => require_remover(db, &roles, fingerprint).is_ok(),
        Event::ActDone { act } => may(kind) && is_certified(act, &entry.envelope.user),
        // Whoever prepares an act receives it: nobody does in another's name.
        Event::ActPrepared { prepared } => {
            may(kind) && prepared.by().is_some_and(|by| by.user == entry.envelope.user)
        }
        Event::ActReturned { act, .. } => {
            may(kind) && require_returner(db, &entry.envelope.user, &roles, act).is_ok()
        }
        // Nobody delegates in another's name.
        Event::DelegationGiven { delegation } => may(kind) && delegation.by == entry.envelope.user,
        // A year's first volume opens with its first number.
        Event::VolumeOpened { id, .. } => id.volume == 1 || may(kind),
        Event::DeviceAdmitted { .. }
        | Event::BranchAdmitted { .. }
        | Event::VolumeClosed { .. }
        | Event::BookOpened { .. }
        | Event::UserDisabled { .. }
        | Event::IdentityRead { .. }
        | Event::PersonViewed { .. }
        | Event::PeopleMerged { .. }
        | Event::PeopleParted { .. }
        | Event::PersonSplit { .. }
        | Event::DossierReceived { .. }
        | Event::LineWritten { .. }
        | Event::DossierAnnulled { .. }
        | Event::PaperMade { .. }
        | Event::BackupPlanned { .. }
        | Event::Exported { .. }
        | Event::ClockAccepted { .. }
        | Event::RecoveryRenewed
        | Event::KeyDemanded
        | Event::TrustAdded { .. }
        | Event::DossierMoved { .. }
        | Event::NoticeGiven { .. }
        | Event::DossierArrived { .. }
        | Event::FeePaid { .. }
        | Event::PaymentCancelled { .. }
        | Event::StatementImported { .. }
        | Event::TicketDrawn { .. }
        | Event::TicketMoved { .. }
        | Event::DocumentKept { .. }
        | Event::DocumentViewed { .. }
        | Event::DocumentRemoved { .. }
        | Event::ActAnnulled { .. }
        | Event::DelegationEnded { .. }
        | Event::RemarkMade { .. }
        | Event::Erased { .. }
        | Event::AttachmentAdded { .. }
        | Event::AttachmentRemoved { .. }
        | Event::SettingsChanged { .. }
        | Event::LawUpdated { .. }
        | Event::ConflictSettled { .. }
        | Event::PortalCodesEntered { .. } => may(kind),
    })
}

/// Whether the entry at `n` is an electronic act that its author, who may not write its book by their role, certified by
/// a delegation; `log` holds the entries, `db` the read models of all before it.
pub(crate) fn is_delegated(
    db: &Connection,
    log: &Connection,
    n: i64,
    entry: &Entry,
) -> Result<bool> {
    let Event::ActDone { act } = &entry.what else { return Ok(false) };
    let Some(roles) = roles_of(db, entry)? else { return Ok(false) };
    let may = require(&roles, EventKind::ActDone.roles()).is_ok();
    Ok(may && delegation::signs(log, n, &entry.envelope.user, act, entry.envelope.at)?)
}

/// Whether the delegations that the entry at `n` gives or rests on are ones: an id is given once, and an act names what
/// stood; `log` holds the entries.
pub(crate) fn delegations_hold(log: &Connection, n: i64, entry: &Entry) -> Result<bool> {
    match &entry.what {
        Event::DelegationGiven { delegation } => Ok(!delegation::repeats(log, n, delegation)?),
        Event::ActDone { act } => delegation::holds(log, n, act, entry.envelope.at),
        _ => Ok(true),
    }
}

/// Who certifies an electronic act writes it: the entry completes what they signed (NĐ 45/2020/NĐ-CP art. 10). One on
/// paper anybody enters who may.
pub(crate) fn is_certified(act: &Act, author: &UserName) -> bool {
    act.document.is_none() || act.is_certified_by(author)
}

/// Whether somebody may return a preparation: whoever made it, who is asked to sign it, or the head. What is not known
/// here is refused elsewhere.
pub(crate) fn require_returner(
    db: &Connection,
    user: &UserName,
    roles: &[Role],
    act: &ActId,
) -> Result<()> {
    let sql = "SELECT by, asked FROM prepared WHERE id = ?1";
    let prepared: Option<(Option<String>, Option<String>)> = db
        .prepare_cached(sql)?
        .query_row([&act.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((by, asked)) = prepared else { return Ok(()) };
    let (by, asked) = (by.map(UserName), asked.map(UserName));
    match is_returnable(by.as_ref(), asked.as_ref(), user, roles) {
        true => Ok(()),
        false => Err(LedgerError::NotReturnable),
    }
}

/// Whether somebody may remove this: what documents' signatures rest on, only the head.
pub(crate) fn require_remover(
    db: &Connection,
    roles: &[Role],
    fingerprint: &ContentHash,
) -> Result<()> {
    require(roles, EventKind::TrustRemoved.roles())?;
    let authority = "SELECT 1 FROM trust WHERE fingerprint = ?1 AND kind = ?2 AND NOT removed";
    let key = trust_kind_key(TrustKind::SignatureAuthority);
    if db.prepare_cached(authority)?.exists(params![blob_key(fingerprint)?, key])? {
        require(roles, HEADS)?;
    }
    Ok(())
}

fn grants(roles: &[Role], role: Role) -> bool {
    require(roles, granters(role)).is_ok()
}

/// The author's roles; none where their rights have ended. The founder writes before they are a user.
fn roles_of(db: &Connection, entry: &Entry) -> Result<Option<Vec<Role>>> {
    if is_first(db)? {
        return Ok(Some(Role::ALL.to_vec()));
    }
    let name = &entry.envelope.user.0;
    let active = "SELECT 1 FROM user WHERE name = ?1 AND active";
    if !db.prepare_cached(active)?.exists([name])? {
        return Ok(None);
    }
    Ok(user_named(db, name)?.map(|user| user.roles))
}

fn is_first(db: &Connection) -> Result<bool> {
    Ok(!db.prepare_cached("SELECT 1 FROM user WHERE json_n > 0")?.exists([])?)
}

fn user_named(db: &Connection, name: &str) -> Result<Option<User>> {
    let json: Option<String> = db
        .prepare_cached("SELECT json FROM user WHERE name = ?1 AND json_n > 0")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
}

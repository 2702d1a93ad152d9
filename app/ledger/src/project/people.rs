//! Who is known.
//!
//! [`office::person::Claim`] says who is one person. Here each telling stands under a *key*: the text of its
//! claim, or `entry:` with the place of the entry that brought the person: the telling itself, or the split that
//! set it apart. A person is one key, or several that are *tied*, by a merge or by a chip that holds two claims.
//! Ties are gone through in the order of their places ([`united`]); one that would make people with different
//! personal numbers one does not hold and is a conflict. Nothing is written of whole persons: what is ordinary
//! touches one key, and who is tied with whom is looked up when somebody asks.
//!
//! **One reading stands for a person**: its facts, level, day and photo are shown together and never mixed
//! with another's. It is the strongest, of equally strong ones the newest by place. What an online dossier or a
//! notice says stands only where no reading is there, what a dossier says of its applicant only where neither is.
//! A chip that failed its checks stands for nobody; its history row says that it was shown.
//!
//! When a telling goes to another key, what came with it goes along: rows of `history`, documents, acts. A telling
//! without a claim that names a person (`whose`) follows the telling that it names.

use std::collections::BTreeSet;

use office::{
    conflict::ConflictKind,
    dossier::Dossier,
    entry::{Entry, TAG},
    person::{Identity, PersonId},
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    DAMAGED,
    conflict::{self, missing_person},
};
use crate::{
    Result,
    index::{self, Found},
    rows::{page_size, rows, signed, unsigned},
};

/// Where facts of a person come from, the weakest first.
#[derive(Clone, Copy)]
pub(super) enum Source {
    Dossier = 1,
    /// An online dossier or a notice.
    Paper = 2,
    Reading = 3,
}

/// How well a telling stands for its person; 0: not at all.
pub(super) fn strength(identity: &Identity, source: Source) -> i64 {
    if !identity.evidence.usable() {
        return 0;
    }
    let rank = i64::try_from(identity.evidence.rank()).unwrap_or(i64::MAX);
    source as i64 * 10 + 9_i64.saturating_sub(rank)
}

/// The key of a person known by no claim, or of what was split off at `n`.
fn entry_key(n: i64) -> String {
    format!("entry:{n}")
}

/// A telling's key by what it says itself.
pub(super) fn own_key(n: i64, identity: &Identity) -> String {
    identity.claim().map_or_else(|| entry_key(n), |claim| claim.text())
}

/// A telling that is no dossier.
pub(super) fn tell(db: &Connection, n: i64, identity: &Identity, source: Source) -> Result<()> {
    let strength = strength(identity, source);
    let key = own_key(n, identity);
    db.prepare_cached(
        "INSERT INTO reading (n, who, whose, read, strength) VALUES (?1, ?2, ?1, ?3, ?4)",
    )?
    .execute(params![n, key, matches!(source, Source::Reading), strength])?;
    if strength > 0 {
        know(db, n, &key, strength)?;
        index::index(db, n, || Some(Found::of_person(n, identity)))?;
        if let Some(second) = identity.second_claim() {
            write_tie(db, &Tie { one: n, other: n, n, keys: [key, second.text()] }, true)?;
        }
    }
    Ok(())
}

/// The applicant of a dossier, and how to reach them.
pub(super) fn apply(db: &Connection, n: i64, dossier: &Dossier) -> Result<()> {
    let (key, strength) =
        (own_key(n, &dossier.applicant), strength(&dossier.applicant, Source::Dossier));
    if strength > 0 {
        know(db, n, &key, strength)?;
        db.prepare_cached(
            "UPDATE person SET contact = ?2 WHERE who = ?1 AND coalesce(contact, 0) < ?2",
        )?
        .execute(params![key, n])?;
    }
    Ok(())
}

fn know(db: &Connection, n: i64, key: &str, strength: i64) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO person (who, best, strength) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET best = excluded.best, strength = excluded.strength
         WHERE (excluded.strength, excluded.best) > (strength, best)",
    )?
    .execute(params![key, n, strength])?;
    Ok(())
}

/// A telling as it stands.
pub(super) struct Telling {
    pub(super) key: String,
    /// The telling that it follows; itself where it follows none.
    whose: i64,
}

pub(super) fn telling(db: &Connection, n: i64) -> Result<Option<Telling>> {
    let sql = "SELECT who, whose FROM reading WHERE n = ?1
        UNION ALL SELECT who, whose FROM dossier WHERE n = ?1";
    Ok(db
        .prepare_cached(sql)?
        .query_row([n], |row| Ok(Telling { key: row.get(0)?, whose: row.get(1)? }))
        .optional()?)
}

/// A person's place in the tables; beyond them there is nobody.
fn place_of(who: PersonId) -> i64 {
    i64::try_from(who.0).unwrap_or(i64::MAX)
}

/// The place of whom an entry at `n` names; nobody's where it does not stand before the entry.
pub(super) fn place_before(n: i64, who: PersonId) -> Option<i64> {
    Some(place_of(who)).filter(|place| *place < n)
}

/// The place of an entry in its device's own chain: where it stands, or stood before it was put aside as a branch.
fn own_place(n: i64, entry: &Entry) -> Result<i64> {
    signed((unsigned(n)? & !TAG) | entry.envelope.device.tag())
}

fn tag_of(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default() & TAG
}

/// Finds the people whom the entry at `n` names. Whom an entry of a branch names in that branch is found there. Other
/// entries may name somebody of a branch as well, by the place that the telling had while it stood in its
/// device's own chain: where nobody stands there now, whoever does in a branch is meant.
pub(crate) fn find_people(db: &Connection, n: i64, entry: &mut Entry) -> Result<()> {
    let own = entry.envelope.device.tag();
    for who in entry.what.people_mut() {
        if tag_of(n) != own && who.0 & TAG == own {
            let there = PersonId((who.0 & !TAG) | tag_of(n));
            if telling(db, place_of(there))?.is_some() {
                *who = there;
                continue;
            }
        }
        let is_here = match place_before(n, *who) {
            Some(place) => telling(db, place)?.is_some(),
            None => false,
        };
        if !is_here && let Some(place) = put_aside(db, *who, n)? {
            *who = PersonId(unsigned(place)?);
        }
    }
    Ok(())
}

/// The telling before `n` that stood at this place before it was put aside; of several the first.
fn put_aside(db: &Connection, who: PersonId, n: i64) -> Result<Option<i64>> {
    let sql = "SELECT min(n) FROM aside WHERE own = ?1 AND n < ?2";
    Ok(db.prepare_cached(sql)?.query_row([place_of(who), n], |row| row.get(0))?)
}

/// The telling at `n` is here. Whether somebody who was named by its own place is another one from now on, or is
/// here only now: then what rests on that is to be made anew.
pub(super) fn arrive(db: &Connection, n: i64, entry: &Entry) -> Result<bool> {
    let own = own_place(n, entry)?;
    let other = "SELECT 1 FROM aside WHERE own = ?1 AND n > ?2";
    if own == n {
        return Ok(db.prepare_cached(other)?.exists([own, 0])?);
    }
    db.prepare_cached("INSERT INTO aside (own, n) VALUES (?1, ?2)")?.execute([own, n])?;
    let waits = "SELECT 1 FROM stray WHERE missing = ?1 AND n > ?2";
    let who = PersonId(unsigned(own)?);
    Ok(db.prepare_cached(other)?.exists([own, n])?
        || db.prepare_cached(waits)?.exists(params![missing_person(who), n])?)
}

/// The telling that an entry at `n` names, if it stands before it; else the entry waits for it.
fn named(db: &Connection, n: i64, who: PersonId) -> Result<Option<(i64, Telling)>> {
    if let Some(place) = place_before(n, who)
        && let Some(told) = telling(db, place)?
    {
        return Ok(Some((place, told)));
    }
    conflict::stray(db, &missing_person(who), n)?;
    Ok(None)
}

/// A telling without a claim goes to the person whom the clerk went on with.
pub(super) fn join(db: &Connection, n: i64, identity: &Identity) -> Result<()> {
    let Some(whose) = identity.named() else { return Ok(()) };
    let Some((place, _)) = named(db, n, whose)? else { return Ok(()) };
    for table in ["reading", "dossier"] {
        db.prepare_cached(&format!("UPDATE {table} SET whose = ?2 WHERE n = ?1"))?
            .execute([n, place])?;
    }
    refile(db, n)
}

/// What the entry at `n` brought without knowing whose it is (a document, an act without a claim) is the person's
/// whom the entry names, and so is what happened to it before the telling came.
pub(super) fn own(db: &Connection, n: i64, who: PersonId) -> Result<()> {
    let Some((place, told)) = named(db, n, who)? else { return Ok(()) };
    for sql in [
        "UPDATE history SET who = ?2 WHERE who = '' AND via = ?1",
        "UPDATE document SET owner = ?2 WHERE owner = '' AND telling = ?1",
        "UPDATE asker SET who = ?2 WHERE who = '' AND via = ?1",
    ] {
        db.prepare_cached(sql)?.execute(params![place, told.key])?;
    }
    Ok(())
}

/// A telling is not of the person whom it names.
pub(super) fn split(db: &Connection, n: i64, who: PersonId) -> Result<()> {
    let Some((place, told)) = named(db, n, who)? else { return Ok(()) };
    let before = "SELECT own FROM split WHERE telling = ?1 LIMIT 1";
    let own: Option<String> =
        db.prepare_cached(before)?.query_row([place], |row| row.get(0)).optional()?;
    let own = own.unwrap_or_else(|| match told.whose == place {
        true => told.key,
        false => entry_key(place),
    });
    db.prepare_cached("INSERT INTO split (n, telling, own) VALUES (?1, ?2, ?3)")?
        .execute(params![n, place, own])?;
    // Its claims hold no longer.
    for tie in ties(db, "one = ?1 AND other = ?1", place)? {
        db.prepare_cached("DELETE FROM tie WHERE one = ?1 AND other = ?1")?.execute([place])?;
        conflict::forget(db, tie.n, ConflictKind::Person)?;
        settle(db, &tie.keys)?;
    }
    refile(db, place)
}

/// Of what was said of two, that they are one person or that they are not, the newest holds.
pub(super) fn pair(db: &Connection, n: i64, two: [PersonId; 2], same: bool) -> Result<()> {
    let [Some((one, _)), Some((other, _))] = [named(db, n, two[0])?, named(db, n, two[1])?] else {
        return Ok(());
    };
    let (one, other) = (one.min(other), one.max(other));
    let newer = "SELECT 1 FROM tie WHERE one = ?1 AND other = ?2 AND n > ?3";
    if one == other || db.prepare_cached(newer)?.exists([one, other, n])? {
        return Ok(());
    }
    let keys = [key_at(db, one, n)?, key_at(db, other, n)?];
    write_tie(db, &Tie { one, other, n, keys }, same)
}

/// The key of a telling as an entry at `n` means it: what was split off before is named apart.
fn key_at(db: &Connection, place: i64, n: i64) -> Result<String> {
    let mut place = place;
    loop {
        let sql = "SELECT max(n) FROM split WHERE telling = ?1 AND n < ?2";
        let split: Option<i64> = db.prepare_cached(sql)?.query_row([place, n], |row| row.get(0))?;
        if let Some(split) = split {
            return Ok(entry_key(split));
        }
        let told = telling(db, place)?.ok_or(DAMAGED)?;
        if told.whose == place {
            let sql = "SELECT own FROM split WHERE telling = ?1 LIMIT 1";
            let own = db.prepare_cached(sql)?.query_row([place], |row| row.get(0)).optional()?;
            return Ok(own.unwrap_or(told.key));
        }
        place = told.whose;
    }
}

/// Brings a telling under the key that it has by now, with all that came with it.
fn refile(db: &Connection, place: i64) -> Result<()> {
    let from = telling(db, place)?.ok_or(DAMAGED)?.key;
    let to = key_at(db, place, i64::MAX)?;
    let mut moved = vec![place];
    let mut next = 0;
    while let Some(followed) = moved.get(next).copied() {
        let sql = "SELECT n FROM reading WHERE whose = ?1 AND whose <> n
            UNION ALL SELECT n FROM dossier WHERE whose = ?1 AND whose <> n";
        moved.extend(rows(db, sql, [followed], |row| row.get::<_, i64>(0))?);
        next += 1;
    }
    for told in moved.iter().filter(|_| from != to) {
        // A follower that was split off stands under another key and stays there.
        for sql in [
            "UPDATE history SET who = ?2 WHERE who = ?1 AND via = ?3",
            "UPDATE document SET owner = ?2 WHERE owner = ?1 AND telling = ?3",
            "UPDATE asker SET who = ?2 WHERE who = ?1 AND via = ?3",
            "UPDATE reading SET who = ?2 WHERE who = ?1 AND n = ?3",
            "UPDATE dossier SET who = ?2 WHERE who = ?1 AND n = ?3",
        ] {
            db.prepare_cached(sql)?.execute(params![from, to, told])?;
        }
    }
    if from != to {
        refigure(db, &from)?;
        refigure(db, &to)?;
    }
    for told in moved {
        for Tie { one, other, n, .. } in
            ties(db, "(one = ?1 OR other = ?1) AND one <> other", told)?
        {
            let keys = [key_at(db, one, n)?, key_at(db, other, n)?];
            let same = "SELECT same FROM tie WHERE one = ?1 AND other = ?2";
            let same = db.prepare_cached(same)?.query_row([one, other], |row| row.get(0))?;
            write_tie(db, &Tie { one, other, n, keys }, same)?;
        }
    }
    Ok(())
}

/// Which telling stands for a key, after one came or went.
fn refigure(db: &Connection, key: &str) -> Result<()> {
    let best: Option<(i64, i64)> = db
        .prepare_cached(
            "SELECT n, strength FROM (
                SELECT reading.n, strength FROM history JOIN reading ON reading.n = history.n
                WHERE history.who = ?1 AND via = history.n
                UNION ALL SELECT dossier.n, strength FROM history JOIN dossier ON dossier.n = history.n
                WHERE history.who = ?1 AND via = history.n)
             WHERE strength > 0 ORDER BY strength DESC, n DESC LIMIT 1",
        )?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    db.prepare_cached("DELETE FROM person WHERE who = ?1")?.execute([key])?;
    if let Some((n, strength)) = best {
        db.prepare_cached(
            "INSERT INTO person (who, best, strength, contact) VALUES (?1, ?2, ?3,
                (SELECT max(n) FROM history CROSS JOIN dossier USING (n)
                 WHERE history.who = ?1 AND via = n AND strength > 0))",
        )?
        .execute(params![key, n, strength])?;
    }
    Ok(())
}

/// Two keys of one person, as the entry at `n` says of two tellings, or as one telling says of itself.
struct Tie {
    one: i64,
    other: i64,
    n: i64,
    keys: [String; 2],
}

fn ties(db: &Connection, which: &str, of: impl rusqlite::ToSql) -> Result<Vec<Tie>> {
    let sql = format!("SELECT one, other, n, one_key, other_key FROM tie WHERE {which}");
    rows(db, &sql, [of], |row| {
        let keys = [row.get(3)?, row.get(4)?];
        Ok(Tie { one: row.get(0)?, other: row.get(1)?, n: row.get(2)?, keys })
    })
}

fn write_tie(db: &Connection, tie: &Tie, same: bool) -> Result<()> {
    let pair = [tie.one, tie.other];
    let before = "SELECT n, one_key, other_key FROM tie WHERE one = ?1 AND other = ?2";
    let before: Option<(i64, [String; 2])> = db
        .prepare_cached(before)?
        .query_row(pair, |row| Ok((row.get(0)?, [row.get(1)?, row.get(2)?])))
        .optional()?;
    db.prepare_cached(
        "INSERT OR REPLACE INTO tie (one, other, n, same, one_key, other_key)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![tie.one, tie.other, tie.n, same, tie.keys[0], tie.keys[1]])?;
    if let Some((n, keys)) = before {
        conflict::forget(db, n, ConflictKind::Person)?;
        settle(db, &keys)?;
    }
    settle(db, &tie.keys)
}

/// The ties through which these keys may hang together, by place.
fn cluster(db: &Connection, keys: &[String]) -> Result<Vec<Tie>> {
    let mut reached: BTreeSet<String> = keys.iter().cloned().collect();
    let mut waiting = keys.to_vec();
    let mut found = Vec::new();
    while let Some(key) = waiting.pop() {
        for tie in ties(db, "same AND one_key = ?1", &key)?.into_iter().chain(ties(
            db,
            "same AND other_key = ?1",
            &key,
        )?) {
            for key in &tie.keys {
                if reached.insert(key.clone()) {
                    waiting.push(key.clone());
                }
            }
            found.push(tie);
        }
    }
    found.sort_unstable_by_key(|tie| tie.n);
    found.dedup_by_key(|tie| tie.n);
    Ok(found)
}

/// Goes through ties in their order: the keys that are one, and the places of ties that do not hold.
fn united(ties: &[Tie]) -> (Vec<BTreeSet<&String>>, Vec<i64>) {
    let mut groups: Vec<BTreeSet<&String>> = Vec::new();
    let mut refused = Vec::new();
    for tie in ties {
        let [one, other] = tie.keys.each_ref().map(|key| {
            let at = groups.iter().position(|group| group.contains(key));
            at.map_or_else(|| BTreeSet::from([key]), |at| groups.swap_remove(at))
        });
        let together: BTreeSet<&String> = one.union(&other).copied().collect();
        if together.iter().filter(|key| is_number(key)).count() > 1 {
            refused.push(tie.n);
            groups.extend([one, other]);
        } else {
            groups.push(together);
        }
    }
    (groups, refused)
}

fn is_number(key: &str) -> bool {
    key.bytes().all(|b| b.is_ascii_digit())
}

/// Which ties around these keys contradict.
fn settle(db: &Connection, keys: &[String]) -> Result<()> {
    let ties = cluster(db, keys)?;
    let (_, refused) = united(&ties);
    for tie in &ties {
        if refused.contains(&tie.n) {
            conflict::note(db, tie.n, ConflictKind::Person, None)?;
        } else {
            conflict::forget(db, tie.n, ConflictKind::Person)?;
        }
    }
    Ok(())
}

/// All keys of the person with this one.
pub(crate) fn keys_of(db: &Connection, key: &str) -> Result<Vec<String>> {
    let key = key.to_owned();
    let ties = cluster(db, std::slice::from_ref(&key))?;
    let (groups, _) = united(&ties);
    let group = groups.into_iter().find(|group| group.contains(&key));
    Ok(group.map_or_else(|| vec![key.clone()], |group| group.into_iter().cloned().collect()))
}

/// All keys of the person of the usable telling at this place.
pub(crate) fn keys_at(db: &Connection, who: PersonId) -> Result<Option<Vec<String>>> {
    let sql = "SELECT who FROM reading WHERE n = ?1 AND strength > 0
        UNION ALL SELECT who FROM dossier WHERE n = ?1 AND strength > 0";
    let place = match telling(db, place_of(who))? {
        None => put_aside(db, who, i64::MAX)?.unwrap_or(place_of(who)),
        Some(_) => place_of(who),
    };
    let key: Option<String> =
        db.prepare_cached(sql)?.query_row([place], |row| row.get(0)).optional()?;
    key.map(|key| keys_of(db, &key)).transpose()
}

/// The places of the merges by which these keys are one person's, oldest first.
pub(crate) fn merges_of(db: &Connection, keys: &[String]) -> Result<Vec<i64>> {
    let ties = cluster(db, keys)?;
    let (_, refused) = united(&ties);
    let holds = |tie: &&Tie| {
        tie.one != tie.other && keys.contains(&tie.keys[0]) && !refused.contains(&tie.n)
    };
    Ok(ties.iter().filter(holds).map(|tie| tie.n).collect())
}

/// Whether somebody said that these two are not one person.
pub(crate) fn are_parted(db: &Connection, one: &[String], other: &[String]) -> Result<bool> {
    for key in one {
        let parted = ties(db, "NOT same AND one_key = ?1", key)?.into_iter().chain(ties(
            db,
            "NOT same AND other_key = ?1",
            key,
        )?);
        if parted.into_iter().any(|tie| tie.keys.iter().any(|key| other.contains(key))) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Places of usable tellings under a key, newest first.
pub(crate) fn tellings_of(db: &Connection, key: &str, limit: usize) -> Result<Vec<i64>> {
    let sql = "SELECT history.n FROM history
        LEFT JOIN reading ON reading.n = history.n LEFT JOIN dossier ON dossier.n = history.n
        WHERE history.who = ?1 AND via = history.n
            AND coalesce(reading.strength, dossier.strength, 0) > 0
        ORDER BY history.n DESC LIMIT ?2";
    rows(db, sql, params![key, page_size(limit)], |row| row.get(0))
}

/// Whether a merge would make people with different personal numbers one.
pub(crate) fn have_two_numbers(one: &[String], other: &[String]) -> bool {
    let numbers: BTreeSet<&String> = one.iter().chain(other).filter(|key| is_number(key)).collect();
    numbers.len() > 1
}

/// Whether a telling could leave its person: somebody else tells of them too.
pub(crate) fn is_severable(db: &Connection, who: PersonId) -> Result<bool> {
    let place = place_of(who);
    let told = telling(db, place)?.ok_or(DAMAGED)?;
    for key in keys_of(db, &told.key)? {
        let tellings = tellings_of(db, &key, usize::MAX)?;
        for n in tellings {
            if !follows(db, n, place)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether the telling at `n` is, or follows, the one at `place`.
fn follows(db: &Connection, n: i64, place: i64) -> Result<bool> {
    let mut n = n;
    while n != place {
        let whose = telling(db, n)?.ok_or(DAMAGED)?.whose;
        if whose == n {
            return Ok(false);
        }
        n = whose;
    }
    Ok(true)
}

#[cfg(test)]
mod tests;

//! Notes on old lines: an act that amends or cancels an earlier one of the same book is told on the earlier act's line, and
//! the earlier one on its own (NĐ 23/2015/NĐ-CP art. 38: it is done where the earlier act was certified).
//!
//! Nothing of it is written down a second time: the later act's form names number and day of the earlier one, and only an
//! act that has both is meant. What was annulled amends nothing.

use std::collections::HashMap;

use ledger::{ActRecord, LedgerError};
use office::{
    act::{Act, ActId},
    book::{BookId, Period},
    date,
    register::{Value, Values},
};
use reports::form::certification::Numbered;

use super::Desk;

/// One act as it stands to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The other act.
    pub id: ActId,
    /// What it is to this one, in words.
    pub words: String,
}

/// Acts of a book as they stand to each other, by their ids.
#[derive(Default)]
pub struct Relations(HashMap<ActId, Vec<Related>>);

impl Relations {
    /// What stands to an act, in the order in which it was done.
    pub fn of(&self, id: &ActId) -> &[Related] {
        self.0.get(id).map_or(&[], Vec::as_slice)
    }

    /// Puts it into the note of the act's line, in front of what stands there.
    pub(super) fn note(&self, id: &ActId, values: &mut Values) {
        let before = values.get("note").map(Value::to_string);
        let words = self.of(id).iter().map(|one| one.words.clone());
        let all: Vec<String> = words.chain(before.filter(|words| !words.is_empty())).collect();
        if !all.is_empty() {
            values.insert("note".into(), Value::text(all.join("; ")));
        }
    }
}

impl Desk {
    /// The acts of a book that amend others and that are amended.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn relations(&self, book: BookId) -> Result<Relations, LedgerError> {
        let mut relations = Relations::default();
        let mut kinds: Vec<_> =
            self.law.acts.kinds.iter().filter(|kind| kind.book == book).collect();
        kinds.sort_by(|one, other| one.id.cmp(&other.id));
        kinds.dedup_by(|one, other| one.id == other.id);
        for kind in kinds {
            let Some(amends) = &kind.amends else { continue };
            for later in self.ledger.acts_of_kind(book, &kind.id)? {
                let Some((number, day)) = amends.names(&later.act.form) else { continue };
                let series = Period::Year.series(book, day);
                let earlier = self.ledger.acts_numbered(series, number)?.into_iter();
                let meant =
                    |one: &ActRecord| one.act.at.date() == day && one.act.id != later.act.id;
                let does = later.act.form.value(&amends.does).to_owned();
                for earlier in earlier.filter(meant) {
                    let (id, other) = (later.act.id.clone(), earlier.act.id.clone());
                    let words = format!("{does} theo {}", self.told(&later.act)?);
                    relations
                        .0
                        .entry(other.clone())
                        .or_default()
                        .push(Related { id: id.clone(), words });
                    let words = format!("{does} {}", self.told(&earlier.act)?);
                    relations.0.entry(id).or_default().push(Related { id: other, words });
                }
            }
        }
        Ok(relations)
    }

    /// An act by number, volume and day: `số 12, quyển số 01/2026, ngày 05/11/2026`.
    fn told(&self, act: &Act) -> Result<String, LedgerError> {
        let day = date::format(act.at.date());
        let Numbered { number, volume } = self.numbered(&act.number)?;
        Ok(match (number.as_str(), volume.as_str()) {
            ("", _) => format!("việc chờ cấp số ngày {day}"),
            (number, "") => format!("số {number} ngày {day}"),
            (number, volume) => format!("số {number}, quyển số {volume}, ngày {day}"),
        })
    }
}

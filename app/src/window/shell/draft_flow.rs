//! What was begun and not finished, of whatever kind: listed at home, gone on with, thrown away for a day, taken back.

use jiff::{ToSpan, civil::DateTime};
use ledger::LedgerError;

use super::{Screen, Shell};
use crate::{
    clock,
    desk::{RECEPTIONS, draft_key, lines::LINES},
    window::{
        notice::Notice,
        screen::{home::Begun, line_form, reception},
    },
};

/// A draft, as lists of all kinds have it.
pub(super) struct Listed {
    /// Which.
    pub key: Begun,
    begun: DateTime,
    dropped: Option<DateTime>,
    /// Who and what, in words.
    pub words: String,
}

impl Shell {
    /// Every draft, the latest first, those that were thrown away too.
    fn listed(&self) -> Vec<Listed> {
        let (law, day) = (&self.desk.law, clock::local(clock::now()).date());
        let receptions = self.all_drafts().into_iter().map(|draft| Listed {
            begun: draft.begun,
            dropped: draft.dropped,
            words: draft.summary(law, day),
            key: Begun::Reception(draft.id),
        });
        let lines = self.all_line_drafts().into_iter().map(|draft| Listed {
            begun: draft.begun,
            dropped: draft.dropped,
            words: draft.summary(law, day),
            key: Begun::Line(draft.id),
        });
        let mut listed: Vec<Listed> = receptions.chain(lines).collect();
        listed.sort_by_key(|draft| std::cmp::Reverse(draft.begun));
        listed
    }

    /// What was begun and not finished, the latest first.
    pub(super) fn begun(&self) -> impl Iterator<Item = Listed> {
        // What waits for the telephone is gone on with there.
        let waits = self.waiting_draft().cloned().map(Begun::Line);
        let stands =
            move |draft: &Listed| draft.dropped.is_none() && Some(&draft.key) != waits.as_ref();
        self.listed().into_iter().filter(stands)
    }

    /// What was thrown away last and can be taken back.
    pub(super) fn thrown_away(&self) -> Option<Listed> {
        let last = self.listed().into_iter().max_by_key(|draft| draft.dropped);
        last.filter(|draft| draft.dropped.is_some())
    }

    /// Receptions that were begun and not finished, the latest first.
    pub(super) fn drafts(&self) -> Vec<reception::Draft> {
        let mut drafts = self.all_drafts();
        drafts.retain(|draft| draft.dropped.is_none());
        drafts.sort_by_key(|draft| std::cmp::Reverse(draft.begun));
        drafts
    }

    pub(super) fn all_drafts(&self) -> Vec<reception::Draft> {
        let kept = self.known(self.desk.ledger.drafts_under(RECEPTIONS));
        kept.iter().filter_map(|draft| serde_json::from_slice(&draft.bytes).ok()).collect()
    }

    /// Acts and lines that were begun and not finished.
    pub(super) fn line_drafts(&self) -> Vec<line_form::Draft> {
        let mut drafts = self.all_line_drafts();
        drafts.retain(|draft| draft.dropped.is_none());
        drafts
    }

    fn all_line_drafts(&self) -> Vec<line_form::Draft> {
        let kept = self.known(self.desk.ledger.drafts_under(LINES));
        kept.iter().filter_map(|draft| serde_json::from_slice(&draft.bytes).ok()).collect()
    }

    /// Keeps the open form as it is now, or tells why it cannot be.
    pub(super) fn keep_draft(&mut self) {
        if let Err(error) = self.save_form() {
            self.screen.tell(Notice::error(&error));
        }
    }

    /// Keeps the open form as it is now.
    pub(super) fn save_form(&mut self) -> Result<(), LedgerError> {
        let kept = match &self.screen {
            Screen::Reception(form) => {
                let bytes = serde_json::to_vec(form.draft());
                bytes.map(|bytes| (draft_key(&form.draft().id), bytes))
            }
            Screen::LineForm(form) if form.is_touched() => {
                let bytes = serde_json::to_vec(form.draft());
                bytes.map(|bytes| (form.draft().id.key(), bytes))
            }
            _ => return Ok(()),
        };
        match kept {
            Ok((key, bytes)) => self.desk.ledger.save_draft(&key, &bytes),
            // A form holds nothing that JSON has no way to write.
            Err(_) => Ok(()),
        }
    }

    /// Throws a draft away, or takes it back. A reception's scans stay beside it meanwhile.
    pub(super) fn put_aside(&mut self, key: &Begun, dropped: Option<DateTime>) {
        if let Begun::Line(id) = key
            && self.shows_request_of(id)
        {
            return;
        }
        let kept = match key {
            Begun::Reception(id) => {
                let found = self.all_drafts().into_iter().find(|draft| draft.id == *id);
                found.map(|mut draft| {
                    draft.dropped = dropped;
                    (draft_key(id), serde_json::to_vec(&draft))
                })
            }
            Begun::Line(id) => {
                let found = self.all_line_drafts().into_iter().find(|draft| draft.id == *id);
                found.map(|mut draft| {
                    draft.dropped = dropped;
                    (id.key(), serde_json::to_vec(&draft))
                })
            }
        };
        if let Some((key, Ok(bytes))) = kept
            && let Err(error) = self.desk.ledger.save_draft(&key, &bytes)
        {
            self.tell_home(Some(Notice::error(&error)));
        }
    }

    /// What was thrown away more than a day ago goes for good, with its scans.
    pub(super) fn clear_away(&mut self) {
        let yesterday = clock::local(clock::now()).saturating_sub(1.day());
        let old = |draft: &Listed| draft.dropped.is_some_and(|dropped| dropped < yesterday);
        for draft in self.listed().into_iter().filter(old) {
            let gone = match &draft.key {
                Begun::Reception(id) => self.desk.drop_form(id),
                Begun::Line(id) => self.desk.drop_line(id),
            };
            if let Err(error) = gone {
                self.tell_home(Some(Notice::error(&error)));
            }
        }
    }
}

//! Documents that wait for their signers' telephones, and how a user signs: kept in the ledger before anybody is asked, so
//! that a power cut forgets none. Each is a draft with the act as it will be written, and beside it the prepared
//! document in pieces of a draft's size; the pieces come first, so what the draft tells is whole.
//!
//! Nothing has happened yet: the act gets its number when its signature is in. Whatever ends it, the entry of the act or
//! a user who gives it up, takes draft and pieces along.

use jiff::Timestamp;
use ledger::{DRAFT_LIMIT, LedgerError, Writing};
use office::{
    Explain,
    act::{Act, ActError, ActId, prepared::PreparedError},
};
use serde::{Deserialize, Serialize};

use super::{
    Desk,
    electronic::{Origin, Told, Unsigned},
    lines::DraftId,
};
use crate::signing::{Way, remote::Kept};

/// What the key of a document that waits begins with.
const AWAITED: &str = "remote/";
/// Where it is kept how a user signs.
const USUAL: &str = "signing/usual";
/// What the keys of all pieces begin with.
const PIECES: &str = "sign/";

/// An act whose document waits for a telephone.
#[derive(Clone, Serialize, Deserialize)]
pub struct Awaited {
    #[serde(flatten)]
    told: Told,
    /// When the act was made ready: the time that its stamp and signature tell.
    pub drawn_at: Timestamp,
    from: Origin,
    /// In how many pieces its document lies beside.
    pub pieces: usize,
    /// Whose service it is.
    pub provider: String,
    /// The signer's number there.
    pub user: String,
    /// Who signs, as the certificate has it.
    pub signer: String,
    /// What the telephone shows.
    pub name: String,
    /// When the provider gives it up.
    pub until: Timestamp,
    /// Whether going on with it takes the connection's secret.
    pub takes_secret: bool,
}

/// Debug output may reach a log: it names nobody.
impl std::fmt::Debug for Awaited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Awaited({})", self.name)
    }
}

impl Awaited {
    /// An act that is ready, with the document that was prepared for it.
    pub fn new(unsigned: Unsigned, kept: &Kept, bytes: usize) -> Self {
        Self::of(unsigned).asked(kept, bytes)
    }

    /// Of no request yet.
    pub(crate) fn of(unsigned: Unsigned) -> Self {
        let (told, drawn_at, from) = unsigned.parts();
        Self {
            told,
            drawn_at,
            from,
            pieces: 0,
            provider: String::new(),
            user: String::new(),
            signer: String::new(),
            name: String::new(),
            until: drawn_at,
            takes_secret: false,
        }
    }

    /// The same for another request, whose document has so many bytes.
    #[must_use]
    pub fn asked(self, kept: &Kept, bytes: usize) -> Self {
        Self {
            pieces: bytes.div_ceil(DRAFT_LIMIT),
            provider: kept.contract.api.label().to_owned(),
            user: kept.user.clone(),
            signer: kept.certificate.title().to_owned(),
            name: kept.name.clone(),
            until: kept.expires_at(),
            takes_secret: !kept.contract.resumes_without_secret(),
            ..self
        }
    }

    /// Of which act.
    pub fn id(&self) -> &ActId {
        &self.told.act.id
    }

    /// What it is, with the number that it will have.
    pub fn what(&self) -> String {
        self.told.act.name()
    }

    /// The draft that it comes from; none where it was prepared by somebody.
    pub fn draft(&self) -> Option<&DraftId> {
        match &self.from {
            Origin::Draft(draft) => Some(draft),
            Origin::Preparation => None,
        }
    }

    fn key(&self) -> String {
        format!("{AWAITED}{}", self.told.act.id.0)
    }
}

/// Whether what was signed can never be written any more. Anything else may pass, or be put right by somebody: the
/// signature is kept for then.
pub fn is_void(error: &LedgerError) -> bool {
    let refusals = [
        ActError::NumberTaken.code(),
        PreparedError::OthersTurn.code(),
        PreparedError::Differs.code(),
    ];
    match error {
        LedgerError::ActDoneAlready | LedgerError::ReturnedAlready | LedgerError::RightsEnded => {
            true
        }
        LedgerError::Refused(why) => refusals.contains(&why.code()),
        _ => false,
    }
}

/// By what a user signs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usual {
    /// The last used.
    pub way: Way,
    /// The user's number at the provider.
    pub user: String,
}

/// Where a piece of a document is kept.
fn piece_key(act: &ActId, piece: usize) -> String {
    format!("{PIECES}{}/{piece:03}", act.0)
}

/// Forgets what waits of an act, together with what is being written.
pub(super) fn forget(writing: &mut Writing<'_>, act: &ActId) -> Result<(), LedgerError> {
    writing.delete_drafts_under(&format!("{PIECES}{}/", act.0))?;
    writing.delete_draft(&format!("{AWAITED}{}", act.0))
}

impl Desk {
    /// Keeps a piece of a document, in the order of the pieces.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn keep_piece(&mut self, act: &ActId, n: usize, bytes: &[u8]) -> Result<(), LedgerError> {
        let piece = bytes.chunks(DRAFT_LIMIT).nth(n).unwrap_or_default();
        self.ledger.save_draft(&piece_key(act, n), piece)
    }

    /// Keeps what waits; its pieces are kept.
    ///
    /// # Errors
    /// Those of the ledger: nobody is to be asked then.
    pub fn keep_awaited(&mut self, awaited: &Awaited) -> Result<(), LedgerError> {
        let bytes = serde_json::to_vec(awaited).map_err(|_| LedgerError::Missing)?;
        self.ledger.save_draft(&awaited.key(), &bytes)
    }

    /// What waits for the logged-in user's telephone. One is asked for at a time: the numbers of two would be the same.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn awaited(&self) -> Result<Option<Awaited>, LedgerError> {
        let kept = self.ledger.drafts_under(AWAITED)?;
        Ok(kept.iter().find_map(|draft| serde_json::from_slice(&draft.bytes).ok()))
    }

    /// A piece of a document.
    ///
    /// # Errors
    /// [`LedgerError::Missing`], and those of the ledger.
    pub fn piece(&self, act: &ActId, n: usize) -> Result<Vec<u8>, LedgerError> {
        let found = self.ledger.drafts_under(&piece_key(act, n))?;
        found.into_iter().next().map(|piece| piece.bytes).ok_or(LedgerError::Missing)
    }

    /// Gives up what waits; the draft or the preparation that it comes from stands as before.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn drop_awaited(&mut self, act: &ActId) -> Result<(), LedgerError> {
        self.ledger.transact(|writing| forget(writing, act))
    }

    /// Removes pieces whose document was never kept whole: nobody was asked for it.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn clear_pieces(&mut self) -> Result<(), LedgerError> {
        // Nothing is written at most logins.
        if self.awaited()?.is_some() || self.ledger.drafts_under(PIECES)?.is_empty() {
            return Ok(());
        }
        self.ledger.transact(|writing| writing.delete_drafts_under(PIECES))
    }

    /// Completes the act by its signed file. The entry has its own time: the act's is the one that the file tells.
    ///
    /// # Errors
    /// [`office::act::ActError::NumberTaken`] and those of the ledger; then nothing is written, and what waits stands.
    pub fn finish_awaited(
        &mut self,
        at: Timestamp,
        awaited: &Awaited,
        signed: &[u8],
    ) -> Result<Act, LedgerError> {
        self.complete(at, awaited.told.clone(), &awaited.from, signed)
    }

    /// Whether the act could be completed now, before somebody is asked to sign it. Nothing is written.
    ///
    /// # Errors
    /// Those of completing it.
    pub fn rehearse_awaited(
        &mut self,
        at: Timestamp,
        awaited: &Awaited,
    ) -> Result<(), LedgerError> {
        self.rehearse_completion(at, awaited.told.clone(), &awaited.from)
    }

    /// By what the logged-in user signs.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn usual_signing(&self) -> Result<Usual, LedgerError> {
        let kept = self.ledger.drafts_under(USUAL)?;
        let usual = kept.first().and_then(|draft| serde_json::from_slice(&draft.bytes).ok());
        Ok(usual.unwrap_or_default())
    }

    /// Keeps by what the logged-in user signs, where that is new.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn keep_usual_signing(&mut self, usual: &Usual) -> Result<(), LedgerError> {
        if self.usual_signing()? == *usual {
            return Ok(());
        }
        let bytes = serde_json::to_vec(usual).map_err(|_| LedgerError::Missing)?;
        self.ledger.save_draft(USUAL, &bytes)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::SignedDuration;
    use ledger::Ledger;
    use office::{book::BookId, entry::UserName};

    use super::*;
    use crate::desk::{
        electronic_tests::{asked, at, draft, kept, last, number},
        tests::desk,
    };

    /// A document of more than two pieces.
    fn document() -> Vec<u8> {
        (0..DRAFT_LIMIT * 5 / 2).map(|n| n.to_le_bytes()[0]).collect()
    }

    /// An act that waits, as it is before the telephone is asked.
    fn waits(desk: &mut Desk, n: u8) -> Awaited {
        let pages = kept(desk, &draft(n), 1);
        let todo = asked(desk, 1);
        let unsigned = desk.prepare_copy(at(9), todo, &draft(n), &pages).unwrap();
        let bytes = document();
        let pieces = bytes.len().div_ceil(DRAFT_LIMIT);
        let awaited = Awaited { pieces, ..Awaited::of(unsigned) };
        for piece in 0..awaited.pieces {
            desk.keep_piece(awaited.id(), piece, &bytes).unwrap();
        }
        desk.keep_awaited(&awaited).unwrap();
        awaited
    }

    fn found(desk: &Desk) -> Option<(usize, Vec<u8>)> {
        let awaited = desk.awaited().unwrap()?;
        let pieces = (0..awaited.pieces).map(|n| desk.piece(awaited.id(), n).unwrap());
        let bytes: Vec<u8> = pieces.flatten().collect();
        Some((awaited.pieces, bytes))
    }

    fn again(folder: &std::path::Path, desk: Desk) -> Desk {
        let law = desk.law.clone();
        drop(desk);
        let user = UserName("chi".into());
        Desk::new(Ledger::open(folder, &user, "Mật-khẩu-7", at(9)).unwrap(), law).unwrap()
    }

    /// A power cut while the telephone waits forgets nothing; the number is used with the entry, and nothing is left
    /// beside it.
    #[test]
    fn what_waits_outlives_the_program_and_is_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        let before = waits(&mut desk, 1);
        let mut desk = again(folder.path(), desk);
        assert_eq!(found(&desk), Some((3, document())));
        assert_eq!(last(&desk), 0, "nothing is used while it waits");
        let awaited = desk.awaited().unwrap().unwrap();
        assert_eq!((awaited.draft(), awaited.id()), (Some(&draft(1)), before.id()));
        // The entry is of the hour at which the answer came, the act of the hour that its signature tells.
        let late = at(9) + SignedDuration::from_mins(14);
        let act = desk.finish_awaited(late, &awaited, b"signed").unwrap();
        assert_eq!((number(&act), last(&desk)), (1, 1));
        assert_eq!(crate::clock::instant(act.at), at(9));
        assert!(desk.ledger.drafts().unwrap().is_empty(), "draft, pages, document and request");
        assert!(desk.finish_awaited(late, &awaited, b"signed").is_err(), "an answer counts once");
        assert_eq!(last(&desk), 1);
        assert!(desk.ledger.check().unwrap().clean());
    }

    /// Refused, run out, not wanted: the act stands as it was before it was asked for.
    #[test]
    fn what_is_given_up_uses_no_number_and_leaves_its_draft() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        let before = waits(&mut desk, 1);
        let drafts = desk.ledger.drafts().unwrap().len();
        desk.drop_awaited(before.id()).unwrap();
        assert!(desk.awaited().unwrap().is_none());
        assert_eq!(desk.ledger.drafts().unwrap().len(), drafts - before.pieces - 1);
        let pages = kept(&mut desk, &draft(1), 1);
        let todo = asked(&desk, 1);
        let unsigned = desk.prepare_copy(at(10), todo, &draft(1), &pages).unwrap();
        assert_eq!(number(&desk.finish_copy(unsigned, b"by a token").unwrap()), 1);
        assert!(desk.ledger.check().unwrap().clean());
    }

    #[test]
    fn a_number_that_was_taken_meanwhile_makes_the_signature_worth_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        let awaited = waits(&mut desk, 1);
        let pages = kept(&mut desk, &draft(2), 1);
        let todo = asked(&desk, 1);
        let unsigned = desk.prepare_copy(at(9), todo, &draft(2), &pages).unwrap();
        assert_eq!(number(&desk.finish_copy(unsigned, b"by a token").unwrap()), 1);
        let late = desk.finish_awaited(at(9), &awaited, b"signed").unwrap_err();
        assert_eq!((late.code(), is_void(&late)), ("OFF-169", true));
        assert!(!is_void(&LedgerError::DiskFull) && !is_void(&LedgerError::ContentLost));
        assert!(is_void(&desk.rehearse_awaited(at(9), &awaited).unwrap_err()), "nobody is asked");
        assert_eq!(last(&desk), 1);
        assert!(found(&desk).is_some(), "it stands until it is given up");
        assert!(desk.ledger.check().unwrap().clean());
    }

    /// The stamp names the volume: a file that tells the old one is not written into a new one.
    #[test]
    fn a_volume_that_was_opened_meanwhile_makes_the_signature_worth_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        let pages = kept(&mut desk, &draft(2), 1);
        let todo = asked(&desk, 1);
        let unsigned = desk.prepare_copy(at(9), todo, &draft(2), &pages).unwrap();
        desk.finish_copy(unsigned, b"by a token").unwrap();
        let awaited = waits(&mut desk, 1);
        desk.rehearse_awaited(at(9), &awaited).unwrap();
        assert_eq!(last(&desk), 1, "a rehearsal uses no number");
        let book = BookId::new("electronic_copy").unwrap();
        desk.ledger.close_volume(at(9), book, 2026).unwrap();
        let closed = desk.finish_awaited(at(9), &awaited, b"signed").unwrap_err();
        assert!(is_void(&closed), "it takes no number any more");
        desk.ledger.open_volume(at(9), book, 2026).unwrap();
        assert_eq!(desk.rehearse_awaited(at(9), &awaited).unwrap_err().code(), "OFF-169");
        let late = desk.finish_awaited(at(9), &awaited, b"signed").unwrap_err();
        assert_eq!((late.code(), last(&desk)), ("OFF-169", 1));
        assert!(desk.ledger.check().unwrap().clean());
    }

    /// A power cut while it is being kept: nobody was asked, so nothing of it stays.
    #[test]
    fn pieces_of_a_document_that_was_not_kept_whole_go() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        let awaited = waits(&mut desk, 1);
        desk.clear_pieces().unwrap();
        assert!(found(&desk).is_some(), "what waits is not cleared away");
        desk.ledger.delete_draft(&awaited.key()).unwrap();
        desk.clear_pieces().unwrap();
        assert!(desk.piece(awaited.id(), 0).is_err());
    }

    #[test]
    fn how_a_user_signs_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        assert_eq!(desk.usual_signing().unwrap(), Usual::default());
        desk.keep_usual_signing(&Usual::default()).unwrap();
        assert!(desk.ledger.drafts().unwrap().is_empty(), "nothing new is kept");
        let usual = Usual { way: Way::Remote, user: "001099000123".into() };
        desk.keep_usual_signing(&usual).unwrap();
        assert_eq!(again(folder.path(), desk).usual_signing().unwrap(), usual);
    }
}

//! The national portal's codes, as the office enters them: seen line by line before they are written, then
//! entries that hold at once.

use jiff::{Timestamp, civil::Date};
use ledger::LedgerError;
use office::{
    entry::Event,
    portal_code::{
        CHUNK, Names, PortalCode, PortalCodeError, PortalCodes,
        import::{self, Judged, Line, Reading},
    },
};

use super::Desk;

impl Desk {
    /// What codes may be of.
    pub fn code_names(&self) -> Names {
        Names::of(&self.law.catalogue)
    }

    /// What a file of codes would change; nothing is written. `from`: the day of lines that say none.
    pub fn read_codes(
        &self,
        bytes: &[u8],
        from: Option<Date>,
        today: Date,
    ) -> Result<Reading, PortalCodeError> {
        import::read(bytes, &self.codes, &self.code_names(), from, today)
    }

    /// What becomes of one typed code; nothing is written.
    pub fn judge_code(&self, line: Line, today: Date) -> Option<Judged> {
        let lines = vec![(String::new(), line)];
        import::judge(lines, &self.codes, &self.code_names(), None, today).pop()
    }

    /// Writes codes, all or none, and works by them from now on. `file`: where they came from, or empty;
    /// `words`: who gave them.
    pub fn take_codes(
        &mut self,
        at: Timestamp,
        codes: &[PortalCode],
        file: &str,
        words: &str,
    ) -> Result<(), LedgerError> {
        self.ledger.transact(|writing| {
            for codes in codes.chunks(CHUNK) {
                let codes = Box::new(PortalCodes {
                    codes: codes.to_vec(),
                    file: file.to_owned(),
                    words: words.to_owned(),
                });
                writing.record(at, Event::PortalCodesEntered { codes }, &[])?;
            }
            Ok(())
        })?;
        self.codes = self.ledger.portal_codes()?;
        Ok(())
    }
}

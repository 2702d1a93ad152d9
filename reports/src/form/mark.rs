//! How far the ledger had come when a book was printed: whoever keeps the paper can tell later, by `motcua check
//! --printed`, that what stood in the ledger then stands there still.

use jiff::civil::DateTime;
use office::entry::Seen;

use super::{
    common::CommonWords,
    words::{fill, moment},
};

/// The ledger's newest entry at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Local time.
    pub at: DateTime,
    /// The newest entry then.
    pub newest: Seen,
}

impl Mark {
    /// As it stands on paper: `120:1f…`, what the check takes, with the machine and the time.
    pub(super) fn line(&self, words: &CommonWords) -> String {
        let Seen { device, sequence, hash } = &self.newest;
        let device: String = device.0.chars().take(8).collect();
        let at = moment(&words.moment, &words.date, self.at);
        let mark = format!("{sequence}:{}", hash.0);
        fill(&words.mark, &[("moment", &at), ("device", &device), ("mark", &mark)])
    }
}

//! When backups are made by themselves, and when their absence is told.

use jiff::{
    ToSpan,
    civil::{DateTime, Time},
};
use serde::{Deserialize, Serialize};

/// After so many days without a backup the window says so, where the office chose nothing else.
pub const REMIND_DAYS: u16 = 7;

/// The office's plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupPlan {
    /// The folder that takes them, a folder each; empty: none are made by themselves.
    pub folder: String,
    /// From this time of the day on; the window makes one a day.
    pub at: Time,
    /// How many are kept; older ones of this office are removed from the folder.
    pub keep: u16,
    /// After so many days without a backup the window says so.
    pub remind_days: u16,
}

impl Default for BackupPlan {
    fn default() -> Self {
        Self {
            folder: String::new(),
            at: Time::constant(11, 30, 0, 0),
            keep: 14,
            remind_days: REMIND_DAYS,
        }
    }
}

impl BackupPlan {
    /// Whether one is to be made now; `last`: when the last one was made.
    pub fn due(&self, last: Option<DateTime>, now: DateTime) -> bool {
        let today = now.date().to_datetime(self.at);
        !self.folder.is_empty() && now >= today && last.is_none_or(|last| last < today)
    }

    /// Whether the last backup is so old that it is told.
    pub fn reminds(&self, last: Option<DateTime>, now: DateTime) -> bool {
        let oldest = now.saturating_sub(i64::from(self.remind_days).days());
        last.is_none_or(|last| last < oldest)
    }
}

/// Why a ledger goes on with a new device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyRestored {
    /// A backup was brought back.
    Backup,
    /// The ledger was older than its witness, which knew so many entries of the device's chain.
    Older {
        /// How many.
        known: u64,
    },
    /// No witness told whether this is the ledger's newest state.
    Unwitnessed,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn one_a_day_from_the_time_on() {
        let plan = BackupPlan { folder: "/x".into(), ..BackupPlan::default() };
        let day = date(2026, 11, 23);
        let yesterday = Some(date(2026, 11, 22).at(12, 0, 0, 0));
        for (last, hour, due) in [
            (None, 11, false),
            (None, 12, true),
            (yesterday, 11, false),
            (yesterday, 12, true),
            (Some(day.at(8, 0, 0, 0)), 12, true),
            (Some(day.at(11, 30, 0, 0)), 12, false),
            // A clock that was ahead keeps nothing back for ever: the next day comes.
            (Some(date(2026, 11, 24).at(8, 0, 0, 0)), 12, false),
        ] {
            assert_eq!(plan.due(last, day.at(hour, 0, 0, 0)), due, "{last:?} {hour}");
        }
        assert!(!BackupPlan::default().due(None, day.at(12, 0, 0, 0)), "no folder was chosen");
    }

    #[test]
    fn an_old_backup_is_told() {
        let plan = BackupPlan::default();
        let now = date(2026, 11, 23).at(12, 0, 0, 0);
        for (last, told) in [
            (None, true),
            (Some(now), false),
            (Some(date(2026, 11, 16).at(12, 0, 0, 0)), false),
            (Some(date(2026, 11, 16).at(11, 59, 0, 0)), true),
        ] {
            assert_eq!(plan.reminds(last, now), told, "{last:?}");
        }
    }
}

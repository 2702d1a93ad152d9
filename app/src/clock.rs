//! The only place that reads the clock. Offices keep Vietnam's time (UTC+7 all year).

use jiff::{Timestamp, civil::DateTime, tz};

/// Now.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Local civil time of an instant.
pub fn local(at: Timestamp) -> DateTime {
    tz::offset(7).to_datetime(at)
}

/// The instant of a local civil time.
pub fn instant(local: DateTime) -> Timestamp {
    tz::offset(7).to_timestamp(local).unwrap_or(Timestamp::MAX)
}

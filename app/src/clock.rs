//! The only place that reads the clock; which civil time it is then says [`office::date::local`].

use jiff::Timestamp;
pub use office::date::{instant, local};

/// Now.
pub fn now() -> Timestamp {
    Timestamp::now()
}

//! The papers as a clerk, a citizen and an archive see them: through the readers that they use
//! (poppler, qpdf), not through the code that wrote them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bound;
#[path = "../fixtures/mod.rs"]
mod fixtures;
mod long;
mod readers;
mod receipt;
mod recovery;
mod steps;
mod tables;
mod verification;

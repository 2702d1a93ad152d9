//! Signing tokens (PKCS#11): how the suite speaks to a vendor's module.
//!
//! A vendor's module is foreign code of unknown quality: it may crash, block for ten seconds or answer
//! nonsense, and many are 32-bit. So only the program `motcua-token` loads one, in a process of its own; the
//! suite speaks to that process by lines and can end it at any time.
//!
//! - [`wire`]: what both sides say.
//! - [`client`]: the suite's side.
//! - [`error`]: what a person reads when it fails.

pub mod client;
pub mod error;
pub mod wire;

pub use client::{Hand, Module};
pub use error::TokenError;

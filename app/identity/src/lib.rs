//! Reads identity documents: chips over PC/SC, codes and MRZ, into [`office::person::Identity`] with
//! the evidence that the reading gave.
//!
//! Only this crate knows APDUs. It reads bytes that anybody may have written, so every parser is
//! limited in size, depth and count, and a failed check is a finding with a reason, never a panic.
//!
//! The way of one chip: [`card`] carries APDUs, [`access`] opens the chip (PACE or BAC), [`messaging`]
//! protects what follows, [`groups`] understands the files, [`authenticity`] decides what they prove
//! with the issuers of [`trust`], and [`reading`] does all of it once. Codes come from scanners, picture
//! files and the [`camera`] into [`code`], zones from pictures into [`photo`].
//!
//! Certificates, signatures and their algorithms are `pki`'s. What is asked of travel documents alone is
//! here: country signers and their links, master lists, document signers, the security object, key
//! agreement with chips, and what all of that makes of the evidence.

pub mod access;
pub mod apdu;
pub mod authenticity;
pub mod camera;
pub mod card;
pub mod cipher;
pub mod code;
pub mod domain;
pub mod error;
pub mod groups;
pub mod messaging;
pub mod mrz;
mod person;
pub mod photo;
pub mod picture;
pub mod reading;
pub mod trust;

pub use error::{Fault, ReadError};

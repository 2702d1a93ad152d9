//! Reads identity documents: chips over PC/SC, codes and MRZ, into [`office::person::Identity`] with
//! the evidence that the reading gave.
//!
//! Only this crate knows APDUs. It reads bytes that anybody may have written, so every parser is
//! limited in size, depth and count, and a failed check is a finding with a reason, never a panic.
//!
//! The way of one chip: [`card`] carries APDUs, [`access`] opens the chip (PACE or BAC), [`messaging`]
//! protects what follows, [`groups`] understands the files, [`authenticity`] decides what they prove
//! with the issuers of [`trust`], and [`reading`] does all of it once. Codes come from scanners, picture
//! files and the [`camera`] into [`code`].

pub mod access;
pub mod authenticity;
pub mod camera;
pub mod card;
pub mod cipher;
pub mod code;
pub mod curve;
pub mod domain;
pub mod error;
pub mod groups;
pub mod messaging;
pub mod mrz;
pub mod picture;
pub mod reading;
pub mod tlv;
pub mod trust;

pub use error::{Fault, ReadError};

//! The screens. Each owns its state, takes messages that say what happened, and answers with an action
//! for the shell.

pub mod camera;
pub mod chip_key;
pub mod devices;
pub mod dossier;
pub mod dossiers;
pub mod find;
pub mod home;
pub mod log;
pub mod login;
pub mod password;
pub mod person;
pub mod reception;
pub mod recovery;
pub mod setup;
pub mod trust;
pub mod users;

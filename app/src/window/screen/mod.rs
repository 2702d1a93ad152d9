//! The screens. Each owns its state, takes messages that say what happened, and answers with an action
//! for the shell.

pub mod arrivals;
pub mod calendar;
pub mod camera;
pub mod cash;
pub mod catalogue;
pub mod chip_key;
pub mod chooser;
pub mod devices;
pub mod dossier;
pub mod dossiers;
pub mod find;
pub mod hall;
pub mod home;
pub mod issued;
pub mod log;
pub mod login;
pub mod notice_form;
pub mod outlet;
pub mod paged;
pub mod paper;
pub mod password;
pub mod pay;
pub mod period;
pub mod person;
pub mod queue;
pub mod reception;
pub mod recovery;
pub mod register;
pub mod settings;
pub mod setup;
pub mod statement;
pub mod statistics;
pub mod store;
pub mod trust;
pub mod users;

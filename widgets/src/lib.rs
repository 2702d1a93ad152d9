//! The design system: every control, colour and measure that a screen of the suite is built from.
//!
//! It stands on iced and, for how text and dates are understood (`office::text`, `office::date`), on the
//! office's rules, so that a field takes what a record and a search take; it knows no other office word. Screens name things by meaning (`space::M`,
//! `Tone::Caution`, `text::heading`) and never write a colour or a pixel; what is missing is
//! added here. Every control can be reached by Tab, shows its focus and answers to Enter and
//! Space, because iced's own buttons and lists cannot, and every label is told to iced's
//! operations, so that tests find it and screen readers can one day.
//!
//! Drawing is by tiny-skia alone: the offices' PCs have no GPU. It redraws only what has
//! changed, and reckons neither with shadows nor with loose text (`fill_text`): use neither.

pub mod again;
pub mod badge;
pub mod banner;
pub mod button;
pub mod chart;
pub mod date;
pub mod dialog;
pub mod edit;
pub mod field;
pub mod flow;
pub mod focus;
pub mod fold;
pub mod font;
pub mod fresh;
pub mod hand;
pub mod icon;
mod ime;
pub mod keys;
mod lines;
mod menu;
pub mod panel;
pub mod pick;
pub mod picture;
pub mod preview;
pub mod progress;
pub mod scanner;
pub mod shot;
pub mod swallowed;
pub mod table;
pub mod text;
pub mod theme;
pub mod travel;
pub mod words;

pub use badge::badge;
pub use banner::banner;
pub use button::{button, check, danger, pressable, primary, quiet, secondary, tabs};
pub use chart::bars;
pub use date::{DateInput, date_field};
pub use dialog::{Dialog, modal};
pub use field::field;
pub use flow::{column, row};
pub use font::{FONT, fonts, settings};
pub use fresh::fresh;
pub use icon::{Icon, icon};
pub use panel::{card, empty_state, section};
pub use pick::pick;
pub use picture::photo;
pub use preview::preview;
pub use progress::{progress, status, stepper};
pub use table::table;
pub use theme::{Mode, Tone, space};

/// Any piece of a screen.
pub type Element<'a, Message> = iced::Element<'a, Message>;

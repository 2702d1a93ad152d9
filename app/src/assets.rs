//! The law data that ships with the program, parsed once at start.

mod forms;

use std::{sync::Arc, thread::JoinHandle};

use office::{
    act,
    book::BookShelf,
    calendar::WorkingCalendar,
    catalogue::{Agencies, Catalogue, Exemptions, essential::Services},
    eform::Forms,
    lists::Lists,
    unit::UnitList,
};
use serde::Deserialize;

use crate::failure::AppError;
pub use forms::FormSet;

/// What the counter needs of the law.
#[derive(Clone)]
pub struct Law {
    /// Procedures.
    pub catalogue: Catalogue,
    /// Essential public services.
    pub services: Services,
    /// Who carries out which procedure.
    pub agencies: Agencies,
    /// Kinds of acts.
    pub acts: act::Definitions,
    /// The texts in which they are certified.
    pub wordings: act::Wordings,
    /// Definitions of books.
    pub books: BookShelf,
    /// Groups that may be spared fees.
    pub exemptions: Exemptions,
    /// Electronic forms.
    pub forms: Forms,
    /// Lists that fields suggest.
    pub lists: Lists,
    /// Working days.
    pub calendar: WorkingCalendar,
    /// Communes and wards of Lào Cai.
    pub units: UnitList,
    /// Words of every paper.
    pub papers: FormSet,
    /// Legal bases for using identity data, the usual one first.
    pub legal_basis: Vec<String>,
}

/// `assets/forms/legal_basis.json`; source and marks are for people.
#[derive(Deserialize)]
struct LegalBases {
    choices: Vec<String>,
}

/// The data folders of which every file is read, see `build.rs`.
mod folders {
    include!(concat!(env!("OUT_DIR"), "/folders.rs"));
}

impl Law {
    /// Reads the bundled data. The procedures beyond the usual ones are read beside the rest, so that they
    /// cost no time where there is a second core.
    pub fn load() -> Result<Self, AppError> {
        let more = std::thread::spawn(|| {
            Catalogue::parse(include_bytes!("../../assets/procedures/more.json"))
        });
        let wrong = |_| AppError::Assets("procedures".into());
        let one_stop = Catalogue::parse(include_bytes!("../../assets/procedures/one_stop.json"));
        let (one_stop, joined) = (one_stop.map_err(wrong)?, more.join());
        let more = joined.map_err(|_| AppError::Assets("procedures".into()))?.map_err(wrong)?;
        let catalogue = one_stop.joined(more).map_err(wrong)?;
        let forms =
            Forms::parse_all(folders::EFORMS).map_err(|_| AppError::Assets("eforms".into()))?;
        let wrong = |_| AppError::Assets("books".into());
        let books = BookShelf::parse_all(folders::BOOKS).map_err(wrong)?;
        books.check_forms(&forms).map_err(wrong)?;
        let wrong = |_| AppError::Assets("acts".into());
        let acts = act::Definitions::parse_all(folders::ACTS, &forms).map_err(wrong)?;
        acts.check_within(&books, &catalogue).map_err(wrong)?;
        let wrong = |_| AppError::Assets("wordings".into());
        let wordings = act::Wordings::parse_all(folders::WORDINGS).map_err(wrong)?;
        wordings.check_within(&acts, &forms).map_err(wrong)?;
        Ok(Self {
            catalogue,
            acts,
            wordings,
            books,
            forms,
            services: Services::parse(include_bytes!("../../assets/procedures/essential.json"))
                .map_err(|_| AppError::Assets("essential".into()))?,
            agencies: Agencies::parse(include_bytes!("../../assets/procedures/agencies.json"))
                .map_err(|_| AppError::Assets("agencies".into()))?,
            exemptions: Exemptions::parse(include_bytes!(
                "../../assets/procedures/exemptions.json"
            ))
            .map_err(|_| AppError::Assets("exemptions".into()))?,
            lists: Lists::parse_all(folders::LISTS)
                .map_err(|_| AppError::Assets("lists".into()))?,
            calendar: WorkingCalendar::parse(include_bytes!("../../assets/calendar/vn.json"))
                .map_err(|_| AppError::Assets("calendar".into()))?,
            units: UnitList::parse(include_bytes!("../../assets/units/laocai.json"))
                .map_err(|_| AppError::Assets("units".into()))?,
            papers: FormSet::bundled()?,
            legal_basis: serde_json::from_str::<LegalBases>(include_str!(
                "../../assets/forms/legal_basis.json"
            ))
            .map_err(|_| AppError::Assets("legal_basis".into()))?
            .choices,
        })
    }
}

/// The bundled data while a thread of its own reads it: the login needs none of it and shall not wait, and
/// the first frame shall not share the processor with it.
pub enum Reading {
    /// Not begun.
    Waiting,
    /// Being read.
    Running(Option<JoinHandle<Result<Law, AppError>>>),
    /// Read.
    Done(Arc<Law>),
}

impl Reading {
    /// Begins to read, once.
    pub fn begin(&mut self) {
        if self.is_waiting() {
            *self = Self::Running(Some(std::thread::spawn(Law::load)));
        }
    }

    /// Whether it has not begun.
    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Waiting)
    }

    /// The data; waits until they are there.
    pub fn law(&mut self) -> Result<Arc<Law>, AppError> {
        self.begin();
        if let Self::Running(thread) = self {
            let read = thread.take().and_then(|thread| thread.join().ok());
            *self = Self::Done(Arc::new(read.ok_or(AppError::Assets("assets".into()))??));
        }
        match self {
            Self::Done(law) => Ok(law.clone()),
            Self::Waiting | Self::Running(_) => Err(AppError::Assets("assets".into())),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn bundled_data_is_whole() {
        let mut reading = Reading::Waiting;
        let law = reading.law().unwrap();
        reading.begin();
        assert!(Arc::ptr_eq(&law, &reading.law().unwrap()), "read once");
    }
}

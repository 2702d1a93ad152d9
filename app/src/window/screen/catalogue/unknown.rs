//! What the catalogue does not know, told once: by kind with how many, then line by line.

use jiff::civil::Date;
use office::{
    portal_code,
    unknown::{Gap, Unknown, gaps},
};
use widgets::{Element, Icon, Tone, banner, column, empty_state, pick, space, table::Column, text};

use super::{Message, detail};
use crate::{
    assets::Law,
    window::screen::grid::{Grid, Key},
};

/// The heads of the list.
pub const HEADS: [&str; 3] = ["Mã", "Tên", "Chưa biết"];

/// The list and the kind that is shown; fees hinder a clerk most and come first.
#[derive(Default)]
pub struct Gaps {
    all: Vec<Gap>,
    what: Option<Unknown>,
    /// What is shown, by places in the list.
    shown: Vec<usize>,
}

impl Gaps {
    /// Fills the list with what is not known on a day.
    pub fn fill(&mut self, law: &Law, portal: &portal_code::Table, day: Date, grid: &Grid) {
        self.all = gaps(&law.catalogue, &law.services, portal, day);
        let places: Vec<usize> =
            (0..self.all.len()).filter(|n| self.all[*n].what == self.what()).collect();
        let key = |n: &usize, column| Key::words(words(&self.all[*n], column));
        let order = grid.order(&places, key, |_| String::new());
        self.shown = order.into_iter().map(|n| places[n]).collect();
    }

    /// Another kind.
    pub fn choose(&mut self, what: Unknown) {
        self.what = Some(what);
    }

    fn what(&self) -> Unknown {
        self.what.unwrap_or(Unknown::Fee)
    }

    /// How much is not known at all.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// How many lines of the kind.
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    fn gap(&self, place: u64) -> Option<&Gap> {
        self.all.get(*self.shown.get(usize::try_from(place).ok()?)?)
    }

    /// What stands in the list.
    pub fn cell(&self, place: u64, column: usize) -> Option<String> {
        Some(words(self.gap(place)?, column).to_owned())
    }

    /// The kinds with how much each lacks.
    pub fn kinds(&self) -> Element<'_, Message> {
        let kinds = Unknown::ALL.map(|what| {
            let count = self.all.iter().filter(|gap| gap.what == what).count();
            (what, format!("{} ({count})", what.label()))
        });
        column([
            pick("Điều chưa biết", kinds, Some(&self.what()))
                .on_pick(Message::UnknownChosen)
                .into(),
            text::small(
                "Điều chưa biết được để mở, không tự điền. Bản cập nhật hoặc văn bản của tỉnh bổ sung được.",
            )
            .into(),
        ])
        .spacing(space::S)
        .into()
    }

    /// Draws what the chosen line is about.
    pub fn chosen<'a>(&'a self, place: u64, day: Date, law: &'a Law) -> Element<'a, Message> {
        let Some(gap) = self.gap(place) else {
            return text::small("Chưa chọn dòng nào.").into();
        };
        let service = || law.services.all().iter().find(|service| service.name == gap.name);
        let about = match law.catalogue.find(&gap.code, day) {
            Some(procedure) => Some(detail::procedure(procedure, day, law)),
            None => service().map(|service| detail::service(service, &law.services.header)),
        };
        let words = match gap.what {
            Unknown::FieldCode => format!(
                "{}: chưa tìm được mã của lĩnh vực trong nguồn công khai nào. Khi cơ quan nhập mã do tỉnh cấp, dòng này không còn.",
                gap.name
            ),
            _ => format!("{}: {}", gap.what.label(), gap.why),
        };
        column([banner(Tone::Caution, words).into()]).push(about).spacing(space::M).into()
    }
}

fn words(gap: &Gap, column: usize) -> &str {
    match column {
        0 => &gap.code,
        1 => &gap.name,
        _ => &gap.why,
    }
}

/// The columns of the list.
pub fn columns() -> Vec<Column<'static>> {
    let [code, name, why] = HEADS;
    vec![Column::fixed(code, 96.0), Column::share(name, 4), Column::share(why, 3)]
}

/// In place of an empty list.
pub fn nothing<'a>() -> Element<'a, Message> {
    empty_state(Icon::Check, "Không còn điều nào chưa biết ở mục này", "Hãy chọn mục khác.", None)
}

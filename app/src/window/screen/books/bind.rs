//! What of a book is printed to be bound: its month or its year is chosen, then it is printed or saved.

use jiff::{ToSpan, civil::Date};
use office::book::{Binding, BookId};
use widgets::{Dialog, column, pick, primary, secondary, text};

use super::Message;
use crate::window::{layout, screen::outlet::Out};

/// The choice of the period.
const PERIOD: &str = "books-binding";
const WIDTH: f32 = 600.0;
/// How far back is offered.
const MONTHS: i64 = 13;
const YEARS: i64 = 5;

/// The choice under way.
pub struct Bind {
    /// Of which book.
    pub book: BookId,
    /// What is chosen.
    pub chosen: Binding,
    label: String,
    choices: Vec<(Binding, String)>,
}

impl Bind {
    /// This month of a book is chosen first.
    pub fn new(book: BookId, label: &str, today: Date) -> Self {
        let months = (0..MONTHS).map(|back| {
            let binding = Binding::month_of(today.first_of_month().saturating_sub(back.months()));
            (binding, format!("Đóng tập {binding}"))
        });
        let years = (0..YEARS).map(|back| {
            let binding = Binding::year_of(today.first_of_year().saturating_sub(back.years()));
            (binding, format!("Gộp cả {binding}, mọi quyển"))
        });
        let choices = months.chain(years).collect();
        Self { book, chosen: Binding::month_of(today), label: label.to_owned(), choices }
    }

    /// As a dialog.
    pub fn dialog(&self) -> Dialog<'_, Message> {
        let choices = self.choices.iter().map(|(binding, words)| (*binding, words.as_str()));
        let period = pick("Kỳ", choices, Some(&self.chosen)).id(PERIOD);
        let words = "Sổ điện tử được in, đóng tập hằng tháng có giáp lai; ngày 31/12 các quyển trong năm được gộp thành một sổ của mỗi loại. In một mặt trên khổ A4 ngang.";
        let content = column([
            text::strong(self.label.as_str()).into(),
            period.on_pick(Message::PeriodChosen).into(),
            text::body(words).into(),
        ]);
        Dialog::new("In sổ để đóng tập", content)
            .action(layout::cancel(Message::Forgone))
            .action(secondary("PDF").key("F8").on_press(Message::Taken(Out::Pdf)))
            .action(primary("In").key("F9").on_press(Message::Taken(Out::Print)))
            .width(WIDTH)
            .on_close(Message::Forgone)
    }
}

//! Lines that a receipt has besides the one that is being written: copies of several papers, a phí beside
//! a lệ phí. Each was written as the first one is, with all that the tariff knows.

use office::{money::Dong, payment::FeeLine, tariff::receipt::MOST_LINES};
use widgets::{Element, column, quiet, row, space, text};

use super::Message;

/// The lines, in order.
#[derive(Default)]
pub struct Lines(Vec<FeeLine>);

impl Lines {
    /// Whether there is no line yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the line that is being written is the last that fits.
    pub fn full(&self) -> bool {
        self.0.len() + 1 >= MOST_LINES
    }

    /// One more.
    pub fn add(&mut self, line: FeeLine) {
        self.0.push(line);
    }

    /// One less.
    pub fn remove(&mut self, place: usize) {
        if place < self.0.len() {
            self.0.remove(place);
        }
    }

    /// All of them.
    pub fn all(&self) -> &[FeeLine] {
        &self.0
    }

    /// Draws them with the sum of the receipt.
    pub fn view(&self, total: Dong) -> Element<'_, Message> {
        let lines = self.0.iter().enumerate().map(|(place, line)| {
            let words = format!("{}. {} ({})", place + 1, line.label, line.kind.label());
            row([
                text::body(words).width(iced::Length::Fill).into(),
                text::body(line.amount.to_string()).into(),
                quiet("Bỏ").on_press(Message::LineRemoved(place)).into(),
            ])
            .into()
        });
        let sum = row([
            text::strong(format!("Dòng {} ghi dưới đây. Tổng cộng", self.0.len() + 1))
                .width(iced::Length::Fill)
                .into(),
            text::strong(total.to_string()).into(),
        ]);
        column(lines).push(sum).spacing(space::XS).into()
    }
}

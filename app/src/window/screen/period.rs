//! The days a book or a report is about: a day, week, month, quarter, year, or days that are typed.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use widgets::{DateInput, Element, date::Century, date_field, pick, quiet, row, space, text};

/// Width of the choice of lengths.
const LENGTH_WIDTH: f32 = 132.0;
/// Width of a typed day.
const DAY_WIDTH: f32 = 140.0;

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// One day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// Three calendar months.
    Quarter,
    /// A calendar year.
    Year,
    /// Two days that are typed.
    Typed,
}

impl Length {
    const ALL: [(Length, &'static str); 6] = [
        (Length::Day, "Ngày"),
        (Length::Week, "Tuần"),
        (Length::Month, "Tháng"),
        (Length::Quarter, "Quý"),
        (Length::Year, "Năm"),
        (Length::Typed, "Từ ngày…"),
    ];

    /// The period of this length that holds `day`.
    fn around(self, day: Date) -> (Date, Date) {
        match self {
            Length::Day | Length::Typed => (day, day),
            Length::Week => {
                let back = i64::from(day.weekday().to_monday_zero_offset());
                let monday = day.saturating_sub(back.days());
                (monday, monday.saturating_add(6.days()))
            }
            Length::Month => (day.first_of_month(), day.last_of_month()),
            Length::Quarter => {
                let first = date(day.year(), (day.month() - 1) / 3 * 3 + 1, 1);
                (first, first.saturating_add(2.months()).last_of_month())
            }
            Length::Year => (day.first_of_year(), day.last_of_year()),
        }
    }
}

/// The choice.
#[derive(Clone, Debug)]
pub struct State {
    length: Length,
    day: Date,
    from: DateInput,
    to: DateInput,
}

/// What happened to it.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another length.
    LengthChosen(Length),
    /// The one before.
    Earlier,
    /// The one after.
    Later,
    /// The first day.
    FromTyped(DateInput),
    /// The last day.
    ToTyped(DateInput),
}

impl State {
    /// The period of `length` around a day.
    pub fn new(length: Length, day: Date) -> Self {
        let field = |day| DateInput::new(Some(day), Century::This);
        Self { length, day, from: field(day), to: field(day) }
    }

    /// First and last day; `None` while what is typed is no period.
    pub fn days(&self) -> Option<(Date, Date)> {
        match self.length {
            Length::Typed => {
                let (from, to) = (self.from.date()?, self.to.date()?);
                (from <= to).then_some((from, to))
            }
            length => Some(length.around(self.day)),
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) {
        match message {
            Message::LengthChosen(Length::Typed) => {
                if let Some((from, to)) = self.days() {
                    self.from = DateInput::new(Some(from), Century::This);
                    self.to = DateInput::new(Some(to), Century::This);
                }
                self.length = Length::Typed;
            }
            Message::LengthChosen(length) => self.length = length,
            Message::Earlier => {
                if let Some((from, _)) = self.days() {
                    self.day = from.saturating_sub(1.day());
                }
            }
            Message::Later => {
                if let Some((_, to)) = self.days() {
                    self.day = to.saturating_add(1.day());
                }
            }
            Message::FromTyped(input) => self.from = input,
            Message::ToTyped(input) => self.to = input,
        }
    }

    /// The way to the period before, in words; none where days are typed.
    pub fn earlier(&self) -> Option<&'static str> {
        match self.length {
            Length::Day => Some("Ngày trước"),
            Length::Week => Some("Tuần trước"),
            Length::Month => Some("Tháng trước"),
            Length::Quarter => Some("Quý trước"),
            Length::Year => Some("Năm trước"),
            Length::Typed => None,
        }
    }

    /// The period in words: `Tháng 11/2026`, `Từ 01/11/2026 đến 20/11/2026`.
    pub fn words(&self) -> String {
        let Some((from, to)) = self.days() else { return "Chưa chọn kỳ".into() };
        let day = |day: Date| day.strftime("%d/%m/%Y").to_string();
        match self.length {
            Length::Day => format!("Ngày {}", day(from)),
            Length::Month => format!("Tháng {}", from.strftime("%m/%Y")),
            Length::Quarter => format!("Quý {}/{}", (from.month() + 2) / 3, from.year()),
            Length::Year => format!("Năm {}", from.year()),
            Length::Week | Length::Typed => format!("Từ {} đến {}", day(from), day(to)),
        }
    }

    /// Draws the choice.
    pub fn view(&self) -> Element<'_, Message> {
        let lengths = pick("", Length::ALL, Some(&self.length))
            .width(LENGTH_WIDTH)
            .on_pick(Message::LengthChosen);
        let choice = row([lengths.into()]).spacing(space::S);
        if self.length == Length::Typed {
            let wrong = self.from.date().zip(self.to.date()).is_some_and(|(from, to)| from > to);
            let field = |label, input, message: fn(DateInput) -> Message| {
                date_field(label, input).width(DAY_WIDTH).on_change(message)
            };
            return choice
                .push(field("Từ ngày", &self.from, Message::FromTyped))
                .push(
                    field("Đến ngày", &self.to, Message::ToTyped)
                        .error(wrong.then_some("Trước ngày đầu")),
                )
                .align_y(iced::Alignment::End)
                .into();
        }
        choice
            .push(quiet("‹").on_press(Message::Earlier))
            .push(text::strong(self.words()))
            .push(quiet("›").on_press(Message::Later))
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_holds_its_day_and_follows_on() {
        let day = date(2026, 11, 28);
        for (length, from, to, words) in [
            (Length::Day, day, day, "Ngày 28/11/2026"),
            (Length::Week, date(2026, 11, 23), date(2026, 11, 29), "Từ 23/11/2026 đến 29/11/2026"),
            (Length::Month, date(2026, 11, 1), date(2026, 11, 30), "Tháng 11/2026"),
            (Length::Quarter, date(2026, 10, 1), date(2026, 12, 31), "Quý 4/2026"),
            (Length::Year, date(2026, 1, 1), date(2026, 12, 31), "Năm 2026"),
        ] {
            let mut state = State::new(length, day);
            assert_eq!(state.days(), Some((from, to)));
            assert_eq!(state.words(), words);
            state.update(Message::Later);
            assert_eq!(state.days().map(|(from, _)| from), to.tomorrow().ok());
            state.update(Message::Earlier);
            assert_eq!(state.days(), Some((from, to)));
        }
    }

    #[test]
    fn typed_days_begin_with_the_period_before_and_must_be_in_order() {
        let mut state = State::new(Length::Month, date(2026, 11, 28));
        state.update(Message::LengthChosen(Length::Typed));
        assert_eq!(state.days(), Some((date(2026, 11, 1), date(2026, 11, 30))));
        let early = DateInput::new(Some(date(2026, 10, 1)), Century::This);
        state.update(Message::ToTyped(early));
        assert_eq!(state.days(), None);
    }
}

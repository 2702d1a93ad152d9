//! Where something stands: a bar with its number, a dot with its words, the steps of a wizard.

use iced::widget::text::IntoFragment;
use iced::widget::{Column, Row, Space, container, progress_bar};
use iced::{Alignment, Border, Length, Theme};

use crate::flow::spring;
use crate::theme::{Tokens, Tone, size, space};
use crate::{Element, Icon, font, text};

/// How far a long piece of work is, as a bar and as numbers.
pub fn progress<'a, Message: 'a>(
    words: impl IntoFragment<'a>,
    done: u64,
    total: u64,
) -> Element<'a, Message> {
    let share = if total == 0 { 0.0 } else { (done as f64 / total as f64) as f32 };
    let bar = progress_bar(0.0..=1.0, share).girth(space::S).style(|theme: &Theme| {
        let tokens = Tokens::of(theme);
        progress_bar::Style {
            background: tokens.line.into(),
            bar: tokens.accent.into(),
            border: iced::border::rounded(space::XS),
        }
    });
    Column::new()
        .push(Row::new().push(text::body(words)).push(spring()).push(text::number(format!(
            "{} / {}",
            dotted(done),
            dotted(total)
        ))))
        .push(bar)
        .spacing(space::XS)
        .into()
}

/// `3.690.000`: thousands parted by dots.
pub fn dotted(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

/// A dot in the colour of its meaning with words, for bars at the edge of a window.
pub fn status<'a, Message: 'a>(words: impl IntoFragment<'a>, tone: Tone) -> Element<'a, Message> {
    let dot =
        container(Space::new()).width(space::S).height(space::S).style(move |theme: &Theme| {
            container::Style {
                background: Some(Tokens::of(theme).tone(tone).ink.into()),
                border: iced::border::rounded(space::XS),
                ..container::Style::default()
            }
        });
    Row::new()
        .push(dot)
        .push(text::small(words))
        .spacing(space::S)
        .align_y(Alignment::Center)
        .into()
}

/// The steps of a wizard; `current` is the open one, those before it are done.
pub fn stepper<'a, Message: 'a>(
    steps: impl IntoIterator<Item = impl IntoFragment<'a>>,
    current: usize,
) -> Element<'a, Message> {
    let mut row = Row::new().spacing(space::S).align_y(Alignment::Center);
    for (n, words) in steps.into_iter().enumerate() {
        if n > 0 {
            row = row.push(container(crate::flow::divider()).width(space::XL));
        }
        let words = if n == current {
            text::strong(words)
        } else {
            text::body(words).style(move |theme: &Theme| iced::widget::text::Style {
                color: Some(Tokens::of(theme).muted),
            })
        };
        row = row.push(step_mark(n, current)).push(words);
    }
    row.wrap().into()
}

fn step_mark<'a, Message: 'a>(n: usize, current: usize) -> Element<'a, Message> {
    let mark: Element<'a, Message> = if n < current {
        crate::icon::small(Icon::Check)
    } else {
        iced::widget::text(n + 1).font(font::SEMIBOLD).size(size::SMALL).into()
    };
    container(mark)
        .center(Length::Fixed(2.0 * space::M))
        .style(move |theme: &Theme| {
            let tokens = Tokens::of(theme);
            let (ground, ink, border) = match n.cmp(&current) {
                std::cmp::Ordering::Less => (tokens.accent_soft, tokens.accent, tokens.accent),
                std::cmp::Ordering::Equal => (tokens.accent, tokens.on_accent, tokens.accent),
                std::cmp::Ordering::Greater => (tokens.surface, tokens.muted, tokens.border),
            };
            container::Style {
                text_color: Some(ink),
                background: Some(ground.into()),
                border: Border { color: border, width: 1.0, radius: space::M.into() },
                ..container::Style::default()
            }
        })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_parted_by_dots() {
        for (number, words) in
            [(0, "0"), (999, "999"), (20_480, "20.480"), (3_690_000, "3.690.000")]
        {
            assert_eq!(dotted(number), words);
        }
    }
}

//! Bars for comparing counts: a name, a bar of parts in the colours of their meaning, and the number.
//!
//! The parts are told in a legend with words, so that nobody depends on colour. Bars share one scale:
//! the longest fills its room.

use iced::widget::{Column, Row, Space, container, text::Wrapping};
use iced::{Alignment, Border, Length, Theme};

use crate::theme::{Tokens, Tone, measure, space};
use crate::{Element, text};

/// Thickness of a bar, in px.
const THICK: f32 = 14.0;
/// Side of a square in the legend, in px.
const SAMPLE: f32 = 10.0;
/// Room of a bar's name, in px.
const NAME: f32 = 220.0;
/// Letters of a name that fit into its room.
const LETTERS: usize = 28;
/// Room of a bar's number, in px.
const NUMBER: f32 = 56.0;

/// A bar: its name and how much of each part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What is counted.
    pub name: String,
    /// The parts, in the legend's order.
    pub parts: Vec<u64>,
}

impl Bar {
    fn total(&self) -> u64 {
        self.parts.iter().sum()
    }
}

/// Bars one under the other with the legend of their parts above.
pub fn bars<'a, Message: 'a>(
    legend: impl IntoIterator<Item = (&'a str, Tone)>,
    bars: impl IntoIterator<Item = Bar>,
) -> Element<'a, Message> {
    let legend: Vec<(&str, Tone)> = legend.into_iter().collect();
    let bars: Vec<Bar> = bars.into_iter().collect();
    let longest = bars.iter().map(Bar::total).max().unwrap_or(0);
    let tones: Vec<Tone> = legend.iter().map(|(_, tone)| *tone).collect();
    let samples = legend.into_iter().map(|(words, tone)| {
        Row::new()
            .push(block(tone, Length::Fixed(SAMPLE), SAMPLE))
            .push(text::small(words))
            .spacing(space::XS)
            .align_y(Alignment::Center)
            .into()
    });
    Column::new()
        .push(Row::with_children(samples).spacing(space::M).wrap())
        .extend(bars.into_iter().map(|bar| draw(bar, &tones, longest)))
        .spacing(space::S)
        .into()
}

fn draw<'a, Message: 'a>(bar: Bar, tones: &[Tone], longest: u64) -> Element<'a, Message> {
    let total = bar.total();
    let parts = bar.parts.iter().zip(tones).filter_map(|(count, tone)| {
        let share = portion(*count, longest);
        (share > 0).then(|| block(*tone, Length::FillPortion(share), THICK))
    });
    let mut line = Row::with_children(parts).width(Length::Fill);
    let rest = portion(longest.saturating_sub(total), longest);
    if rest > 0 || total == 0 {
        line = line.push(Space::new().width(Length::FillPortion(rest.max(1))));
    }
    Row::new()
        .push(
            container(text::body(shortened(bar.name)).wrapping(Wrapping::None))
                .width(NAME)
                .clip(true),
        )
        .push(line)
        .push(container(text::number(total.to_string())).width(NUMBER).align_right(NUMBER))
        .spacing(space::S)
        .align_y(Alignment::Center)
        .into()
}

/// A name that would not fit is cut where it shows.
fn shortened(name: String) -> String {
    let end = name.char_indices().nth(LETTERS).map(|(end, _)| end);
    match end.and_then(|end| name.get(..end)) {
        Some(start) => format!("{}…", start.trim_end()),
        None => name,
    }
}

/// A share of the longest bar in thousandths; what is there is never nothing.
fn portion(count: u64, longest: u64) -> u16 {
    if count == 0 || longest == 0 {
        return 0;
    }
    let share = u128::from(count) * 1000 / u128::from(longest);
    u16::try_from(share).unwrap_or(1000).max(1)
}

fn block<'a, Message: 'a>(tone: Tone, width: Length, height: f32) -> Element<'a, Message> {
    container(Space::new().width(width).height(height))
        .width(width)
        .height(height)
        .style(move |theme: &Theme| {
            let tokens = Tokens::of(theme);
            container::Style {
                background: Some(tokens.tone(tone).ink.into()),
                border: Border { radius: (measure::RADIUS / 3.0).into(), ..Border::default() },
                ..container::Style::default()
            }
        })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_can_be_seen_and_nothing_passes_the_longest() {
        for (count, longest, share) in [
            (0, 0, 0),
            (0, 9, 0),
            (9, 9, 1000),
            (1, 1_000_000, 1),
            (1, 2, 500),
            (u64::MAX, u64::MAX, 1000),
        ] {
            assert_eq!(portion(count, longest), share, "{count} of {longest}");
        }
    }
}

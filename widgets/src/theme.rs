//! The tokens of the look: colours of day and night, the 4-px grid, text sizes and radii.
//!
//! One accent (a deep teal) leads the eye; red is kept for danger alone. Widgets read the
//! tokens of the theme they are drawn with, so one theme change repaints everything.

use iced::theme::Palette;
use iced::{Color, Theme, color};

/// Distances on the 4-px grid.
pub mod space {
    /// 4 px: between an icon and its word.
    pub const XS: f32 = 4.0;
    /// 8 px: between parts of one control.
    pub const S: f32 = 8.0;
    /// 12 px: between controls of one group.
    pub const M: f32 = 12.0;
    /// 20 px: between groups; the inside of cards.
    pub const L: f32 = 20.0;
    /// 32 px: the margins of a page.
    pub const XL: f32 = 32.0;
}

/// Text sizes in px.
pub mod size {
    /// Hints, table heads, key caps.
    pub const SMALL: f32 = 12.0;
    /// Everything that is read.
    pub const BODY: f32 = 14.0;
    /// Heads of cards and sections.
    pub const HEADING: f32 = 16.0;
    /// The title of a screen.
    pub const TITLE: f32 = 22.0;
    /// A number or name to be seen from across the counter.
    pub const DISPLAY: f32 = 32.0;
    /// What is read from some metres away.
    pub const LARGE: f32 = 44.0;
    /// A number to be seen from across a hall.
    pub const HUGE: f32 = 176.0;
}

/// Measures of controls in px.
pub mod measure {
    /// Height of buttons, fields and picks.
    pub const CONTROL: f32 = 36.0;
    /// Height of one row of a list or table.
    pub const ROW: f32 = 32.0;
    /// Corner of controls.
    pub const RADIUS: f32 = 6.0;
    /// Corner of cards and dialogs.
    pub const RADIUS_CARD: f32 = 10.0;
    /// Thickness of the focus ring.
    pub const RING: f32 = 2.0;
    /// Edge of an icon beside text.
    pub const ICON: f32 = 18.0;
}

/// What a piece of information means to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing to judge.
    #[default]
    Plain,
    /// Worth knowing.
    Info,
    /// As it should be.
    Good,
    /// Look before going on.
    Caution,
    /// Wrong or dangerous.
    Bad,
}

impl Tone {
    /// All tones, from neutral to bad.
    pub const ALL: [Self; 5] = [Self::Plain, Self::Info, Self::Good, Self::Caution, Self::Bad];
}

/// A text colour and the quiet ground it is readable on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ink {
    /// Text and icons.
    pub ink: Color,
    /// The ground behind them.
    pub soft: Color,
}

/// The colours of one mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tokens {
    /// The window.
    pub background: Color,
    /// Cards, fields and tables.
    pub surface: Color,
    /// Table heads, disabled controls, bars.
    pub sunken: Color,
    /// Quiet separating lines.
    pub line: Color,
    /// Borders of controls.
    pub border: Color,
    /// Text.
    pub text: Color,
    /// Hints and second lines.
    pub muted: Color,
    /// Text of disabled controls.
    pub faint: Color,
    /// The one accent: main action, focus, selection.
    pub accent: Color,
    /// The accent under the pointer.
    pub accent_strong: Color,
    /// Ground of a selected row.
    pub accent_soft: Color,
    /// Text on the accent.
    pub on_accent: Color,
    /// A dangerous action.
    pub bad_fill: Color,
    /// A dangerous action under the pointer.
    pub bad_strong: Color,
    /// Text on a dangerous action.
    pub on_bad: Color,
    /// The veil over a screen behind a dialog.
    pub veil: Color,
    /// Without judgement.
    pub plain: Ink,
    /// Worth knowing.
    pub info: Ink,
    /// As it should be.
    pub good: Ink,
    /// Look before going on.
    pub caution: Ink,
    /// Wrong or dangerous.
    pub bad: Ink,
}

const fn ink(ink: Color, soft: Color) -> Ink {
    Ink { ink, soft }
}

const LIGHT: Tokens = Tokens {
    background: color!(0xf3f5f7),
    surface: color!(0xffffff),
    sunken: color!(0xe9eef1),
    line: color!(0xd3dbe1),
    border: color!(0x7c8b97),
    text: color!(0x15212b),
    muted: color!(0x4a5a67),
    faint: color!(0x7a8792),
    accent: color!(0x0b5d75),
    accent_strong: color!(0x084659),
    accent_soft: color!(0xdbecf2),
    on_accent: color!(0xffffff),
    bad_fill: color!(0xb0131a),
    bad_strong: color!(0x8a0f15),
    on_bad: color!(0xffffff),
    veil: Color { r: 0.05, g: 0.09, b: 0.12, a: 0.45 },
    plain: ink(color!(0x41505c), color!(0xe4eaee)),
    info: ink(color!(0x174f9a), color!(0xe0ebfa)),
    good: ink(color!(0x12602f), color!(0xdcf2e4)),
    caution: ink(color!(0x704a00), color!(0xfdeec9)),
    bad: ink(color!(0xb0131a), color!(0xfbe3e3)),
};

const DARK: Tokens = Tokens {
    background: color!(0x11171c),
    surface: color!(0x1a2228),
    sunken: color!(0x242e36),
    line: color!(0x35424c),
    border: color!(0x74858f),
    text: color!(0xe7edf1),
    muted: color!(0xabb8c2),
    faint: color!(0x7d8b96),
    accent: color!(0x62c6de),
    accent_strong: color!(0x8bd9eb),
    accent_soft: color!(0x163c48),
    on_accent: color!(0x04222b),
    bad_fill: color!(0xc4343a),
    bad_strong: color!(0xa8262c),
    on_bad: color!(0xffffff),
    veil: Color { r: 0.0, g: 0.0, b: 0.0, a: 0.6 },
    plain: ink(color!(0xc3ced6), color!(0x2b363f)),
    info: ink(color!(0x9cc4fb), color!(0x1b314f)),
    good: ink(color!(0x86daa6), color!(0x15372a)),
    caution: ink(color!(0xf2c871), color!(0x41330f)),
    bad: ink(color!(0xff9590), color!(0x491d1f)),
};

impl Tokens {
    /// The tokens that belong to the theme a widget is drawn with.
    pub fn of(theme: &Theme) -> &'static Self {
        if theme.extended_palette().is_dark { &DARK } else { &LIGHT }
    }

    /// The ink and ground of a tone.
    pub fn tone(&self, tone: Tone) -> Ink {
        match tone {
            Tone::Plain => self.plain,
            Tone::Info => self.info,
            Tone::Good => self.good,
            Tone::Caution => self.caution,
            Tone::Bad => self.bad,
        }
    }
}

/// Day or night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Dark text on light ground.
    #[default]
    Light,
    /// Light text on dark ground.
    Dark,
}

impl Mode {
    /// The colours of the mode.
    pub fn tokens(self) -> &'static Tokens {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
        }
    }

    /// The iced theme of the mode, for `application(..).theme(..)`.
    pub fn theme(self) -> Theme {
        let tokens = self.tokens();
        let name = match self {
            Self::Light => "Light",
            Self::Dark => "Dark",
        };
        Theme::custom(
            name,
            Palette {
                background: tokens.background,
                text: tokens.text,
                primary: tokens.accent,
                success: tokens.good.ink,
                warning: tokens.caution.ink,
                danger: tokens.bad.ink,
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast by WCAG 2.1, 1.4.3.
    fn contrast(a: Color, b: Color) -> f32 {
        let luminance = |c: Color| {
            let [r, g, b, _] = c.into_linear();
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_is_readable_on_every_ground_it_is_put_on() {
        for (mode, t) in [("light", &LIGHT), ("dark", &DARK)] {
            let mut pairs = vec![
                ("on accent", t.on_accent, t.accent),
                ("on accent, pointed at", t.on_accent, t.accent_strong),
                ("on danger", t.on_bad, t.bad_fill),
                ("on danger, pointed at", t.on_bad, t.bad_strong),
                ("selected", t.text, t.accent_soft),
                ("selected hint", t.muted, t.accent_soft),
            ];
            for ground in [t.background, t.surface, t.sunken] {
                pairs.push(("text", t.text, ground));
                pairs.push(("muted", t.muted, ground));
                pairs.push(("accent", t.accent, ground));
            }
            for tone in Tone::ALL {
                let Ink { ink, soft } = t.tone(tone);
                pairs.push(("tone", ink, soft));
                pairs.push(("tone on surface", ink, t.surface));
                pairs.push(("tone on background", ink, t.background));
            }
            for (name, ink, ground) in pairs {
                let ratio = contrast(ink, ground);
                assert!(ratio >= 4.5, "{mode}: {name} {ink:?}: {ratio:.2}");
            }
            // 1.4.11: what shows where a control is needs 3:1.
            for edge in [t.border, t.accent] {
                assert!(contrast(edge, t.surface) >= 3.0, "{mode}: {edge:?}");
            }
        }
    }

    #[test]
    fn a_theme_finds_its_own_tokens() {
        for mode in [Mode::Light, Mode::Dark] {
            assert_eq!(Tokens::of(&mode.theme()), mode.tokens());
        }
    }
}

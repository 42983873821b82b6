//! How a chat looks to customers: on its page, and in the corner of another site.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::db::words;
use crate::models::seen::over;

/// The longest welcome title and button label, in characters.
pub const TITLE_MAX: usize = 60;
pub const LABEL_MAX: usize = 30;

/// The colour of a chat. Each is dark enough for white words; the style sheet has
/// one for dark rooms, for dark words.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Deserialize,
    Serialize,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Accent {
    #[default]
    Ink,
    Teal,
    Blue,
    Purple,
    Red,
    Orange,
    Green,
}

words!(Accent, Side);

impl Accent {
    /// The colour's name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ink => "Black",
            Self::Teal => "Teal",
            Self::Blue => "Blue",
            Self::Purple => "Purple",
            Self::Red => "Red",
            Self::Orange => "Orange",
            Self::Green => "Green",
        }
    }

    /// The colour itself, for the button on sites that have no style sheet of ours.
    pub const fn hex(self) -> &'static str {
        match self {
            Self::Ink => "#21282c",
            Self::Teal => "#0f766e",
            Self::Blue => "#1d4ed8",
            Self::Purple => "#6d28d9",
            Self::Red => "#b91c1c",
            Self::Orange => "#b45309",
            Self::Green => "#15803d",
        }
    }
}

/// In which corner of a site the button stands.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Deserialize,
    Serialize,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Side {
    #[default]
    Right,
    Left,
}

impl Side {
    /// The side's name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Right => "Lower right",
            Self::Left => "Lower left",
        }
    }
}

/// How a chat looks; its texts are checked by `models::text`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, Deserialize, Serialize)]
pub struct Look {
    pub accent: Accent,
    pub side: Side,
    /// Above the form; empty: the workspace's name.
    pub title: String,
    /// Beside the button's picture; empty: the picture alone.
    pub label: String,
}

impl Look {
    pub(super) fn over(&self, seen: &Self, now: &Self) -> Self {
        Self {
            accent: over(&self.accent, &seen.accent, &now.accent),
            side: over(&self.side, &seen.side, &now.side),
            title: over(&self.title, &seen.title, &now.title),
            label: over(&self.label, &seen.label, &now.label),
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    /// The luminance of a colour, as WCAG reckons it.
    fn luminance(hex: &str) -> f64 {
        let part = |at: usize| {
            let byte = u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour");
            let share = f64::from(byte) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    #[test]
    fn white_words_can_be_read_on_every_accent() {
        for accent in Accent::iter() {
            let contrast = 1.05 / (luminance(accent.hex()) + 0.05);
            assert!(contrast >= 4.5, "{}: {contrast:.2}", accent.name());
        }
    }
}

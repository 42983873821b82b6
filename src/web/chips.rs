//! Labels as pages show them: the model's colours in the design's tints.

use crate::models::label::{Colour, Label};
use crate::web::view::Chip;

/// A label's chip.
pub fn chip(label: &Label) -> Chip {
    named(&label.name, label.colour)
}

/// A chip of a colour with any words.
pub fn named(name: &str, colour: Colour) -> Chip {
    Chip { name: name.to_owned(), class: class(colour) }
}

/// What a colour adds to the class of a chip.
pub const fn class(colour: Colour) -> &'static str {
    match colour {
        Colour::Grey => "",
        Colour::Red => " is-tint-1",
        Colour::Yellow => " is-tint-2",
        Colour::Green => " is-tint-3",
        Colour::Blue => " is-tint-4",
        Colour::Purple => " is-tint-5",
    }
}

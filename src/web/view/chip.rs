//! A label's mark.

/// A label as it stands in lists and panels: always its name, on a tint.
#[derive(Clone, Debug)]
pub struct Chip {
    pub name: String,
    /// Empty, or ` is-tint-N`.
    pub class: &'static str,
}

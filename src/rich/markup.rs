//! HTML that templates write as it stands: its type tells it from text.

use std::fmt::{Display, Formatter, Result, Write};

use askama::filters::Safe;
use askama::{FastWritable, Template, Values};

/// HTML that holds nothing but what was meant: `{{ html }}` in a template. What askama
/// leaves alone under any escaper is its own [`Safe`]; one of these can be made here only.
pub type Markup = Safe<Trusted>;

/// What a [`Markup`] holds.
#[derive(PartialEq, Eq)]
pub struct Trusted(String);

/// HTML as markup. Whoever calls this answers for every letter of it.
pub fn trusted(html: String) -> Markup {
    Safe(Trusted(html))
}

/// A part of a page that has a template of its own, which escapes what is in it.
pub fn part<T: Template>(template: &T) -> Safe<&T> {
    Safe(template)
}

impl Trusted {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Display for Trusted {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.0)
    }
}

impl FastWritable for Trusted {
    fn write_into(&self, f: &mut dyn Write, _: &dyn Values) -> askama::Result<()> {
        Ok(f.write_str(&self.0)?)
    }
}

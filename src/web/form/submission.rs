//! The word by which a form, or the page it is on, is known.

use serde::Deserialize;

/// The random id that a form was made with.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Submission(pub String);

impl TryFrom<String> for Submission {
    type Error = &'static str;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        if (16..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(id))
        } else {
            Err("not a submission id")
        }
    }
}

//! The word by which a form, or the page it is on, is known.

use serde::Deserialize;

use crate::models::repeated::FormKey;
use crate::web::viewer::Viewer;

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

impl Submission {
    /// A viewer's form as it is known again; `said` is what it says, without its secrets.
    pub fn of(this: Option<&Self>, viewer: &Viewer, said: String) -> Option<FormKey> {
        let submission = this?.0.clone();
        Some(FormKey { caller: viewer.caller(), submission, said })
    }
}

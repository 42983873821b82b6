//! What contacts get in the place of a choice that goes, and a form whose field somebody
//! else has changed.

use super::page::Gone;
use super::{FieldForm, INSTEAD, NOTHING, Problems, contacts};
use crate::models::contact_field::renaming::replaced;
use crate::models::contact_field::{Shown, value};
use crate::models::seen;
use crate::web::view::Choice;

/// What is asked of choices that so many contacts have and that would go. Where a new line
/// stands in the place of one, it is taken for its new name; where there is no new line, for
/// a choice that is removed. Everything else is to be chosen, and what was chosen stays.
pub fn asked(form: &FieldForm, in_use: Vec<(String, i64)>) -> Vec<Gone> {
    let old = seen::read::<Shown>(&form.seen).unwrap_or_default().choices;
    let new = value::choices(&form.choices).unwrap_or_default();
    let (replaced, has_new) = (replaced(&old, &new), !replaced(&new, &old).is_empty());
    let gone = |(choice, count): (String, i64)| {
        let in_place = replaced.iter().find(|(old, _)| *old == choice).and_then(|(_, new)| *new);
        let mut all = vec![
            Choice::new("", "Choose", false),
            Choice::new(NOTHING, "Nothing: remove it from them", false),
        ];
        all.extend(new.iter().map(|name| Choice::new(format!("{INSTEAD}{name}"), name, false)));
        let chosen = form.gone.iter().position(|gone| *gone == choice);
        let chosen = chosen.and_then(|at| form.instead.get(at)).cloned();
        let chosen = chosen.filter(|value| all.iter().any(|one| one.value == *value));
        let chosen = chosen.unwrap_or_else(|| match in_place {
            Some(name) => format!("{INSTEAD}{name}"),
            None if has_new => String::new(),
            None => NOTHING.to_owned(),
        });
        for one in &mut all {
            one.is_selected = one.value == chosen;
        }
        Gone { choice, contacts: contacts(count), instead: all }
    };
    in_use.into_iter().map(gone).collect()
}

impl FieldForm {
    /// Puts what was typed on top of what the field is `now`, with a word beside what somebody
    /// else changed too: it is replaced by whoever saves again.
    pub(super) fn put_over(&mut self, now: &Shown, problems: &mut Problems) {
        let before = seen::read::<Shown>(&self.seen).unwrap_or_default();
        let became = |now: &str| {
            format!("Somebody changed this to “{now}” meanwhile. Save again to replace that.")
        };
        if self.name.trim() == before.name {
            self.name.clone_from(&now.name);
        } else if now.name != before.name {
            problems.name = Some(became(&now.name));
        }
        if value::choices(&self.choices).is_ok_and(|typed| typed == before.choices) {
            self.choices = now.choices.join("\n");
        } else if now.choices != before.choices {
            problems.choices = Some(became(&now.choices.join(", ")));
        }
        self.seen = seen::json(now);
    }
}

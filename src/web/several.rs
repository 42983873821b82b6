//! What was done to several conversations, and why some were left as they are, in
//! one line.

use std::collections::BTreeMap;

use crate::models::obstacle::Obstacle;

/// `12 resolved. 2 not: Mia Chen claimed one meanwhile; one is not yours.`
pub fn sentence(done: usize, verb: &str, obstacles: &[Obstacle]) -> String {
    let begin = match done {
        0 => format!("None {verb}."),
        done => format!("{done} {verb}."),
    };
    match obstacles.len() {
        0 => begin,
        count => format!("{begin} {count} not: {}.", reasons(obstacles)),
    }
}

/// Why nothing was done at all: `Mia Chen claimed it meanwhile. Nothing was changed.`
pub fn nothing_else(obstacles: &[Obstacle]) -> String {
    let reasons = match obstacles {
        [one] => words(one, "it", false),
        more => reasons(more),
    };
    let mut chars = reasons.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}. Nothing was changed.", chars.as_str())
}

/// Ends the line where the database failed before all had their turn: the rest of it.
pub fn untried(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " One was not tried, since the database failed.".to_owned(),
        many => format!(" {many} were not tried, since the database failed."),
    }
}

/// The reasons with how many each is for, the same ones together.
fn reasons(obstacles: &[Obstacle]) -> String {
    let mut counts: BTreeMap<&Obstacle, usize> = BTreeMap::new();
    for obstacle in obstacles {
        *counts.entry(obstacle).or_default() += 1;
    }
    let reasons: Vec<String> = counts
        .into_iter()
        .map(|(obstacle, count)| match count {
            1 => words(obstacle, "one", false),
            many => words(obstacle, &many.to_string(), true),
        })
        .collect();
    reasons.join("; ")
}

/// `of` is `it`, `one` or a number.
fn words(obstacle: &Obstacle, of: &str, are_many: bool) -> String {
    let (was, is) = if are_many { ("were", "are") } else { ("was", "is") };
    match obstacle {
        Obstacle::NoMember => "your membership has ended".to_owned(),
        Obstacle::Claimed(name) => format!("{name} claimed {of} meanwhile"),
        Obstacle::TookOver(name) => format!("{name} took {of} over meanwhile"),
        Obstacle::Assigned(name) => format!("{of} {was} assigned to {name} meanwhile"),
        Obstacle::Released => format!("{of} went back to the queue meanwhile"),
        Obstacle::Resolved => format!("{of} {was} resolved meanwhile"),
        Obstacle::Snoozed => format!("{of} {was} snoozed meanwhile"),
        Obstacle::Reopened => format!("{of} {was} reopened meanwhile"),
        Obstacle::NewMessage => format!("a new message came to {of} meanwhile"),
        Obstacle::Spam => format!("{of} {was} marked as spam meanwhile"),
        Obstacle::Left(name) => format!("{name} is no longer in the team"),
        Obstacle::LabelGone => "that label no longer exists".to_owned(),
        Obstacle::Relabelled => format!("the label of {of} was changed meanwhile"),
        Obstacle::NotAllowed => format!("{of} {is} not for your role"),
        Obstacle::Hidden => format!("{of} {is} not yours"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_says_what_was_done_and_what_was_not_and_why() {
        let mia = Obstacle::Claimed("Mia Chen".to_owned());
        assert_eq!(sentence(12, "resolved", &[]), "12 resolved.");
        assert_eq!(
            sentence(12, "resolved", &[Obstacle::Hidden, mia.clone()]),
            "12 resolved. 2 not: Mia Chen claimed one meanwhile; one is not yours."
        );
        assert_eq!(
            sentence(0, "assigned", &[Obstacle::Reopened, mia.clone(), Obstacle::Reopened]),
            "None assigned. 3 not: Mia Chen claimed one meanwhile; 2 were reopened meanwhile."
        );
        assert_eq!(nothing_else(&[mia]), "Mia Chen claimed it meanwhile. Nothing was changed.");
        assert_eq!(
            nothing_else(&[Obstacle::Snoozed]),
            "It was snoozed meanwhile. Nothing was changed."
        );
    }
}

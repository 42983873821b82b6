//! The demo's conversations of the weeks before: many and alike, so that reports have
//! something to compare with.

use baton::db::Utc;
use baton::models::history::{Event, Person, Story};

use super::DAY;
use crate::cli::random::Random;

/// How many there were.
const STORIES: i64 = 54;
/// From so many days ago to so many.
const DAYS: (i64, i64) = (29, 15);

/// A contact who wrote before: their id, name and inbox.
pub type Regular = (i64, &'static str, i64);

/// What a customer asked, and what the team answered in turn.
const EXCHANGES: [(&str, &[&str]); 18] = [
    (
        "Is the 11–34 cassette back in stock? The page says “soon” since last week.",
        &["It came in this morning. Shall I put one aside for you until Friday?"],
    ),
    (
        "The shop charged me twice, see the two lines of the 14th.",
        &[
            "You are right, and I am sorry. The second one was only reserved; your bank lets it go within three days.",
            "I checked again today: it is released on our side. Tell me if it still shows on Monday.",
        ],
    ),
    (
        "Do you have opening hours between the holidays?",
        &["Yes: the workshop is open on the 27th and the 28th from ten to four."],
    ),
    (
        "I ordered resin pads and the box has sintered ones in it.",
        &["I am sorry about that. The right ones leave today, and you may keep the others."],
    ),
    (
        "The return label cannot be printed, the file is empty.",
        &["Here is a new label. If it does not open either, I will send one by post."],
    ),
    (
        "Which tyre pressure do you recommend for 40 mm on gravel? I weigh 82 kg with bags.",
        &["I would start with 2.8 bar at the back and 2.6 in front, and go down from there."],
    ),
    (
        "Could you add my VAT number to the invoice? The bookkeeping will not take it without.",
        &["Done, the corrected invoice is in your account and replaces the old one."],
    ),
    (
        "The freehub started ticking after about 300 km, mostly uphill and under load.",
        &[
            "That sounds like the pawl springs. Could you send a short video, so that I can hear it?",
            "Thank you, that is them. It is covered: bring the wheel by, or I send you a label.",
        ],
    ),
    (
        "What would forty chains cost, on invoice?",
        &["For forty pieces it is 17.90 each, and paying on invoice at 30 days is fine."],
    ),
    (
        "Can I still change the delivery address? It has not been sent yet, has it?",
        &["Just in time: it goes to the new address this afternoon."],
    ),
    (
        "The valves of the kit are too short for deep rims; I need 60 mm.",
        &["We have them with 60 mm valves as well. I can change the order, it costs the same."],
    ),
    (
        "It arrived today, but the box was open and the bell is missing.",
        &["That should not happen. A bell goes out today, without any return from your side."],
    ),
    (
        "Is the saddle also made in the wider version?",
        &["Only in 143 mm, I am afraid. The maker has a sister model in 155 mm; we can order it."],
    ),
    (
        "The frame is from 2019, so I think the bottom bracket is a threaded one. Which do I order?",
        &["A BSA, 68 mm wide. If you send the frame number I can look it up to be certain."],
    ),
    (
        "Where is my parcel? The tracking has said “in transit” since Tuesday.",
        &[
            "The carrier has it in Hamburg. I have asked them to look for it.",
            "They found it: it reaches you tomorrow before noon.",
        ],
    ),
    (
        "I would like to pick up my wheel on Thursday. When are you there?",
        &["Thursday from ten is fine. Please bring the order number."],
    ),
    (
        "How long does a service take at the moment?",
        &["About four days. If you bring it on Monday morning it is ready on Thursday."],
    ),
    (
        "I never got the mail to confirm my account.",
        &["The address had a typing error, which I corrected. The mail is on its way again."],
    ),
];

/// Conversations that are over, the oldest first.
pub fn stories(regulars: &[Regular], team: &[Person], ago: impl Fn(i64) -> Utc) -> Vec<Story> {
    let mut random = Random::new(2026);
    let share = (DAYS.0 - DAYS.1) * DAY / STORIES;
    (0..STORIES)
        .zip(EXCHANGES.iter().cycle())
        .map(|(number, (question, answers))| {
            let (contact_id, contact_name, inbox_id) = *random.pick(regulars);
            let by = random.pick(team).clone();
            let mut minutes = DAYS.0 * DAY - number * share - random.between(0, share - 1);
            let mut events = vec![(ago(minutes), Event::Customer((*question).to_owned()))];
            minutes -= random.between(5, 120);
            events.push((ago(minutes), Event::Claimed(by.clone())));
            for answer in *answers {
                minutes -= random.between(2, 45);
                events.push((ago(minutes), Event::Reply(by.clone(), (*answer).to_owned())));
            }
            minutes -= random.between(10, 600);
            events.push((ago(minutes), Event::Resolved(by)));
            Story {
                inbox_id,
                contact_id,
                contact_name: contact_name.to_owned(),
                events,
                read_by: team.iter().map(|one| one.membership_id).collect(),
                notify: false,
            }
        })
        .collect()
}

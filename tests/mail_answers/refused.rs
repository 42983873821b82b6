//! Answers that do not go to the customer: the member is told why, with their text.

use super::{MIA, Place};
use crate::outbox::after_two_minutes;

/// What comes back to Mia, by the words of its reason.
#[track_caller]
fn comes_back(place: &Place, why: &str, text: &str) {
    let mail = place.mailed(MIA);
    assert_eq!(mail.subject(), "Your answer was not sent");
    assert_eq!(mail.header("Auto-Submitted"), "auto-replied");
    let plain = mail.plain();
    assert!(plain.contains(why), "{why:?} is missing from {plain}");
    assert!(plain.contains(text) && mail.html().contains(text), "{plain}");
}

#[test]
fn whoever_does_not_own_it_is_told_who_does_and_keeps_the_text() {
    let place = Place::new();
    let (id, mail) = place.told();
    place.cast.manager.open(id).form("Take over").submit();
    let answer = place.answer(&mail, MIA, "Two are left.");
    place.arrives(&answer);
    assert_eq!(place.bubbles(id).len(), 2, "the customer sees nothing of it");
    let why = "Gil Roth owns the conversation with Hanna Lindqvist, and only the owner can reply.";
    comes_back(&place, why, "Two are left.");
    let link = format!("{}/inbox", place.instance.base);
    let mails = place.server.taken_for(MIA);
    let told = mails.last().expect("it came");
    assert!(told.plain().contains(&format!("{link}\n")), "not theirs to open: {}", told.plain());
    // A mail that comes twice is answered once, whatever happened in between.
    place.cast.manager.open(id).form("Release").submit();
    place.arrives(&answer);
    after_two_minutes(&place.instance);
    assert_eq!(place.bubbles(id).len(), 2);
    let told = "SELECT count(*) FROM deliveries WHERE kind = 'reply_refused'";
    assert_eq!(place.instance.count(told), 1);
}

#[test]
fn who_is_no_member_any_more_answers_nobody() {
    let place = Place::new();
    let (id, mail) = place.told();
    let path = format!("/settings/team/members/{}/remove", place.cast.agent.membership_id);
    place.cast.admin.get(&path).form("Remove member").submit().expect(200, "Mia Chen removed.");
    place.arrives(&place.answer(&mail, MIA, "Two are left."));
    assert_eq!(place.bubbles(id).len(), 2);
    comes_back(&place, "You are no longer a member of Sprocket & Co.", "Two are left.");
}

#[test]
fn a_token_alone_is_not_enough_and_neither_is_an_address() {
    let place = Place::new();
    let (id, mail) = place.told();
    place.arrives(&place.answer(&mail, "eve@rival.example", "Give me your code."));
    assert_eq!(place.bubbles(id).len(), 2);
    comes_back(&place, "It came from eve@rival.example", "Give me your code.");
    assert!(place.server.taken_for("eve@rival.example").is_empty(), "nothing goes to strangers");
    // Mia's address with another member's token, and with a forged one.
    let theirs = mail.header("Reply-To");
    let (name, rest) = theirs.split_once("+m").expect("a token");
    let (member, rest) = rest.split_once('-').expect("a member");
    let other = place.cast.other_agent.membership_id;
    assert_eq!(member, place.cast.agent.membership_id.to_string());
    let forged = format!("{name}+m{other}-{rest}");
    let answer = place.answer(&mail, MIA, "Two are left.").with("To", &forged);
    let answer = answer.with("In-Reply-To", "<x@y.example>").with("References", "<x@y.example>");
    let (begun, _) = place.inbox.takes(&place.instance, answer.raw());
    assert_ne!(begun, id, "it is a mail like any other");
    assert_eq!(place.bubbles(id).len(), 2);
}

#[test]
fn an_answer_to_several_asks_which_one_and_each_has_its_own_way() {
    let place = Place::new();
    let (one, _) = place.cast.customer_writes(&place.instance, "Hanna Lindqvist", "In stock?");
    let (two, _) = place.cast.customer_writes(&place.instance, "Tom Berger", "Where is it?");
    for id in [one, two] {
        let form = place.cast.manager.open(id).form("Assign").with("Assign to", "Mia Chen");
        form.submit().expect(200, "Assigned to Mia Chen.");
    }
    let mail = place.mailed(MIA);
    place.arrives(&place.answer(&mail, MIA, "Two are left."));
    comes_back(&place, "tells of several conversations", "Two are left.");
    let plain = mail.plain();
    let ways: Vec<&str> =
        plain.lines().filter_map(|l| l.strip_prefix("Reply by mail: mailto:")).collect();
    assert_eq!(ways.len(), 2, "{plain}");
    let (to, _) = ways[1].split_once('?').expect("an address and a subject");
    place.arrives(&place.answer(&mail, MIA, "It left today.").with("To", to));
    assert_eq!((place.bubbles(one).len(), place.bubbles(two).len()), (1, 2));
}

#[test]
fn an_absence_notice_is_no_answer() {
    let place = Place::new();
    let (id, mail) = place.told();
    let away = place.answer(&mail, MIA, "I am away until Monday.");
    place.arrives(&away.with("Auto-Submitted", "auto-replied"));
    after_two_minutes(&place.instance);
    assert_eq!(place.bubbles(id).len(), 2);
    assert_eq!(place.server.taken_for(MIA).len(), 1, "nor is it answered");
}

#[test]
fn nothing_that_is_quoted_of_the_mail_reaches_the_customer() {
    let place = Place::new();
    let (id, mail) = place.told();
    let plain = mail.plain();
    let quoted: String = plain.lines().map(|line| format!("> {line}\n")).collect();
    // Nothing but the quote; the quote on top; between the lines; and not marked at all.
    let said =
        |text: String| place.inbox.mail(MIA, "Re: it", &text).with("To", &mail.header("Reply-To"));
    place.arrives(&said(format!("On Tue, 24 Nov 2026, Baton wrote:\n{quoted}")));
    comes_back(&place, "There is no text in it above what it quotes.", "Your answer");
    place.arrives(&said(format!("{quoted}\nBelow it.")));
    place.arrives(&said(format!("> {}\nBetween.\n{quoted}\nAnd below.", mail.subject())));
    place.arrives(&said(format!("On top.\n\n{plain}")));
    let (_, after) = plain.split_once("\n\n").expect("the line above which to answer");
    place.arrives(&said(format!("Without a line.\n\n{after}")));
    comes_back(&place, "It quotes the mail it answers, which is for you alone.", "Without a line.");
    let bubbles = place.bubbles(id).join(" ");
    assert!(bubbles.contains("Below it.") && bubbles.contains("On top."), "{bubbles}");
    for theirs in ["unsubscribe", "Choose what is mailed", "owns the conversation", "##"] {
        assert!(!bubbles.contains(theirs), "{theirs} in {bubbles}");
    }
}

#[test]
fn the_line_that_names_us_goes_with_the_quote_that_it_is_of() {
    let place = Place::new();
    let (id, mail) = place.told();
    let from = mail.header("From").replace('"', "");
    let (_, address) = from.split_once('<').expect("a name and an address");
    let quoted: String = mail.plain().lines().map(|line| format!("> {line}\n")).collect();
    let said =
        |text: String| place.inbox.mail(MIA, "Re: it", &text).with("To", &mail.header("Reply-To"));
    place.arrives(&said(format!("Am 30.11.26 um 12:39 schrieb Baton:\n\n{quoted}\nOne below.")));
    place.arrives(&said(format!("2026年11月30日(月) 12:39 {from} :\n{quoted}\nTwo below.")));
    place.arrives(&said(format!("Three above.\n\n{from} 30 Kas 2026,\nşunu yazdı：\n\n{quoted}")));
    place.arrives(&said(format!(
        "2026. 11. 30. 12:39, <{address}님이 작성:\n{quoted}\nFour below."
    )));
    let html = format!(
        "<div>Five above.</div><div class=\"gmail_quote\"><div class=\"gmail_attr\">El 30 nov \
         2026, a la(s) 12:39, Baton ({}) ha dicho:</div><blockquote>{}</blockquote></div>",
        address.trim_end_matches('>'),
        mail.plain().replace('<', "&lt;"),
    );
    place.arrives(&said(html).with("Content-Type", "text/html; charset=utf-8"));
    // What they say themselves about what they quote stays.
    place.arrives(&said(format!("Of the 2 that Tom has:\n{quoted}\nSix below.")));
    let bubbles = place.bubbles(id);
    let own = ["One below.", "Two below.", "Three above.", "Four below.", "Five above."];
    assert_eq!(bubbles[2..7], own, "{bubbles:?}");
    let last = bubbles.last().expect("one more");
    assert!(last.contains("Of the 2 that Tom has:") && last.contains("Six below."), "{last}");
}

#[test]
fn an_answer_without_words_or_with_too_many_comes_back() {
    let place = Place::new();
    let (id, mail) = place.told();
    place.arrives(&place.answer(&mail, MIA, ""));
    comes_back(&place, "There is no text in it above what it quotes.", "Your answer");
    place.arrives(&place.answer(&mail, MIA, &"word ".repeat(2001)));
    comes_back(&place, "It is longer than 10000 characters", "word word");
    assert_eq!(place.bubbles(id).len(), 2);
}

#[test]
fn a_placeholder_that_is_left_comes_back() {
    let place = Place::new();
    let (id, mail) = place.told();
    place.arrives(&place.answer(&mail, MIA, "Hello {{contact.name}}, two are left."));
    let why = "Fill in {{contact.name}} before you send this.";
    comes_back(&place, why, "Hello {{contact.name}}, two are left.");
    assert_eq!(place.bubbles(id).len(), 2);
}

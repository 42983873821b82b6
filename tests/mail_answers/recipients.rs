//! Who gets an answer by mail: those whom the mail named, and nobody else.

use baton::models::thread_token;

use super::{MIA, Place};
use crate::support::Mail;

const PAULA: &str = "Paula Kunde <paula@customer.example>";

impl Place {
    /// Paula's mail, which others got too, and what Mia is told of it.
    fn told_of_paula(&self) -> (i64, Mail) {
        let mail = self.inbox.mail(PAULA, "My order", "Where is it?");
        let mail = mail.with("Cc", "Jo Berg <jo@customer.example>");
        let (id, _) = self.inbox.takes(&self.instance, mail.raw());
        self.cast.manager.assigns(id, "Mia Chen").expect(200, "Assigned to Mia Chen.");
        (id, self.mailed(MIA))
    }

    /// A mail into Paula's conversation by somebody who was in it, under her name.
    fn forged(&self, id: i64, header: &str, value: &str) {
        let tag = format!("[#{}]", thread_token::token(&self.instance.app.signer, id));
        let mail = self.inbox.mail(PAULA, &format!("Re: My order {tag}"), "Hello?");
        let (joined, _) = self.inbox.takes(&self.instance, mail.with(header, value).raw());
        assert_eq!(joined, id);
    }

    /// How many replies a conversation has.
    fn replies(&self, id: i64) -> i64 {
        self.instance.count(&format!(
            "SELECT count(*) FROM messages WHERE kind = 'reply' AND conversation_id = {id}"
        ))
    }
}

#[test]
fn the_mail_names_all_who_get_the_answer_and_they_get_it() {
    let place = Place::new();
    let (id, mail) = place.told_of_paula();
    let named = "your text goes to Paula Kunde <paula@customer.example>, with a copy to \
                 Jo Berg <jo@customer.example>, as your reply";
    assert!(mail.plain().contains(named), "{}", mail.plain());
    assert!(mail.html().contains("jo@customer.example"), "{}", mail.html());
    place.arrives(&place.answer(&mail, MIA, "It left today."));
    assert_eq!(place.replies(id), 1);
    let to = "SELECT count(*) FROM mails WHERE to_list LIKE '%paula@%' AND cc_list LIKE 'Jo Berg%'";
    assert_eq!(place.instance.count(to), 1);
    // And again, with what was said meanwhile.
    place.arrives(&place.answer(&mail, MIA, "By train."));
    assert_eq!(place.replies(id), 2);
}

#[test]
fn an_answer_goes_nowhere_else_though_the_thread_would_send_it_there() {
    for (header, value) in
        [("Reply-To", "rival@rival.example"), ("Cc", "Jo <jo@customer.example>, eve@rival.example")]
    {
        let place = Place::new();
        let (id, mail) = place.told_of_paula();
        place.forged(id, header, value);
        let answer = place.answer(&mail, MIA, "The code is 4711.");
        place.arrives(&answer);
        assert_eq!(place.replies(id), 0, "{header}");
        crate::outbox::after_two_minutes(&place.instance);
        let mails = place.server.taken_for(MIA);
        let told = |subject: &str| mails.iter().find(|mail| mail.subject().starts_with(subject));
        let back = told("Your answer was not sent").expect("it comes back").plain();
        assert!(back.contains("are not those whom the mail you answered named"), "{back}");
        assert!(back.contains("The code is 4711."), "{back}");
        // What is told of that mail names them, and its answer goes there.
        let next = told("Paula Kunde replied").expect("it is told");
        let rival = value.rsplit(' ').next().unwrap_or(value);
        assert!(next.plain().contains(rival), "{}", next.plain());
        place.arrives(&place.answer(next, MIA, "Who are you?"));
        assert_eq!(place.replies(id), 1, "{header}");
    }
}

#[test]
fn each_of_several_says_whom_its_answer_goes_to() {
    let place = Place::new();
    let mails = [("Paula <paula@customer.example>", "One"), (PAULA, "Two")];
    let ids = mails.map(|(from, subject)| {
        let mail = place.inbox.mail(from, subject, "Hello?").with("Cc", "jo@customer.example");
        let (id, _) = place.inbox.takes(&place.instance, mail.raw());
        place.cast.manager.assigns(id, "Mia Chen");
        id
    });
    let mail = place.mailed(MIA);
    let plain = mail.plain();
    let named = "<paula@customer.example>, with a copy to jo@customer.example, as your reply.";
    assert_eq!(plain.matches(named).count(), 2, "{plain}");
    let ways: Vec<&str> =
        plain.lines().filter_map(|l| l.strip_prefix("Reply by mail: mailto:")).collect();
    let (to, _) = ways[1].split_once('?').expect("an address and a subject");
    place.arrives(&place.answer(&mail, MIA, "It left today.").with("To", to));
    assert_eq!(ids.map(|id| place.replies(id)), [0, 1]);
}

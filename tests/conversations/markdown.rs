//! Members write Markdown; customers do not.

use super::bubbles;
use crate::support::Instance;

#[test]
fn a_reply_in_markdown_reaches_the_customer_as_what_it_means() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it **in** stock?");
    let typed = "It *left* today:\n\n- hanger\n- bolts\n\n[Track it](https://post.example/1)";
    let page = cast.agent.open(id).form("Claim and send").with("Reply", typed).submit();
    let shown = ["Is it **in** stock?", "It left today:hangerboltsTrack it"];
    assert_eq!(bubbles(&page), shown);
    assert_eq!(page.all(".is-mine .bubble li"), ["hanger", "bolts"]);
    let chat = customer.get(&cast.chat_path());
    assert_eq!(bubbles(&chat), shown);
    for page in [&page, &chat] {
        assert_eq!(page.all(".bubble em"), ["left"]);
        assert_eq!(page.attribute(".bubble a", "href"), "https://post.example/1");
        assert_eq!(page.attribute(".bubble a", "target"), "_blank");
    }
    let list = cast.agent.get("/inbox?view=mine");
    list.expect(200, "It left today: hanger bolts Track it");
}

#[test]
fn nothing_that_is_typed_becomes_markup_of_its_own() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let typed = "<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b>bold</b>";
    for (button, field) in [("Send reply", "Reply"), ("Add note", "Note")] {
        let page = cast.agent.open(id).form(button).with(field, typed).submit();
        assert_eq!(page.all(".bubble script, .bubble b, .bubble a"), [""; 0]);
        page.expect(200, "<script>alert(1)</script>").expect(200, "<b>bold</b>");
    }
}

#[test]
fn line_breaks_stay_where_they_were_typed() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Hello");
    let chat = customer.get(&cast.chat_path());
    chat.form("Send").with("Message", "1. first\n2. second").submit().expect(200, "1. first");
    let reply = cast.agent.open(id).form("Claim and send").with("Reply", "Hi,\nyes.\n-- \nMia");
    let page = reply.submit();
    assert!(page.body.contains("<p>1. first<br>2. second</p>"), "{}", page.body);
    assert!(page.body.contains("<p>Hi,<br>yes.</p><hr><p>Mia</p>"), "{}", page.body);
}

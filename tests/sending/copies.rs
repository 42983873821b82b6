//! Who else gets a reply.

use super::{HANNA, Post, hannas};

#[test]
fn those_in_cc_stay_in_it_and_can_be_changed() {
    let post = Post::new();
    let own = post.inbox.address.clone();
    let mail = hannas(&post.inbox).with("Cc", &format!("Jo Berg <jo@x.example>, {own}"));
    let (id, _) = post.inbox.takes(&post.instance, mail.raw());
    post.cast.agent.open(id).form("Claim").submit();
    let page = post.cast.agent.open(id);
    assert_eq!(page.attribute("#reply-cc", "value"), "Jo Berg <jo@x.example>");
    let _runner = post.run();
    page.form("Send reply")
        .with("Reply", "It left.")
        .with("Cc", "Gil <gil@x.example>, jo@x.example")
        .submit()
        .expect(200, "Cc Gil <gil@x.example>, jo@x.example");
    post.hurry();
    let mail = post.wait();
    assert_eq!(mail.recipients, [HANNA, "gil@x.example", "jo@x.example"]);
    assert_eq!(mail.header("Cc"), "\"Gil\" <gil@x.example>, <jo@x.example>");
    let page = post.wait_for_words(&post.cast.agent, id, "Sent");
    let kept = page.attribute("#reply-cc", "value");
    assert_eq!(kept, "Gil <gil@x.example>, jo@x.example", "for the next reply");
    page.form("Send reply").with("Reply", "Bye.").with("Cc", "").submit();
    assert_eq!(post.cast.agent.open(id).attribute("#reply-cc", "value"), "");
}

#[test]
fn what_is_no_address_is_told_beside_the_field_and_the_text_stays() {
    let post = Post::new();
    let id = post.owned();
    let form = || post.cast.agent.open(id).form("Send reply").with("Reply", "It left.");
    let many: Vec<String> = (0..21).map(|n| format!("a{n}@x.example")).collect();
    for (typed, told) in [
        ("jo@x.example, jo", "“jo” is not an email address."),
        ("jo@x.example\r\nBcc: eve@x.example", "“Bcc: eve@x.example” is not an email address."),
        (&many.join(", "), "These are more than 20 addresses."),
    ] {
        let page = form().with("Cc", typed).submit();
        page.expect(422, told).expect(422, "It left.");
    }
    assert_eq!(post.instance.count("SELECT count(*) FROM mails"), 1, "Hanna's alone");
}

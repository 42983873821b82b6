//! Ending mails from a mail, by RFC 8058 and by hand.

use baton::db::Verb;
use baton::models::notification::mail;

use super::MIA;
use crate::outbox::{after_two_minutes, with_mail_server};
use crate::races::meanwhile;
use crate::support::{Cast, Instance, MailServer, Member};

/// The path of the link by which the agent ends mails, from a mail's header.
fn stop_path(server: &MailServer, instance: &Instance, cast: &Cast) -> String {
    cast.manager.assigns(cast.waiting(instance), "Mia Chen");
    after_two_minutes(instance);
    let mail = server.only_mail(MIA);
    assert_eq!(mail.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let header = mail.header("List-Unsubscribe");
    let link = header.trim_start_matches('<').trim_end_matches('>');
    assert!(mail.plain().contains(link) && mail.html().contains("/unsubscribe?token="));
    link.strip_prefix(&instance.base).expect("a link to the installation").to_owned()
}

fn way(of: &Member, kind: &str) -> String {
    let form = of.get("/settings/profile").form("Save profile");
    form.value(&format!("notify_{kind}")).unwrap_or_default().to_owned()
}

#[test]
fn a_mail_program_ends_all_of_it_with_one_click() {
    let (server, instance, cast) = with_mail_server();
    let path = stop_path(&server, &instance, &cast);
    // As a mail provider's server sends it: no cookie, and none of a browser's headers.
    let program = instance.browser();
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let answer = program.request("POST", &path, &kind, Some("List-Unsubscribe=One-Click"));
    assert_eq!(answer.status, 200, "no redirect: {}", answer.text());
    assert_eq!(way(&cast.agent, "assigned"), "page", "the page tells as before");
    assert_eq!(way(&cast.agent, "customer_replied"), "page");
    assert_eq!(way(&cast.other_agent, "assigned"), "both", "nobody else is concerned");
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    after_two_minutes(&instance);
    server.only_mail(MIA);
    // Twice is once.
    let again = program.request("POST", &path, &kind, Some("List-Unsubscribe=One-Click"));
    assert_eq!(again.status, 200);
    // RFC 8058 lets it come as a form of the other make, too.
    instance.execute("UPDATE memberships SET told_by = ''");
    let kind = [("Content-Type", "multipart/form-data; boundary=x")];
    let body = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    assert_eq!(program.request("POST", &path, &kind, Some(body)).status, 200);
    assert_eq!(way(&cast.agent, "assigned"), "page");
}

#[test]
fn a_reader_ends_one_kind_or_all_without_signing_in() {
    let (server, instance, cast) = with_mail_server();
    let path = stop_path(&server, &instance, &cast);
    let reader = instance.browser();
    let page = reader.get(&path);
    page.expect(200, MIA).expect(200, "Sprocket & Co");
    assert_eq!(way(&cast.agent, "assigned"), "both", "looking ends nothing");
    let form = page.form("Stop mail");
    let page = form.with("Stop mail about", "A member mentions you in a note").submit();
    page.expect(200, "Mail stopped");
    assert_eq!(way(&cast.agent, "mentioned"), "page");
    assert_eq!(way(&cast.agent, "assigned"), "both");
    let form = page.form("Stop mail");
    let wrong = form.clone().set("kind", "pigeons").submit();
    assert_eq!(wrong.status, 422);
    let page = form.submit();
    page.expect(200, "Mail stopped").expect(200, "about anything that happens in Sprocket & Co.");
    assert_eq!(way(&cast.agent, "assigned"), "page");
    reader.get(&path).expect(200, "Mail of this kind is already off.");
}

#[test]
fn a_profile_that_is_saved_while_mails_end_brings_none_back() {
    let (server, instance, cast) = with_mail_server();
    let path = stop_path(&server, &instance, &cast);
    let (_, token) = path.split_once("token=").expect("a token");
    let signer = instance.app.signer.clone();
    let saved = meanwhile(
        &instance,
        |conn| -> Verb<_, ()> { Ok(mail::stop(conn, &signer, token, None)?.is_some()) },
        || cast.agent.browser.post_once("/settings/profile", &[("name", "Mia Weber")]),
    );
    assert_eq!(saved.status, 303);
    assert_eq!(way(&cast.agent, "assigned"), "page");
    cast.admin.get("/settings/team").row(MIA).expect(200, "Mia Weber");
}

#[test]
fn a_token_is_good_for_its_member_and_for_nothing_else() {
    let (server, instance, cast) = with_mail_server();
    let path = stop_path(&server, &instance, &cast);
    let (_, token) = path.split_once("token=").expect("a token");
    let (id, signature) = token.split_once('.').expect("an id and a signature");
    let other = cast.other_agent.membership_id;
    assert_eq!(id, cast.agent.membership_id.to_string());
    let forged = [format!("{other}.{signature}"), format!("{id}."), String::new(), "x".into()];
    for wrong in forged {
        let path = format!("/unsubscribe?token={wrong}");
        assert_eq!(instance.browser().get(&path).status, 410, "{wrong}");
        assert_eq!(instance.browser().request("POST", &path, &[], Some("")).status, 410);
    }
    for member in cast.members() {
        assert_eq!(way(member, "assigned"), "both");
    }
    // Nor does it open anything.
    let page = instance.browser().get(&format!("/verify-address?token={token}"));
    assert_eq!(page.status, 410);
}

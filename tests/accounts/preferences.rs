//! What people decide about how they work: theme, time zone, picture, notices.

use baton::models::membership::Barred;
use baton::models::user;

use crate::support::{Cast, Form, Instance, Member, Page};

const PROFILE: &str = "/settings/profile";

#[track_caller]
fn form(by: &Member) -> Form {
    by.get(PROFILE).form("Save profile")
}

#[track_caller]
fn save(form: &Form) -> Page {
    let page = form.submit();
    page.expect(200, "Your profile is saved.");
    page
}

#[test]
fn a_theme_is_on_every_page_from_the_server_and_only_the_persons_own() {
    let (_instance, cast) = Instance::with_cast();
    let theme = |page: &Page| {
        let html = page.html();
        html.root_element().attr("data-theme").map(str::to_owned)
    };
    assert_eq!(theme(&cast.agent.get("/inbox")), None, "the device decides");
    let page = save(&form(&cast.agent).with("Theme", "Dark"));
    for page in [page, cast.agent.get("/inbox"), cast.agent.get("/no-such-page")] {
        assert_eq!(theme(&page).as_deref(), Some("dark"));
    }
    assert_eq!(theme(&cast.admin.get("/inbox")), None);
    let page = save(&form(&cast.agent).with("Theme", "Light"));
    assert_eq!(theme(&page).as_deref(), Some("light"));
    assert_eq!(theme(&save(&form(&cast.agent).with("Theme", "As the device"))), None);
}

#[test]
fn whoever_lost_the_membership_meanwhile_changes_no_preference() {
    // The verb looks again under its locks, after the request was checked.
    let (instance, cast) = Instance::with_cast();
    let ended = user::Unchanged::Barred(Barred::MembershipEnded);
    for (workspace_id, member) in
        [(cast.other_workspace_id, &cast.agent), (cast.workspace_id, &cast.outsider)]
    {
        let caller = member.at(workspace_id);
        let changed = instance.verb(|conn| {
            user::change_preferences(conn, caller, |_| Err::<user::Preferences, ()>(()))
        });
        assert_eq!(changed, Err(ended.clone()), "{}", member.name);
    }
}

#[test]
fn keyboard_shortcuts_are_on_until_a_person_turns_them_off() {
    let (_instance, cast) = Instance::with_cast();
    let are_on = |page: &Page| !page.all("dialog#shortcuts").is_empty();
    assert!(are_on(&cast.agent.get("/inbox")));
    let page = save(&form(&cast.agent).with("Keyboard shortcuts", "Off"));
    assert_eq!(page.form("Save profile").value("shortcuts"), Some("off"));
    for page in [page, cast.agent.get("/inbox"), cast.agent.get("/no-such-page")] {
        assert!(!are_on(&page));
    }
    assert!(are_on(&cast.admin.get("/inbox")), "it is each person's own");
    // What does not choose, or chooses nothing that there is, changes nothing.
    let is_off = || !are_on(&cast.agent.get("/inbox"));
    save(&form(&cast.agent).without("shortcuts"));
    assert!(is_off());
    form(&cast.agent).set("shortcuts", "sideways").submit().expect(422, "");
    assert!(is_off());
    // Nor does a form that comes back; it keeps the choice.
    let wrong = form(&cast.agent).with("Keyboard shortcuts", "On").with("Your name", " ").submit();
    assert_eq!((wrong.status, wrong.form("Save profile").value("shortcuts")), (422, Some("on")));
    assert!(is_off());
    let page = cast.agent.get(PROFILE).click("All keyboard shortcuts");
    page.expect(200, "You have turned single keys off.").expect(200, "Next conversation");
    assert!(are_on(&save(&form(&cast.agent).with("Keyboard shortcuts", "On"))));
}

#[test]
fn times_are_told_in_ones_own_zone_or_in_that_of_the_workspace() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    instance.execute("UPDATE messages SET created_at = '2026-07-01 10:00:00'");
    instance.execute("UPDATE conversations SET last_activity_at = '2026-07-01 10:00:00'");
    let title = |by: &Member| by.open(id).attribute(".thread .message time", "title");
    assert_eq!(title(&cast.agent), "Wednesday 1 July 2026, 12:00");
    save(&form(&cast.agent).with("Time zone", "Asia/Tokyo"));
    assert_eq!(title(&cast.agent), "Wednesday 1 July 2026, 19:00");
    assert_eq!(title(&cast.other_agent), "Wednesday 1 July 2026, 12:00");
    // The workspace's own stays as it is, also where its settings are shown.
    save(&form(&cast.admin).with("Time zone", "Asia/Tokyo"));
    let settings = cast.admin.get("/settings/workspace").form("Save workspace");
    assert_eq!(settings.value("timezone"), Some("Europe/Berlin"));
    save(&form(&cast.agent).with("Time zone", "As the workspace (Europe/Berlin)"));
    assert_eq!(title(&cast.agent), "Wednesday 1 July 2026, 12:00");
    let wrong = form(&cast.agent).set("time_zone", "Middle/Earth").with("Your name", "Mia C.");
    let page = wrong.submit();
    page.expect(422, "Choose a time zone from the list.");
    assert_eq!(page.form("Save profile").value("name"), Some("Mia C."));
}

#[test]
fn a_signature_is_kept_and_no_chat_gets_it() {
    let (instance, cast) = Instance::with_cast();
    let page = save(&form(&cast.agent).with("Signature", "Mia Chen\r\nSprocket & Co\r\n"));
    assert_eq!(page.form("Save profile").value("signature"), Some("Mia Chen\nSprocket & Co"));
    page.expect(200, "not to chats.");
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let reply = cast.agent.open(id).form("Claim and send").with("Reply", "It is.");
    reply.submit().expect(200, "It is.");
    let chat = customer.get(&cast.chat_path());
    assert_eq!(chat.all(".thread .bubble"), ["Is it in stock?", "It is."]);
    let long = "s".repeat(1001);
    let page = form(&cast.agent).with("Signature", &long).submit();
    assert_eq!(page.all("#signature-error"), ["This is longer than 1000 characters: it has 1001."]);
    assert_eq!(page.form("Save profile").value("signature"), Some(long.as_str()));
}

#[test]
fn a_member_is_not_told_of_what_they_do_without() {
    let (instance, cast) = Instance::with_cast();
    let told = |cast: &Cast| cast.agent.get("/notifications").all(".notice").len();
    let assign = |cast: &Cast| {
        let id = cast.waiting(&instance);
        let form = cast.manager.open(id).form("Assign").with("Assign to", "Mia Chen");
        form.submit().expect(200, "Assigned to Mia Chen.");
        id
    };
    assign(&cast);
    assert_eq!(told(&cast), 1);
    let kinds =
        ["A conversation is assigned to you", "A customer replies in a conversation of yours"];
    let page = save(&kinds.iter().fold(form(&cast.agent), |form, kind| form.with(kind, "None")));
    assert_eq!(page.form("Save profile").value("notify_assigned"), Some("none"));
    let id = assign(&cast);
    assert_eq!(told(&cast), 1, "nothing new");
    cast.manager.open(id).form("Take over").submit();
    assert_eq!(told(&cast), 2, "of this they want to hear");
    // A removal hands over without telling, too.
    cast.owned_by(&instance, &cast.other_agent);
    let path = format!("/settings/team/members/{}/remove", cast.other_agent.membership_id);
    let form = cast.admin.get(&path).form("Remove member");
    form.with("Reassign open conversations to", "Mia Chen").submit().expect(200, "Mia Chen");
    assert_eq!(told(&cast), 2);
    // Whoever invites nobody is not asked about invitations.
    let offered = |by: &Member| by.get(PROFILE).says("accepts your invitation");
    assert!(offered(&cast.admin) && !offered(&cast.agent));
}

#[test]
fn a_picture_stands_for_its_person_until_it_is_removed() {
    let (instance, cast) = Instance::with_cast();
    let page = cast.agent.get(PROFILE).form("Save picture");
    let png = crate::workspaces::settings::png(300, 200);
    let page = page.submit_with_file("picture", "me.png", &png);
    page.expect(200, "Picture saved.");
    let address = page.attribute(".rail-who img", "src");
    assert_eq!(instance.browser().get_once(&address).header("content-type"), "image/png");
    let wrong = cast.agent.get(PROFILE).form("Save picture");
    let page = wrong.submit_with_file("picture", "me.png", b"<svg onload=alert(1)>");
    page.expect(422, "This is not a picture that Baton can read.");
    // Another one has another address, and the one before is gone.
    let form = cast.agent.get(PROFILE).form("Save picture");
    let page = form.submit_with_file("picture", "me.png", &png);
    assert_ne!(page.attribute(".rail-who img", "src"), address);
    assert_eq!(instance.browser().get(&address).status, 404);
    let page = cast.agent.get(PROFILE).form("Remove picture").submit();
    page.expect(200, "Picture removed.");
    assert_eq!(instance.count("SELECT count(*) FROM pictures"), 0);
}

#[test]
fn a_picture_stands_beside_what_its_person_wrote_and_their_name() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) =
        cast.customer_writes(&instance, "Hanna Lindqvist", "Is the rear hanger in stock?");
    cast.agent.open(id).form("Claim").submit();
    cast.agent.open(id).form("Send reply").with("Reply", "It is.").submit();
    cast.agent.open(id).form("Add note").with("Note", "The last one.").submit();
    let form = cast.agent.get(PROFILE).form("Save picture");
    let png = crate::workspaces::settings::png(300, 200);
    let own = form.submit_with_file("picture", "me.png", &png).attribute(".rail-who img", "src");
    let shown =
        |page: &Page, beside: &str| page.attribute(&format!("{beside} img.portrait"), "src");
    let thread = cast.manager.open(id);
    assert_eq!(shown(&thread, ".message.is-team:not(.is-note)"), own);
    assert_eq!(shown(&thread, ".message.is-note"), own);
    assert_eq!(shown(&cast.admin.get("/settings/team"), ".person-who"), own);
    assert_eq!(shown(&customer.get(&cast.chat_path()), ".message:not(.is-customer)"), own);
}

#[test]
fn the_old_address_hears_of_the_new_one() {
    let (instance, cast) = Instance::with_cast();
    let form = cast.agent.get(PROFILE).form("Change address");
    form.with("New address", "mia.chen@home.example")
        .with("Current password", crate::support::PASSWORD)
        .submit();
    let told = |to: &str| {
        instance.count(&format!(
            "SELECT count(*) FROM deliveries WHERE kind = 'address_changed' AND recipient = '{to}'"
        ))
    };
    assert_eq!(told("mia@sprocket.example"), 0, "nothing has changed yet");
    let page = cast.agent.get(&instance.proof_link("mia.chen@home.example"));
    page.form("Confirm address").submit().expect(200, "From now on you sign in as");
    assert_eq!((told("mia@sprocket.example"), told("mia.chen@home.example")), (1, 0));
    // Where the link asks for a password first, it is told with that.
    instance.unprove("gil@sprocket.example");
    let form = cast.manager.get(PROFILE).form("Change address");
    form.with("New address", "gil@home.example")
        .with("Current password", crate::support::PASSWORD)
        .submit();
    let elsewhere = instance.browser();
    let page = elsewhere.get(&instance.proof_link("gil@home.example")).form("Confirm address");
    let page = page.submit().form("Save password").with("New password", super::NEW_PASSWORD);
    assert_eq!(told("gil@sprocket.example"), 0);
    page.submit().expect(200, "Your new password is saved.");
    assert_eq!(told("gil@sprocket.example"), 1);
}

#[test]
fn of_many_pictures_at_once_one_is_kept_and_none_fails() {
    let (instance, cast) = Instance::with_cast();
    let png = crate::workspaces::settings::png(30, 20);
    for round in 0..4 {
        let forms = (0..6).map(|_| cast.agent.get("/settings/profile").form("Save picture"));
        let all = forms.map(|form| {
            let png = &png;
            move || form.submit_with_file("picture", "me.png", png)
        });
        for page in crate::races::at_once(all.collect()) {
            assert_eq!(page.status, 200, "round {round}: {}", page.text());
        }
        let shown = "SELECT count(*) FROM pictures p JOIN users u ON u.picture = p.key";
        assert_eq!(instance.count(shown), 1);
        assert_eq!(instance.count("SELECT count(*) FROM pictures"), 1);
    }
}

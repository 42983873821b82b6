//! What people change about themselves.

use super::{NEW_PASSWORD, is_signed_in, type_in};
use crate::support::{Instance, Member, PASSWORD, Page};

const MIA: &str = "mia@sprocket.example";
const NEW: &str = "mia.chen@home.example";

#[track_caller]
fn ask_for(member: &Member, address: &str, password: &str) -> Page {
    member
        .get("/settings/profile")
        .form("Change address")
        .with("New address", address)
        .with("Current password", password)
        .submit()
}

#[test]
fn a_person_changes_their_name_and_the_one_customers_see() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let saved = cast
        .agent
        .get("/settings/profile")
        .form("Save profile")
        .with("Your name", "  Mia Chen-Weber ")
        .with("Name customers see", "Mia")
        .submit();
    saved.expect(200, "Your profile is saved.");
    let form = saved.form("Save profile");
    assert_eq!(form.value("name"), Some("Mia Chen-Weber"));
    assert_eq!(form.value("public_name"), Some("Mia"));
    cast.admin.get("/settings/team").row(MIA).expect(200, "Mia Chen-Weber");
    let form = cast.agent.open(id).form("Claim and send");
    form.with("Reply", "Yes, two left.").submit().expect(200, "Mia Chen-Weber claimed this");
    let chat = customer.get(&cast.chat_path());
    chat.expect(200, "Yes, two left.");
    assert!(chat.says("Mia"));
    assert!(!chat.says("Weber"), "the customer sees the public name alone");
    // Without one, they see the name.
    let cleared = saved.form("Save profile").with("Name customers see", " ").submit();
    cleared.expect(200, "Your profile is saved.");
    cast.agent.open(id).form("Send reply").with("Reply", "Shall I keep one?").submit();
    customer.get(&cast.chat_path()).expect(200, "Mia Chen-Weber");
}

#[test]
fn a_name_that_cannot_be_taken_comes_back_with_the_reason() {
    let (_instance, cast) = Instance::with_cast();
    let long = "y".repeat(201);
    let form = cast.agent.get("/settings/profile").form("Save profile");
    let page = form.with("Your name", "").with("Name customers see", &long).submit();
    assert_eq!(page.status, 422);
    assert_eq!(page.all("#name-error"), ["Please fill this in."]);
    assert_eq!(page.all("#public_name-error"), ["This is longer than 200 characters: it has 201."]);
    assert_eq!(page.form("Save profile").value("public_name"), Some(long.as_str()));
    cast.admin.get("/settings/team").expect(200, "Mia Chen");
}

#[test]
fn a_new_address_counts_once_its_mailed_link_is_opened() {
    let (instance, cast) = Instance::with_cast();
    let asked = ask_for(&cast.agent, " Mia.Chen@HOME.example", PASSWORD);
    asked.expect(200, "A link is on its way to mia.chen@home.example.");
    asked.expect(200, "You sign in as mia@sprocket.example.");
    asked.expect(
        200,
        "A link was sent to mia.chen@home.example. The change takes effect when you open it.",
    );
    assert_eq!(
        instance.count(&format!("SELECT count(*) FROM deliveries WHERE recipient = '{NEW}'")),
        1
    );
    // Until then the old one works, and the new one does not.
    assert_eq!(type_in(&instance.browser(), MIA, PASSWORD).status, 303);
    assert_eq!(type_in(&instance.browser(), NEW, PASSWORD).status, 422);
    let link = instance.proof_link(NEW);
    let page = cast.agent.get(&link);
    page.expect(200, "From now on you sign in as mia.chen@home.example");
    cast.agent.get("/settings/profile").expect(200, "You sign in as mia@sprocket.example.");
    let done = page.form("Confirm address").submit();
    done.expect(200, "From now on you sign in as mia.chen@home.example.");
    done.expect(200, "Confirmed");
    assert_eq!(type_in(&instance.browser(), MIA, PASSWORD).status, 422);
    assert_eq!(type_in(&instance.browser(), NEW, PASSWORD).status, 303);
    cast.agent.get(&link).expect(410, "This link was used already or has expired.");
    cast.admin.get("/settings/team").row(NEW).expect(200, "Mia Chen");
}

#[test]
fn a_proof_of_a_new_address_asks_whoever_opens_it_to_sign_in_with_the_present_one() {
    let (instance, cast) = Instance::with_cast();
    ask_for(&cast.agent, NEW, PASSWORD);
    let link = instance.proof_link(NEW);
    // Whoever reads the mails of an address that was mistyped gets no further.
    let elsewhere = instance.browser();
    let page = elsewhere.get(&link);
    page.expect(403, "sign in with your present address and password");
    assert!(!page.says(MIA), "nor learns who that is");
    let token = link.split_once("token=").expect("a token").1;
    let pressed = elsewhere.post_once("/verify-address", &[("token", token)]);
    pressed.expect(403, "sign in with your present address and password");
    assert!(is_signed_in(&cast.agent.browser));
    assert_eq!(type_in(&instance.browser(), NEW, PASSWORD).status, 422);
    let page = cast.other_agent.get(&link);
    page.expect(403, "You are signed in as somebody else.");
    // The person who asked for it comes back from signing in.
    let form = page.form("Sign out and continue").submit().form("Sign in");
    let page = form.with("Email address", MIA).with("Password", PASSWORD).submit();
    page.form("Confirm address").submit().expect(200, "From now on you sign in as mia.chen@");
    assert_eq!(type_in(&instance.browser(), NEW, PASSWORD).status, 303);
    assert_eq!(type_in(&instance.browser(), MIA, PASSWORD).status, 422);
}

#[test]
fn an_address_is_not_changed_for_each_of_these_reasons() {
    let (instance, cast) = Instance::with_cast();
    let email_error = |page: &Page| page.all("#new_email-error");
    let page = ask_for(&cast.agent, "not an address", PASSWORD);
    assert_eq!(page.status, 422);
    assert_eq!(email_error(&page), ["This is not an email address."]);
    assert_eq!(page.form("Change address").value("new_email"), Some("not an address"));
    let page = ask_for(&cast.agent, NEW, "not my password");
    assert_eq!(page.status, 422);
    assert_eq!(page.all("#email_password-error"), ["This is not your current password."]);
    assert_eq!(page.form("Change address").value("new_email"), Some(NEW));
    let page = ask_for(&cast.agent, "Gil@sprocket.example", PASSWORD);
    assert_eq!(page.status, 422);
    assert_eq!(email_error(&page), ["Another user already has this address."]);
    let page = ask_for(&cast.agent, MIA, PASSWORD);
    assert_eq!(page.status, 422);
    assert_eq!(email_error(&page), ["This is already your address."]);
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 0);
}

#[test]
fn an_address_that_somebody_else_got_meanwhile_stays_theirs() {
    let (instance, cast) = Instance::with_cast();
    ask_for(&cast.agent, NEW, PASSWORD);
    let form = cast.agent.get(&instance.proof_link(NEW)).form("Confirm address");
    instance.execute(&format!(
        "UPDATE users SET email = '{NEW}' WHERE id = {}",
        cast.other_agent.user_id
    ));
    form.submit().expect(409, "Another user already has this address.");
    cast.agent.get("/settings/profile").expect(200, "You sign in as mia@sprocket.example.");
    cast.other_agent.get("/settings/profile").expect(200, "You sign in as mia.chen@home.example.");
}

#[test]
fn proving_the_present_address_ends_every_session_and_asks_for_a_new_password() {
    let (instance, cast) = Instance::with_cast();
    instance.unprove(MIA);
    let profile = cast.agent.get("/settings/profile");
    profile.expect(200, "Not confirmed");
    profile.form("Send confirmation link").submit().expect(200, "A link is on its way to mia@");
    let waiting = cast.agent.browser.twin();
    let page = cast.agent.get(&instance.proof_link(MIA)).form("Confirm address").submit();
    page.expect(200, "Choose a new password, and your address is confirmed.");
    assert!(!is_signed_in(&waiting));
    assert!(!instance.is_proved(MIA));
    page.form("Save password").with("New password", NEW_PASSWORD).submit().expect(200, "saved.");
    assert!(instance.is_proved(MIA));
    cast.agent.get("/settings/profile").expect(200, "Confirmed");
    assert!(!cast.agent.get("/settings/profile").has_button("Send confirmation link"));
}

#[test]
fn a_new_password_needs_the_current_one() {
    let (instance, cast) = Instance::with_cast();
    let form = cast.agent.get("/settings/profile").form("Change password");
    let page = form.with("Current password", "guess").with("New password", NEW_PASSWORD).submit();
    assert_eq!(page.status, 422);
    assert_eq!(page.all("#current_password-error"), ["This is not your current password."]);
    assert!(!page.body.contains(NEW_PASSWORD), "no password is ever sent back");
    assert_eq!(type_in(&instance.browser(), MIA, PASSWORD).status, 303);
}

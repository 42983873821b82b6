//! The page of who lost a conversation, while it stands.

use crate::live::{at, is_the_same};
use crate::support::Instance;

#[test]
fn whoever_lost_a_conversation_hears_when_it_is_free_again() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let mia = at(&cast.agent, &format!("/conversations/{id}?view=unassigned"));
    mia.fill("Reply", "I have one here.");
    mia.sees("Draft saved");
    let assign = |to: &str| {
        let form = cast.manager.open(id).form("Assign").with("Assign to", to);
        let page = form.submit();
        page.expect(200, &format!("Assigned to {to}."));
        page
    };
    let assigned = assign("Lukas Brandt");
    mia.sees("Lukas Brandt owns this now");
    mia.sees("Kept as your draft.");
    mia.sees("only Lukas Brandt can reply now");
    assigned.form("Undo").submit().expect(200, "Undone.");
    mia.sees("You can open this conversation again");
    let shown = mia.run("return document.querySelector('main').innerText");
    assert!(!shown.as_str().unwrap_or_default().contains("Lukas Brandt"), "{shown}");
    assert_eq!(mia.value("Reply"), "I have one here.");
    // Gone again, and back.
    let assigned = assign("Gil Roth");
    mia.sees("Somebody else owns this now");
    mia.does_not_see("You can open this conversation again");
    assigned.form("Undo").submit().expect(200, "Undone.");
    mia.sees("You can open this conversation again");
    is_the_same(&mia);
    mia.follow("Open it");
    mia.sees("Claim and send");
    assert_eq!(mia.value("Reply"), "I have one here.");
}

//! Settings → Billing, and the operator's side of it.

use baton::models::membership::Barred;
use baton::models::workspace::{self, Plan, Refusal};

use crate::support::{Instance, Member, Page};

const BILLING: &str = "/settings/billing";

#[track_caller]
fn change_plan(by: &Member, plan: &str) -> Page {
    by.get(BILLING).form("Change plan").with("Plan", plan).submit()
}

fn plan(instance: &Instance, workspace_id: i64) -> String {
    instance
        .read(|conn| workspace::find(conn, workspace_id))
        .expect("the workspace exists")
        .plan
        .code
}

fn set_plan(instance: &Instance, workspace_id: i64, code: &str) -> Result<Plan, Refusal> {
    instance.verb(|conn| workspace::set_plan(conn, workspace_id, code)).map(|(plan, _)| plan)
}

#[test]
fn the_page_shows_the_plans_and_what_is_taken() {
    let (_instance, cast) = Instance::with_cast();
    let page = cast.admin.get(BILLING);
    page.expect(200, "4 of 10 seats used.");
    page.row("Growth").expect(200, "Your plan");
    page.row("Starter").expect(200, "4 seats are in use. Free 1 of them to change to Starter.");
    assert!(!page.row("Business").says("Free"));
    let form = page.form("Change plan");
    assert_eq!(form.options("Plan"), ["Starter", "Growth", "Business"]);
    assert_eq!(form.value("plan"), Some("growth"));
}

#[test]
fn a_larger_plan_counts_at_once() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE plans SET seats = 4 WHERE code = 'growth'");
    cast.admin.get("/settings/team/invite").expect(200, "No seat is left.");
    let page = change_plan(&cast.admin, "Business");
    page.expect(200, "Plan changed to Business.");
    page.expect(200, "4 of 25 seats used.");
    page.row("Business").expect(200, "Your plan");
    cast.admin.get("/settings/team/invite").expect(200, "one of the 21 left");
    assert_eq!(plan(&instance, cast.other_workspace_id), "growth", "another one stays as it was");
}

#[test]
fn a_plan_with_fewer_seats_than_are_taken_is_refused_with_the_numbers() {
    let (instance, cast) = Instance::with_cast();
    // A pending invitation takes a seat as a member does.
    let fields = [("email", "bo@sprocket.example"), ("role", "agent")];
    cast.admin.browser.post("/settings/team/invite", &fields).expect(200, "5 of 10 seats used");
    let page = change_plan(&cast.admin, "Starter");
    assert_eq!(page.status, 409);
    assert_eq!(
        page.all("#plan-error"),
        ["5 seats are used, and the plan has 3. Free 2 of them first."]
    );
    assert_eq!(page.form("Change plan").value("plan"), Some("starter"), "the choice is kept");
    page.row("Growth").expect(409, "Your plan");
    assert_eq!(plan(&instance, cast.workspace_id), "growth");
    // An expired one takes none, and neither does a member who went.
    instance.execute("UPDATE invitations SET expires_at = '2020-01-01 00:00:00'");
    let page = change_plan(&cast.admin, "Starter");
    page.expect(409, "4 seats are used, and the plan has 3. Free 1 of them first.");
    let row = cast.admin.get("/settings/team").row("mia@sprocket.example");
    row.click("Remove").form("Remove member").submit().expect(200, "Mia Chen removed.");
    let page = change_plan(&cast.admin, "Starter");
    page.expect(200, "Plan changed to Starter.");
    page.expect(200, "3 of 3 seats used.");
    change_plan(&cast.admin, "Starter").expect(200, "The plan is already Starter.");
}

#[test]
fn a_plan_that_does_not_exist_is_refused() {
    let (instance, cast) = Instance::with_cast();
    for code in ["", "Growth", "enterprise", "growth ", "a\0b"] {
        let page = cast.admin.browser.post(BILLING, &[("plan", code)]);
        assert_eq!(page.status, 422, "{code:?}");
        assert_eq!(page.all("#plan-error"), ["There is no such plan."]);
        assert_eq!(page.form("Change plan").value("plan"), Some("growth"));
    }
    assert_eq!(cast.admin.browser.post(BILLING, &[]).status, 422);
    assert_eq!(plan(&instance, cast.workspace_id), "growth");
}

#[test]
fn billing_is_for_administrators_alone() {
    let (instance, cast) = Instance::with_cast();
    for member in [&cast.manager, &cast.agent] {
        member.get(BILLING).expect(403, "Your role does not include Billing");
        let page = member.browser.post(BILLING, &[("plan", "business")]);
        page.expect(403, "Your role does not include Billing");
        assert_eq!(member.get("/settings/profile").find_link("Billing"), None);
    }
    assert_eq!(plan(&instance, cast.workspace_id), "growth");
    let changes = "SELECT count(*) FROM audit_entries WHERE kind = 'plan_changed'";
    assert_eq!(instance.count(changes), 0);
    change_plan(&cast.admin, "Business").expect(200, "Plan changed");
    assert_eq!(instance.count(changes), 1, "the trail tells who did it");
}

#[test]
fn a_plan_is_data_that_an_operator_can_change() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("INSERT INTO plans (code, name, seats) VALUES ('duo', 'Duo', 2)");
    let page = cast.admin.get(BILLING);
    assert_eq!(page.form("Change plan").options("Plan")[0], "Duo");
    instance.execute("UPDATE plans SET seats = 12 WHERE code = 'growth'");
    cast.admin.get(BILLING).expect(200, "4 of 12 seats used.");
}

#[test]
fn an_operator_sets_a_plan_under_the_same_rule() {
    let (instance, cast) = Instance::with_cast();
    let set = |code: &str| set_plan(&instance, cast.workspace_id, code);
    assert_eq!(set("business").map(|plan| plan.name), Ok("Business".to_owned()));
    cast.admin.get(BILLING).expect(200, "4 of 25 seats used.");
    assert_eq!(set("enterprise"), Err(Refusal::UnknownPlan));
    let refusal = set("starter").expect_err("there are too many members");
    assert_eq!(refusal.to_string(), "4 seats are used, and the plan has 3. Free 1 of them first.");
    assert_eq!(plan(&instance, cast.workspace_id), "business");
    assert_eq!(
        set_plan(&instance, 999_999, "business"),
        Err(Refusal::Barred(Barred::MembershipEnded))
    );
    // The workspace's own trail says that it was none of its members.
    let trail = "SELECT count(*) FROM audit_entries
                 WHERE kind = 'plan_changed' AND actor_name = 'Operator' AND actor_id IS NULL";
    assert_eq!(instance.count(trail), 1);
}

//! Invitations that nobody accepted in time.

use super::{BO, NEW_PASSWORD, TEAM, expire_invitations, invite, invited, join_as_new};
use crate::support::Instance;

#[test]
fn an_expired_invitation_is_listed_as_such_and_holds_no_seat() {
    let (instance, cast) = Instance::with_cast();
    let link = invited(&instance, &cast, BO, "Agent");
    let copy = cast.admin.get(TEAM).row(BO).link("Copy link");
    let open = instance.browser().get(&link).form("Accept invitation");
    expire_invitations(&instance);
    let list = cast.admin.get(TEAM);
    list.expect(200, "4 of 10 seats used. ");
    let row = list.row(BO);
    row.expect(200, "Expired");
    row.expect(200, "expired 1 Jan 2020.");
    assert!(!row.says("Pending"));
    assert_eq!(row.find_link("Copy link"), None);
    cast.admin.get(&copy).expect(409, "has expired. Resend it first.");
    for link in [link, instance.copied_invitation(BO)] {
        let page = instance.browser().get(&link);
        page.expect(410, "This invitation has expired");
        page.expect(410, "Ask Ana Silva to send it again.");
    }
    open.with("Your name", "Bo Lindgren")
        .with("Password", NEW_PASSWORD)
        .submit()
        .expect(410, "This invitation has expired");
    assert_eq!(instance.count("SELECT count(*) FROM memberships"), 5);
}

#[test]
fn resending_an_expired_one_takes_a_seat_again() {
    let (instance, cast) = Instance::with_cast();
    let old = invited(&instance, &cast, BO, "Agent");
    expire_invitations(&instance);
    let list = cast.admin.get(TEAM).row(BO).form("Resend").submit();
    list.expect(200, "5 of 10 seats used, 1 of them pending");
    list.row(BO).expect(200, "Pending");
    list.row(BO).expect(200, "valid for 7 days");
    instance.browser().get(&old).expect(404, "This link does not work");
    join_as_new(&instance, &instance.mailed_invitation(BO), "Bo Lindgren");
}

#[test]
fn an_expired_one_stays_expired_where_no_seat_is_left() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE plans SET seats = 5 WHERE code = 'growth'");
    invited(&instance, &cast, BO, "Agent");
    expire_invitations(&instance);
    // Its seat goes to somebody else meanwhile.
    invited(&instance, &cast, "cy@sprocket.example", "Agent");
    let page = cast.admin.get(TEAM).row(BO).form("Resend").submit();
    page.expect(409, "No seat is left. All 5 seats are used.");
    page.row(BO).expect(409, "Expired");
    let page = invite(&cast.admin, BO, "Agent");
    assert_eq!(page.status, 409);
    assert_eq!(page.all("#email-error"), ["No seat is left. All 5 seats are used."]);
    // One that is pending holds its seat already, so sending it again takes none.
    let page = cast.admin.get(TEAM).row("cy@sprocket.example").form("Resend").submit();
    page.expect(200, "5 of 5 seats used, 1 of them pending");
}

#[test]
fn inviting_an_expired_address_again_renews_its_invitation() {
    let (instance, cast) = Instance::with_cast();
    let old = invited(&instance, &cast, BO, "Agent");
    expire_invitations(&instance);
    let list = invite(&cast.admin, BO, "Manager");
    assert_eq!(list.all("li.is-invited").len(), 1, "one row, not two");
    list.row(BO).expect(200, "Pending");
    list.row(BO).expect(200, "Manager");
    list.expect(200, "5 of 10 seats used, 1 of them pending");
    assert_eq!(instance.count("SELECT count(*) FROM invitations"), 1);
    instance.browser().get(&old).expect(404, "This link does not work");
    let link = instance.mailed_invitation(BO);
    instance.browser().get(&link).expect(200, "Ana Silva invites you as Manager");
    join_as_new(&instance, &link, "Bo Lindgren");
}

#[test]
fn an_expired_one_can_be_revoked() {
    let (instance, cast) = Instance::with_cast();
    invited(&instance, &cast, BO, "Agent");
    expire_invitations(&instance);
    let list = cast.admin.get(TEAM).row(BO).form("Revoke").submit();
    list.expect(200, "Invitation for bo@sprocket.example revoked.");
    list.expect(200, "Nobody is invited at the moment.");
}

#[test]
fn an_invitation_is_valid_for_seven_days() {
    use baton::db::Utc;
    use baton::db::schema::invitations;
    use diesel::prelude::*;
    let (instance, cast) = Instance::with_cast();
    invited(&instance, &cast, BO, "Agent");
    let (created, expires): (Utc, Utc) = instance.read(|conn| {
        invitations::table.select((invitations::created_at, invitations::expires_at)).first(conn)
    });
    assert_eq!(expires.since(created).num_seconds(), 7 * 24 * 3600);
}

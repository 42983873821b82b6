//! All contacts as a table for a spreadsheet.

use super::{address, contact_of};
use crate::support::{Instance, without_mark};

#[test]
fn the_table_holds_every_contact_and_no_formula() {
    let (instance, cast) = Instance::with_cast();
    let contact = contact_of(&instance, cast.waiting(&instance));
    cast.customer_writes(&instance, "=cmd|' /C calc'!A0", "Hello");
    let form = cast.agent.get(&address(contact)).form("Save contact");
    let form = form.with("Phone", "+46 70 555 01 42").with("Company", "Velo, \"Lyon\"");
    form.submit().expect(200, "Saved");
    let page = cast.agent.get("/contacts");
    let table = page.click("Export");
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    assert!(table.header("content-disposition").contains("baton-sprocket-co-contacts-2"));
    let lines: Vec<&str> = without_mark(&table.body).lines().collect();
    assert_eq!(
        lines[0],
        "Name,Email address,Phone,Company,Contact since,Other email addresses,Blocked"
    );
    assert!(lines[1].starts_with(
        "Hanna Lindqvist,hanna.lindqvist@customer.example,+46 70 555 01 42,\"Velo, \"\"Lyon\"\"\","
    ));
    assert!(lines[2].starts_with("'=cmd"), "{}", lines[2]);
    assert_eq!(lines.len(), 3);
    assert_eq!(cast.outsider.get("/contacts/export").body.lines().count(), 1, "only their own");
}

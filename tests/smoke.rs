//! The kit itself: a customer writes, an agent claims and answers.

use crate::support::Instance;

#[test]
fn a_customer_writes_and_an_agent_answers() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let page = cast.agent.open(id);
    page.expect(200, "Is it in stock?");
    page.form("Claim and send")
        .with("Reply", "Yes, two left.")
        .submit()
        .expect(200, "Claimed and sent.");
    customer.get(&cast.chat_path()).expect(200, "Yes, two left.");
}

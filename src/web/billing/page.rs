//! Settings → Billing.

use askama::Template;

use crate::web::view::{Chrome, Seats};

/// `GET /settings/billing`, and the form on its way back. Field: `plan`.
#[derive(Template)]
#[template(path = "billing/index.html")]
pub struct BillingPage {
    pub chrome: Chrome,
    pub seats: Seats,
    pub plans: Vec<PlanCard>,
    /// A refusal with its numbers, beside the select.
    pub error: Option<String>,
}

/// One plan that can be chosen.
pub struct PlanCard {
    /// What the form sends.
    pub value: String,
    pub name: String,
    pub seats: u32,
    pub is_current: bool,
    /// Chosen in the form; the current one unless the form came back.
    pub is_selected: bool,
    /// Why it cannot be chosen now, from [`too_small`].
    pub refusal: Option<String>,
}

/// `7 seats are in use. Free 4 of them to change to Starter.`
pub fn too_small(plan_name: &str, plan_seats: u32, taken: u32) -> Option<String> {
    let over = taken.checked_sub(plan_seats).filter(|over| *over > 0)?;
    Some(format!("{taken} seats are in use. Free {over} of them to change to {plan_name}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_too_small_only_below_what_is_taken() {
        assert_eq!(too_small("Starter", 3, 3), None);
        assert_eq!(
            too_small("Starter", 3, 7).as_deref(),
            Some("7 seats are in use. Free 4 of them to change to Starter.")
        );
    }
}

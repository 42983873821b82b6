//! Settings → Billing.

pub mod page;

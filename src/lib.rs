
pub mod web;

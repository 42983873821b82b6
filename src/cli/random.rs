//! Chance that comes out the same each time, so that two runs can be compared.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

pub struct Random(StdRng);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// From `low` up to and including `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    /// True so many times out of a hundred.
    pub fn percent(&mut self, of_100: i64) -> bool {
        self.between(1, 100) <= of_100
    }

    /// One of several; there is at least one.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.0.random_range(0..from.len())]
    }
}

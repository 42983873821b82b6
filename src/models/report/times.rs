//! How long things took.

/// How long something took: of so many, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    pub count: usize,
    pub median: Option<i64>,
    /// Nine tenths took no longer.
    pub p90: Option<i64>,
}

impl Times {
    /// Of all values, in any order.
    pub(super) fn of(values: &mut [i64]) -> Self {
        values.sort_unstable();
        let count = values.len();
        let at = |rank: usize| values.get(rank).copied();
        let median = match (count.checked_sub(1).and_then(|last| at(last / 2)), at(count / 2)) {
            // Of an even number the middle of the two in the middle.
            (Some(one), Some(other)) => Some(one + (other - one) / 2),
            _ => None,
        };
        // The smallest rank that is at least nine tenths of them.
        Self { count, median, p90: (count * 9).div_ceil(10).checked_sub(1).and_then(at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_percentiles_are_of_the_values_themselves() {
        for (mut values, median, p90) in [
            (vec![], None, None),
            (vec![7], Some(7), Some(7)),
            (vec![30, 10], Some(20), Some(30)),
            (vec![3, 1, 2], Some(2), Some(3)),
            ((1..=10).rev().collect(), Some(5), Some(9)),
            ((1..=11).collect(), Some(6), Some(10)),
            ((1..=100).collect(), Some(50), Some(90)),
        ] {
            let times = Times::of(&mut values);
            assert_eq!((times.median, times.p90), (median, p90), "{values:?}");
        }
    }
}

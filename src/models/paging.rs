//! Lists that are shown a page at a time.

/// How many rows a page shows.
#[derive(Clone, Copy, Debug)]
pub struct Page(u16);

impl Page {
    pub const fn of(rows: u16) -> Self {
        Self(rows)
    }

    /// How many are read: one more than is shown tells whether there are more.
    pub fn limit(self) -> i64 {
        i64::from(self.0) + 1
    }

    /// Leaves what is shown of the rows that were read. Answers its last one where more
    /// come after it.
    pub fn cut<T>(self, rows: &mut Vec<T>) -> Option<&T> {
        let has_more = rows.len() > self.rows();
        rows.truncate(self.rows());
        rows.last().filter(|_| has_more)
    }

    /// The same of rows that end with the newest: answers the first one of those that are
    /// shown where others came before it.
    pub fn cut_earlier<T>(self, rows: &mut Vec<T>) -> Option<&T> {
        let earlier = rows.len().saturating_sub(self.rows());
        rows.drain(..earlier);
        rows.first().filter(|_| earlier > 0)
    }

    fn rows(self) -> usize {
        usize::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn a_row_more_than_a_page_shows_says_that_there_are_more() {
        let page = Page::of(2);
        assert_eq!(page.limit(), 3);
        for (read, shown, after) in [
            (vec![], vec![], None),
            (vec![1, 2], vec![1, 2], None),
            (vec![1, 2, 3], vec![1, 2], Some(2)),
        ] {
            let mut rows = read;
            assert_eq!(page.cut(&mut rows).copied(), after);
            assert_eq!(rows, shown);
        }
        for (read, shown, before) in [
            (vec![], vec![], None),
            (vec![1, 2], vec![1, 2], None),
            (vec![1, 2, 3], vec![2, 3], Some(2)),
        ] {
            let mut rows = read;
            assert_eq!(page.cut_earlier(&mut rows).copied(), before);
            assert_eq!(rows, shown);
        }
    }
}

//! A count that stops: what a page shows as `99+` need not be counted further,
//! however many rows there are.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Integer};

/// Where [`capped`] stops.
pub const CAP: i64 = 100;
// As text, so that it is not written anew for every query.
const UP_TO_CAP: &str = " LIMIT 100) AS counted)";

/// What a row is counted by: not its id, which SQLite would read from each entry of an
/// index. Unlike `dsl::sql("1")`, with which diesel prepares a query anew each time.
#[derive(Clone, Copy, Debug, QueryId)]
pub struct One;

impl Expression for One {
    type SqlType = Integer;
}

impl<From> SelectableExpression<From> for One {}

impl<From> AppearsOnTable<From> for One {}

impl<Group> ValidGrouping<Group> for One {
    type IsAggregate = is_aggregate::Never;
}

impl<DB: Backend> QueryFragment<DB> for One {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql("1");
        Ok(())
    }
}

/// The number of rows of a query, [`CAP`] at most, as an expression. Unlike the same
/// text in `sql_query`, diesel keeps it as a prepared statement; preparing the
/// inbox's counts takes longer than running them.
#[derive(Clone, Copy, Debug, QueryId)]
pub struct Capped<Q>(Q);

/// See [`Capped`].
pub fn capped<Q>(query: Q) -> Capped<Q> {
    Capped(query)
}

impl<Q> Expression for Capped<Q> {
    type SqlType = BigInt;
}

impl<Q, From> SelectableExpression<From> for Capped<Q> {}

impl<Q, From> AppearsOnTable<From> for Capped<Q> {}

impl<Q, Group> ValidGrouping<Group> for Capped<Q> {
    type IsAggregate = is_aggregate::Never;
}

impl<Q, DB> QueryFragment<DB> for Capped<Q>
where
    DB: Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql("(SELECT count(*) FROM (");
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql(UP_TO_CAP);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;
    use diesel::sqlite::Sqlite;

    use super::*;
    use crate::db::schema::conversations;

    #[test]
    fn a_count_is_a_prepared_statement() {
        let counted = conversations::table.select(One).into_boxed::<Sqlite>();
        let is_safe = QueryFragment::<Sqlite>::is_safe_to_cache_prepared;
        assert_eq!(is_safe(&capped(counted), &Sqlite), Ok(true));
    }
}

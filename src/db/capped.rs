//! A count that stops: what a page shows as `99+` need not be counted further,
//! however many rows there are.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;

/// Where [`capped`] stops.
pub const CAP: i64 = 100;
// As text, so that it is not written anew for every query.
const UP_TO_CAP: &str = " LIMIT 100) AS counted)";

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

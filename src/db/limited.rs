//! A limit that stands in the text of a query. As a parameter, PostgreSQL takes it for a
//! tenth of all rows when it plans for every value at once, finds that too dear, and
//! plans anew for each execution: on a long list that takes longer than to read it.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

/// The first rows of a query.
#[derive(Clone, Copy, Debug)]
pub struct Limited<Q> {
    query: Q,
    limit: i64,
}

/// See [`Limited`].
pub fn limited<Q>(query: Q, limit: i64) -> Limited<Q> {
    Limited { query, limit }
}

impl<Q> QueryId for Limited<Q> {
    type QueryId = ();
    // Each limit is a query of its own.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> RunQueryDsl<C> for Limited<Q> {}

impl<Q, DB> QueryFragment<DB> for Limited<Q>
where
    DB: Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(pass.reborrow())?;
        pass.push_sql(" LIMIT ");
        pass.push_sql(&self.limit.to_string());
        Ok(())
    }
}

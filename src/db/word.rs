//! Enums that a column keeps as words.

use std::str::FromStr;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromStaticSqlRow, Queryable};
use diesel::sql_types::Text;

/// What a word means that a newer Baton may have written: `None` where this one does not
/// know it.
#[derive(Clone, Copy, Debug)]
pub struct Known<T>(pub Option<T>);

impl<T: FromStr, DB> Queryable<Text, DB> for Known<T>
where
    DB: Backend,
    String: FromStaticSqlRow<Text, DB>,
{
    type Row = String;

    fn build(word: String) -> deserialize::Result<Self> {
        Ok(Self(word.parse().ok()))
    }
}

impl<T> From<Known<T>> for Option<T> {
    fn from(Known(meant): Known<T>) -> Self {
        meant
    }
}

/// Lets queries take and give these enums for a column of text: each variant by its
/// word, as `strum` derives it. A word that none has is damage, since the schema admits
/// the known ones alone, and fails the query.
macro_rules! words {
    ($($name:ty),+ $(,)?) => {$(
        const _: () = {
            use diesel::backend::Backend;
            use diesel::deserialize::{self, FromSql, Queryable};
            use diesel::expression::AsExpression;
            use diesel::serialize::{self, Output, ToSql};
            use diesel::sql_types::Text;

            impl AsExpression<Text> for $name {
                type Expression = <&'static str as AsExpression<Text>>::Expression;

                fn as_expression(self) -> Self::Expression {
                    AsExpression::<Text>::as_expression(self.into_str())
                }
            }

            impl<DB> ToSql<Text, DB> for $name
            where
                DB: Backend,
                str: ToSql<Text, DB>,
            {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                    self.into_str().to_sql(out)
                }
            }

            impl<DB> FromSql<Text, DB> for $name
            where
                DB: Backend,
                String: FromSql<Text, DB>,
            {
                fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                    let word = String::from_sql(bytes)?;
                    word.parse().map_err(|_| {
                        format!("there is no {} named {word:?}", stringify!($name)).into()
                    })
                }
            }

            impl<DB> Queryable<Text, DB> for $name
            where
                DB: Backend,
                Self: FromSql<Text, DB>,
            {
                type Row = Self;

                fn build(row: Self) -> deserialize::Result<Self> {
                    Ok(row)
                }
            }
        };
    )+};
}

pub(crate) use words;

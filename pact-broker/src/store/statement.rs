//! A statement with its values, written once for both databases.
//!
//! Placeholders are `$1`, `$2`, … on either side. The one construct that cannot be spelt alike is
//! membership in a list: it is written `IN_LIST($n)` for one that is bound and `IN_ROWS(name)` for
//! the ids in a common table expression, and expanded for the database at hand.

use std::borrow::Cow;
use std::sync::Arc;

use sqlx::postgres::PgArguments;
use sqlx::query::QueryAs;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, FromRow, Postgres, Sqlite};

use crate::domain::text::{
    BranchId, BranchName, ContentId, EnvironmentId, EnvironmentName, LabelName, PactSha,
    PacticipantId, PacticipantName, PublicationId, TagName, Uuid, VerificationId, VersionId,
    VersionNumber,
};
use crate::domain::time::Timestamp;

/// One bound value. It may be a secret, so it cannot be printed.
#[derive(Clone)]
pub(super) enum Value {
    Bool(bool),
    Id(i64),
    Ids(Vec<i64>),
    OptionalBool(Option<bool>),
    OptionalId(Option<i64>),
    OptionalText(Option<String>),
    /// A text that may be large.
    Shared(Arc<str>),
    Text(String),
    Texts(Vec<String>),
}

/// A statement and the values bound to it.
#[derive(Clone)]
pub(super) struct Statement {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

/// Starts a statement.
pub(super) fn sql(text: &'static str) -> Statement {
    Statement {
        text: Cow::Borrowed(text),
        values: Vec::new(),
    }
}

impl Statement {
    /// Starts a statement put together from fixed parts.
    pub(super) fn joined(parts: &[&'static str]) -> Self {
        Self {
            text: Cow::Owned(parts.concat()),
            values: Vec::new(),
        }
    }

    /// Puts the parts of one statement together; each counts its parameters from `$1`.
    pub(super) fn of_parts(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut whole = sql("");
        for part in parts {
            let text = part.numbered_after(whole.values.len());
            whole.text.to_mut().push_str(&text);
            whole.values.extend(part.values);
        }
        whole
    }

    /// Puts changes into one statement that the database runs in the order given.
    ///
    /// SQLite takes them as they are, one after the other. For PostgreSQL they become parts of one
    /// statement, of which none sees what another one writes; it runs those parts from the last to
    /// the first, and checks references when all have run.
    pub(super) fn together(changes: &[Self], postgres: bool) -> Self {
        let mut parts = Vec::new();
        let mut values = Vec::new();
        for change in changes {
            parts.push(change.numbered_after(values.len()));
            values.extend(change.values.iter().cloned());
        }
        let text = if postgres {
            let named = parts.iter().enumerate().rev();
            let named: Vec<_> = named
                .map(|(place, part)| format!("change{place} AS ({part})"))
                .collect();
            format!("WITH {} SELECT 1", named.join(", "))
        } else {
            parts.join("; ")
        };
        Self {
            text: Cow::Owned(text),
            values,
        }
    }

    /// The text with its parameters counted on from those before.
    fn numbered_after(&self, before: usize) -> String {
        let mut pieces = self.text.split('$');
        let mut out = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let digits = piece.find(|letter: char| !letter.is_ascii_digit());
            let (number, rest) = piece.split_at(digits.unwrap_or(piece.len()));
            let number: usize = number.parse().unwrap_or_default();
            out.push_str(&format!("${}", number + before));
            out.push_str(rest);
        }
        out
    }

    /// Binds the next value.
    pub(super) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Binds a list of ids, for `IN_LIST`.
    pub(super) fn ids<T: Into<Value>>(self, ids: impl IntoIterator<Item = T>) -> Self {
        let ids = ids
            .into_iter()
            .filter_map(|id| match id.into() {
                Value::Id(id) => Some(id),
                _ => None,
            })
            .collect();
        self.bind(Value::Ids(ids))
    }

    /// Binds a list of texts, for `IN_LIST`.
    pub(super) fn texts<T: AsRef<str>>(self, texts: impl IntoIterator<Item = T>) -> Self {
        let texts = texts
            .into_iter()
            .map(|text| text.as_ref().to_owned())
            .collect();
        self.bind(Value::Texts(texts))
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The question how the database would run the statement.
    #[cfg(test)]
    pub(super) fn explained(&self, how: &str) -> Self {
        Self {
            text: Cow::Owned(format!("{how} {}", self.text)),
            values: self.values.clone(),
        }
    }

    /// Replaces `IN_LIST($n)` and `IN_ROWS(name)` by what this database has for them, each given by
    /// what stands before and after what is in brackets.
    fn expanded(&self, list: (&str, &str), rows: (&str, &str)) -> String {
        let mut out = String::with_capacity(self.text.len() + 64);
        let mut rest: &str = &self.text;
        while let Some((head, tail)) = rest.split_once("IN_") {
            let (name, tail) = tail.split_once('(').unwrap_or((tail, ""));
            let (inside, tail) = tail.split_once(')').unwrap_or((tail, ""));
            let (before, after) = if name == "ROWS" { rows } else { list };
            out.extend([head, before, inside, after]);
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    pub(super) fn for_sqlite<T>(&self) -> QueryAs<'static, Sqlite, T, SqliteArguments>
    where
        T: for<'r> FromRow<'r, sqlx::sqlite::SqliteRow>,
    {
        let list = ("IN (SELECT value FROM json_each(", "))");
        let text = self.expanded(list, ("IN (SELECT id FROM ", ")"));
        let query = sqlx::query_as(AssertSqlSafe(text));
        self.values
            .iter()
            .fold(query, |query, value| match value.clone() {
                Value::Bool(value) => query.bind(value),
                Value::Id(value) => query.bind(value),
                Value::Ids(values) => query.bind(json(&values)),
                Value::OptionalBool(value) => query.bind(value),
                Value::OptionalId(value) => query.bind(value),
                Value::OptionalText(value) => query.bind(value),
                Value::Shared(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Texts(values) => query.bind(json(&values)),
            })
    }

    pub(super) fn for_postgres<T>(&self) -> QueryAs<'static, Postgres, T, PgArguments>
    where
        T: for<'r> FromRow<'r, sqlx::postgres::PgRow>,
    {
        // As an array, the rows can only be looked up by a key; a join with them could be made by
        // reading a table from end to end.
        let rows = ("= ANY(ARRAY(SELECT id FROM ", "))");
        let query = sqlx::query_as(AssertSqlSafe(self.expanded(("= ANY(", ")"), rows)));
        self.values
            .iter()
            .fold(query, |query, value| match value.clone() {
                Value::Bool(value) => query.bind(value),
                Value::Id(value) => query.bind(value),
                Value::Ids(values) => query.bind(values),
                Value::OptionalBool(value) => query.bind(value),
                Value::OptionalId(value) => query.bind(value),
                Value::OptionalText(value) => query.bind(value),
                Value::Shared(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Texts(values) => query.bind(values),
            })
    }
}

fn json<T: serde::Serialize>(values: &[T]) -> String {
    serde_json::to_string(values).expect("lists of numbers or texts have a JSON form")
}

macro_rules! bound_as {
    ($variant:ident of $($id:ty),+) => {$(
        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Self::$variant(id.0)
            }
        }

        impl From<&$id> for Value {
            fn from(id: &$id) -> Self {
                Self::$variant(id.0)
            }
        }
    )+};
}

macro_rules! bound_as_text {
    ($($text:ty),+) => {$(
        impl From<&$text> for Value {
            fn from(text: &$text) -> Self {
                Self::Text(text.as_str().to_owned())
            }
        }

        impl From<Option<&$text>> for Value {
            fn from(text: Option<&$text>) -> Self {
                Self::OptionalText(text.map(|text| text.as_str().to_owned()))
            }
        }
    )+};
}

bound_as!(Id of BranchId, ContentId, EnvironmentId, PacticipantId, PublicationId, VerificationId, VersionId);
bound_as_text!(
    BranchName,
    EnvironmentName,
    LabelName,
    PacticipantName,
    PactSha,
    String,
    TagName,
    Timestamp,
    Uuid,
    VersionNumber
);

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Option<bool>> for Value {
    fn from(value: Option<bool>) -> Self {
        Self::OptionalBool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Id(value)
    }
}

impl From<Arc<str>> for Value {
    fn from(value: Arc<str>) -> Self {
        Self::Shared(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<Option<PacticipantId>> for Value {
    fn from(id: Option<PacticipantId>) -> Self {
        Self::OptionalId(id.map(|id| id.0))
    }
}

impl From<Option<VersionId>> for Value {
    fn from(id: Option<VersionId>) -> Self {
        Self::OptionalId(id.map(|id| id.0))
    }
}

impl From<Option<VerificationId>> for Value {
    fn from(id: Option<VerificationId>) -> Self {
        Self::OptionalId(id.map(|id| id.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn membership_in_a_list_is_spelt_for_the_database() {
        let statement = sql("SELECT 1 WHERE a IN_LIST($1) AND b IN_ROWS(chosen) OR c IN_LIST($2)");
        assert_eq!(
            statement.expanded(("= ANY(", ")"), ("IN (SELECT id FROM ", ")")),
            "SELECT 1 WHERE a = ANY($1) AND b IN (SELECT id FROM chosen) OR c = ANY($2)"
        );
    }

    #[test]
    fn changes_put_together_keep_their_values_and_their_order() {
        let first = sql("INSERT INTO a VALUES ($1, $2, $1)").bind(1).bind(2);
        let changes = [
            first,
            sql("UPDATE b SET c = $2 WHERE d = $1").bind(3).bind(4),
        ];
        let told = |postgres| Statement::together(&changes, postgres).text().to_owned();
        assert_eq!(
            told(false),
            "INSERT INTO a VALUES ($1, $2, $1); UPDATE b SET c = $4 WHERE d = $3"
        );
        assert_eq!(
            told(true),
            "WITH change1 AS (UPDATE b SET c = $4 WHERE d = $3), \
             change0 AS (INSERT INTO a VALUES ($1, $2, $1)) SELECT 1"
        );
        assert_eq!(Statement::together(&changes, true).values.len(), 4);
    }

    #[test]
    fn parts_of_a_statement_count_their_own_parameters() {
        let whole = Statement::of_parts([
            sql("SELECT $2 + $1 ").bind(1).bind(2),
            sql("UNION SELECT 3 "),
            sql("UNION SELECT $1").bind(4),
        ]);
        assert_eq!(
            whole.text(),
            "SELECT $2 + $1 UNION SELECT 3 UNION SELECT $3"
        );
        assert_eq!(whole.values.len(), 3);
    }
}

//! Orders in SQLite.

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use crate::{Line, Order};

/// Where orders are kept.
#[derive(Clone)]
pub struct Store {
    pool: SqlitePool,
}

/// The database refuses, or holds what is no order.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The lines of an order are no JSON.
    #[error("the lines of an order cannot be read")]
    Lines(#[from] serde_json::Error),
    /// The database refuses.
    #[error("the database of orders refuses")]
    Database(#[from] sqlx::Error),
}

impl Store {
    /// Returns an empty store that lives as long as it is used.
    ///
    /// # Errors
    ///
    /// When the database cannot be made.
    pub async fn in_memory() -> Result<Self, StoreError> {
        // Every connection to an SQLite database in memory has one of its own.
        let options = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None);
        let pool = options
            .connect_with(SqliteConnectOptions::new().in_memory(true))
            .await?;
        sqlx::query("CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT NOT NULL, lines TEXT NOT NULL)")
            .execute(&pool)
            .await?;
        Ok(Self { pool })
    }

    /// Returns the order of this number, if there is one.
    ///
    /// # Errors
    ///
    /// When the database refuses.
    pub async fn order(&self, id: i64) -> Result<Option<Order>, StoreError> {
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT status, lines FROM orders WHERE id = $1")
                .bind(id)
                .fetch_optional(&self.pool)
                .await?;
        let order = |(status, lines): (String, String)| {
            Ok(Order {
                id,
                status,
                lines: serde_json::from_str(&lines)?,
            })
        };
        row.map(order).transpose()
    }

    /// Keeps an order, under the number given or the next one.
    ///
    /// # Errors
    ///
    /// When the number is taken or the database refuses.
    pub async fn insert(
        &self,
        id: Option<i64>,
        status: &str,
        lines: &[Line],
    ) -> Result<Order, StoreError> {
        let (id,): (i64,) = sqlx::query_as(
            "INSERT INTO orders (id, status, lines) VALUES ($1, $2, $3) RETURNING id",
        )
        .bind(id)
        .bind(status)
        .bind(serde_json::to_string(lines)?)
        .fetch_one(&self.pool)
        .await?;
        Ok(Order {
            id,
            status: status.to_owned(),
            lines: lines.to_vec(),
        })
    }

    /// Forgets all orders.
    ///
    /// # Errors
    ///
    /// When the database refuses.
    pub async fn clear(&self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM orders")
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

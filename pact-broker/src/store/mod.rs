//! What the broker remembers: one [`Store`] over SQLite or PostgreSQL.
//!
//! The SQL is written once for both and only narrows; what it means is decided by the functions
//! of [`crate::domain`]. Every method of [`Store`] is one transaction: a read sees one state, a
//! change happens entirely or not at all and is durable when the method returns.

mod address;
mod ambient;
mod connection;
mod error;
mod pool;
mod schema;
mod statement;
mod writer;

mod branches;
mod dashboard;
mod deployments;
mod environments;
pub(crate) mod import;
mod integrations;
mod matrix;
mod metrics;
mod overview;
mod pacticipants;
mod pacts;
#[cfg(test)]
mod plans;
mod publish;
mod selecting;
mod tags;
mod verifications;
mod versions;
mod webhooks;

use crate::store::connection::{Record, Tx};
use crate::store::pool::Pools;
use crate::store::statement::Statement;
use crate::store::writer::BoxFuture;

pub use address::shown_address;
pub use ambient::Ambient;
pub use branches::DeletedBranches;
pub use dashboard::DashboardRow;
pub use error::StoreError;
pub use integrations::Integration;
pub use matrix::Known;
pub use metrics::Metrics;
pub use overview::OverviewRow;

/// The database of a broker. Cloning shares the connections.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
}

/// A part of a long list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Counted from 1.
    pub number: u32,
    /// How many items a page has.
    pub size: u32,
}

/// The items of a page, or of the whole list, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The items.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: u64,
}

impl<T> Paged<T> {
    /// Takes the page out of a whole list.
    pub fn of(items: Vec<T>, page: Option<Page>) -> Self {
        let total = items.len() as u64;
        let Some(page) = page else {
            return Self { items, total };
        };
        let skipped = (page.number.saturating_sub(1) as usize).saturating_mul(page.size as usize);
        let items = items
            .into_iter()
            .skip(skipped)
            .take(page.size as usize)
            .collect();
        Self { items, total }
    }

    /// The same page with every item made into another.
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Paged<U> {
        Paged {
            items: self.items.into_iter().map(make).collect(),
            total: self.total,
        }
    }
}

/// Something that a request made exist: newly, or it did already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<T> {
    /// How it stands now.
    pub value: T,
    /// Whether it is new.
    pub created: bool,
}

impl Store {
    /// Opens the database at the address, creates it if it is an SQLite file that does not exist,
    /// and brings its schema up to date.
    ///
    /// # Errors
    /// When the address is not `sqlite://…` or `postgres://…`, the database cannot be reached, or
    /// its schema is newer than this broker.
    pub async fn open(url: &str, ambient: Ambient) -> Result<Self, StoreError> {
        Ok(Self {
            pools: Pools::open(url, ambient).await?,
        })
    }

    /// Closes every connection; what was being written is finished first.
    pub async fn close(&self) {
        self.pools.close().await;
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut tx = self.pools.reading().await?;
        tx.run(statement::sql("SELECT 1")).await
    }

    async fn reading(&self) -> Result<Tx, StoreError> {
        self.pools.reading().await
    }

    /// All rows of the answer to a single statement.
    async fn all<T: Record>(&self, statement: Statement) -> Result<Vec<T>, StoreError> {
        self.pools.once(&statement).await
    }

    /// Makes a change that may take minutes where there is much to delete: no statement of it is
    /// given up early, and it goes on when the caller no longer waits for it.
    async fn long_change<I, T, F>(&self, input: I, work: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx, &'a I) -> BoxFuture<'a, Result<T, StoreError>>
            + Send
            + Sync
            + 'static,
    {
        let store = self.clone();
        let changing = tokio::spawn(async move {
            let changed = store.change((input, work), |tx, (input, work)| {
                Box::pin(async move {
                    tx.take_time().await?;
                    work(tx, input).await
                })
            });
            changed.await
        });
        changing.await.map_err(|_| StoreError::Panicked)?
    }

    async fn change<I, T, F>(&self, input: I, work: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx, &'a I) -> BoxFuture<'a, Result<T, StoreError>>
            + Send
            + Sync
            + 'static,
    {
        self.pools.change(input, work).await
    }
}

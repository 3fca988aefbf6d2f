//! An empty store on either database.

use pact_broker::store::{Ambient, Store};
use tempfile::TempDir;

use crate::support::postgres;

/// A store, and the folder that lasts as long as it.
pub(crate) struct TestStore {
    pub(crate) store: Store,
    pub(crate) url: String,
    _folder: Option<TempDir>,
}

impl std::ops::Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

/// A store on an SQLite file.
pub(crate) async fn on_sqlite() -> Option<TestStore> {
    on_sqlite_with(Ambient::system()).await
}

/// The same with a clock of its own.
pub(crate) async fn on_sqlite_with(ambient: Ambient) -> Option<TestStore> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("broker.sqlite").display());
    let store = Store::open(&url, ambient).await.unwrap();
    Some(TestStore {
        store,
        url,
        _folder: Some(folder),
    })
}

/// A store on PostgreSQL; nothing where no server can be had, which has been said by then.
pub(crate) async fn on_postgres() -> Option<TestStore> {
    on_postgres_with(Ambient::system()).await
}

/// The same with a clock of its own.
pub(crate) async fn on_postgres_with(ambient: Ambient) -> Option<TestStore> {
    let url = postgres::database_url().await?;
    let store = Store::open(&url, ambient).await.unwrap();
    Some(TestStore {
        store,
        url,
        _folder: None,
    })
}

//! Changes on PostgreSQL that are in each other's way, or take their time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Barrier, Notify};

use crate::store::plans::postgres;
use crate::store::statement::sql;
use crate::store::{Ambient, Store, StoreError, Tx};

/// A store on PostgreSQL with two rows that changes get in each other's way about.
async fn two_rows() -> Option<Store> {
    let url = postgres::database_url().await?;
    let store = Store::open(&url, Ambient::system()).await.unwrap();
    let made = store.change((), |tx, ()| {
        Box::pin(async move {
            tx.run(sql(
                "CREATE TABLE rows (id BIGINT PRIMARY KEY, changes BIGINT)",
            ))
            .await?;
            tx.run(sql("INSERT INTO rows VALUES (1, 0), (2, 0)")).await
        })
    });
    made.await.unwrap();
    Some(store)
}

#[tokio::test]
async fn a_long_change_has_more_time_and_goes_on_when_nobody_waits() {
    let Some(store) = two_rows().await else {
        return;
    };
    let (begun, let_go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let input = (Arc::clone(&begun), Arc::clone(&let_go));
    let long = store.long_change(input, |tx, (begun, let_go)| {
        Box::pin(async move {
            let timeout: (String,) = tx.one(sql("SHOW statement_timeout")).await?;
            assert_eq!(timeout.0, "10min");
            begun.notify_one();
            let_go.notified().await;
            change_row(tx, 1).await
        })
    });
    tokio::select! {
        changed = long => panic!("{changed:?} before it may be"),
        () = begun.notified() => {}
    }
    let timeout: Vec<(String,)> = store.all(sql("SHOW statement_timeout")).await.unwrap();
    assert_eq!(timeout[0].0, "15s");
    let_go.notify_one();
    while changes(&store).await != [(1,), (0,)] {
        tokio::task::yield_now().await;
    }
}

async fn change_row(tx: &mut Tx, id: i64) -> Result<(), StoreError> {
    let update = sql("UPDATE rows SET changes = changes + 1 WHERE id = $1");
    tx.run(update.bind(id)).await
}

async fn changes(store: &Store) -> Vec<(i64,)> {
    let all = sql("SELECT changes FROM rows ORDER BY id");
    store.all(all).await.unwrap()
}

#[tokio::test]
async fn a_change_that_a_deadlock_ended_is_made_again() {
    let Some(store) = two_rows().await else {
        return;
    };
    let (attempts, both) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(2)));
    let cross = |order: [i64; 2]| {
        let input = (order, Arc::clone(&attempts), Arc::clone(&both));
        store.change(input, |tx, ([first, second], attempts, both)| {
            Box::pin(async move {
                let attempt = attempts.fetch_add(1, Ordering::SeqCst);
                change_row(tx, *first).await?;
                if attempt < 2 {
                    both.wait().await;
                }
                change_row(tx, *second).await
            })
        })
    };
    let (one, other) = tokio::join!(cross([1, 2]), cross([2, 1]));
    one.unwrap();
    other.unwrap();
    assert_eq!(attempts.load(Ordering::SeqCst), 3);
    assert_eq!(changes(&store).await, [(2,), (2,)]);
}

#[tokio::test]
async fn a_change_that_another_one_overtook_is_made_again() {
    let Some(store) = two_rows().await else {
        return;
    };
    let attempts = Arc::new(AtomicUsize::new(0));
    let input = (store.clone(), Arc::clone(&attempts));
    let changed = store.change(input, |tx, (store, attempts)| {
        Box::pin(async move {
            tx.run(sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
                .await?;
            tx.run(sql("SELECT changes FROM rows")).await?;
            if attempts.fetch_add(1, Ordering::SeqCst) == 0 {
                let other = store.change((), |tx, ()| Box::pin(change_row(tx, 1)));
                other.await?;
            }
            change_row(tx, 1).await
        })
    });
    changed.await.unwrap();
    assert_eq!(attempts.load(Ordering::SeqCst), 2);
    assert_eq!(changes(&store).await, [(2,), (0,)]);
}

//! Groups of jobs: who is committed with whom, and who suffers from whom.

use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::*;
use crate::store::Store;
use crate::store::pool::Pools;

type Outcome<T> = JoinHandle<Result<T, StoreError>>;

/// What is wrong with a job.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Panics,
    Refuses,
    SpoilsTheTransaction,
}

/// An empty store with a table of numbers.
struct Numbers {
    store: Store,
    _folder: tempfile::TempDir,
}

impl Numbers {
    async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("broker.sqlite").display());
        let store = Store::open(&url, Ambient::system()).await.unwrap();
        let created = store.change((), |tx, ()| {
            Box::pin(tx.run(sql("CREATE TABLE numbers (number INTEGER)")))
        });
        created.await.unwrap();
        Self {
            store,
            _folder: folder,
        }
    }

    /// Hands a job to the writer that adds a number and tells how many were committed before.
    fn add(&self, number: i64, fault: Option<Fault>) -> Outcome<usize> {
        let store = self.store.clone();
        tokio::spawn(async move {
            let input = (store.clone(), number, fault);
            let changed = store.change(input, |tx, (store, number, fault)| {
                Box::pin(async move {
                    insert(tx, *number).await?;
                    match fault {
                        Some(Fault::Panics) => panic!("as a job may"),
                        Some(Fault::Refuses) => Err(StoreError::Closed),
                        Some(Fault::SpoilsTheTransaction) => {
                            tx.run(sql("ROLLBACK")).await.map(|()| 0)
                        }
                        None => Ok(committed(store).await.len()),
                    }
                })
            });
            changed.await
        })
    }

    /// Keeps the writer busy with adding 0 until it is let go.
    async fn hold(&self) -> (Arc<Notify>, Outcome<()>) {
        let (begun, let_go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (input, store) = (
            (Arc::clone(&begun), Arc::clone(&let_go)),
            self.store.clone(),
        );
        let holding = tokio::spawn(async move {
            let changed = store.change(input, |tx, (begun, let_go)| {
                Box::pin(async move {
                    insert(tx, 0).await?;
                    begun.notify_one();
                    let_go.notified().await;
                    Ok(())
                })
            });
            changed.await
        });
        begun.notified().await;
        (let_go, holding)
    }

    /// Returns once so many jobs wait for the writer.
    async fn waiting(&self, jobs: usize) {
        let Pools::Sqlite { writer, .. } = &self.store.pools else {
            panic!("the store is not on SQLite");
        };
        while writer.queue.max_capacity() - writer.queue.capacity() < jobs {
            tokio::task::yield_now().await;
        }
    }
}

async fn insert(tx: &mut Tx, number: i64) -> Result<(), StoreError> {
    let insert = sql("INSERT INTO numbers (number) VALUES ($1)");
    tx.run(insert.bind(number)).await
}

async fn committed(store: &Store) -> Vec<i64> {
    let all = sql("SELECT number FROM numbers ORDER BY number");
    let all: Vec<(i64,)> = store.all(all).await.unwrap();
    all.into_iter().map(|(number,)| number).collect()
}

#[tokio::test]
async fn jobs_that_wait_are_committed_together_up_to_a_number() {
    let numbers = Numbers::empty().await;
    let (let_go, held) = numbers.hold().await;
    let many = GROUP + 10;
    let jobs: Vec<_> = (0..many).map(|_| numbers.add(1, None)).collect();
    numbers.waiting(many).await;
    let_go.notify_one();
    held.await.unwrap().unwrap();
    let mut seen = Vec::new();
    for job in jobs {
        seen.push(job.await.unwrap().unwrap());
    }
    let (first, second) = seen.split_at(GROUP);
    assert!(first.iter().all(|before| *before == 1), "{seen:?}");
    assert!(second.iter().all(|before| *before == 1 + GROUP), "{seen:?}");
}

#[tokio::test]
async fn a_job_that_fails_takes_no_other_with_it() {
    for fault in [Fault::Panics, Fault::Refuses, Fault::SpoilsTheTransaction] {
        let numbers = Numbers::empty().await;
        let (let_go, held) = numbers.hold().await;
        let jobs = [
            numbers.add(1, None),
            numbers.add(2, Some(fault)),
            numbers.add(3, None),
        ];
        numbers.waiting(jobs.len()).await;
        let_go.notify_one();
        held.await.unwrap().unwrap();
        let [before, failing, after] = jobs;
        let error = failing.await.unwrap().unwrap_err();
        assert_eq!(
            matches!(error, StoreError::Panicked),
            matches!(fault, Fault::Panics),
            "{error:?}"
        );
        before.await.unwrap().unwrap();
        after.await.unwrap().unwrap();
        numbers.add(4, None).await.unwrap().unwrap();
        assert_eq!(committed(&numbers.store).await, [0, 1, 3, 4], "{fault:?}");
    }
}

#[tokio::test]
async fn reading_goes_on_while_a_change_takes_its_time() {
    let numbers = Numbers::empty().await;
    let (let_go, held) = numbers.hold().await;
    assert!(committed(&numbers.store).await.is_empty());
    let_go.notify_one();
    held.await.unwrap().unwrap();
    assert_eq!(committed(&numbers.store).await, [0]);
}

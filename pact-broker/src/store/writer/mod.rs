//! The one writer of an SQLite database, with group commit.
//!
//! Jobs wait in a queue. The writer opens one transaction, runs every job that is waiting, each in
//! a savepoint of its own, and commits them together: the disk is made to sync once for all of
//! them, and nobody is answered before it did. Who was answered last is likely to come again at
//! once, so where the disk is slow the writer waits a moment for as many as there were.
//!
//! When the transaction fails as a whole, as on a full disk or by a job that panics, each job is
//! tried alone, so that every caller learns what became of its own and none suffers from another's.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use tokio::sync::{mpsc, oneshot};

use crate::store::ambient::Ambient;
use crate::store::connection::{Backend, Tx};
use crate::store::error::StoreError;
use crate::store::statement::sql;

/// A future that can be sent to another thread.
pub(super) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// How many jobs may wait before the next caller has to.
const QUEUE: usize = 1024;

/// How many jobs one transaction takes at most.
const GROUP: usize = 64;

/// The longest time that the writer waits for jobs that are likely to come.
const GATHERING: Duration = Duration::from_millis(5);

/// How long the file may be held by somebody else while it is opened.
const OPENING: Duration = Duration::from_secs(5);

/// A pause before a file that was held is opened again.
const AGAIN: Duration = Duration::from_millis(20);

/// A change that waits for its turn.
trait Job: Send {
    /// Forgets what an earlier transaction made of it.
    fn start_over(&mut self);

    /// Makes the change, and tells whether it shall stay.
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, bool>;

    /// Answers the caller: the change was committed, or the transaction failed.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Change<I, T, F> {
    input: I,
    work: F,
    outcome: Option<Result<T, StoreError>>,
    caller: oneshot::Sender<Result<T, StoreError>>,
}

impl<I, T, F> Job for Change<I, T, F>
where
    I: Send + Sync,
    T: Send,
    F: for<'a> Fn(&'a mut Tx, &'a I) -> BoxFuture<'a, Result<T, StoreError>> + Send + Sync,
{
    fn start_over(&mut self) {
        self.outcome = None;
    }

    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let outcome = (self.work)(tx, &self.input).await;
            let stays = outcome.is_ok();
            self.outcome = Some(outcome);
            stays
        })
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let answer = match (self.outcome, committed) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StoreError::Closed),
        };
        // A caller that went away needs no answer.
        let _ = self.caller.send(answer);
    }
}

/// Whether the connection of the writer is in a known state.
///
/// SQLite ends a transaction by itself when the disk is full or fails, and nobody is told: such a
/// connection is closed, and another one opened.
#[derive(Clone)]
pub(super) struct Trust(Arc<AtomicBool>);

/// Opens the one connection that writes.
pub(super) async fn pool(
    options: SqliteConnectOptions,
) -> Result<(SqlitePool, Trust), sqlx::Error> {
    let trust = Trust(Arc::new(AtomicBool::new(true)));
    let trusted = Arc::clone(&trust.0);
    let one = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .before_acquire(move |_, _| {
            let keep = trusted.swap(true, Ordering::Relaxed);
            Box::pin(async move { Ok(keep) })
        });
    let asked = Instant::now();
    loop {
        match one.clone().connect_with(options.clone()).await {
            Err(error) if is_busy(&error) && asked.elapsed() < OPENING => {
                tokio::time::sleep(AGAIN).await;
            }
            opened => return Ok((opened?, trust)),
        }
    }
}

/// Returns whether somebody else has the file. SQLite does not wait by itself where a new file gets
/// its write-ahead log, so brokers that start together would find it locked.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|known| known.code());
    code.and_then(|code| code.parse::<i32>().ok())
        .is_some_and(|code| code & 0xff == 5)
}

/// The way to the writer.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
}

impl Writer {
    /// Starts the writer on a pool of one connection. It ends when the last handle is dropped.
    pub(super) fn start(pool: SqlitePool, trust: Trust, ambient: Ambient) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let desk = Desk {
            pool,
            trust,
            ambient,
        };
        tokio::spawn(desk.work(jobs));
        Self { queue }
    }

    /// Makes a change, and returns once it is durable.
    pub(super) async fn change<I, T, F>(&self, input: I, work: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx, &'a I) -> BoxFuture<'a, Result<T, StoreError>>
            + Send
            + Sync
            + 'static,
    {
        let (caller, answer) = oneshot::channel();
        let job = Change {
            input,
            work,
            outcome: None,
            caller,
        };
        self.queue
            .send(Box::new(job))
            .await
            .map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

/// Where the jobs are done.
struct Desk {
    pool: SqlitePool,
    trust: Trust,
    ambient: Ambient,
}

impl Desk {
    async fn work(self, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
        let mut group = Vec::with_capacity(GROUP);
        let mut crowd = Crowd::default();
        while jobs.recv_many(&mut group, GROUP).await > 0 {
            crowd.gather(&mut jobs, &mut group).await;
            let (size, begun) = (group.len(), Instant::now());
            self.finish(&mut group).await;
            crowd = Crowd {
                likely: size + jobs.len(),
                patience: begun.elapsed() / 2,
            };
        }
    }

    /// Does all jobs of a group, together if possible.
    async fn finish(&self, group: &mut Vec<Box<dyn Job>>) {
        if group.len() > 1 {
            match self.commit(group).await {
                Ok(()) => {
                    group.drain(..).for_each(|job| job.answer(Ok(())));
                    return;
                }
                Err(error) => tracing::debug!(%error, "the jobs of a group are tried alone"),
            }
        }
        for mut job in group.drain(..) {
            let committed = self.commit(std::slice::from_mut(&mut job)).await;
            job.answer(committed);
        }
    }

    /// Runs jobs in one transaction. When it fails, nothing is left of any of them.
    async fn commit(&self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        group.iter_mut().for_each(|job| job.start_over());
        let committed = self.transact(group).await;
        if committed.is_err() {
            self.trust.0.store(false, Ordering::Relaxed);
        }
        committed
    }

    async fn transact(&self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let begun = self
            .pool
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(StoreError::begin)?;
        let mut tx = Tx::new(Backend::Sqlite(begun), &self.ambient);
        for (place, job) in group.iter_mut().enumerate() {
            tx.refresh_clock();
            // One step to the thread of the connection and back; the commit releases the last.
            tx.run(match place {
                0 => sql("SAVEPOINT job"),
                _ => sql("RELEASE job; SAVEPOINT job"),
            })
            .await?;
            // Where a job stopped in the middle, nobody knows what is on the way to the database.
            let stays = AssertUnwindSafe(job.run(&mut tx)).catch_unwind().await;
            if !stays.map_err(|_| StoreError::Panicked)? {
                tx.run(sql("ROLLBACK TO job")).await?;
            }
        }
        tx.commit().await
    }
}

/// Those who are likely to have work for the writer now.
#[derive(Default)]
struct Crowd {
    /// Those who were just answered, and those who were waiting meanwhile.
    likely: usize,
    /// How long it is worth waiting for them: a part of what a transaction costs.
    patience: Duration,
}

impl Crowd {
    /// Adds jobs to a group until all who are likely to come have come, or for long enough.
    async fn gather(&self, jobs: &mut mpsc::Receiver<Box<dyn Job>>, group: &mut Vec<Box<dyn Job>>) {
        // Shorter times cannot be waited for, and are not worth it.
        if self.patience < Duration::from_millis(1) {
            return;
        }
        let until = tokio::time::Instant::now() + self.patience.min(GATHERING);
        while group.len() < self.likely.min(GROUP) {
            match tokio::time::timeout_at(until, jobs.recv()).await {
                Ok(Some(job)) => group.push(job),
                Ok(None) | Err(_) => break,
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! Threads that servers run on. One whose server has ended waits a while for the next server of the
//! process, with its runtime.

use std::fmt;
use std::future::Future;
use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::thread;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// How long a thread waits for another server at least before it ends, and at most twice as long.
const PATIENCE: Duration = Duration::from_secs(2);

/// Most threads that wait: each of them keeps a few descriptors open.
const MOST_WAITING: usize = 8;

/// How often a lock is tried that others hold for an instant only.
const TRIES: usize = 100;

static POOL: Pool = Pool::new(PATIENCE);

/// Runs something on a thread of its own, one that waits or a new one.
///
/// # Errors
///
/// When the system has no thread or no runtime to give; then nothing is run.
pub(super) fn run(job: impl Future<Output = ()> + Send + 'static) -> io::Result<Thread> {
    POOL.run(Box::pin(job))
}

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A thread that somebody has for himself. It ends when it is dropped instead of given back.
#[derive(Clone)]
pub(super) struct Thread {
    pool: &'static Pool,
    number: u64,
    /// The process it is a thread of: one that is forked off has none of its parent's.
    process: u32,
    jobs: UnboundedSender<Job>,
}

impl Thread {
    /// Returns whether it is a thread of this process.
    pub(super) fn is_here(&self) -> bool {
        self.process == std::process::id()
    }

    /// Ends what the thread runs, then runs something else.
    pub(super) fn turn_to(&self, job: impl Future<Output = ()> + Send + 'static) {
        // A thread that is gone runs nothing that could be ended.
        let _ = self.jobs.send(Box::pin(job));
    }

    /// Gives the thread back when nothing that matters runs on it any more; what does is ended no
    /// later than another begins.
    pub(super) fn give_back(self) {
        let pool = self.pool;
        if self.is_here()
            && let Some(mut waiting) = pool.waiting()
            && waiting.len() < MOST_WAITING
        {
            waiting.push(self);
        }
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Thread").field(&self.number).finish()
    }
}

/// Threads that wait for a server.
struct Pool {
    patience: Duration,
    waiting: Mutex<Vec<Thread>>,
}

impl Pool {
    const fn new(patience: Duration) -> Self {
        Self {
            patience,
            waiting: Mutex::new(Vec::new()),
        }
    }

    fn run(&'static self, mut job: Job) -> io::Result<Thread> {
        while let Some(thread) = self.waiting().and_then(|mut waiting| waiting.pop()) {
            if !thread.is_here() {
                // Its parent still wants it.
                mem::forget(thread);
                continue;
            }
            match thread.jobs.send(job) {
                Ok(()) => return Ok(thread),
                // It has ended, as a thread does that panics.
                Err(unsent) => job = unsent.0,
            }
        }
        self.start(job)
    }

    fn start(&'static self, job: Job) -> io::Result<Thread> {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let (sender, jobs) = unbounded_channel();
        let thread = Thread {
            pool: self,
            number,
            process: std::process::id(),
            jobs: sender,
        };
        thread.turn_to(job);
        thread::Builder::new()
            .name("mock server".to_owned())
            .spawn(move || self.work(&runtime, number, jobs))?;
        Ok(thread)
    }

    /// Runs one job after the other until nobody wants the thread any more.
    fn work(&self, runtime: &Runtime, number: u64, mut jobs: UnboundedReceiver<Job>) {
        runtime.block_on(async {
            let mut running: Option<JoinHandle<()>> = None;
            loop {
                match tokio::time::timeout(self.patience, jobs.recv()).await {
                    Ok(Some(job)) => {
                        if let Some(running) = running.take() {
                            running.abort();
                        }
                        running = Some(tokio::spawn(job));
                    }
                    Err(_) if self.has_removed(number) => return,
                    // It serves longer than others wait.
                    Err(_) => {}
                    Ok(None) => return,
                }
            }
        });
    }

    /// Lets a thread wait no more; returns whether it did.
    fn has_removed(&self, number: u64) -> bool {
        let Some(mut waiting) = self.waiting() else {
            return false;
        };
        let at = { waiting.iter() }.position(|thread| thread.number == number);
        at.map(|at| waiting.remove(at)).is_some()
    }

    /// Returns the threads that wait, when they can be known.
    fn waiting(&self) -> Option<MutexGuard<'_, Vec<Thread>>> {
        (0..TRIES).find_map(|_| match self.waiting.try_lock() {
            Ok(waiting) => Some(waiting),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            // In a process that was forked off just then it stays locked for ever.
            Err(TryLockError::WouldBlock) => {
                thread::yield_now();
                None
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
    use std::thread::ThreadId;
    use std::time::Instant;

    use super::*;

    /// Longer than anything takes here.
    const LONG: Duration = Duration::from_secs(30);

    fn pool(patience: Duration) -> &'static Pool {
        Box::leak(Box::new(Pool::new(patience)))
    }

    /// Runs what ends at once, and returns the thread with its name for the system.
    fn begun(pool: &'static Pool) -> (Thread, ThreadId) {
        let (sender, ran) = channel();
        let job = async move { sender.send(thread::current().id()).unwrap() };
        let thread = pool.run(Box::pin(job)).unwrap();
        (thread, ran.recv_timeout(LONG).unwrap())
    }

    fn count(pool: &'static Pool) -> usize {
        pool.waiting.lock().unwrap().len()
    }

    /// Waits until nobody has the sender any more.
    #[track_caller]
    fn wait_for_end_of(receiver: &Receiver<()>) {
        let end = receiver.recv_timeout(LONG);
        assert_eq!(end, Err(RecvTimeoutError::Disconnected));
    }

    /// Returns what ends only together with the thread it is made on.
    fn for_ever() -> (impl Future<Output = ()> + Send, Receiver<()>) {
        thread_local!(static KEPT: Cell<Option<std::sync::mpsc::Sender<()>>> = const { Cell::new(None) });
        let (sender, alive) = channel();
        (async move { KEPT.set(Some(sender)) }, alive)
    }

    #[test]
    fn a_thread_runs_one_server_after_the_other() {
        let pool = pool(LONG);
        let (thread, first) = begun(pool);
        thread.give_back();
        for _ in 0..100 {
            let (thread, next) = begun(pool);
            assert_eq!(next, first);
            assert_eq!(count(pool), 0);
            thread.give_back();
        }
        assert_eq!(count(pool), 1);
    }

    #[test]
    fn what_runs_is_ended_before_another_begins() {
        let pool = pool(LONG);
        let (sender, running) = channel::<()>();
        let (begin, has_begun) = channel();
        let job = async move {
            let _sender = sender;
            begin.send(()).unwrap();
            std::future::pending::<()>().await;
        };
        let thread = pool.run(Box::pin(job)).unwrap();
        has_begun.recv_timeout(LONG).unwrap();
        thread.give_back();
        let (sender, found) = channel();
        let next = async move {
            let ended = running.try_recv() == Err(std::sync::mpsc::TryRecvError::Disconnected);
            sender.send(ended).unwrap();
        };
        let _thread = pool.run(Box::pin(next)).unwrap();
        assert_eq!(found.recv_timeout(LONG), Ok(true));
    }

    #[test]
    fn a_thread_that_has_ended_is_not_used_again() {
        let pool = pool(LONG);
        let (job, alive) = for_ever();
        let mut thread = pool.run(Box::pin(job)).unwrap();
        // Nobody gives it a job any more, so it ends, like one that panics.
        thread.jobs = unbounded_channel().0;
        wait_for_end_of(&alive);
        thread.give_back();
        assert_eq!(count(pool), 1);
        let (_thread, _) = begun(pool);
        assert_eq!(count(pool), 0);
    }

    #[test]
    fn a_thread_whose_server_panics_goes_on() {
        let pool = pool(LONG);
        let (thread, first) = begun(pool);
        let (sender, ended) = channel::<()>();
        thread.turn_to(async move {
            let _sender = sender;
            panic!("a server that panics for a test");
        });
        wait_for_end_of(&ended);
        thread.give_back();
        assert_eq!(begun(pool).1, first);
    }

    #[test]
    fn a_thread_that_waits_in_vain_ends_and_one_that_serves_does_not() {
        let pool = pool(Duration::from_millis(1));
        let (job, alive) = for_ever();
        let thread = pool.run(Box::pin(job)).unwrap();
        let end = alive.recv_timeout(Duration::from_millis(50));
        assert_eq!(end, Err(RecvTimeoutError::Timeout));
        thread.give_back();
        wait_for_end_of(&alive);
        assert_eq!(count(pool), 0);
    }

    #[test]
    fn only_so_many_threads_wait() {
        let pool = pool(LONG);
        let (jobs, alive): (Vec<_>, Vec<_>) = (0..3 * MOST_WAITING).map(|_| for_ever()).unzip();
        let threads = { jobs.into_iter() }.map(|job| pool.run(Box::pin(job)).unwrap());
        let threads: Vec<Thread> = threads.collect();
        assert_eq!(count(pool), 0);
        threads.into_iter().for_each(Thread::give_back);
        assert_eq!(count(pool), MOST_WAITING);
        alive[MOST_WAITING..].iter().for_each(wait_for_end_of);
    }

    #[test]
    fn a_process_that_was_forked_off_has_no_threads_of_its_parent() {
        let pool = pool(LONG);
        let (mut thread, first) = begun(pool);
        thread.process += 1;
        thread.clone().give_back();
        assert_eq!(count(pool), 0);
        pool.waiting.lock().unwrap().push(thread);
        let (thread, next) = begun(pool);
        assert_ne!(next, first);
        thread.give_back();
        assert_eq!(count(pool), 1);
    }

    #[test]
    fn a_server_is_run_and_ended_although_nobody_can_tell_who_waits() {
        let pool = pool(LONG);
        let locked = pool.waiting.lock();
        let (job, alive) = for_ever();
        let thread = pool.run(Box::pin(job)).unwrap();
        thread.give_back();
        wait_for_end_of(&alive);
        drop(locked);
    }

    #[test]
    fn many_at_once_all_run() {
        let pool = pool(Duration::from_millis(1));
        thread::scope(|scope| {
            for _ in 0..32 {
                scope.spawn(|| (0..100).for_each(|_| begun(pool).0.give_back()));
            }
        });
        let begun = Instant::now();
        while count(pool) > 0 {
            assert!(begun.elapsed() < LONG, "they end");
            thread::yield_now();
        }
    }
}

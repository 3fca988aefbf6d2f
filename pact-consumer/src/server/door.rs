//! The way into a server, and what is done for those who came in.

use std::future::{Future, poll_fn};
use std::io;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, ready};

use hyper::rt::Executor;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The way into a server. Whoever ends the server closes it, and need not wait for the server's
/// thread when nobody is inside.
#[derive(Debug)]
pub(super) struct Door(Mutex<State>);

#[derive(Debug)]
struct State {
    entry: Entry,
    inside: JoinSet<()>,
}

#[derive(Debug)]
enum Entry {
    Closed,
    Open(TcpListener),
    /// The thread of the server is not there yet.
    Unopened,
}

impl Door {
    /// Returns a door that is not open yet.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            entry: Entry::Unopened,
            inside: JoinSet::new(),
        })))
    }

    /// Lets clients in, unless the door was closed before.
    pub(super) fn open(&self, listener: TcpListener) {
        let mut state = self.lock();
        match state.entry {
            Entry::Unopened => state.entry = Entry::Open(listener),
            Entry::Closed | Entry::Open(_) => {}
        }
    }

    /// Lets the next client in, who is inside until what is done for it ends; returns whether the
    /// door is still open.
    pub(super) async fn admit<F>(&self, serve: impl Fn(TcpStream) -> F) -> io::Result<bool>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        poll_fn(|context| {
            let mut state = self.lock();
            let Entry::Open(listener) = &state.entry else {
                return Poll::Ready(Ok(false));
            };
            let (stream, _) = ready!(listener.poll_accept(context))?;
            state.begin(serve(stream));
            Poll::Ready(Ok(true))
        })
        .await
    }

    /// Lets nobody in any more; returns whether nobody is inside, and nobody comes either.
    pub(super) fn close(&self) -> bool {
        let mut state = self.lock();
        let entry = mem::replace(&mut state.entry, Entry::Closed);
        state.forget_who_left();
        // While a door is unopened, the thread of the server still holds the listener.
        state.inside.is_empty() && !matches!(entry, Entry::Unopened)
    }

    /// Ends what is done for those inside, after the door was closed.
    pub(super) async fn clear(&self) {
        let mut inside = mem::take(&mut self.lock().inside);
        inside.shutdown().await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves entry and tasks as they are.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn begin(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.forget_who_left();
        self.inside.spawn(task);
    }

    fn forget_who_left(&mut self) {
        while self.inside.try_join_next().is_some() {}
    }
}

/// Runs what HTTP/2 does side by side for one client.
#[derive(Clone, Debug)]
pub(super) struct Streams(pub(super) Arc<Door>);

impl<F: Future<Output: Send> + Send + 'static> Executor<F> for Streams {
    fn execute(&self, future: F) {
        let mut state = self.0.lock();
        match state.entry {
            // Those who are inside are about to be ended, and it with them.
            Entry::Closed => drop(state),
            Entry::Open(_) | Entry::Unopened => state.begin(async move { drop(future.await) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use tokio::sync::oneshot;

    use super::*;

    async fn open_door() -> (Arc<Door>, SocketAddr) {
        let door = Door::new();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        door.open(listener);
        (door, address)
    }

    #[tokio::test]
    async fn a_closed_door_lets_nobody_in() {
        let (door, address) = open_door().await;
        assert!(door.close(), "nobody is inside");
        assert!(TcpStream::connect(address).await.is_err());
        assert!(!door.admit(|_| async {}).await.unwrap());
    }

    #[tokio::test]
    async fn whoever_came_is_inside_until_all_is_done_for_him() {
        let (door, address) = open_door().await;
        let _client = TcpStream::connect(address).await.unwrap();
        let (leave, left) = oneshot::channel::<()>();
        let left = Mutex::new(Some(left));
        let streams = Streams(Arc::clone(&door));
        let serve = |_| {
            let (left, streams) = (left.lock().unwrap().take().unwrap(), streams.clone());
            async move { streams.execute(left) }
        };
        assert!(door.admit(serve).await.unwrap());
        // By now the connection is done, but not what it began.
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&door), 2, "only `streams` is left of it");
        assert!(!door.close());
        leave.send(()).unwrap();
        tokio::task::yield_now().await;
        assert!(door.close());
    }

    #[tokio::test]
    async fn who_is_inside_can_be_ended() {
        let (door, address) = open_door().await;
        let _client = TcpStream::connect(address).await.unwrap();
        let (sender, ended) = oneshot::channel::<()>();
        let sender = Mutex::new(Some(sender));
        let serve = |_| {
            let sender = sender.lock().unwrap().take();
            async move {
                let _sender = sender;
                std::future::pending::<()>().await;
            }
        };
        assert!(door.admit(serve).await.unwrap());
        assert!(!door.close());
        door.clear().await;
        assert!(ended.await.is_err());
        assert!(door.close());
        Streams(Arc::clone(&door)).execute(std::future::pending::<()>());
        assert!(door.close(), "nothing new is begun");
    }

    #[tokio::test]
    async fn a_door_that_was_closed_before_it_opened_stays_closed() {
        let door = Door::new();
        assert!(!door.close(), "somebody may hold the listener");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        door.open(listener);
        assert!(TcpStream::connect(address).await.is_err());
        assert!(!door.admit(|_| async {}).await.unwrap());
    }
}

//! Those of one process that write one contract.
//!
//! One of them, most often the one that came first, asks for the lock and writes for all. While
//! another process has the lock it leaves what they write beside the file, where that process may take
//! it along ([`waiting`](super::waiting)).

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::iter;
use std::path::{self, Path, PathBuf};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use pact_core::model::{Pact, SpecVersion};

use super::PactFileError;
use super::file::{self, together, written};
use super::lock::{Lock, PATIENCE, Place, Turn, Wait};
use super::waiting::Left;
use crate::builder::WriteMode;

type Outcome = Result<PathBuf, PactFileError>;

/// Writes the contract, or has it written; returns the file.
pub(super) fn write(folder: &Path, pact: &Pact, mode: WriteMode) -> Outcome {
    let until = Instant::now() + PATIENCE;
    let joined = Joined::new(folder, pact, mode);
    let line = &*joined.0;
    let alone = line.lead_if(State::is_empty);
    let Some(mut lead) = alone else {
        return line.wait(line.add(pact.clone()), until);
    };
    // Most often nobody else is here, and nothing of the contract is to be kept.
    match Lock::ask(&line.place)? {
        Turn::Mine(lock) => lead.write_with(&lock, pact),
        Turn::Another(wait) => {
            let left = Leavings::default();
            lead.standing = Some(Standing { wait, left });
            let number = line.add(pact.clone());
            lead.serve(number, until)?;
            drop(lead);
            line.wait(number, until)
        }
    }
}

/// What a contract has to be alike in for one to write that of another.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Key {
    /// The folder as it was named, and where that is.
    folder: (PathBuf, PathBuf),
    consumer: String,
    provider: String,
    version: SpecVersion,
    is_overwriting: bool,
}

static LINES: LazyLock<Mutex<HashMap<Key, Arc<Line>>>> = LazyLock::new(Mutex::default);

/// A line that is there as long as somebody is in it.
struct Joined(Arc<Line>);

impl Joined {
    fn new(folder: &Path, pact: &Pact, mode: WriteMode) -> Self {
        let key = Key {
            folder: (
                folder.to_owned(),
                path::absolute(folder).unwrap_or_default(),
            ),
            consumer: pact.consumer.clone(),
            provider: pact.provider.clone(),
            version: pact.spec_version,
            is_overwriting: mode == WriteMode::Overwrite,
        };
        let mut lines = locked(&LINES);
        let line = lines.entry(key).or_insert_with_key(|key| {
            Arc::new(Line {
                place: Place::new(folder, &key.consumer, &key.provider),
                key: key.clone(),
                mode,
                state: Mutex::default(),
                changed: Condvar::new(),
            })
        });
        Self(Arc::clone(line))
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        let mut lines = locked(&LINES);
        // This one, and that of the list.
        if Arc::strong_count(&self.0) == 2 {
            lines.remove(&self.0.key);
        }
    }
}

/// Whoever panicked with a lock held left nothing half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Line {
    place: Place,
    key: Key,
    mode: WriteMode,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Whether one of those that wait sees to all of them.
    is_led: bool,
    /// In the order in which they came.
    waiting: Vec<Waiting>,
    done: HashMap<u64, Outcome>,
    /// The last number that was given.
    last: u64,
    /// The wait for the lock, while nobody leads.
    standing: Option<Standing>,
}

#[derive(Clone)]
struct Waiting {
    number: u64,
    pact: Arc<Pact>,
}

impl State {
    const fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Notes what came of a contract, where its writer is still here.
    fn settle(&mut self, number: u64, outcome: Outcome) {
        if self.forget(number) {
            self.done.insert(number, outcome);
        }
    }

    /// Returns whether the writer waited.
    fn forget(&mut self, number: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|waiting| waiting.number != number);
        self.waiting.len() < before
    }
}

/// A wait for the lock, and what is left for the one that has it.
struct Standing {
    wait: Wait,
    left: Leavings,
}

/// What was left for the one that has the lock.
#[derive(Default)]
struct Leavings {
    /// With the numbers of those whose contracts are in it.
    files: Vec<(Left, Vec<u64>)>,
    /// The last number that was looked at.
    seen: u64,
}

impl Leavings {
    /// Leaves what those write that came since.
    fn add(&mut self, line: &Line) {
        let mut new = locked(&line.state).waiting.clone();
        new.retain(|waiting| waiting.number > self.seen);
        let Some(last) = new.iter().map(|waiting| waiting.number).max() else {
            return;
        };
        self.seen = last;
        // Who says something else about one interaction than another leaves it apart.
        let parts = match together(new.iter().map(|waiting| &*waiting.pact)) {
            Ok(all) => vec![(all, new.iter().map(|waiting| waiting.number).collect())],
            Err(_) => { new.iter() }
                .map(|waiting| (Pact::clone(&waiting.pact), vec![waiting.number]))
                .collect(),
        };
        for (pact, numbers) in parts {
            let left = Left::leave(&line.place, &pact, line.mode);
            self.files.extend(left.map(|left| (left, numbers)));
        }
    }

    /// Tells those whose contracts were taken along.
    fn collect(&mut self, line: &Line) {
        self.files.retain(|(left, numbers)| {
            let is_written = left.is_written();
            if is_written {
                line.settle_written(numbers);
            }
            !is_written
        });
    }

    /// Takes back what the writer of that number left, and those that left it together.
    fn withdraw(&mut self, number: u64) {
        self.files.retain(|(_, numbers)| !numbers.contains(&number));
    }
}

impl Line {
    fn add(&self, pact: Pact) -> u64 {
        let mut state = locked(&self.state);
        state.last += 1;
        let number = state.last;
        let pact = Arc::new(pact);
        state.waiting.push(Waiting { number, pact });
        number
    }

    /// Takes the lead when nobody has it and the state is as asked for.
    fn lead_if(&self, is_asked_for: impl FnOnce(&State) -> bool) -> Option<Lead<'_>> {
        let mut state = locked(&self.state);
        if state.is_led || !is_asked_for(&state) {
            return None;
        }
        state.is_led = true;
        let standing = state.standing.take();
        Some(Lead {
            line: self,
            standing,
        })
    }

    /// Waits until the contract of that number is written, and leads while none that came before does.
    fn wait(&self, number: u64, until: Instant) -> Outcome {
        loop {
            let is_first = |state: &State| {
                let first = state.waiting.first();
                first.is_some_and(|first| first.number == number)
            };
            if let Some(mut lead) = self.lead_if(is_first) {
                lead.serve(number, until)?;
            }
            let mut state = locked(&self.state);
            if let Some(outcome) = state.done.remove(&number) {
                return outcome;
            }
            if !state.is_led && is_first(&state) {
                continue;
            }
            let time = until.saturating_duration_since(Instant::now());
            if time.is_zero() {
                state.forget(number);
                return Err(self.place.locked_by_another());
            }
            let waited = self.changed.wait_timeout(state, time);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
        }
    }

    fn settle_written(&self, numbers: &[u64]) {
        let path = written(&self.place);
        let mut state = locked(&self.state);
        for number in numbers {
            state.settle(*number, Ok(path.clone()));
        }
        drop(state);
        self.changed.notify_all();
    }
}

/// The one of a line that sees to all in it.
struct Lead<'l> {
    line: &'l Line,
    standing: Option<Standing>,
}

impl Lead<'_> {
    /// Waits for the lock and writes for all, until the contract of that number is written by
    /// whomever.
    fn serve(&mut self, number: u64, until: Instant) -> Result<(), PactFileError> {
        let served = self.try_serve(number, until);
        if served.is_err() {
            // The others have their own try.
            locked(&self.line.state).forget(number);
        }
        served
    }

    fn try_serve(&mut self, number: u64, until: Instant) -> Result<(), PactFileError> {
        let Line { place, state, .. } = self.line;
        loop {
            let mut standing = match self.standing.take() {
                Some(standing) => standing,
                None => match Lock::ask(place)? {
                    Turn::Mine(lock) => {
                        self.write_for_all(&lock);
                        return Ok(());
                    }
                    Turn::Another(wait) => Standing {
                        wait,
                        left: Leavings::default(),
                    },
                },
            };
            if standing.wait.is_for_system() {
                standing.left.add(self.line);
            }
            let turn = standing.wait.look(place, until)?;
            standing.left.collect(self.line);
            standing.wait = match turn {
                Turn::Mine(lock) => {
                    // Nobody else takes it along any more.
                    drop(standing.left);
                    self.write_for_all(&lock);
                    return Ok(());
                }
                Turn::Another(wait) => wait,
            };
            let is_done = locked(state).done.contains_key(&number);
            let error = (!is_done && Instant::now() >= until).then(|| {
                standing.left.withdraw(number);
                standing.wait.in_vain(place)
            });
            self.standing = Some(standing);
            match error {
                Some(error) => return Err(error),
                None if is_done => return Ok(()),
                None => {}
            }
        }
    }

    fn write_for_all(&self, lock: &Lock) {
        let waiting = locked(&self.line.state).waiting.clone();
        let pacts: Vec<&Pact> = waiting.iter().map(|waiting| &*waiting.pact).collect();
        self.settle(&waiting, self.write(lock, &pacts));
    }

    /// Writes a contract that nobody else knows of, and with it those of all who came since.
    fn write_with(&self, lock: &Lock, own: &Pact) -> Outcome {
        let waiting = locked(&self.line.state).waiting.clone();
        let others = waiting.iter().map(|waiting| &*waiting.pact);
        let pacts: Vec<&Pact> = iter::once(own).chain(others).collect();
        let mut outcomes = self.write(lock, &pacts);
        let outcome = outcomes.remove(0);
        self.settle(&waiting, outcomes);
        outcome
    }

    fn settle(&self, waiting: &[Waiting], outcomes: Vec<Outcome>) {
        if waiting.is_empty() {
            return;
        }
        let mut state = locked(&self.line.state);
        for (waiting, outcome) in waiting.iter().zip(outcomes) {
            state.settle(waiting.number, outcome);
        }
    }

    /// Writes all at once, or each by itself when one of them cannot be written.
    fn write(&self, lock: &Lock, pacts: &[&Pact]) -> Vec<Outcome> {
        let Line { place, mode, .. } = self.line;
        let write = |pact: &Pact| file::write(lock, place, pact, *mode);
        if pacts.len() > 1
            && let Ok(all) = together(pacts.iter().copied())
            && let Ok(path) = write(&all)
        {
            return pacts.iter().map(|_| Ok(path.clone())).collect();
        }
        pacts.iter().map(|pact| write(pact)).collect()
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        let mut state = locked(&self.line.state);
        state.is_led = false;
        // Without anybody who waits it would come to nobody, and keep the lock from all.
        if !state.is_empty() {
            state.standing = self.standing.take();
        }
        let has_others = !state.is_empty() || !state.done.is_empty();
        drop(state);
        if has_others {
            self.line.changed.notify_all();
        }
    }
}

//! How far a run is: a bar on a terminal, and a line now and then in a log.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use pact_provider::{Event, Verdict};

/// How often the bar is drawn again at most.
const BLINK: Duration = Duration::from_millis(100);

/// How often a log hears of a run at most; most runs are over before.
const SILENCE: Duration = Duration::from_secs(15);

/// The widest line; more would wrap on a narrow terminal.
const WIDTH: usize = 79;

/// How many columns the bar itself takes.
const BAR: usize = 20;

/// Shows how far a run is.
pub(super) struct Progress(Mutex<State>);

struct State {
    screen: Screen,
    /// How long nothing is shown after something was.
    pause: Duration,
    shown: Instant,
    count: Count,
}

/// Where it is shown.
enum Screen {
    /// On one line that is drawn over itself.
    Terminal(Box<dyn Write + Send>),
    /// On lines of their own.
    Log(Box<dyn Write + Send>),
}

/// What has been verified of the pact under way, and of those before it that are not over yet.
#[derive(Default)]
struct Count {
    consumer: String,
    done: usize,
    total: usize,
    failed: usize,
}

impl Progress {
    /// Returns the progress of this process, on standard error.
    pub(super) fn on_stderr() -> Self {
        let stderr = io::stderr();
        if stderr.is_terminal() {
            Self::on(Screen::Terminal(Box::new(stderr)), BLINK)
        } else {
            Self::on(Screen::Log(Box::new(stderr)), SILENCE)
        }
    }

    fn on(mut screen: Screen, pause: Duration) -> Self {
        screen.draw("loading pacts");
        Self(Mutex::new(State {
            screen,
            pause,
            shown: Instant::now(),
            count: Count::default(),
        }))
    }

    /// Takes note of what happened.
    pub(super) fn tell(&self, event: Event<'_>) {
        let mut state = self.state();
        match event {
            Event::Pact {
                consumer,
                interactions,
                ..
            } => {
                // What is under way of the pacts before is still to be counted.
                let left = state.count.total.saturating_sub(state.count.done);
                state.count = Count {
                    consumer: consumer.to_owned(),
                    total: left + interactions,
                    ..Count::default()
                };
                let text = state.count.bar();
                state.screen.draw(&text);
            }
            Event::Interaction(interaction) => {
                state.count.done += 1;
                let failed = interaction.verdict() == Verdict::Failed;
                state.count.failed += usize::from(failed);
                state.show();
            }
            _ => {}
        }
    }

    /// Takes the bar away, so that the report stands alone.
    pub(super) fn clear(&self) {
        self.state().screen.draw("");
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Shows the count, unless something was shown just now.
    fn show(&mut self) {
        if self.shown.elapsed() < self.pause {
            return;
        }
        self.shown = Instant::now();
        match &mut self.screen {
            Screen::Terminal(_) => self.screen.draw(&self.count.bar()),
            // A log that cannot be written is no reason to stop.
            Screen::Log(log) => drop(writeln!(log, "{}", self.count.line())),
        }
    }
}

impl Screen {
    /// Draws over what was drawn; what is drawn over has no place in a log.
    fn draw(&mut self, text: &str) {
        if let Self::Terminal(terminal) = self {
            // A terminal that went away is no reason to stop.
            let _ = write!(terminal, "\r\u{1b}[2K{text}").and_then(|()| terminal.flush());
        }
    }
}

impl Count {
    fn bar(&self) -> String {
        let full = (self.done * BAR).checked_div(self.total).unwrap_or(BAR);
        let bar = format!("[{:BAR$}] ", "=".repeat(full.min(BAR)));
        let counted = self.counted();
        let left = WIDTH.saturating_sub(bar.len() + counted.len());
        let consumer: String = self.consumer().take(left).collect();
        bar + &consumer + &counted
    }

    fn line(&self) -> String {
        self.consumer().collect::<String>() + &self.counted()
    }

    fn counted(&self) -> String {
        let failed = match self.failed {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        format!(": {} of {} verified{failed}", self.done, self.total)
    }

    /// Returns the name without what would move the cursor.
    fn consumer(&self) -> impl Iterator<Item = char> {
        let shown = |character: char| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        };
        self.consumer.chars().map(shown)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pact_provider::{ProducedMessage, Verifier};

    use super::*;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Verifies a pact of three messages, of which the second is made wrong; returns what was shown.
    fn shown(screen: fn(Paper) -> Screen, pause: Duration) -> String {
        let folder = tempfile::tempdir().unwrap();
        let message = |id: u8| format!(r#"{{"description":"{id}","contents":{{"id":{id}}}}}"#);
        let pact = format!(
            r#"{{"consumer":{{"name":"web\u001b"}},"provider":{{"name":"api"}},"messages":[{},{},{}],
            "metadata":{{"pactSpecification":{{"version":"3.0.0"}}}}}}"#,
            message(1),
            message(2),
            message(3)
        );
        std::fs::write(folder.path().join("web-api.json"), pact).unwrap();
        let paper = Paper::default();
        let progress = Arc::new(Progress::on(screen(paper.clone()), pause));
        let observer = Arc::clone(&progress);
        let mut verifier = Verifier::new("api")
            .pacts_from_dir(folder.path())
            .observe(move |event| observer.tell(event));
        for (description, id) in [("1", 1), ("2", 7), ("3", 3)] {
            verifier = verifier.message(description, move |_| async move {
                ProducedMessage::json(&serde_json::json!({ "id": id }))
            });
        }
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().unwrap();
        runtime.block_on(verifier.run()).unwrap();
        progress.clear();
        String::from_utf8(paper.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_terminal_shows_a_bar_that_is_drawn_over_itself_and_taken_away() {
        let drawn = shown(|paper| Screen::Terminal(Box::new(paper)), Duration::ZERO);
        assert_eq!(
            drawn.split("\r\u{1b}[2K").collect::<Vec<_>>(),
            [
                "",
                "loading pacts",
                "[                    ] web : 0 of 3 verified",
                "[======              ] web : 1 of 3 verified",
                "[=============       ] web : 2 of 3 verified, 1 failed",
                "[====================] web : 3 of 3 verified, 1 failed",
                ""
            ]
        );
    }

    #[test]
    fn a_log_gets_lines_of_text_and_nothing_that_moves_the_cursor() {
        let log = |paper| Screen::Log(Box::new(paper));
        insta::assert_snapshot!(shown(log, Duration::ZERO), @r"
        web : 1 of 3 verified
        web : 2 of 3 verified, 1 failed
        web : 3 of 3 verified, 1 failed
        ");
    }

    #[test]
    fn a_run_that_is_soon_over_leaves_a_log_alone() {
        assert_eq!(shown(|paper| Screen::Log(Box::new(paper)), SILENCE), "");
    }

    #[test]
    fn what_is_left_of_a_pact_is_counted_with_the_next() {
        let paper = Paper::default();
        let progress = Progress::on(Screen::Terminal(Box::new(paper.clone())), Duration::ZERO);
        for (consumer, interactions) in [("web", 3), ("app", 2)] {
            progress.tell(Event::Pact {
                consumer,
                origin: "",
                interactions,
            });
        }
        let drawn = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
        assert!(drawn.ends_with("] app: 0 of 5 verified"), "{drawn}");
    }

    #[test]
    fn a_long_name_neither_wraps_nor_hides_the_numbers() {
        let count = Count {
            consumer: "a".repeat(200),
            done: 7,
            total: 10,
            failed: 2,
        };
        let bar = count.bar();
        assert_eq!(bar.len(), WIDTH);
        assert!(bar.ends_with("aa: 7 of 10 verified, 2 failed"), "{bar}");
    }
}

//! How far a run is, on one line of a terminal; nothing where nobody watches.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use pact_provider::{Event, Verdict};

/// How often the line is drawn again at most.
const PAUSE: Duration = Duration::from_millis(100);

/// The widest line; more would wrap on a narrow terminal.
const WIDTH: usize = 79;

/// Draws how far a run is.
pub(super) struct Progress(Mutex<Line>);

struct Line {
    /// Where the line is drawn, unless nobody would see it.
    terminal: Option<Box<dyn Write + Send>>,
    count: Count,
    drawn: Option<Instant>,
}

/// What has been verified of the pact under way.
#[derive(Default)]
struct Count {
    consumer: String,
    done: usize,
    total: usize,
    failed: usize,
}

impl Progress {
    /// Returns the progress of this process, which is silent unless standard error is a terminal.
    pub(super) fn on_stderr() -> Self {
        let stderr = io::stderr();
        Self::on(stderr.is_terminal().then(|| Box::new(stderr) as _))
    }

    fn on(terminal: Option<Box<dyn Write + Send>>) -> Self {
        let mut line = Line {
            terminal,
            count: Count::default(),
            drawn: None,
        };
        line.draw("loading pacts");
        Self(Mutex::new(line))
    }

    /// Takes note of what happened.
    pub(super) fn tell(&self, event: Event<'_>) {
        let mut line = self.line();
        match event {
            Event::Pact {
                consumer,
                interactions,
                ..
            } => {
                line.count = Count {
                    consumer: consumer.to_owned(),
                    total: interactions,
                    ..Count::default()
                };
                line.drawn = None;
            }
            Event::Interaction(interaction) => {
                line.count.done += 1;
                let failed = interaction.verdict() == Verdict::Failed;
                line.count.failed += usize::from(failed);
            }
            _ => return,
        }
        let due = line.drawn.is_none_or(|drawn| drawn.elapsed() >= PAUSE);
        if due {
            let text = line.count.text();
            line.draw(&text);
            line.drawn = Some(Instant::now());
        }
    }

    /// Takes the line away, so that the report stands alone.
    pub(super) fn clear(&self) {
        self.line().draw("");
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn draw(&mut self, text: &str) {
        if let Some(terminal) = &mut self.terminal {
            // A terminal that went away is no reason to stop.
            let _ = write!(terminal, "\r\u{1b}[2K{text}").and_then(|()| terminal.flush());
        }
    }
}

impl Count {
    fn text(&self) -> String {
        let failed = match self.failed {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        let text = format!(
            "{}: {} of {} verified{failed}",
            self.consumer, self.done, self.total
        );
        { text.chars() }
            .map(|character| {
                if character.is_control() {
                    ' '
                } else {
                    character
                }
            })
            .take(WIDTH)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_line_is_drawn_over_itself_and_taken_away() {
        let screen = Screen::default();
        let progress = Progress::on(Some(Box::new(screen.clone())));
        progress.tell(Event::Pact {
            consumer: "web\r",
            origin: "a file",
            interactions: 10_000,
        });
        progress.clear();
        let drawn = String::from_utf8(screen.0.lock().unwrap().clone()).unwrap();
        assert_eq!(
            drawn.split("\r\u{1b}[2K").collect::<Vec<_>>(),
            ["", "loading pacts", "web : 0 of 10000 verified", ""]
        );
    }

    #[test]
    fn a_long_name_does_not_wrap() {
        let count = Count {
            consumer: "a".repeat(200),
            ..Count::default()
        };
        assert_eq!(count.text().len(), WIDTH);
    }

    #[test]
    fn failures_are_counted_as_they_come() {
        let count = Count {
            consumer: "web".to_owned(),
            done: 7,
            total: 10,
            failed: 2,
        };
        assert_eq!(count.text(), "web: 7 of 10 verified, 2 failed");
    }
}

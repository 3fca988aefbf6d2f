use std::process::{Child, Command, Stdio};

use super::*;

/// Tells a process in which folder to hold the lock.
const FOLDER: &str = "PACT_TEST_LOCK_FOLDER";

fn place(folder: &Path) -> Place {
    Place::new(folder, "web", "api")
}

fn take(patience: Duration, folder: &Path) -> Result<Lock, PactFileError> {
    let place = place(folder);
    let turn = Lock::ask(&place)?;
    wait(turn, &place, Instant::now() + patience)
}

fn wait(mut turn: Turn, place: &Place, until: Instant) -> Result<Lock, PactFileError> {
    loop {
        turn = match turn {
            Turn::Mine(lock) => return Ok(lock),
            Turn::Another(wait) if Instant::now() >= until => return Err(wait.in_vain(place)),
            Turn::Another(wait) => wait.look(place, until)?,
        }
    }
}

/// Waits as one does who has looked for long enough.
fn in_line(place: &Place) -> Turn {
    match Lock::ask(place).unwrap() {
        Turn::Another(Wait {
            awaited: Awaited::System(file),
            begun,
            pause,
        }) => Turn::Another(Wait {
            awaited: stand_in_line(file).unwrap(),
            begun,
            pause,
        }),
        other => other,
    }
}

/// What a process runs that never lets go. Without a folder given it takes a lock of its own.
#[test]
fn a_lock_is_held_until_it_is_dropped() {
    let own = tempfile::tempdir().unwrap();
    let folder = std::env::var_os(FOLDER);
    let folder = folder.map_or_else(|| own.path().to_owned(), PathBuf::from);
    let lock = take(PATIENCE, &folder).unwrap();
    if folder == own.path() {
        assert!(take(Duration::ZERO, &folder).is_err());
        drop(lock);
        take(Duration::ZERO, &folder).unwrap();
        return;
    }
    writeln!(io::stdout(), "\nholding").unwrap();
    // It ends when its parent does, or when it is killed.
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

struct Holder(Child);

impl Holder {
    fn start(folder: &Path) -> Self {
        let test = "pact_file::lock::tests::a_lock_is_held_until_it_is_dropped";
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(FOLDER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = io::BufRead::lines(io::BufReader::new(child.stdout.as_mut().unwrap()));
        assert!(lines.map(Result::unwrap).any(|line| line == "holding"));
        Self(child)
    }

    fn signal(&self, signal: &str) {
        let pid = self.0.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn who_gives_up_waiting_does_not_keep_the_lock_when_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let first = take(PATIENCE, folder.path()).unwrap();
    let place = place(folder.path());
    for _ in 0..3 {
        let soon = Instant::now() + Duration::from_millis(1);
        wait(in_line(&place), &place, soon).unwrap_err();
    }
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let turn = in_line(&place);
            wait(turn, &place, Instant::now() + PATIENCE).map(drop)
        });
        drop(first);
        waiting.join().unwrap().unwrap();
    });
    take(PATIENCE, folder.path()).unwrap();
}

fn told(error: &PactFileError, folder: &Path) -> String {
    error
        .to_string()
        .replace(&folder.display().to_string(), "pacts")
}

#[test]
fn a_stopped_process_that_holds_the_lock_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let holder = Holder::start(folder.path());
    holder.signal("-STOP");
    let error = take(Duration::ZERO, folder.path()).unwrap_err();
    let text = told(&error, folder.path()).replace(&holder.0.id().to_string(), "PID");
    insta::assert_snapshot!(text, @"cannot write pact file `pacts/web-api.json`: process PID has held its lock `pacts/.web-api.json.lock` for 30 s");
    drop(holder);
    take(PATIENCE, folder.path()).unwrap();
}

#[test]
fn without_locks_of_the_system_a_file_stands_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path());
    let take = || {
        let turn = Lock::ask_without_system(&place)?;
        wait(turn, &place, Instant::now())
    };
    let first = take().unwrap();
    let text = told(&take().unwrap_err(), folder.path());
    let text = text.replace(&std::process::id().to_string(), "PID");
    insta::assert_snapshot!(text, @"cannot write pact file `pacts/web-api.json`: process PID has held its lock `pacts/.web-api.json.held` for 30 s");
    drop(first);
    drop(take().unwrap());
    assert!(!place.held.exists());
}

#[test]
fn what_network_file_systems_say_is_a_refusal() {
    let says = |code| is_refusal(&io::Error::from_raw_os_error(code));
    assert!(says(NO_LOCKS));
    assert!(is_refusal(&ErrorKind::Unsupported.into()));
    assert!(!is_refusal(&ErrorKind::PermissionDenied.into()));
    #[cfg(target_os = "linux")]
    assert!(says(95), "EOPNOTSUPP");
}

use std::thread;

use pact_core::format;
use pact_core::model::{Interaction, InteractionKind};

use super::*;

fn contract(description: &str, path: &str) -> Pact {
    let mut pact = Pact::new("web", "api");
    let kind = InteractionKind::Http(Box::default());
    let mut interaction = Interaction::new(description, kind);
    if let InteractionKind::Http(exchange) = &mut interaction.kind {
        exchange.request.path = path.to_owned();
    }
    pact.interactions.push(interaction);
    pact
}

fn merge(folder: &Path, pact: &Pact) -> Outcome {
    write(folder, pact, WriteMode::Merge)
}

fn descriptions(folder: &Path) -> Vec<String> {
    let bytes = std::fs::read(folder.join("web-api.json")).unwrap();
    let interactions = format::read(&bytes).unwrap().pact.interactions.into_iter();
    interactions
        .map(|interaction| interaction.description)
        .collect()
}

/// Has the lock taken, lets all contracts come to wait, and returns what came of them.
fn written_behind(folder: &Path, pacts: &[Pact]) -> Vec<Outcome> {
    let place = Place::new(folder, "web", "api");
    let Turn::Mine(lock) = Lock::ask(&place).unwrap() else {
        panic!("nobody else is here");
    };
    thread::scope(|scope| {
        let writing = |pact| scope.spawn(move || merge(folder, pact));
        let writers: Vec<_> = pacts.iter().map(writing).collect();
        let all_wait = || {
            let lines = locked(&LINES);
            let mut here = lines.values().filter(|line| line.place.folder == folder);
            here.any(|line| locked(&line.state).waiting.len() == pacts.len())
        };
        while !all_wait() {
            thread::yield_now();
        }
        drop(lock);
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .collect()
    })
}

fn is_left_behind(folder: &Path) -> bool {
    let has_line = locked(&LINES)
        .values()
        .any(|line| line.place.folder == folder);
    has_line || folder.join(".web-api.json.waiting").exists()
}

#[test]
fn those_of_one_process_are_written_together() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["a", "b", "c", "d", "e", "f"];
    let pacts = names.map(|name| contract(name, "/"));
    for outcome in written_behind(folder.path(), &pacts) {
        assert_eq!(outcome.unwrap(), folder.path().join("web-api.json"));
    }
    assert_eq!(descriptions(folder.path()), names);
    assert!(!is_left_behind(folder.path()));
}

#[test]
fn who_contradicts_another_is_told_so_and_hinders_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let pacts = [("a", "/1"), ("b", "/"), ("a", "/2"), ("c", "/")];
    let pacts = pacts.map(|(description, path)| contract(description, path));
    let outcomes = written_behind(folder.path(), &pacts);
    let refused: Vec<_> = outcomes
        .iter()
        .filter_map(|outcome| outcome.as_ref().err())
        .collect();
    assert!(
        matches!(refused[..], [PactFileError::Conflict { .. }]),
        "{refused:?}"
    );
    assert!(outcomes[0].is_ok() != outcomes[2].is_ok());
    assert_eq!(descriptions(folder.path()), ["a", "b", "c"]);
    assert!(!is_left_behind(folder.path()));
}

#[test]
fn what_another_process_writes_along_is_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path(), "web", "api");
    let Turn::Mine(lock) = Lock::ask(&place).unwrap() else {
        panic!("nobody else is here");
    };
    let pacts = ["a", "b", "c"].map(|name| contract(name, "/"));
    thread::scope(|scope| {
        for pact in &pacts {
            scope.spawn(|| merge(folder.path(), pact).unwrap());
        }
        // As another process does it that keeps the lock for itself.
        let own = contract("own", "/");
        let all = ["a", "b", "c", "own"];
        while file::write(&lock, &place, &own, WriteMode::Merge).is_err()
            || descriptions(folder.path()) != all
        {
            thread::yield_now();
        }
        while is_left_behind(folder.path()) {
            thread::yield_now();
        }
    });
}

#[test]
fn who_waits_in_vain_is_told_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path(), "web", "api");
    let lock = Lock::ask(&place).unwrap();
    let pact = contract("a", "/");
    let joined = Joined::new(folder.path(), &pact, WriteMode::Merge);
    let number = joined.0.add(pact);
    let soon = Instant::now() + std::time::Duration::from_millis(150);
    let error = joined.0.wait(number, soon).unwrap_err();
    assert!(matches!(error, PactFileError::Locked { .. }), "{error:?}");
    drop(joined);
    assert!(!is_left_behind(folder.path()));
    drop(lock);
    merge(folder.path(), &contract("b", "/")).unwrap();
    assert_eq!(descriptions(folder.path()), ["b"]);
}

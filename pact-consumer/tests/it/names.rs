//! Contracts of applications with hostile names: each in its folder, no two in one file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pact_consumer::{WriteMode, pact_file};
use pact_core::model::{Interaction, InteractionKind, Pact};

const HOSTILE: &[&str] = &[
    "..",
    ".",
    "../",
    "../x",
    "../../x",
    "..\\x",
    "/",
    "/etc/passwd",
    "/tmp/x",
    "\\",
    "C:\\x",
    "C:",
    "\\\\host\\share",
    "a/b",
    "a\\b",
    "./a",
    "a/..",
    "a/../../b",
    "~",
    "~/x",
    "$HOME",
    "${HOME}",
    "`id`",
    "$(id)",
    "a;b",
    "a|b",
    "a&b",
    "a>b",
    "a<b",
    "a*b",
    "a?b",
    "a\"b",
    "a'b",
    "a:b",
    "a%b",
    "%2e%2e%2f",
    "%00",
    "a\0b",
    "\0",
    "a\nb",
    "a\rb",
    "a\tb",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{202e}gpj",
    "\u{200b}",
    "\u{feff}a",
    "a ",
    " a",
    "  ",
    "a.",
    "a..",
    ".a",
    ".hidden",
    "-rf",
    "--help",
    "-",
    "--",
    "con",
    "CON",
    "Con.x",
    "prn",
    "aux.",
    "NUL",
    "nul.json",
    "COM1",
    "com1.x",
    "LPT9 .x",
    "conin$",
    "a-b",
    "a",
    "b",
    "a-b-c",
    "A-B",
    "\u{e9}",
    "e\u{301}",
    "\u{c5}",
    "A\u{30a}",
    "\u{212b}",
    "stra\u{df}e",
    "STRASSE",
    "\u{130}",
    "i\u{307}",
    "\u{131}",
    "\u{1f4a9}",
    "\u{6f22}\u{5b57}",
    "<script>alert(1)</script>",
    "=1+1",
    "@SUM(1)",
    "' OR 1=1 --",
    "{{7*7}}",
    "a.json",
    "a.json.tmp",
    "a-api.json",
    "a.lock",
    ".a-api.json.lock",
    "a~0",
    "a~1",
    "\u{ffff}",
    "\u{10ffff}",
];

fn contract(consumer: &str, provider: &str) -> Pact {
    let mut pact = Pact::new(consumer, provider);
    let kind = InteractionKind::Http(Box::default());
    pact.interactions.push(Interaction::new("a ping", kind));
    pact
}

/// Returns two hundred names, twins in case and length among them.
fn names() -> BTreeSet<String> {
    let mut names: BTreeSet<String> = HOSTILE.iter().map(|name| (*name).to_owned()).collect();
    names.extend(HOSTILE.iter().map(|name| name.to_uppercase()));
    names.extend((1..).step_by(7).take(45).map(|length| "x".repeat(length)));
    names.extend(
        (100..)
            .step_by(20)
            .take(15)
            .map(|length| "\u{e9}".repeat(length)),
    );
    names.extend((1..).take(40).map(|depth| "../".repeat(depth)));
    names
}

/// Lists all files below a folder.
fn tree(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tree(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Writes the contracts and holds what is there against them: one file each, named inside as they
/// are called, and nothing outside the folder.
fn check(pairs: &BTreeSet<(String, String)>) {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("one").join("two");
    let mut paths = BTreeMap::new();
    for (consumer, provider) in pairs {
        let path = pact_file::write(&folder, &contract(consumer, provider), WriteMode::Overwrite);
        paths.insert((consumer, provider), path.unwrap());
    }
    for ((consumer, provider), path) in &paths {
        let read = pact_core::format::read(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!(
            (&read.pact.consumer, &read.pact.provider),
            (*consumer, *provider)
        );
        // What was written once is found again.
        let again = pact_file::write(&folder, &contract(consumer, provider), WriteMode::Merge);
        assert_eq!(again.unwrap(), *path);
    }
    let files = tree(outer.path());
    assert!(files.iter().all(|path| path.parent() == Some(&folder)));
    let is_contract = |path: &&PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        !name.starts_with('.')
    };
    assert_eq!(files.iter().filter(is_contract).count(), pairs.len());
}

#[test]
fn two_hundred_hostile_names_stay_in_the_folder_and_apart() {
    let names = names();
    assert!(names.len() >= 200, "{}", names.len());
    let as_consumer = names.iter().map(|name| (name.clone(), "api".to_owned()));
    check(&as_consumer.collect());
    let as_provider = names.iter().map(|name| ("web".to_owned(), name.clone()));
    check(&as_provider.collect());
}

#[test]
fn names_that_join_to_the_same_text_have_files_of_their_own() {
    let parts = ["a", "b", "", "a", "b", "-"];
    let mut pairs = BTreeSet::new();
    for at in 1..parts.len() {
        pairs.insert((parts[..at].join("-"), parts[at..].join("-")));
    }
    pairs.insert(("order-web".to_owned(), "order-api".to_owned()));
    pairs.insert(("order".to_owned(), "web-order-api".to_owned()));
    pairs.insert(("x".repeat(400), "y-z".to_owned()));
    pairs.insert((format!("{}-y", "x".repeat(400)), "z".to_owned()));
    check(&pairs);
}

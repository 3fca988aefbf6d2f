//! User time of a clean debug build of a crate that dev-depends on a mock library, and how many
//! packages it needs: pact-consumer, wiremock, and pact_consumer when asked (`-- all`).
//!
//! The crates are built in turns, and the least time of each counts: what else the machine does only
//! adds to it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use benchmarks::user_time_of_children;

const ROUNDS: usize = 3;

fn main() {
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/../pact-consumer");
    let mut crates = vec![
        ("pact-consumer", format!("pact-consumer = {{ path = {ours:?} }}")),
        ("wiremock", "wiremock = \"0.6\"".to_owned()),
    ];
    if std::env::args().nth(1).as_deref() == Some("all") {
        crates.push(("pact_consumer", "pact_consumer = \"1.4\"".to_owned()));
    }
    let folders: Vec<_> = crates
        .iter()
        .map(|(_, dependency)| {
            let folder = tempfile::tempdir().expect("a folder");
            write_crate(folder.path(), dependency);
            run(folder.path(), &["fetch", "--quiet"]);
            folder
        })
        .collect();
    let mut least = vec![Duration::MAX; crates.len()];
    for _ in 0..ROUNDS {
        for (least, folder) in least.iter_mut().zip(&folders) {
            *least = (*least).min(time_of_build(folder.path()));
        }
    }
    for ((name, _), (least, folder)) in crates.iter().zip(least.iter().zip(&folders)) {
        let packages = packages(folder.path());
        println!("{name:<16}{:>8.1} s of user time, {packages} packages", least.as_secs_f64());
    }
}

fn time_of_build(folder: &Path) -> Duration {
    // Where it was not built yet there is nothing to remove.
    let _ = fs::remove_dir_all(folder.join("target"));
    let before = user_time_of_children();
    run(folder, &["test", "--no-run", "--quiet", "--offline"]);
    user_time_of_children() - before
}

fn packages(folder: &Path) -> usize {
    let tree = Command::new("cargo")
        .args(["tree", "--offline", "--edges", "normal,build,dev", "--prefix", "none", "--no-dedupe"])
        .current_dir(folder)
        .output()
        .expect("cargo tree runs");
    let mut packages: Vec<String> = String::from_utf8_lossy(&tree.stdout)
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("user "))
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect();
    packages.sort();
    packages.dedup();
    packages.len()
}

fn write_crate(folder: &Path, dependency: &str) {
    let manifest = format!(
        "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dev-dependencies]\n{dependency}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
    fs::create_dir(folder.join("src")).expect("a folder");
    fs::write(folder.join("src/lib.rs"), "#[test]\nfn builds() {}\n").expect("a source file");
}

fn run(folder: &Path, arguments: &[&str]) {
    let status = Command::new("cargo")
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .env_remove("RUSTC_WRAPPER")
        .stdout(Stdio::null())
        .status()
        .expect("cargo runs");
    assert!(status.success(), "cargo {arguments:?} ended with {status}");
}

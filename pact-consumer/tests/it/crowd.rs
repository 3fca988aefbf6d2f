//! Two hundred tests of one contract, each in a process of its own, sixteen at a time, as nextest
//! runs them; in some rounds a quarter of them is killed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::{Draws, descriptions_in, files_in};

macro_rules! crowd {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];

        mod tests {
            use pact_consumer::prelude::*;

            use crate::support::get;

            $(
                #[pact_test(consumer = "crowd-web", provider = "crowd-api")]
                fn $name(pact: &mut PactBuilder) {
                    let name = stringify!($name);
                    pact.upon_receiving(name)
                        .given_with("an item exists", json_pattern!({ "name": name }))
                        .get(regex("^/items/t[0-9]+$", format!("/items/{name}")))
                        .will_respond_with(200)
                        .json_body(json_pattern!({ "name": like(name), "tags": each_like("a") }));
                    let mock = pact.start();
                    assert_eq!(get(mock.addr(), &format!("/items/{name}")).0, 200);
                }
            )*
        }
    };
}

crowd! {
    t000 t001 t002 t003 t004 t005 t006 t007 t008 t009 t010 t011 t012 t013
    t014 t015 t016 t017 t018 t019 t020 t021 t022 t023 t024 t025 t026 t027
    t028 t029 t030 t031 t032 t033 t034 t035 t036 t037 t038 t039 t040 t041
    t042 t043 t044 t045 t046 t047 t048 t049 t050 t051 t052 t053 t054 t055
    t056 t057 t058 t059 t060 t061 t062 t063 t064 t065 t066 t067 t068 t069
    t070 t071 t072 t073 t074 t075 t076 t077 t078 t079 t080 t081 t082 t083
    t084 t085 t086 t087 t088 t089 t090 t091 t092 t093 t094 t095 t096 t097
    t098 t099 t100 t101 t102 t103 t104 t105 t106 t107 t108 t109 t110 t111
    t112 t113 t114 t115 t116 t117 t118 t119 t120 t121 t122 t123 t124 t125
    t126 t127 t128 t129 t130 t131 t132 t133 t134 t135 t136 t137 t138 t139
    t140 t141 t142 t143 t144 t145 t146 t147 t148 t149 t150 t151 t152 t153
    t154 t155 t156 t157 t158 t159 t160 t161 t162 t163 t164 t165 t166 t167
    t168 t169 t170 t171 t172 t173 t174 t175 t176 t177 t178 t179 t180 t181
    t182 t183 t184 t185 t186 t187 t188 t189 t190 t191 t192 t193 t194 t195
    t196 t197 t198 t199
}

const FILE: &str = "crowd-web-crowd-api.json";

/// Longest a test lives that is to be killed, in microseconds: about as long as one needs.
const LONGEST: u64 = 30_000;

/// Puts the names into another order, each with what is to become of its process.
fn shuffled(draws: &mut Draws, names: &[&'static str], has_kills: bool) -> Vec<Fate> {
    let mut fates: Vec<(u64, Fate)> = names
        .iter()
        .map(|name| {
            let killed_after = (has_kills && draws.next().is_multiple_of(4))
                .then(|| Duration::from_micros(draws.next() % LONGEST));
            (draws.next(), Fate { name, killed_after })
        })
        .collect();
    fates.sort_by_key(|(order, _)| *order);
    fates.into_iter().map(|(_, fate)| fate).collect()
}

struct Fate {
    name: &'static str,
    killed_after: Option<Duration>,
}

/// Runs one test in a process of its own; returns whether it passed.
fn run_one(folder: &Path, run: &str, fate: &Fate) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("crowd::tests::{}", fate.name)])
        .env("PACT_OUTPUT_DIR", folder)
        .env("NEXTEST_RUN_ID", run)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    if let Some(after) = fate.killed_after {
        // Not to wait for anything: any moment of its life is to be hit.
        thread::sleep(after);
        child.kill().unwrap();
    }
    child.wait().unwrap().success()
}

/// Runs the tests, so many at a time, while somebody reads the file; returns those that passed.
fn run_all(folder: &Path, run: &str, jobs: usize, fates: Vec<Fate>) -> BTreeSet<String> {
    let is_over = AtomicBool::new(false);
    let (queue, passed) = (Mutex::new(fates), Mutex::new(BTreeSet::new()));
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let path = folder.join(FILE);
            while !is_over.load(Ordering::Relaxed) {
                if path.exists() {
                    descriptions_in(&path);
                }
                thread::yield_now();
            }
        });
        let workers: Vec<_> = (0..jobs)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let next = queue.lock().unwrap().pop();
                        let Some(fate) = next else { return };
                        if run_one(folder, run, &fate) {
                            passed.lock().unwrap().insert(fate.name.to_owned());
                        }
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.join().unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
        reader.join().unwrap();
    });
    passed.into_inner().unwrap()
}

/// Each round kills a quarter of the tests, holds the file against those that passed, and runs the
/// others once more. All rounds leave the same bytes.
#[test]
fn two_hundred_tests_leave_exactly_what_passed_whatever_is_killed() {
    let rounds = match std::env::var_os("PACT_FULL_SIZE") {
        Some(_) => 50,
        None => 2,
    };
    let mut draws = Draws(1);
    let mut bytes: Option<Vec<u8>> = None;
    let mut killed = 0;
    for round in 0..rounds {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let run = format!("run {round}");
        let jobs = if round == 0 {
            16
        } else {
            draws.next() as usize % 16 + 1
        };
        let fates = shuffled(&mut draws, NAMES, true);
        let doomed = { fates.iter() }.filter(|fate| fate.killed_after.is_some());
        let doomed: BTreeSet<String> = doomed.map(|fate| fate.name.to_owned()).collect();
        let passed = run_all(folder.path(), &run, jobs, fates);
        let present = descriptions_in(&path);
        let distinct: BTreeSet<String> = present.iter().cloned().collect();
        assert_eq!(present.len(), distinct.len(), "round {round}: {present:?}");
        let lost: Vec<_> = passed.difference(&distinct).collect();
        assert!(lost.is_empty(), "round {round} lost {lost:?}");
        // Killed after it wrote and before it said so.
        let unsaid: BTreeSet<_> = distinct.difference(&passed).cloned().collect();
        assert!(unsaid.is_subset(&doomed), "round {round}: {unsaid:?}");

        let missing: Vec<_> = { NAMES.iter() }
            .filter(|name| !passed.contains(**name))
            .copied()
            .collect();
        killed += missing.len();
        let again = shuffled(&mut draws, &missing, false);
        assert_eq!(
            run_all(folder.path(), &run, jobs, again).len(),
            missing.len()
        );
        assert_eq!(descriptions_in(&path), NAMES);
        assert_eq!(files_in(folder.path()), [FILE]);
        let now = std::fs::read(&path).unwrap();
        assert!(
            *bytes.get_or_insert_with(|| now.clone()) == now,
            "round {round}"
        );
    }
    assert!(killed > 0);
    std::io::Write::write_fmt(
        &mut std::io::stdout(),
        format_args!("{rounds} rounds: {killed} tests killed, 0 lost, one text\n"),
    )
    .unwrap();
}

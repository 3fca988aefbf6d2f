use axum::Router;
use libtest_mimic::Conclusion;
use pact_core::format;
use pact_core::model::{HttpExchange, InteractionKind, ProviderState, Response};

use super::*;

fn interaction(description: &str, status: u16) -> Interaction {
    let exchange = HttpExchange {
        response: Response {
            status,
            ..Response::default()
        },
        ..HttpExchange::default()
    };
    Interaction::new(description, InteractionKind::Http(Box::new(exchange)))
}

fn pact(consumer: &str, interactions: impl IntoIterator<Item = Interaction>) -> Pact {
    let mut pact = Pact::new(consumer, "api");
    pact.interactions.extend(interactions);
    pact
}

/// The tests of a verifier whose provider answers everything with 200.
fn trials_of(change: impl Fn(Verifier) -> Verifier + Send + Sync + 'static) -> Vec<Trial> {
    let make = Arc::new(move || {
        let verifier = Verifier::new("api").service(Router::new().fallback(|| async {}));
        std::future::ready(change(verifier))
    });
    let runtime = Arc::new(Builder::new_multi_thread().enable_all().build().unwrap());
    trials(&make, &runtime).0
}

fn run(words: &[&str], trials: Vec<Trial>) -> Conclusion {
    let mut arguments = Arguments::from_iter(["tests"].iter().chain(words));
    arguments.test_threads = Some(1);
    // What these tests find is told by the tests around them.
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    arguments.logfile = Some(log.to_string_lossy().into_owned());
    libtest_mimic::run(&arguments, trials)
}

/// Returns how many tests were left out, passed, failed and were ignored.
fn counts(conclusion: &Conclusion) -> [u64; 4] {
    [
        conclusion.num_filtered_out,
        conclusion.num_passed,
        conclusion.num_failed,
        conclusion.num_ignored,
    ]
}

fn mixed() -> Vec<Trial> {
    trials_of(|verifier| {
        let mut pending = interaction("a page to come", 404);
        pending.pending = true;
        let web = [
            interaction("order 42", 200),
            interaction("order 43", 201),
            pending,
        ];
        let app = pact("app", [interaction("order 42", 200)]);
        verifier.pact(pact("web", web)).pact(app)
    })
}

#[test]
fn each_interaction_is_a_test_by_name() {
    let trials = mixed();
    let names: Vec<_> = trials.iter().map(Trial::name).collect();
    assert_eq!(
        names,
        [
            "web: order 42",
            "web: order 43",
            "web: a page to come",
            "app: order 42"
        ]
    );
}

#[test]
fn a_failure_fails_and_what_is_pending_is_ignored() {
    let conclusion = run(&[], mixed());
    assert_eq!(counts(&conclusion), [0, 2, 1, 1]);
    assert!(conclusion.has_failed());
}

#[test]
fn a_part_of_a_name_or_all_of_it_chooses() {
    let conclusion = run(&["order 42"], mixed());
    assert_eq!(counts(&conclusion), [2, 2, 0, 0]);
    assert!(!conclusion.has_failed());
    let conclusion = run(&["--exact", "web: order 43"], mixed());
    assert_eq!(counts(&conclusion), [3, 0, 1, 0]);
}

#[test]
fn each_of_several_named_consumers_stands_for_itself() {
    let trials = trials_of(|verifier| {
        let of = |consumer| pact(consumer, [interaction("order 42", 200)]);
        let verifier = { verifier.pact(of("web")).pact(of("app")) }.pact(of("till"));
        verifier.filter_consumers(["web", "app"])
    });
    let conclusion = run(&[], trials);
    assert_eq!(counts(&conclusion), [0, 2, 0, 0]);
}

#[test]
fn what_cannot_be_tested_is_a_test_that_fails() {
    type Change = fn(Verifier) -> Verifier;
    let cases: [(&str, Change); 5] = [
        ("all pacts can be loaded", |verifier| {
            verifier.pact_file("no/such/file.json")
        }),
        ("web: there is something to verify", |verifier| {
            verifier.pact(pact("web", []))
        }),
        ("nobody: there is something to verify", |verifier| {
            let app = pact("app", [interaction("order 42", 200)]);
            verifier.pact(app).filter_consumers(["app", "nobody"])
        }),
        ("there is something to verify", |verifier| {
            let app = pact("app", [interaction("order 42", 200)]);
            verifier.pact(app).filter_description("^nothing$")
        }),
        ("the verifier is set up", |verifier| {
            verifier.filter_description("(")
        }),
    ];
    for (name, change) in cases {
        let trials = trials_of(change);
        assert_eq!(trials[0].name(), name);
        assert!(run(&["--exact", name], trials).has_failed(), "{name}");
    }
    let none = trials_of(|verifier| {
        let folder = tempfile::tempdir().unwrap();
        verifier.pacts_from_dir(folder.keep()).allow_no_pacts(true)
    });
    assert!(none.is_empty());
}

#[test]
fn a_failure_names_the_test_that_runs_it_again() {
    let text = Arc::new(std::sync::Mutex::new(String::new()));
    let keep = Arc::clone(&text);
    let _ = run(
        &[],
        trials_of(move |verifier| {
            let keep = Arc::clone(&keep);
            let alike = || {
                [
                    interaction("it's order 42", 404),
                    interaction("it's order 42", 405),
                ]
            };
            verifier.pact(pact("web", alike())).observe(move |event| {
                if let crate::Event::Interaction(one) = event {
                    let rerun = one.rerun.clone().unwrap_or_default();
                    keep.lock().unwrap().push_str(&format!("{rerun}\n"));
                }
            })
        }),
    );
    let text = text.lock().unwrap();
    let ends: Vec<_> = { text.lines() }
        .map(|line| line.split_once("-- --exact ").unwrap().1)
        .collect();
    assert_eq!(
        ends,
        [r"'web: it'\''s order 42'", r"'web: it'\''s order 42 (2)'"]
    );
}

#[test]
fn what_is_odd_about_the_pacts_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = pact("web", [interaction("order 42", 200)]);
    other.provider = "another".to_owned();
    let file = folder.path().join("a.json");
    std::fs::write(&file, format::write(&other).unwrap()).unwrap();
    let make = Arc::new(move || {
        let verifier = Verifier::new("api").service(Router::new());
        std::future::ready(verifier.pact_file(&file))
    });
    let runtime = Arc::new(Builder::new_multi_thread().enable_all().build().unwrap());
    let (_, notes) = trials(&make, &runtime);
    assert_eq!(
        notes,
        ["warning: web: the pact is with `another`, not with `api`"]
    );
}

#[test]
fn names_are_lines_and_no_two_are_alike() {
    let pact = Pact::new("web", "api");
    let mut interaction = interaction("a request\r\nfor an order\n", 200);
    interaction.provider_states = ["a", "b"].map(ProviderState::new).into();
    let mut names = HashMap::new();
    let mut next = || unlike(&mut names, name(&pact, &interaction));
    assert_eq!(next(), "web: a request  for an order , given a and b");
    assert_eq!(next(), "web: a request  for an order , given a and b (2)");
}

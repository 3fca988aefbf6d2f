//! Thirty secrets, every level of logging, every form of the results: none of them is ever shown.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::{OneAnswer, Outcome, Pact, Reply, Routes, pact_file, pact_with_status};

/// What every secret begins with; nothing else does.
const MARK: &str = "Zq";

/// How many secrets there are.
const SECRETS: usize = 30;

/// Returns a secret whose first four characters are its own, with characters that URLs escape.
fn secret(number: usize) -> String {
    assert!(number < SECRETS, "{number}");
    format!("{MARK}{number:02}/k+X9=w")
}

/// Returns the secret as it stands in a URL.
fn in_url(number: usize) -> String {
    secret(number)
        .replace('/', "%2F")
        .replace('+', "%2B")
        .replace('=', "%3D")
}

/// Returns the base64 of what begins with the mark, wherever it stands in what is encoded.
fn encoded(number: usize) -> Vec<String> {
    (0..3)
        .map(|before| {
            let text = format!("{}{}", "a".repeat(before), secret(number));
            let encoded = STANDARD.encode(text);
            // The groups that hold nothing but the secret.
            let start = if before == 0 { 0 } else { 4 };
            encoded[start..start + 8].to_owned()
        })
        .collect()
}

#[track_caller]
fn check(what: &str, text: &str) {
    let position = text.match_indices(MARK).find(|(at, _)| {
        let number = text.get(at + 2..at + 4);
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    });
    assert!(position.is_none(), "{what}\n{text}");
    for number in 0..SECRETS {
        for encoded in encoded(number) {
            assert!(
                !text.contains(&encoded),
                "{what}: secret {number} in base64\n{text}"
            );
        }
    }
}

/// The forms of the results, and the files they are written to.
const FILES: [&str; 5] = ["r.json", "r.xml", "r.html", "r.sarif", "summary.md"];

const LEVELS: [&str; 6] = ["none", "error", "warn", "info", "debug", "trace"];

/// Verifies with everything that can be secret given as a secret, and looks at all that is written.
fn look(folder: &Path, level: &str, words: &[String]) -> Outcome {
    let results = "--json r.json --junit r.xml --html r.html --sarif r.sarif --retries 1 -n api";
    let words = words.iter().map(String::as_str).chain(results.split(' '));
    let outcome = Pact::new(["verifier", "--loglevel", level].into_iter().chain(words))
        .within(folder)
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", "summary.md")
        .run();
    check("output", &outcome.to_string());
    for name in FILES {
        if let Ok(text) = fs::read_to_string(folder.join(name)) {
            check(name, &text);
            fs::remove_file(folder.join(name)).unwrap();
        }
    }
    outcome
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Runs whose secrets go where they should, and runs in which nobody is there to take them.
fn runs(folder: &Path, broker: &Routes, provider: &str, nobody: &str) -> Vec<Vec<String>> {
    let with = |url: &str, credentials: &str| url.replace("://", &format!("://{credentials}@"));
    let basic = |user: usize, password: usize| format!("{}:{}", in_url(user), in_url(password));
    let headers = format!(
        "-H Authorization=Bearer~{} -H X-Api-Key={} -H Cookie=session={} -H X-Amz={} -H Proxy-Authorization={}",
        secret(0),
        secret(1),
        secret(2),
        secret(3),
        secret(4)
    );
    let key = folder.join("key.pem");
    fs::write(&key, secret(5)).unwrap();
    fs::write(
        folder.join("pact.json"),
        pact_with_status("web", "api", 201),
    )
    .unwrap();
    let port = provider.rsplit(':').next().unwrap();
    let publish = "--publish --provider-version 1 --provider-branch main";
    let mut runs = Vec::new();
    for provider_port in [port, nobody.rsplit(':').next().unwrap()] {
        let base = format!("-p {provider_port} {headers}");
        let states = with(nobody, &basic(6, 7));
        let url = with(&broker.url, &basic(10, 11));
        runs.extend([
            format!("{base} -f pact.json -s {states}/s?token={}", in_url(8)),
            format!("{base} -f pact.json --client-certificate pact.json --client-key key.pem"),
            format!("{base} -u {url}/pact?token={}", in_url(9)),
            format!(
                "{base} -u {}/pact?token={}",
                with(nobody, &basic(12, 13)),
                in_url(14)
            ),
            format!("{base} -b {} --token {} {publish}", broker.url, secret(15)),
            format!(
                "{base} -b {} --user {} --password {} {publish}",
                broker.url,
                secret(16),
                secret(17)
            ),
            format!("{base} -b {} {publish}", with(&broker.url, &basic(18, 19))),
            format!(
                "{base} -b {} --token {}",
                with(nobody, &basic(20, 21)),
                secret(22)
            ),
            format!(
                "{base} -b {0} --webhook-callback-url {1}/pact?token={2} {publish}",
                broker.url,
                with(&broker.url, &basic(23, 24)),
                in_url(25)
            ),
            format!(
                "-f pact.json -p {provider_port} -h {}@127.0.0.1",
                basic(26, 27)
            ),
            format!("-f pact.json -p {provider_port} -H {}", secret(28)),
            format!("-f pact.json -p {provider_port} -H X-A=\u{1}{}", secret(29)),
        ]);
    }
    { runs.iter() }
        .map(|run| {
            words(run)
                .into_iter()
                .map(|word| word.replace('~', " "))
                .collect()
        })
        .collect()
}

#[test]
fn no_secret_is_shown_whatever_happens_and_however_much_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let index = r#"{"_links":{"pb:provider-pacts-for-verification":{"href":"/find"}}}"#;
    let found = r#"{"_embedded":{"pacts":[{"_links":{"self":{"href":"/pact","name":"a pact"}}}]}}"#;
    let links = r#"{"_links":{"pb:publish-verification-results":{"href":"/results"}},"#;
    let pact = pact_file("web", "api").replacen('{', links, 1);
    let broker = Routes::serve(vec![
        ("/", Reply::ok(index)),
        ("/find", Reply::ok(found)),
        ("/pact", Reply::ok(pact)),
        ("/results", Reply::json("403 Forbidden", "{}")),
    ]);
    let provider = OneAnswer::answering("200 OK", "application/json", "{}");
    let runs = runs(folder.path(), &broker, &provider.url, &OneAnswer::nobody());
    for level in LEVELS {
        for run in &runs {
            look(folder.path(), level, run);
        }
    }
    // The secrets did go where they belong.
    assert!(broker.heard().iter().any(|line| line.contains("token=Zq")));
}

#[test]
fn secrets_of_the_environment_are_not_shown_either() {
    let folder = tempfile::tempdir().unwrap();
    for level in LEVELS {
        let run = |variables: &[(&str, usize)], words: &str| {
            let words = format!("verifier --loglevel {level} -n api -p 1 --retries 1 {words}");
            let mut run = Pact::new(words.split(' ')).within(folder.path());
            for (name, number) in variables {
                run = run.env(name, secret(*number));
            }
            check(words.as_str(), &run.run().to_string());
        };
        let nobody = format!("-b {}", OneAnswer::nobody());
        run(&[("PACT_BROKER_TOKEN", 0)], &nobody);
        run(
            &[("PACT_BROKER_USERNAME", 1), ("PACT_BROKER_PASSWORD", 2)],
            &nobody,
        );
        // Help shows which variables there are, and not what is in them.
        run(
            &[
                ("PACT_BROKER_TOKEN", 3),
                ("PACT_BROKER_PASSWORD", 4),
                ("PACT_BROKER_USERNAME", 5),
            ],
            "--help",
        );
        run(&[("PACT_BROKER_PASSWORD", 6)], "--no-such-option");
    }
}

#[test]
fn help_names_variables_and_never_what_they_hold() {
    for words in ["verifier", "stub", "broker publish", "broker start"] {
        let help = || Pact::new(words.split(' ').chain(["--help"]));
        let bare = help().run().to_string();
        let named: Vec<_> = { bare.split("[env: ").skip(1) }
            .filter_map(|rest| rest.split([']', '=']).next())
            .collect();
        assert!(named.contains(&"PACT_BROKER_BASE_URL"), "{bare}");
        let address = format!("https://{}:{}@broker", in_url(0), in_url(1));
        let told = { named.iter() }
            .fold(help(), |run, name| run.env(name, &address))
            .run()
            .to_string();
        check(words, &told);
        assert_eq!(told, bare);
    }
}

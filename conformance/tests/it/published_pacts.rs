//! Pact files from the wild, published to the broker by either way, read back and shown.

use std::collections::HashMap;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pact_broker::{Broker, BrokerConfig, RunningBroker};
use pact_core::json::{Json, Object, OwnedJson};
use tempfile::TempDir;

use crate::broker_exchanges::call::{Answer, Request, send};
use crate::real_pacts::files;

/// How many valid files there are.
const VALID: usize = 255;

/// How many broken files there are, and how many of them are no JSON at all.
const BROKEN: (usize, usize) = (36, 15);

/// What tools ask for.
const HAL: &str = "application/hal+json";

/// A broker that takes similar names for what they are: the files come from many teams.
async fn broker() -> (RunningBroker, TempDir) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let url = format!("sqlite://{}", folder.path().join("broker.sqlite").display());
    let mut config = BrokerConfig::new(url, "127.0.0.1:0".parse().expect("an address"));
    config.check_for_potential_duplicate_pacticipant_names = false;
    let broker = Broker::start(config).await.expect("the broker starts");
    (broker, folder)
}

/// A file with the address that it is published at.
struct File {
    name: String,
    bytes: Vec<u8>,
    consumer: String,
    provider: String,
}

impl File {
    fn of((name, bytes): (String, Vec<u8>)) -> Self {
        let party = |role: &str| {
            let json = Json::parse(&bytes).ok()?;
            let name = json.get(role)?.get("name")?.as_str()?;
            Some(name.to_owned())
        };
        Self {
            consumer: party("consumer").unwrap_or_else(|| "a consumer".to_owned()),
            provider: party("provider").unwrap_or_else(|| "a provider".to_owned()),
            name,
            bytes,
        }
    }

    fn path(&self) -> String {
        format!(
            "/pacts/provider/{}/consumer/{}/version/{}",
            segment(&self.provider),
            segment(&self.consumer),
            segment(&self.name)
        )
    }

    async fn put(&self, address: SocketAddr) -> Answer {
        ask(
            address,
            ("PUT", &self.path()),
            HAL,
            Some(self.bytes.clone()),
        )
        .await
    }

    async fn publish(&self, address: SocketAddr) -> Answer {
        let content = STANDARD.encode(&self.bytes);
        let body = serde_json::json!({
            "pacticipantName": self.consumer, "pacticipantVersionNumber": self.name,
            "contracts": [{
                "consumerName": self.consumer, "providerName": self.provider, "content": content,
                "contentType": "application/json", "specification": "pact",
            }],
        });
        let body = Some(body.to_string().into_bytes());
        ask(address, ("POST", "/contracts/publish"), HAL, body).await
    }
}

/// Encodes a name as one part of a path.
fn segment(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn ask(
    address: SocketAddr,
    (method, path): (&str, &str),
    accept: &str,
    body: Option<Vec<u8>>,
) -> Answer {
    let mut headers = vec![("Accept".to_owned(), accept.to_owned())];
    if body.is_some() {
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    }
    let request = Request {
        method: method.to_owned(),
        target: path.to_owned(),
        headers,
        body,
    };
    send(address, &request).await
}

/// The text of a pact without what a broker adds when it shows one: `_links` and `createdAt`, which
/// stand in place of members of these names, and an `_id` in each interaction that had none.
fn bare(text: &[u8], published: Option<&OwnedJson>) -> OwnedJson {
    let json = Json::parse(text).expect("a pact is JSON").into_owned();
    let Json::Object(mut pact) = json else {
        return json;
    };
    pact.remove("_links");
    pact.remove("createdAt");
    for list in ["interactions", "messages"] {
        let before = published.and_then(|published| published.get(list)?.as_array());
        let Some(Json::Array(interactions)) = pact.get_mut(list) else {
            continue;
        };
        for (at, interaction) in interactions.iter_mut().enumerate() {
            let had_one = before.is_some_and(|before| before[at].get("_id").is_some());
            if let (Json::Object(members), false, Some(_)) = (interaction, had_one, before) {
                let added = members.remove("_id");
                assert!(added.is_some(), "an interaction is shown without `_id`");
            }
        }
    }
    Json::Object(pact)
}

/// Publishes every valid file by one way, and reads each back. Of several texts that are verified
/// alike, a broker keeps the one published first: the others are read back from another broker.
async fn survive(way: Way) {
    let mut files: Vec<_> = files("valid").into_iter().map(File::of).collect();
    if files.is_empty() {
        return;
    }
    assert_eq!(files.len(), VALID);
    let mut brokers = 0;
    while !files.is_empty() {
        files = publish_all(way, files).await;
        brokers += 1;
        assert!(brokers < 10, "{} files are left", files.len());
    }
}

/// Publishes files to one broker, and returns those whose text gave way to another.
async fn publish_all(way: Way, files: Vec<File>) -> Vec<File> {
    let (broker, _folder) = broker().await;
    let mut first: HashMap<(String, String, String), OwnedJson> = HashMap::new();
    let mut left = Vec::new();
    for file in files {
        let name = &file.name;
        let (answer, expected) = match way {
            Way::Publish => (file.publish(broker.addr()).await, 200),
            Way::Put => (file.put(broker.addr()).await, 201),
        };
        assert_eq!(answer.status, expected, "{name}: {}", answer.text);
        let shown = ask(broker.addr(), ("GET", &file.path()), HAL, None).await;
        assert_eq!(shown.status, 200, "{name}");
        let document = Json::parse(shown.text.as_bytes()).expect("it is JSON");
        let sha = document.pointer("/_links/pb:pact-version/name");
        let sha = sha.and_then(Json::as_str).expect("the content has a key");
        let key = (file.consumer.clone(), file.provider.clone(), sha.to_owned());
        let gives_way = first.contains_key(&key);
        let own = bare(&file.bytes, None);
        let published = first.entry(key).or_insert(own);
        let back = bare(shown.text.as_bytes(), Some(published));
        assert_eq!(back.to_compact(), published.to_compact(), "{name}");
        is_shown(&broker, &file, published).await;
        if gives_way {
            left.push(file);
        }
    }
    broker.shutdown().await;
    left
}

#[derive(Clone, Copy)]
enum Way {
    Publish,
    Put,
}

/// The page of a pact tells every interaction, and nothing of it is taken for markup.
async fn is_shown(broker: &RunningBroker, file: &File, published: &OwnedJson) {
    let name = &file.name;
    let page = ask(broker.addr(), ("GET", &file.path()), "text/html", None).await;
    assert_eq!(page.status, 200, "{name}: {}", page.text);
    let kind = page.header("content-type").unwrap_or_default();
    assert!(kind.starts_with("text/html"), "{name}: {kind}");
    let lists = ["interactions", "messages"].into_iter();
    let interactions = lists
        .filter_map(|list| published.get(list)?.as_array())
        .flatten();
    for interaction in interactions {
        let Some(description) = interaction.get("description").and_then(Json::as_str) else {
            continue;
        };
        let escaped = escaped(description);
        assert!(
            page.text.contains(&escaped),
            "{name}: `{description}` is not shown"
        );
        if escaped != description {
            assert!(
                !page.text.contains(description),
                "{name}: `{description}` is not escaped"
            );
        }
    }
}

/// A text as it stands in a page.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '"' => escaped.push_str("&#34;"),
            '&' => escaped.push_str("&#38;"),
            '\'' => escaped.push_str("&#39;"),
            '<' => escaped.push_str("&#60;"),
            '>' => escaped.push_str("&#62;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_valid_file_put_is_read_back_and_shown() {
    survive(Way::Put).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_valid_file_published_is_read_back_and_shown() {
    survive(Way::Publish).await;
}

/// What is no JSON is refused and leaves nothing; what is an object of any kind is stored, since
/// a broker does not judge what can be verified.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_broken_file_is_stored_if_it_is_an_object_and_refused_if_it_is_no_json() {
    let files: Vec<_> = files("broken").into_iter().map(File::of).collect();
    if files.is_empty() {
        return;
    }
    let (broker, _folder) = broker().await;
    let mut refused = 0;
    for file in &files {
        let name = &file.name;
        let is_object =
            serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&file.bytes);
        let (put, published) = match is_object {
            Ok(_) => (201, 200),
            Err(_) => (400, 400),
        };
        refused += usize::from(put == 400);
        let answer = file.put(broker.addr()).await;
        assert_eq!(answer.status, put, "{name}: {}", answer.text);
        if put == 400 {
            // The fault is told by its place.
            assert!(answer.text.contains("line"), "{name}: {}", answer.text);
        }
        let answer = file.publish(broker.addr()).await;
        assert_eq!(answer.status, published, "{name}: {}", answer.text);
        let back = ask(broker.addr(), ("GET", &file.path()), HAL, None).await;
        let page = ask(broker.addr(), ("GET", &file.path()), "text/html", None).await;
        let there = if put == 201 { 200 } else { 404 };
        assert_eq!((back.status, page.status), (there, there), "{name}");
        if put == 201 {
            let shown = Json::parse(back.text.as_bytes()).expect("it is JSON");
            let is_whole = |object: &Object<'_>| object.contains("_links");
            assert!(shown.as_object().is_some_and(is_whole), "{name}");
        }
    }
    assert_eq!((files.len(), refused), BROKEN);
    broker.shutdown().await;
}

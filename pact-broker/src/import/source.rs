//! The other broker: one document, a whole list whatever its pages, many at a time.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use pact_broker_client::BrokerClient;
use serde_json::Value;

use crate::api::urls::Urls;
use crate::import::error::ImportError;
use crate::import::item::Item;

/// How many items are asked for at a time.
const PAGE: u64 = 100;

/// How many pages a list may have: more than a broker of any size has.
const PAGES: u64 = 1_000_000;

/// The other broker.
pub(super) struct Source {
    client: BrokerClient,
    /// Makes paths from the root of the other broker.
    pub(super) urls: Urls,
    pub(super) jobs: usize,
}

/// An answer, with what was being done when it came.
pub(super) struct Answer {
    json: Value,
    action: String,
}

impl Answer {
    pub(super) fn item(&self) -> Item<'_> {
        Item {
            json: &self.json,
            action: &self.action,
        }
    }
}

impl Source {
    pub(super) fn new(client: BrokerClient, jobs: usize) -> Self {
        Self {
            client,
            urls: Urls::new(""),
            jobs,
        }
    }

    /// The index, where all links begin.
    pub(super) async fn index(&self) -> Result<Answer, ImportError> {
        let index = self.client.index().await?;
        Ok(Answer {
            json: index.json().clone(),
            action: "reading the broker's index".to_owned(),
        })
    }

    /// The document at a path.
    pub(super) async fn get(
        &self,
        action: impl Into<String>,
        path: &str,
    ) -> Result<Answer, ImportError> {
        let action = action.into();
        let document = self.client.follow(&action, relative(path)).await?;
        Ok(Answer {
            json: document.into_json(),
            action,
        })
    }

    /// The text at a path, as the other broker wrote it.
    pub(super) async fn text(&self, action: &str, path: &str) -> Result<String, ImportError> {
        let bytes = self.client.bytes(action, relative(path)).await?;
        String::from_utf8(bytes).map_err(|_| ImportError::Shape {
            action: action.to_owned(),
            what: "it is no UTF-8".to_owned(),
        })
    }

    /// The items that a list embeds on all its pages. A broker that knows no pages shows them all
    /// at once.
    pub(super) async fn list(
        &self,
        action: &str,
        path: &str,
        embedded: &str,
    ) -> Result<Answer, ImportError> {
        let pointer = format!("/_embedded/{embedded}");
        let mut all: Vec<Value> = Vec::new();
        let mut last = None;
        for page in 1..=PAGES {
            let mut answer = self
                .get(action, &format!("{path}?page={page}&size={PAGE}"))
                .await?;
            let item = answer.item();
            let count = item.list(&pointer)?.len();
            let pages = item.at("/page/totalPages").and_then(|of| of.json.as_u64());
            let shown = fingerprint(item.at(&pointer));
            if count > 0 && last == Some(shown) {
                return Err(ImportError::Endless {
                    action: action.to_owned(),
                    page,
                });
            }
            if let Some(Value::Array(items)) = answer.json.pointer_mut(&pointer) {
                items.iter_mut().for_each(prune);
                all.append(items);
            }
            last = Some(shown);
            if count == 0 || pages.is_none_or(|pages| page >= pages) {
                break;
            }
        }
        Ok(Answer {
            json: Value::Array(all),
            action: action.to_owned(),
        })
    }

    /// Does several things at a time, and returns what came out in their order.
    pub(super) async fn together<T, F>(
        &self,
        things: impl IntoIterator<Item = F>,
    ) -> Result<Vec<T>, ImportError>
    where
        F: Future<Output = Result<T, ImportError>>,
    {
        stream::iter(things).buffered(self.jobs).try_collect().await
    }
}

/// Tells one page from another.
fn fingerprint(items: Option<Item<'_>>) -> u64 {
    let mut hasher = DefaultHasher::new();
    items.map(|items| items.json.to_string()).hash(&mut hasher);
    hasher.finish()
}

/// Leaves out what nobody reads of the items of long lists: most of each is links.
fn prune(item: &mut Value) {
    if let Some(Value::Object(links)) = item.get_mut("_links") {
        links.retain(|relation, _| matches!(relation.as_str(), "pb:branches" | "pb:pact-versions"));
    }
    if let Some(embedded) = item.get_mut("_embedded") {
        without_links(embedded);
    }
}

fn without_links(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(without_links),
        Value::Object(members) => {
            members.remove("_links");
            members.values_mut().for_each(without_links);
        }
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => {}
    }
}

/// A path from the base URL of the other broker, which may have one itself.
fn relative(path: &str) -> &str {
    path.trim_start_matches('/')
}

//! Pacts and the results for them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use url::form_urlencoded::byte_serialize;

use crate::api::urls::Pair;
use crate::domain::text::{PactSha, PacticipantName, VersionNumber};
use crate::domain::time::Timestamp;
use crate::import::content::shown;
use crate::import::error::ImportError;
use crate::import::gather::Gather;
use crate::import::history::{PairNames, Rank, ResultAddress, What};
use crate::import::item::{Item, after};
use crate::import::source::Source;
use crate::store::import::{IntegrationRecord, KnownPair, PactRecord, Record};

/// With how many rows a matrix is asked for first, and at most.
const ROWS: (usize, usize) = (1_000, 1_000_000);

/// A pact as the list of a pair shows it.
struct Published {
    version: VersionNumber,
    created: Timestamp,
    sha: PactSha,
    /// Whether an import brought it already.
    known: bool,
}

/// A result as the matrix shows it.
struct Row {
    sha: PactSha,
    number: i64,
    provider_version: VersionNumber,
    executed: Timestamp,
}

impl Gather<'_> {
    /// Reads which pacts and results there are.
    pub(super) async fn contracts(&mut self, has_integrations: bool) -> Result<(), ImportError> {
        let pairs = self.pairs(has_integrations).await?;
        let mut results = Vec::new();
        for (done, pair) in pairs.iter().enumerate() {
            self.integration(pair);
            let known = self
                .store
                .known_pair(&pair.consumer, &pair.provider)
                .await?;
            for sha in &known.contents {
                self.history.has_content(pair, sha);
            }
            let published = self.pacts(pair, &known).await?;
            let first = self.add_pacts(pair, &published);
            results.extend(self.results(pair, &published, (&known, &first)).await?);
            self.tell("reading pacts of integrations", done + 1, pairs.len());
        }
        // Numbers are given to results of all pacts in one line.
        results.sort_by_key(|(address, _)| address.number);
        let mut at: Option<Timestamp> = None;
        for (address, moment) in results {
            let moment = at.map_or(moment.clone(), |at| at.max(moment));
            self.history
                .add(&moment, Rank::Result, What::Result(address));
            at = Some(moment);
        }
        Ok(())
    }

    async fn pairs(&mut self, has_integrations: bool) -> Result<Vec<Arc<PairNames>>, ImportError> {
        let (source, mut pairs) = (self.source, BTreeSet::new());
        let (action, answer, consumer, provider) = if has_integrations {
            let action = "reading the integrations";
            let answer = source.list(action, "/integrations", "integrations").await?;
            (action, answer, "/consumer/name", "/provider/name")
        } else {
            let action = "reading the latest pacts";
            let answer = source.get(action, "/pacts/latest").await?;
            let names = ("/_embedded/consumer/name", "/_embedded/provider/name");
            (action, answer, names.0, names.1)
        };
        let pointer = if has_integrations { "" } else { "/pacts" };
        let whole = Item {
            action,
            ..answer.item()
        };
        for item in whole.list(pointer)? {
            let read = item.name(consumer).and_then(|consumer| {
                let provider = item.name(provider)?;
                Ok(PairNames { consumer, provider })
            });
            pairs.extend(self.keep(read)?);
        }
        Ok(pairs.into_iter().map(Arc::new).collect())
    }

    fn integration(&mut self, pair: &PairNames) {
        let start = Timestamp::parse("1970-01-01").expect("this is a date");
        let at = self.history.with_pacticipant(&start, &pair.consumer);
        let at = self.history.with_pacticipant(&at, &pair.provider);
        let record = Record::Integration(IntegrationRecord {
            consumer: pair.consumer.clone(),
            provider: pair.provider.clone(),
            created: at.clone(),
        });
        self.history.add_record(&at, Rank::Integration, record);
    }

    /// Reads the pacts of a pair, the oldest version first.
    async fn pacts(
        &mut self,
        pair: &PairNames,
        known: &KnownPair,
    ) -> Result<Vec<Published>, ImportError> {
        let between = self.source.urls.pair(between(pair));
        let action = format!(
            "reading the pacts of {} with {}",
            pair.consumer, pair.provider
        );
        let answer = self
            .source
            .get(action, &format!("{between}/versions"))
            .await?;
        let mut listed: Vec<(VersionNumber, Option<Timestamp>)> = Vec::new();
        for item in answer.item().list("/_embedded/pacts")? {
            let read = item
                .name("/_embedded/consumerVersion/number")
                .and_then(|number| Ok((number, item.moment("/createdAt")?)));
            listed.extend(self.keep(read)?);
        }
        listed.reverse();
        let source = self.source;
        let read = listed.into_iter().map(async |(version, created)| {
            published(source, pair, known, (version, created)).await
        });
        source.together(read).await
    }

    /// Adds the pacts, and returns when each content was published first.
    fn add_pacts(
        &mut self,
        pair: &PairNames,
        published: &[Published],
    ) -> HashMap<PactSha, Timestamp> {
        let mut first: HashMap<PactSha, Timestamp> = HashMap::new();
        for one in published {
            let at = self
                .history
                .with_version(&one.created, &pair.consumer, &one.version);
            let at = self.history.with_pacticipant(&at, &pair.provider);
            let earliest = first.entry(one.sha.clone()).or_insert_with(|| at.clone());
            if at < *earliest {
                earliest.clone_from(&at);
            }
            let key = (
                pair.consumer.clone(),
                one.version.clone(),
                pair.provider.clone(),
            );
            let revision = self.revisions.get(&key).copied().unwrap_or(1);
            for lost in 1..revision {
                self.report.lose(
                    "it was overwritten later, and only the last revision is shown",
                    format!("revision {lost} of {}", told(pair, &one.version)),
                );
            }
            if one.known {
                self.report.count("pacts").known += 1;
                continue;
            }
            let record = PactRecord {
                consumer: pair.consumer.clone(),
                version: one.version.clone(),
                provider: pair.provider.clone(),
                revision,
                sha: one.sha.clone(),
                content: None,
                created: one.created.clone(),
            };
            let record = Box::new(record);
            let is_first = true;
            self.history
                .add(&at, Rank::Pact, What::Pact { record, is_first });
        }
        first
    }

    /// Reads which results there are for the contents, each with the moment by which all that it
    /// needs is there.
    async fn results(
        &mut self,
        pair: &Arc<PairNames>,
        published: &[Published],
        (known, first): (&KnownPair, &HashMap<PactSha, Timestamp>),
    ) -> Result<Vec<(ResultAddress, Timestamp)>, ImportError> {
        let source = self.source;
        // The newest version of each content: it shows all results for it.
        let of_contents: HashMap<_, _> = published
            .iter()
            .map(|one| (&one.sha, &one.version))
            .collect();
        let mut versions: Vec<_> = of_contents.into_values().collect();
        versions.sort_unstable();
        let read = versions
            .into_iter()
            .map(async |version| rows(source, pair, version).await);
        let mut seen = HashSet::new();
        let mut results = Vec::new();
        for row in source.together(read).await?.into_iter().flatten() {
            if !seen.insert((row.sha.clone(), row.number)) {
                continue;
            }
            let Some(came) = first.get(&row.sha) else {
                let what = format!(
                    "result {} of {} for {}",
                    row.number, pair.provider, pair.consumer
                );
                self.report
                    .lose("it is for a revision that was overwritten later", what);
                continue;
            };
            if known.results.contains(&(row.sha.clone(), row.number)) {
                self.report.count("results").known += 1;
                continue;
            }
            let at = came.max(&row.executed);
            let at = self
                .history
                .with_version(at, &pair.provider, &row.provider_version);
            let address = ResultAddress {
                pair: Arc::clone(pair),
                sha: row.sha,
                number: row.number,
                executed: row.executed,
            };
            results.push((address, at));
        }
        Ok(results)
    }
}

/// Finds out which content a version published: from here, or from the pact itself.
async fn published(
    source: &Source,
    pair: &PairNames,
    known: &KnownPair,
    (version, created): (VersionNumber, Option<Timestamp>),
) -> Result<Published, ImportError> {
    if let (Some(sha), Some(created)) = (known.published.get(&version), created.clone()) {
        return Ok(Published {
            sha: sha.clone(),
            created,
            version,
            known: true,
        });
    }
    let action = format!("reading the {}", told(pair, &version));
    let path = source.urls.pact(between(pair), version.as_str());
    let text = source.text(&action, &path).await?;
    let shown = shown(&action, &text)?;
    let created = shown.created.or(created).ok_or(ImportError::Shape {
        action,
        what: "`/createdAt` is missing".to_owned(),
    })?;
    Ok(Published {
        sha: shown.sha,
        created,
        version,
        known: false,
    })
}

/// Reads the results for what a version published, whatever provider version was run.
async fn rows(
    source: &Source,
    pair: &PairNames,
    version: &VersionNumber,
) -> Result<Vec<Row>, ImportError> {
    let form = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let question = format!(
        "/matrix?q%5B%5D%5Bpacticipant%5D={}&q%5B%5D%5Bversion%5D={}&q%5B%5D%5Bpacticipant%5D={}",
        form(pair.consumer.as_str()),
        form(version.as_str()),
        form(pair.provider.as_str())
    );
    let action = format!("reading the results for the {}", told(pair, version));
    let mut limit = ROWS.0;
    loop {
        let answer = source
            .get(action.as_str(), &format!("{question}&limit={limit}"))
            .await?;
        let shown = answer.item().list("/matrix")?;
        if shown.len() < limit || limit >= ROWS.1 {
            let rows = shown.into_iter().map(row).collect::<Result<Vec<_>, _>>()?;
            return Ok(rows.into_iter().flatten().collect());
        }
        limit *= 10;
    }
}

/// Reads a row of the matrix; nothing where it has no result.
fn row(item: Item<'_>) -> Result<Option<Row>, ImportError> {
    let Some(result) = item.at("/verificationResult") else {
        return Ok(None);
    };
    let links = result.links("self");
    let address = links.first().copied().unwrap_or_default();
    let sha = after(address, "pact-version").and_then(|sha| PactSha::parse(sha).ok());
    let number = after(address, "verification-results").and_then(|number| number.parse().ok());
    let (Some(sha), Some(number)) = (sha, number) else {
        return Err(result.wrong("/_links/self", "is not the address of a result"));
    };
    let executed = result.moment("/verifiedAt")?;
    Ok(Some(Row {
        sha,
        number,
        provider_version: item.name("/provider/version/number")?,
        executed: executed.ok_or_else(|| result.wrong("/verifiedAt", "is missing"))?,
    }))
}

pub(in crate::import) fn between(pair: &PairNames) -> Pair<'_> {
    Pair::of(&pair.consumer, &pair.provider)
}

fn told(pair: &PairNames, version: &VersionNumber) -> String {
    let PairNames { consumer, provider }: &PairNames = pair;
    let consumer: &PacticipantName = consumer;
    format!("pact between {consumer} ({version}) and {provider}")
}

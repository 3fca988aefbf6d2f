//! Rendering the rows of a matrix.
//!
//! A matrix may have thousands of rows, so they are written one after the other and no tree is
//! made of them. Members stand in the order of their names, as everywhere.

use serde::{Serialize, Serializer};

use crate::{
    api::{
        metadata::Metadata,
        urls::{Pair, Urls},
    },
    domain::{
        environment::EnvironmentRef,
        matrix::{MatrixRow, facts::VersionFact},
        version::{BranchVersion, Tag},
    },
};

/// Rows that are rendered when they are written.
pub(super) struct Rows<'a> {
    pub(super) urls: &'a Urls,
    pub(super) rows: &'a [MatrixRow],
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.iter().map(|row| Row::of(self.urls, row)))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    consumer: Party<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<bool>,
    pact: Pact,
    provider: Party<'a>,
    verification_result: Option<Outcome>,
}

#[derive(Serialize)]
struct Party<'a> {
    _links: Own<Link>,
    name: &'a str,
    version: Option<Version<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pact {
    #[serde(rename = "_links")]
    links: Own<Link>,
    created_at: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    #[serde(rename = "_links")]
    links: Own<Link>,
    success: bool,
    verified_at: String,
}

struct Version<'a> {
    urls: &'a Urls,
    pacticipant: &'a str,
    fact: &'a VersionFact,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionMembers<'a> {
    #[serde(rename = "_links")]
    links: Own<Link>,
    branch: Option<&'a str>,
    branch_versions: &'a [Branch<'a>],
    branches: &'a [Branch<'a>],
    environments: Vec<Environment<'a>>,
    number: &'a str,
    tags: Vec<TagMembers<'a>>,
}

#[derive(Serialize)]
struct Branch<'a> {
    _links: Own<Named<'a>>,
    latest: bool,
    name: &'a str,
}

#[derive(Serialize)]
struct TagMembers<'a> {
    _links: Own<Link>,
    latest: bool,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Environment<'a> {
    #[serde(rename = "_links")]
    links: Own<Named<'a>>,
    created_at: String,
    display_name: &'a str,
    name: &'a str,
    production: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
    uuid: &'a str,
}

#[derive(Serialize)]
struct Own<L> {
    #[serde(rename = "self")]
    own: L,
}

#[derive(Serialize)]
struct Link {
    href: String,
}

#[derive(Serialize)]
struct Named<'a> {
    href: String,
    name: &'a str,
    title: &'static str,
}

fn link(href: String) -> Own<Link> {
    Own { own: Link { href } }
}

fn named<'a>(title: &'static str, name: &'a str, href: String) -> Own<Named<'a>> {
    Own {
        own: Named { href, name, title },
    }
}

impl<'a> Row<'a> {
    fn of(urls: &'a Urls, row: &'a MatrixRow) -> Self {
        let pair = Pair::of(&row.consumer, &row.provider);
        let number = row.consumer_version.number.as_str();
        let outcome = row.verification.as_ref().map(|verification| {
            let (sha, metadata) = (row.publication.sha.as_str(), Metadata::of_number(number));
            let content = urls.pact_version_with_metadata(pair, sha, &metadata.encode());
            let place = format!("{content}/verification-results/{}", verification.id.0);
            Outcome {
                links: link(place),
                success: verification.success,
                verified_at: verification.executed_at.to_hal(),
            }
        });
        Self {
            consumer: Party::of(urls, pair.consumer, Some(&row.consumer_version)),
            ignored: row.ignored.then_some(true),
            pact: Pact {
                links: link(urls.pact(pair, number)),
                created_at: row.publication.created_at.to_hal(),
            },
            provider: Party::of(urls, pair.provider, row.provider_version.as_deref()),
            verification_result: outcome,
        }
    }
}

impl<'a> Party<'a> {
    fn of(urls: &'a Urls, name: &'a str, version: Option<&'a VersionFact>) -> Self {
        let version = version.map(|fact| Version {
            urls,
            pacticipant: name,
            fact,
        });
        Self {
            _links: link(urls.pacticipant(name)),
            name,
            version,
        }
    }
}

impl Serialize for Version<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (urls, fact) = (self.urls, self.fact);
        let own = (self.pacticipant, fact.number.as_str());
        let branches = fact.branches.iter().map(|one| branch(urls, own, one));
        let branches: Vec<_> = branches.collect();
        let members = VersionMembers {
            links: link(urls.version(own.0, own.1)),
            branch: fact.branches.last().map(|one| one.branch.as_str()),
            branch_versions: &branches,
            branches: &branches,
            environments: fact
                .environments
                .iter()
                .map(|one| environment(urls, one))
                .collect(),
            number: own.1,
            tags: fact.tags.iter().map(|one| tag(urls, own, one)).collect(),
        };
        members.serialize(serializer)
    }
}

fn branch<'a>(urls: &Urls, own: (&str, &str), one: &'a BranchVersion) -> Branch<'a> {
    let name = one.branch.as_str();
    let place = urls.branch_version(own.0, name, own.1);
    Branch {
        _links: named("Branch version", name, place),
        latest: one.head,
        name,
    }
}

fn tag<'a>(urls: &Urls, own: (&str, &str), one: &'a Tag) -> TagMembers<'a> {
    let name = one.name.as_str();
    TagMembers {
        _links: link(urls.tag(own.0, own.1, name)),
        latest: one.latest,
        name,
    }
}

fn environment<'a>(urls: &Urls, one: &'a EnvironmentRef) -> Environment<'a> {
    let (name, uuid) = (one.name.as_str(), one.uuid.as_str());
    let changed = one.updated_at != one.created_at;
    Environment {
        links: named("Environment", name, urls.environment(uuid)),
        created_at: one.created_at.to_hal(),
        display_name: &one.display_name,
        name,
        production: one.production,
        updated_at: changed.then(|| one.updated_at.to_hal()),
        uuid,
    }
}

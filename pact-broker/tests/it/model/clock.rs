//! A clock that jumps changes no answer: what came first is told by the sequence of rows.
//!
//! `CLOCK_HISTORIES` sets how many histories are told.

use std::sync::atomic::{AtomicU64, Ordering};

use pact_broker::domain::pact::PactAddress;
use pact_broker::domain::selector::VerificationRequest;
use pact_broker::domain::time::Timestamp;
use pact_broker::domain::version::{VersionAddress, VersionScope};
use pact_broker::store::{Ambient, Store};

use super::history::{PACTICIPANTS, Random, branch_name, history, questions, tag_name};
use super::number;
use super::story::{self, Names};
use crate::support::database::{TestStore, on_postgres_with, on_sqlite_with};
use crate::support::scenario::{branch, tag};

/// How many histories are told when nothing else is said.
const HISTORIES: u64 = 40;

/// A clock that is a day behind or ahead, or at the end of a leap day, from one look to the next.
fn jumping() -> Ambient {
    let looks = AtomicU64::new(0);
    Ambient::system().with_clock(move || {
        let look = looks.fetch_add(1, Ordering::Relaxed);
        let day = ["2024-02-28T12:00", "2024-02-29T23:59", "2024-03-01T12:00"];
        let day = day[(look.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize % 3];
        Timestamp::parse(&format!("{day}:59.{:06}Z", look % 1_000_000)).unwrap()
    })
}

/// Everything that has an order, as one text without dates.
async fn seen(store: &Store, names: &Names) -> Vec<String> {
    let mut lines = Vec::new();
    for number in 0..PACTICIPANTS {
        lines.extend(seen_of(store, names, number).await);
    }
    for question in questions() {
        let matrix = store.matrix(&names.own(question.query())).await.unwrap();
        let rows = matrix.rows.iter().map(|row| {
            let result = row.provider_version.as_ref().map(|found| &found.number);
            let (consumer, number) = (&row.consumer, &row.consumer_version.number);
            format!(
                "{consumer} {number} {} {result:?} {:?}",
                row.provider,
                row.success()
            )
        });
        let rows: Vec<_> = rows.collect();
        lines.push(format!(
            "{question:?}: {:?} {rows:?}",
            matrix.verdict.decision
        ));
    }
    let own = format!("-{}", names.suffix);
    let integrations = store.integrations(Some(&own), None).await.unwrap().items;
    let of_this = integrations
        .iter()
        .filter(|one| one.consumer.as_str().ends_with(&own));
    lines.extend(of_this.map(|one| format!("{} {}", one.consumer, one.provider)));
    lines
}

async fn seen_of(store: &Store, names: &Names, number: u8) -> Vec<String> {
    let name = names.name(number);
    let mut lines = Vec::new();
    for address in [
        VersionAddress::Latest,
        VersionAddress::LatestOnBranch(branch(&branch_name(0))),
        VersionAddress::LatestTagged(tag(&tag_name(0))),
    ] {
        let found = store.version(&name, &address).await.unwrap();
        let found = found.map(|found| found.version.number);
        lines.push(format!("{name} {address:?}: {found:?}"));
    }
    let versions = store
        .versions(&name, &VersionScope::All, None)
        .await
        .unwrap();
    let versions = versions.map(|found| found.map(|one| one.version.number).items);
    let branches = store.branches(&name, None, None).await.unwrap();
    let branches = branches.map(|found| found.map(|one| one.name).items);
    lines.push(format!("{name}: {versions:?} {branches:?}"));
    for provider in (0..PACTICIPANTS).filter(|other| *other != number) {
        for address in [
            PactAddress::Latest,
            PactAddress::LatestOnBranch(branch(&branch_name(0))),
            PactAddress::LatestTagged(tag(&tag_name(1))),
            PactAddress::LatestUntagged,
        ] {
            let pact = store
                .pact(&name, &names.name(provider), &address)
                .await
                .unwrap();
            let pact = pact.map(|pact| pact.publication);
            let pact = pact.map(|pact| (pact.consumer_version, pact.sha));
            lines.push(format!("{name} {provider} {address:?}: {pact:?}"));
        }
    }
    let request = VerificationRequest {
        selectors: Vec::new(),
        provider_branch: Some(branch(&branch_name(0))),
        provider_tags: Vec::new(),
        include_pending: true,
        include_wip_since: None,
    };
    let pacts = store.pacts_for_verification(&name, &request).await.unwrap();
    for pact in pacts.into_iter().flatten() {
        let (publication, pending) = (
            &pact.publication,
            pact.pending.map(|pending| pending.is_pending),
        );
        lines.push(format!(
            "{name} verifies {} {}: {pending:?}",
            publication.consumer, publication.consumer_version
        ));
    }
    lines
}

async fn answers_alike(steady: TestStore, jumping: TestStore) {
    story::environments(&steady).await;
    story::environments(&jumping).await;
    for seed in 0..number("CLOCK_HISTORIES", HISTORIES) {
        let events = history(&mut Random::new(seed));
        let names = Names { suffix: seed };
        for event in &events {
            story::tell(&steady, &names, event).await;
            story::tell(&jumping, &names, event).await;
        }
        let (expected, found) = (seen(&steady, &names).await, seen(&jumping, &names).await);
        let different = expected
            .iter()
            .zip(&found)
            .find(|(left, right)| left != right);
        assert_eq!(different, None, "history {seed}\n{events:#?}");
        assert_eq!(expected.len(), found.len(), "history {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_answers_alike_when_the_clock_jumps() {
    let stores = (
        on_sqlite_with(Ambient::system()).await,
        on_sqlite_with(jumping()).await,
    );
    if let (Some(steady), Some(jumping)) = stores {
        answers_alike(steady, jumping).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_answers_alike_when_the_clock_jumps() {
    let stores = (
        on_postgres_with(Ambient::system()).await,
        on_postgres_with(jumping()).await,
    );
    if let (Some(steady), Some(jumping)) = stores {
        answers_alike(steady, jumping).await;
    }
}

//! Fills a database with 500 pacticipants, 100,000 versions and 1,000,000 verifications, and times
//! the questions that must not grow slower with history.
//!
//! ```text
//! cargo run --release -p pact-broker --example scale -- sqlite:///tmp/scale.sqlite
//! ```
//!
//! A database that is filled already is only asked.

use std::error::Error;
use std::time::Instant;

use pact_broker::domain::matrix::{
    Destination, LatestBy, MatrixQuery, MatrixSelector, VersionChoice,
};
use pact_broker::domain::selector::VerificationRequest;
use pact_broker::domain::text::{BranchName, EnvironmentName, PacticipantName, VersionNumber};
use pact_broker::domain::time::Timestamp;
use pact_broker::store::{Ambient, Page, Store};
use sqlx::{Connection, PgConnection, SqliteConnection};

/// How often each question is asked.
const ASKED: usize = 200;

/// Odd pacticipants consume four even ones each. A pact changes every 50 versions, and each content
/// is verified 250 times by the 200 versions of its provider. `series` holds the numbers.
const FILL: [&str; 17] = [
    "CREATE TABLE series (i BIGINT PRIMARY KEY)",
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999) \
     INSERT INTO series SELECT i FROM n",
    "INSERT INTO pacticipants (id, name, display_name, main_branch, created_at, updated_at) \
     SELECT i + 1, 'p' || (i + 1), 'P ' || (i + 1), 'main', '2026-01-01T00:00:00.000000Z', \
     '2026-01-01T00:00:00.000000Z' FROM series WHERE i < 500",
    "INSERT INTO versions (id, pacticipant_id, number, created_at, updated_at) \
     SELECT 1001 + i, i % 500 + 1, '' || (i / 500), '2026-01-01T00:00:00.000000Z', \
     '2026-01-01T00:00:00.000000Z' FROM series WHERE i < 100000",
    "INSERT INTO branches (id, pacticipant_id, name, head_version_id, created_at, updated_at) \
     SELECT 600001 + i, i + 1, 'main', 1001 + 199 * 500 + i, '2026-01-01T00:00:00.000000Z', \
     '2026-01-01T00:00:00.000000Z' FROM series WHERE i < 500",
    "INSERT INTO branches (id, pacticipant_id, name, head_version_id, created_at, updated_at) \
     SELECT 700001 + i, i % 500 + 1, 'feat/' || (i / 500), 1001 + i, \
     '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z' FROM series \
     WHERE i < 100000 AND (i / 500) % 4 = 0",
    "INSERT INTO branch_versions (branch_id, version_id, id, auto_created, created_at, updated_at) \
     SELECT CASE WHEN (i / 500) % 4 = 0 THEN 700001 + i ELSE 600001 + i % 500 END, 1001 + i, \
     800001 + i, FALSE, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z' \
     FROM series WHERE i < 100000",
    "INSERT INTO contents (id, consumer_id, provider_id, sha, text, interactions, messages, created_at) \
     SELECT 200001 + i, 2 * (i / 16) + 1, 2 * (((i / 16) * 7 + ((i / 4) % 4) * 31) % 250) + 2, \
     's' || i, '{\"interactions\":[]}', 0, 0, '2026-01-01T00:00:00.000000Z' \
     FROM series WHERE i < 4000",
    "INSERT INTO publications (id, consumer_id, provider_id, consumer_version_id, content_id, \
     revision, created_at) SELECT 300001 + i, c.consumer_id, c.provider_id, \
     1001 + (i / 1000) * 500 + c.consumer_id - 1, c.id, 1, CASE WHEN i / 1000 > 190 \
     THEN '2026-06-01T00:00:00.000000Z' ELSE '2026-01-01T00:00:00.000000Z' END \
     FROM series JOIN contents c ON c.id = 200001 + (i % 1000) * 4 + i / 50000 WHERE i < 200000",
    "INSERT INTO current_publications (consumer_version_id, provider_id, consumer_id, \
     publication_id, content_id, created_at) SELECT consumer_version_id, provider_id, consumer_id, \
     id, content_id, created_at FROM publications",
    "INSERT INTO verifications (id, content_id, consumer_id, provider_id, provider_version_id, \
     success, wip, executed_at, created_at) SELECT 1000001 + i, c.id, c.consumer_id, c.provider_id, \
     1001 + ((i / 4000) % 200) * 500 + c.provider_id - 1, (i / 4000) % 7 <> 0, FALSE, \
     '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z' \
     FROM series JOIN contents c ON c.id = 200001 + i % 4000",
    "INSERT INTO latest_verifications (content_id, provider_version_id, verification_id) \
     SELECT content_id, provider_version_id, MAX(id) FROM verifications \
     GROUP BY content_id, provider_version_id",
    "INSERT INTO integrations (consumer_id, provider_id, created_at, contract_data_updated_at) \
     SELECT DISTINCT consumer_id, provider_id, '2026-01-01T00:00:00.000000Z', \
     '2026-01-01T00:00:00.000000Z' FROM contents",
    "INSERT INTO environments (id, uuid, name, display_name, production, contacts, created_at, \
     updated_at) VALUES (901, 'e1', 'production', 'Production', TRUE, '[]', \
     '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z')",
    "INSERT INTO deployed_versions (id, uuid, version_id, pacticipant_id, environment_id, \
     auto_created, created_at, updated_at) SELECT 950001 + i, 'd' || i, 1001 + 198 * 500 + i, i + 1, \
     901, FALSE, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z' \
     FROM series WHERE i < 500",
    "INSERT INTO current_deployments (environment_id, pacticipant_id, instance, version_id, \
     deployed_version_id) SELECT environment_id, pacticipant_id, '', version_id, id \
     FROM deployed_versions",
    "DROP TABLE series",
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args()
        .nth(1)
        .ok_or("give the address of a database")?;
    let store = Store::open(&url, Ambient::system()).await?;
    if store.pacticipants(None, None, None).await?.total == 0 {
        let started = Instant::now();
        fill(&url).await?;
        report(&format!("filled in {:.1?}", started.elapsed()));
    }
    for number in [1, 251, 500] {
        ask(&store, number).await?;
    }
    let started = Instant::now();
    store
        .dashboard(
            None,
            Some(Page {
                number: 1,
                size: 100,
            }),
        )
        .await?;
    report(&format!("index page: {:.1?}", started.elapsed()));
    store.close().await;
    Ok(())
}

async fn fill(url: &str) -> Result<(), Box<dyn Error>> {
    if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(url).await?;
        for statement in FILL {
            sqlx::raw_sql(statement).execute(&mut connection).await?;
        }
        sqlx::raw_sql("UPDATE sequence SET value = 3000000")
            .execute(&mut connection)
            .await?;
    } else {
        let mut connection = PgConnection::connect(url).await?;
        for statement in FILL {
            sqlx::raw_sql(statement).execute(&mut connection).await?;
        }
        sqlx::raw_sql("SELECT setval('row_sequence', 3000000)")
            .execute(&mut connection)
            .await?;
        sqlx::raw_sql("ANALYZE").execute(&mut connection).await?;
    }
    Ok(())
}

/// Asks about one pacticipant after the other, starting at a number.
async fn ask(store: &Store, first: usize) -> Result<(), Box<dyn Error>> {
    let mut deploying = Vec::new();
    let mut verifying = Vec::new();
    for step in 0..ASKED {
        let name = PacticipantName::parse(format!("p{}", (first + step) % 500 + 1))?;
        let started = Instant::now();
        let matrix = store.matrix(&can_i_deploy(&name)?).await?;
        deploying.push((started.elapsed(), matrix.rows.len()));
        let started = Instant::now();
        let pacts = store
            .pacts_for_verification(&name, &for_verification()?)
            .await?;
        verifying.push((started.elapsed(), pacts.map_or(0, |pacts| pacts.len())));
    }
    for (question, mut times) in [
        ("can-i-deploy", deploying),
        ("pacts for verification", verifying),
    ] {
        times.sort();
        let rows: usize = times.iter().map(|(_, rows)| rows).sum();
        let at = |percent: usize| times[(times.len() - 1) * percent / 100].0;
        report(&format!(
            "{question}: p50 {:.1?}, p99 {:.1?}, {rows} rows in all",
            at(50),
            at(99)
        ));
    }
    Ok(())
}

fn can_i_deploy(name: &PacticipantName) -> Result<MatrixQuery, Box<dyn Error>> {
    Ok(MatrixQuery {
        selectors: vec![MatrixSelector {
            pacticipant: name.clone(),
            versions: VersionChoice::Number(VersionNumber::parse("199")?),
        }],
        destination: Some(Destination::Environment(EnvironmentName::parse(
            "production",
        )?)),
        ignore: Vec::new(),
        latest_by: Some(LatestBy::ConsumerVersionAndProviderVersion),
        success: Vec::new(),
        limit: None,
    })
}

fn for_verification() -> Result<VerificationRequest, Box<dyn Error>> {
    Ok(VerificationRequest {
        selectors: Vec::new(),
        provider_branch: Some(BranchName::parse("main")?),
        provider_tags: Vec::new(),
        include_pending: true,
        include_wip_since: Some(Timestamp::parse("2026-05-01")?),
    })
}

#[expect(
    clippy::print_stdout,
    reason = "the report is what the program is run for"
)]
fn report(line: &str) {
    println!("{line}");
}

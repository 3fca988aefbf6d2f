//! Random histories, and can-i-deploy answered twice: by the product and by a model of it that is
//! written apart, with loops over plain lists.

mod clock;
mod facts;
mod history;
mod story;
mod world;

use pact_broker::domain::matrix::answer;
use pact_broker::store::Store;
use tokio::task::JoinSet;

use history::{Event, Random, history, questions};
use world::World;

/// How many histories are told to the domain when `MODEL_HISTORIES` says nothing else.
const HISTORIES: u64 = 20_000;

/// How many questions are asked about each of them.
const ASKED: usize = 8;

/// How many are asked of a store about each of those told to it.
const ASKED_OF_STORES: usize = 20;

/// How many are told to each database when `STORED_HISTORIES` says nothing else.
const STORED_HISTORIES: u64 = 48;

/// How many are told to one database at the same time.
const TELLERS: u64 = 16;

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |count| count.parse().unwrap())
}

fn world_after(events: &[Event]) -> World {
    let mut world = World::default();
    for event in events {
        world.apply(event);
    }
    world
}

#[test]
fn the_domain_decides_as_the_model_does() {
    let mut decisions = [0_u64; 3];
    let all = questions();
    let histories = number("MODEL_HISTORIES", HISTORIES);
    for seed in 0..histories {
        let mut random = Random::new(seed);
        let events = history(&mut random);
        let world = world_after(&events);
        let facts = facts::of(&world);
        for question in random.some(&all, ASKED) {
            let expected = world.decide(&question);
            let decided = answer(&question.query(), &facts).verdict.decision;
            assert_eq!(
                decided, expected,
                "history {seed}: {question:?}\n{events:#?}"
            );
            decisions[expected as usize] += 1;
        }
    }
    assert!(
        decisions.iter().all(|count| *count > histories / 10),
        "{decisions:?}"
    );
}

/// Tells a history to a store, among others that are told to it meanwhile, and asks about it.
async fn stored(store: Store, seed: u64) {
    let mut random = Random::new(seed);
    let events = history(&mut random);
    let names = story::Names { suffix: seed };
    for event in &events {
        story::tell(&store, &names, event).await;
    }
    let world = world_after(&events);
    for question in random.some(&questions(), ASKED_OF_STORES) {
        let query = names.own(question.query());
        let decided = store.matrix(&query).await.unwrap().verdict.decision;
        let expected = world.decide(&question);
        assert_eq!(
            decided, expected,
            "history {seed}: {question:?}\n{events:#?}"
        );
    }
}

async fn decides_as_the_model_does(store: &Store) {
    story::environments(store).await;
    let histories = number("STORED_HISTORIES", STORED_HISTORIES);
    let mut tellers = JoinSet::new();
    for teller in 0..TELLERS {
        let store = store.clone();
        tellers.spawn(async move {
            for seed in (0..histories).filter(|seed| seed % TELLERS == teller) {
                stored(store.clone(), seed).await;
            }
        });
    }
    tellers.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_decides_as_the_model_does() {
    if let Some(store) = crate::support::database::on_sqlite().await {
        decides_as_the_model_does(&store).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_decides_as_the_model_does() {
    if let Some(store) = crate::support::database::on_postgres().await {
        decides_as_the_model_does(&store).await;
    }
}

#[test]
fn an_unrelated_result_changes_no_decision() {
    for seed in 0..200 {
        let mut events = history(&mut Random::new(seed));
        let before = world_after(&events);
        let stranger = 200;
        events.push(Event::Publish {
            consumer: stranger,
            version: 1,
            provider: stranger + 1,
            content: 1,
        });
        let facts = facts::of(&world_after(&events));
        for question in questions() {
            let decided = answer(&question.query(), &facts).verdict.decision;
            assert_eq!(
                decided,
                before.decide(&question),
                "history {seed}: {question:?}"
            );
        }
    }
}

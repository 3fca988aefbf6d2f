//! What happens when many do the same thing at once.

use std::sync::Arc;

use pact_broker::domain::pact::{PactAddress, PairScope};
use pact_broker::domain::pacticipant::PacticipantChange;
use pact_broker::store::StoreError;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::empty_store;
use crate::support::scenario::{content, name, request, version};

const MANY: usize = 64;

/// Starts many tasks at one moment and waits for all.
async fn together<T, F>(task: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(MANY));
    let mut tasks = JoinSet::new();
    for number in 0..MANY {
        let (barrier, task) = (Arc::clone(&barrier), task(number));
        tasks.spawn(async move {
            barrier.wait().await;
            task.await
        });
    }
    tasks.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_publishers_of_one_version_with_one_content_all_succeed_and_leave_one_row() {
    let Some(store) = empty_store().await else {
        return;
    };
    for round in 0..5 {
        let number = round.to_string();
        let outcomes = together(|_| {
            let (store, request) = (
                store.store.clone(),
                request("web", &number, &[("api", "same")]),
            );
            async move { store.publish(request).await }
        })
        .await;
        for outcome in &outcomes {
            assert!(outcome.is_ok(), "{outcome:?}");
        }
        let created = outcomes
            .iter()
            .flatten()
            .filter(|published| published.version_created)
            .count();
        assert_eq!(created, 1);
        let pacts = store
            .pair_pacts(&name("web"), &name("api"), &PairScope::All)
            .await
            .unwrap();
        assert_eq!(pacts.len(), round + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_publishers_with_different_content_exactly_one_wins() {
    let Some(store) = empty_store().await else {
        return;
    };
    let outcomes = together(|number| {
        let word = format!("w{number}");
        let (store, request) = (store.store.clone(), request("web", "1", &[("api", &word)]));
        async move { (word, store.publish(request).await) }
    })
    .await;
    let winners: Vec<_> = outcomes
        .iter()
        .filter(|(_, outcome)| outcome.is_ok())
        .collect();
    assert_eq!(winners.len(), 1);
    let address = PactAddress::Version(version("1"));
    let stored = store
        .pact(&name("web"), &name("api"), &address)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.content, content(&winners[0].0).text());
    for (word, outcome) in outcomes.iter().filter(|(_, outcome)| outcome.is_err()) {
        let Err(StoreError::ContentConflict(conflicts)) = outcome else {
            panic!("expected a conflict: {outcome:?}");
        };
        assert_eq!(conflicts[0].existing, stored.content);
        assert_eq!(conflicts[0].refused, content(word).text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn overlapping_sets_of_contracts_in_any_order_do_not_get_in_each_others_way() {
    let Some(store) = empty_store().await else {
        return;
    };
    let outcomes = together(|number| {
        let providers: Vec<_> = (0..20)
            .map(|at| format!("p{}", (at * 7 + number) % 30))
            .collect();
        let contracts: Vec<_> = providers
            .iter()
            .map(|provider| (provider.as_str(), "same"))
            .collect();
        let version = (number % 8).to_string();
        let (store, request) = (store.store.clone(), request("web", &version, &contracts));
        async move { store.publish(request).await }
    })
    .await;
    for outcome in outcomes {
        assert_eq!(outcome.unwrap().contracts.len(), 20);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_first_uses_of_a_name_make_one_pacticipant() {
    let Some(store) = empty_store().await else {
        return;
    };
    let outcomes = together(|_| {
        let store = store.store.clone();
        async move {
            store
                .create_pacticipant(&name("new"), PacticipantChange::default())
                .await
        }
    })
    .await;
    let created = outcomes
        .into_iter()
        .filter(|outcome| outcome.as_ref().unwrap().created)
        .count();
    assert_eq!(created, 1);
    assert_eq!(store.pacticipants(None, None, None).await.unwrap().total, 1);
}

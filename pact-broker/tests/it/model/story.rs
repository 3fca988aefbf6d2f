//! Telling a history to a store.

use pact_broker::domain::environment::{DeploymentFilter, ReleaseFilter};
use pact_broker::domain::matrix::MatrixQuery;
use pact_broker::domain::pact::MarkingPolicy;
use pact_broker::domain::text::{PacticipantName, Uuid};
use pact_broker::store::{Store, StoreError};

use super::history::{Event, branch_name, pacticipant_name, place_name, tag_name};
use crate::support::scenario::{
    self, Scenario, branch, environment, name, request, result, tag, version,
};

/// The names of one history, so that many can be told to one store.
pub(super) struct Names {
    pub(super) suffix: u64,
}

impl Names {
    fn pacticipant(&self, number: u8) -> String {
        format!("{}-{}", pacticipant_name(number), self.suffix)
    }

    pub(super) fn name(&self, number: u8) -> PacticipantName {
        name(&self.pacticipant(number))
    }

    /// The question with the names of this history.
    pub(super) fn own(&self, mut query: MatrixQuery) -> MatrixQuery {
        let own = |of: &PacticipantName| name(&format!("{of}-{}", self.suffix));
        for selector in &mut query.selectors {
            selector.pacticipant = own(&selector.pacticipant);
        }
        for ignore in &mut query.ignore {
            ignore.pacticipant = own(&ignore.pacticipant);
        }
        query
    }
}

/// The places of all histories.
pub(super) async fn environments(store: &Store) {
    for number in 0..2 {
        Scenario { store }.environment(&place_name(number)).await;
    }
}

async fn place(store: &Store, number: u8) -> Uuid {
    let found = store
        .environments(Some(&environment(&place_name(number))))
        .await
        .unwrap();
    found[0].uuid.clone()
}

fn marking() -> MarkingPolicy {
    MarkingPolicy {
        first_tag_as_branch_seconds: None,
        deploy_by_tag: false,
        ..MarkingPolicy::standard()
    }
}

fn number(of: u8) -> pact_broker::domain::text::VersionNumber {
    version(&of.to_string())
}

/// Tells one event.
#[expect(clippy::too_many_lines, reason = "one arm for each event")]
pub(super) async fn tell(store: &Store, names: &Names, event: &Event) {
    match *event {
        Event::Branch {
            pacticipant,
            version,
            branch: on,
        } => {
            let (owner, on) = (names.name(pacticipant), branch(&branch_name(on)));
            store
                .put_branch_version(&owner, &on, &number(version), &marking())
                .await
                .unwrap();
        }
        Event::DeleteBranch {
            pacticipant,
            branch: on,
        } => {
            store
                .delete_branch(&names.name(pacticipant), &branch(&branch_name(on)))
                .await
                .unwrap();
        }
        Event::DeletePact {
            consumer,
            version,
            provider,
        } => {
            let (consumer, provider) = (names.name(consumer), names.name(provider));
            store
                .delete_pact(&consumer, &number(version), &provider)
                .await
                .unwrap();
        }
        Event::DeleteVersion {
            pacticipant,
            version,
        } => {
            store
                .delete_version(&names.name(pacticipant), &number(version))
                .await
                .unwrap();
        }
        Event::Deploy {
            pacticipant,
            version,
            place: at,
            instance,
        } => {
            let at = place(store, at).await;
            let instance = instance.then(|| "blue".to_owned());
            store
                .record_deployment(&names.name(pacticipant), &number(version), &at, instance)
                .await
                .unwrap();
        }
        Event::EndSupport {
            pacticipant,
            version,
            place: at,
        } => {
            let at = place(store, at).await;
            let pacticipant = Some(names.name(pacticipant));
            let filter = ReleaseFilter {
                pacticipant,
                version: Some(number(version)),
            };
            for release in store
                .currently_supported(&at, &filter)
                .await
                .unwrap()
                .unwrap()
            {
                store.end_support(&release.uuid).await.unwrap();
            }
        }
        Event::Publish {
            consumer,
            version,
            provider,
            content,
        } => {
            let (provider, content) = (names.pacticipant(provider), content.to_string());
            let request = request(
                &names.pacticipant(consumer),
                &version.to_string(),
                &[(&provider, &content)],
            );
            match store.publish(request).await {
                Ok(_) | Err(StoreError::ContentConflict(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        Event::Release {
            pacticipant,
            version,
            place: at,
        } => {
            let at = place(store, at).await;
            store
                .record_release(&names.name(pacticipant), &number(version), &at)
                .await
                .unwrap();
        }
        Event::Tag {
            pacticipant,
            version,
            tag: with,
        } => {
            let (owner, with) = (names.name(pacticipant), tag(&tag_name(with)));
            store
                .put_tag(&owner, &number(version), &with, &marking())
                .await
                .unwrap();
        }
        Event::Undeploy {
            pacticipant,
            place: at,
            instance,
        } => {
            let at = place(store, at).await;
            let pacticipant = Some(names.name(pacticipant));
            let application_instance = Some(instance.then(|| "blue".to_owned()));
            let filter = DeploymentFilter {
                pacticipant,
                application_instance,
            };
            for deployment in store
                .currently_deployed(&at, &filter)
                .await
                .unwrap()
                .unwrap()
            {
                store.undeploy(&deployment.uuid).await.unwrap();
            }
        }
        Event::Untag {
            pacticipant,
            version,
            tag: with,
        } => {
            let (owner, with) = (names.name(pacticipant), tag(&tag_name(with)));
            store
                .delete_tag(&owner, &number(version), &with)
                .await
                .unwrap();
        }
        Event::Verify {
            consumer,
            content,
            provider,
            version,
            success,
        } => {
            let (consumer, provider) = (names.name(consumer), names.name(provider));
            let sha = scenario::content(&content.to_string()).sha().clone();
            let result = result(&version.to_string(), success);
            store
                .record_verification(&consumer, &provider, &sha, result)
                .await
                .unwrap();
        }
    }
}

//! Stories told to a store in the words of the domain.

use pact_broker::domain::content::Content;
use pact_broker::domain::environment::EnvironmentAttributes;
use pact_broker::domain::pact::{
    MarkingPolicy, NewContract, OnConflict, PublishPolicy, PublishRequest, Published,
};
use pact_broker::domain::text::{
    BranchName, EnvironmentName, PacticipantName, TagName, Uuid, VersionNumber,
};
use pact_broker::domain::verification::{NewVerification, VerificationDetail, VerifiedBy};
use pact_broker::store::{Store, StoreError};

pub(crate) fn name(text: &str) -> PacticipantName {
    PacticipantName::parse(text).unwrap()
}

pub(crate) fn version(text: &str) -> VersionNumber {
    VersionNumber::parse(text).unwrap()
}

pub(crate) fn branch(text: &str) -> BranchName {
    BranchName::parse(text).unwrap()
}

pub(crate) fn tag(text: &str) -> TagName {
    TagName::parse(text).unwrap()
}

pub(crate) fn environment(text: &str) -> EnvironmentName {
    EnvironmentName::parse(text).unwrap()
}

/// A contract whose one interaction is told apart by a word.
pub(crate) fn content(word: &str) -> Content {
    let text = format!(
        r#"{{"interactions":[{{"description":"a request for {word}","request":{{"method":"GET","path":"/{word}"}},"response":{{"status":200}}}}],"metadata":{{"pactSpecification":{{"version":"2.0.0"}}}}}}"#
    );
    Content::read(text).unwrap()
}

/// The settings of the tests: names such as `api` and `api2` are not taken for duplicates.
pub(crate) fn policy() -> PublishPolicy {
    PublishPolicy {
        check_duplicate_names: false,
        ..PublishPolicy::standard()
    }
}

/// What a consumer version publishes.
pub(crate) fn request(consumer: &str, number: &str, contracts: &[(&str, &str)]) -> PublishRequest {
    let contract = |(provider, word): &(&str, &str)| NewContract {
        provider: name(provider),
        content: content(word),
        on_conflict: OnConflict::Overwrite,
    };
    PublishRequest {
        pacticipant: name(consumer),
        version: version(number),
        branch: None,
        tags: Vec::new(),
        build_url: None,
        contracts: contracts.iter().map(contract).collect(),
        policy: policy(),
    }
}

/// The steps of a story.
pub(crate) struct Scenario<'a> {
    pub(crate) store: &'a Store,
}

impl Scenario<'_> {
    /// A consumer version publishes one contract.
    pub(crate) async fn publishes(
        &self,
        consumer: &str,
        number: &str,
        provider: &str,
        word: &str,
    ) -> Published {
        self.store
            .publish(request(consumer, number, &[(provider, word)]))
            .await
            .unwrap()
    }

    /// A consumer version publishes one contract from a branch.
    pub(crate) async fn publishes_from(
        &self,
        on: &str,
        (consumer, number): (&str, &str),
        (provider, word): (&str, &str),
    ) -> Published {
        let mut request = request(consumer, number, &[(provider, word)]);
        request.branch = Some(branch(on));
        self.store.publish(request).await.unwrap()
    }

    /// A provider version is run against the contract that tells of the word.
    pub(crate) async fn verifies(
        &self,
        (provider, number): (&str, &str),
        (consumer, word): (&str, &str),
        success: bool,
    ) -> VerificationDetail {
        let sha = content(word).sha().clone();
        self.store
            .record_verification(
                &name(consumer),
                &name(provider),
                &sha,
                result(number, success),
            )
            .await
            .unwrap()
            .expect("the contract is published")
    }

    /// A version is put on a branch.
    pub(crate) async fn is_on(&self, pacticipant: &str, number: &str, on: &str) {
        self.store
            .put_branch_version(
                &name(pacticipant),
                &branch(on),
                &version(number),
                &MarkingPolicy::standard(),
            )
            .await
            .unwrap();
    }

    /// A version is tagged.
    pub(crate) async fn is_tagged(&self, pacticipant: &str, number: &str, with: &str) {
        self.store
            .put_tag(
                &name(pacticipant),
                &version(number),
                &tag(with),
                &MarkingPolicy::standard(),
            )
            .await
            .unwrap();
    }

    /// An environment exists.
    pub(crate) async fn environment(&self, name: &str) -> Uuid {
        self.try_environment(name).await.unwrap()
    }

    pub(crate) async fn try_environment(&self, name: &str) -> Result<Uuid, StoreError> {
        let attributes = EnvironmentAttributes {
            name: environment(name),
            display_name: None,
            production: name == "production",
            contacts: "[]".to_owned(),
        };
        Ok(self.store.create_environment(attributes).await?.uuid)
    }

    /// A version is deployed.
    pub(crate) async fn is_deployed(
        &self,
        pacticipant: &str,
        number: &str,
        environment: &Uuid,
    ) -> Uuid {
        self.store
            .record_deployment(&name(pacticipant), &version(number), environment, None)
            .await
            .unwrap()
            .expect("the version and the environment exist")
            .uuid
    }

    /// A version is released.
    pub(crate) async fn is_released(
        &self,
        pacticipant: &str,
        number: &str,
        environment: &Uuid,
    ) -> Uuid {
        self.store
            .record_release(&name(pacticipant), &version(number), environment)
            .await
            .unwrap()
            .expect("the version and the environment exist")
            .value
            .uuid
    }
}

/// A verification result without particulars.
pub(crate) fn result(number: &str, success: bool) -> NewVerification {
    NewVerification {
        provider_version: version(number),
        success,
        wip: false,
        pending: None,
        consumer_versions: Vec::new(),
        selectors: None,
        build_url: None,
        verified_by: VerifiedBy::default(),
        test_results: None,
    }
}

//! Addresses of what is between consumers and providers: pacts, results, questions, webhooks.

use super::{Pair, Urls, seg};

impl Urls {
    /// Everything between two pacticipants lies under this.
    pub(crate) fn pair(&self, pair: Pair<'_>) -> String {
        format!(
            "{}/consumer/{}",
            self.provider_pacts(pair.provider),
            seg(pair.consumer)
        )
    }

    pub(crate) fn provider_pacts(&self, provider: &str) -> String {
        self.at(&format!("/pacts/provider/{}", seg(provider)))
    }

    pub(crate) fn pact(&self, pair: Pair<'_>, number: &str) -> String {
        format!("{}/version/{}", self.pair(pair), seg(number))
    }

    pub(crate) fn pact_version(&self, pair: Pair<'_>, sha: &str) -> String {
        format!("{}/pact-version/{}", self.pair(pair), seg(sha))
    }

    /// The address of a pact's content, with what is to be remembered about why it was fetched.
    pub(crate) fn pact_version_with_metadata(
        &self,
        pair: Pair<'_>,
        sha: &str,
        metadata: &str,
    ) -> String {
        let plain = self.pact_version(pair, sha);
        if metadata.is_empty() {
            plain
        } else {
            format!("{plain}/metadata/{metadata}")
        }
    }

    pub(crate) fn verification(&self, pair: Pair<'_>, sha: &str, number: i64) -> String {
        format!(
            "{}/verification-results/{number}",
            self.pact_version(pair, sha)
        )
    }

    pub(crate) fn matrix(&self, pair: Pair<'_>) -> String {
        self.at(&format!(
            "/matrix/provider/{}/consumer/{}",
            seg(pair.provider),
            seg(pair.consumer)
        ))
    }

    /// The matrix of a version and whatever it was verified with.
    pub(crate) fn matrix_of_version(&self, pacticipant: &str, number: &str) -> String {
        self.at(&format!(
            "/matrix?q[][pacticipant]={}&q[][version]={}&latestby=cvpv",
            seg(pacticipant),
            seg(number)
        ))
    }

    /// Whether a version may be deployed to an environment.
    pub(crate) fn can_i_deploy(
        &self,
        pacticipant: &str,
        number: &str,
        environment: &str,
    ) -> String {
        self.at(&format!(
            "/can-i-deploy?pacticipant={}&version={}&environment={}",
            seg(pacticipant),
            seg(number),
            seg(environment)
        ))
    }

    /// The matrix of a pair, from the root of the host where the broker stands there.
    ///
    /// DIFFERENCE: the Ruby broker leaves the base out always, which breaks under a path.
    pub(crate) fn matrix_from_root(&self, pair: Pair<'_>) -> String {
        if self.base_path().is_empty() {
            self.on_any_host().matrix(pair)
        } else {
            self.matrix(pair)
        }
    }

    pub(crate) fn dashboard(&self, pair: Pair<'_>) -> String {
        self.at(&format!(
            "/dashboard/provider/{}/consumer/{}",
            seg(pair.provider),
            seg(pair.consumer)
        ))
    }

    pub(crate) fn integrations(&self) -> String {
        self.at("/integrations")
    }

    pub(crate) fn integration(&self, pair: Pair<'_>) -> String {
        self.at(&format!(
            "/integrations/provider/{}/consumer/{}",
            seg(pair.provider),
            seg(pair.consumer)
        ))
    }

    pub(crate) fn webhooks(&self) -> String {
        self.at("/webhooks")
    }

    pub(crate) fn webhook(&self, uuid: &str) -> String {
        self.at(&format!("/webhooks/{}", seg(uuid)))
    }

    pub(crate) fn webhooks_of(&self, pair: Pair<'_>) -> String {
        self.at(&format!(
            "/webhooks/provider/{}/consumer/{}",
            seg(pair.provider),
            seg(pair.consumer)
        ))
    }

    pub(crate) fn consumer_webhooks(&self, consumer: &str) -> String {
        self.at(&format!("/webhooks/consumer/{}", seg(consumer)))
    }

    pub(crate) fn triggered_webhook_logs(&self, uuid: &str) -> String {
        self.at(&format!("/triggered-webhooks/{}/logs", seg(uuid)))
    }

    pub(crate) fn latest_verifications_of_consumer(&self, consumer: &str, number: &str) -> String {
        self.at(&format!(
            "/verification-results/consumer/{}/version/{}/latest",
            seg(consumer),
            seg(number)
        ))
    }
}

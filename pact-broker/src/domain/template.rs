//! What the request of a webhook may name, as in `${pactbroker.consumerName}`.

use std::collections::BTreeMap;

use url::form_urlencoded::byte_serialize;

use crate::domain::text::PacticipantName;
use crate::domain::webhook::EventContext;

/// What a webhook's request is filled in from.
#[derive(Debug, Clone)]
pub struct Happening<'a> {
    /// The name of the event.
    pub event: &'a str,
    /// What is known of it.
    pub context: &'a EventContext,
    /// The consumer of the pact, with its labels.
    pub consumer: (&'a PacticipantName, &'a [String]),
    /// The provider of the pact, with its labels.
    pub provider: (&'a PacticipantName, &'a [String]),
    /// Where the pact can be read.
    pub pact_url: &'a str,
    /// Where the result can be read and whether it is a success, once there is one.
    pub result: Option<(&'a str, bool)>,
}

/// The values of the parameters, by name.
///
/// A parameter that has no value is filled in as nothing; a name that is none stays as it is
/// written, so that `${TOKEN}` of another tool passes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters(BTreeMap<&'static str, String>);

impl Parameters {
    /// The values for what happened.
    pub fn of(happening: &Happening<'_>) -> Self {
        let context = happening.context;
        let number = |number: &Option<String>| number.clone().unwrap_or_default();
        let list = |texts: &[String]| texts.join(", ");
        let (consumer, consumer_labels) = happening.consumer;
        let (provider, provider_labels) = happening.provider;
        let [github, bitbucket, azure, gitlab] = match happening.result {
            None => ["pending", "INPROGRESS", "pending", "pending"],
            Some((_, true)) => ["success", "SUCCESSFUL", "succeeded", "success"],
            Some((_, false)) => ["failure", "FAILED", "failed", "failed"],
        };
        let result_url = happening.result.map_or("", |(url, _)| url);
        let values = [
            ("azureDevOpsVerificationStatus", azure.to_owned()),
            ("bitbucketVerificationStatus", bitbucket.to_owned()),
            ("buildUrl", number(&context.build_url)),
            ("consumerLabels", list(consumer_labels)),
            ("consumerName", consumer.to_string()),
            (
                "consumerVersionBranch",
                number(&context.consumer_version_branch),
            ),
            (
                "consumerVersionNumber",
                number(&context.consumer_version_number),
            ),
            ("consumerVersionTags", list(&context.consumer_version_tags)),
            ("currentlyDeployedProviderVersionNumber", String::new()),
            ("eventName", happening.event.to_owned()),
            ("githubVerificationStatus", github.to_owned()),
            ("gitlabVerificationStatus", gitlab.to_owned()),
            ("pactUrl", happening.pact_url.to_owned()),
            ("providerLabels", list(provider_labels)),
            ("providerName", provider.to_string()),
            (
                "providerVersionBranch",
                number(&context.provider_version_branch),
            ),
            (
                "providerVersionDescriptions",
                list(&context.provider_version_descriptions),
            ),
            (
                "providerVersionNumber",
                number(&context.provider_version_number),
            ),
            ("providerVersionTags", String::new()),
            ("verificationResultUrl", result_url.to_owned()),
        ];
        Self(values.into())
    }

    /// Fills in a header, a body or a credential: values stand in it as they are.
    pub fn fill(&self, text: &str) -> String {
        self.filled(text, str::to_owned)
    }

    /// Fills in an address: values are escaped, so that none can end the part it stands in.
    pub fn fill_url(&self, text: &str) -> String {
        self.filled(text, |value| byte_serialize(value.as_bytes()).collect())
    }

    fn filled(&self, text: &str, written: impl Fn(&str) -> String) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            filled.push_str(before);
            let known = after.split_once('}').and_then(|(name, behind)| {
                let value = self.0.get(name.trim().strip_prefix("pactbroker.")?)?;
                Some((value, behind))
            });
            match known {
                Some((value, behind)) => {
                    filled.push_str(&written(value));
                    rest = behind;
                }
                None => {
                    filled.push_str("${");
                    rest = after;
                }
            }
        }
        filled + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(result: Option<(&str, bool)>) -> Parameters {
        let context = EventContext {
            consumer_version_number: Some("1.2+x".to_owned()),
            consumer_version_tags: vec!["a".to_owned(), "b".to_owned()],
            ..EventContext::default()
        };
        let name = |text: &str| PacticipantName::parse(text).unwrap();
        Parameters::of(&Happening {
            event: "contract_published",
            context: &context,
            consumer: (&name("web shop"), &["ui".to_owned()]),
            provider: (&name("api"), &[]),
            pact_url: "http://broker/pact",
            result,
        })
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(parameters(None).fill(text), expected, "{text}");
    }

    #[test]
    fn known_parameters_are_filled_in_and_others_stay() {
        check(
            "${pactbroker.consumerName} ${pactbroker.consumerVersionNumber}",
            "web shop 1.2+x",
        );
        check("[${pactbroker.consumerVersionTags}]", "[a, b]");
        check("[${pactbroker.buildUrl}]", "[]");
        check(
            "${pactbroker.unknown} ${TOKEN} ${",
            "${pactbroker.unknown} ${TOKEN} ${",
        );
        check("${${pactbroker.eventName}}", "${contract_published}");
    }

    #[test]
    fn values_in_an_address_cannot_leave_their_part() {
        let filled = parameters(None).fill_url("https://ci/${pactbroker.consumerName}/x");
        assert_eq!(filled, "https://ci/web+shop/x");
    }

    #[test]
    fn a_result_is_told_in_the_words_of_each_host_of_code() {
        let told = |result| {
            parameters(result).fill(
                "${pactbroker.githubVerificationStatus} ${pactbroker.bitbucketVerificationStatus} \
                 ${pactbroker.azureDevOpsVerificationStatus} ${pactbroker.gitlabVerificationStatus}",
            )
        };
        assert_eq!(told(None), "pending INPROGRESS pending pending");
        assert_eq!(
            told(Some(("u", true))),
            "success SUCCESSFUL succeeded success"
        );
        assert_eq!(told(Some(("u", false))), "failure FAILED failed failed");
    }
}

//! Which consumer versions' pacts a provider verifies.

use serde_json::{Map, Value};

/// A consumer version selector, passed to the broker as it was given.
///
/// Keys this client does not know travel too: new brokers may know them.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerVersionSelector(Map<String, Value>);

/// A text is not a selector.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelectorError {
    /// The text is not JSON.
    #[error("consumer version selector `{text}` is not JSON")]
    Json {
        /// The text.
        text: String,
        /// What the parser says.
        #[source]
        source: serde_json::Error,
    },
    /// The JSON is not an object.
    #[error("consumer version selector `{text}` is not a JSON object like {{\"mainBranch\":true}}")]
    NotAnObject {
        /// The text.
        text: String,
    },
    /// A key the specification knows has a value of the wrong kind.
    #[error("consumer version selector `{text}`: `{key}` must be {expected}")]
    WrongKind {
        /// The text.
        text: String,
        /// The key.
        key: &'static str,
        /// What its value must be.
        expected: &'static str,
    },
}

const TEXTS: [&str; 6] = [
    "consumer",
    "tag",
    "fallbackTag",
    "branch",
    "fallbackBranch",
    "environment",
];
const SWITCHES: [&str; 5] = [
    "deployed",
    "deployedOrReleased",
    "mainBranch",
    "matchingBranch",
    "released",
];

impl ConsumerVersionSelector {
    /// The latest version of each consumer's main branch.
    pub fn main_branch() -> Self {
        Self::switch("mainBranch")
    }

    /// The latest version of each consumer's branch of the same name as the provider's.
    pub fn matching_branch() -> Self {
        Self::switch("matchingBranch")
    }

    /// All versions deployed to, or released and supported in, any environment.
    pub fn deployed_or_released() -> Self {
        Self::switch("deployedOrReleased")
    }

    /// The latest version of the branch.
    pub fn branch(name: impl Into<String>) -> Self {
        Self(Map::from_iter([(
            "branch".to_owned(),
            Value::String(name.into()),
        )]))
    }

    /// The latest version of each consumer.
    pub fn latest() -> Self {
        Self::switch("latest")
    }

    /// The latest version with the tag.
    pub fn latest_with_tag(tag: impl Into<String>) -> Self {
        let tag = ("tag".to_owned(), Value::String(tag.into()));
        Self(Map::from_iter([
            tag,
            ("latest".to_owned(), Value::Bool(true)),
        ]))
    }

    /// All versions deployed to or released in the environment.
    pub fn environment(name: impl Into<String>) -> Self {
        Self(Map::from_iter([(
            "environment".to_owned(),
            Value::String(name.into()),
        )]))
    }

    /// Reads a selector, or a list of them, from JSON text.
    ///
    /// # Errors
    ///
    /// When the text is no JSON object or list of objects, or a known key has a value of the wrong
    /// kind.
    pub fn parse(text: &str) -> Result<Vec<Self>, SelectorError> {
        let json = serde_json::from_str(text).map_err(|source| SelectorError::Json {
            text: text.to_owned(),
            source,
        })?;
        match json {
            Value::Array(items) => items
                .into_iter()
                .map(|item| Self::from_json(item, text))
                .collect(),
            other => Self::from_json(other, text).map(|selector| vec![selector]),
        }
    }

    /// Returns the selector as JSON.
    pub fn to_json(&self) -> Value {
        Value::Object(self.0.clone())
    }

    fn switch(key: &str) -> Self {
        Self(Map::from_iter([(key.to_owned(), Value::Bool(true))]))
    }

    fn from_json(json: Value, text: &str) -> Result<Self, SelectorError> {
        let Value::Object(members) = json else {
            return Err(SelectorError::NotAnObject {
                text: text.to_owned(),
            });
        };
        let wrong = |key, expected| SelectorError::WrongKind {
            text: text.to_owned(),
            key,
            expected,
        };
        if let Some(key) = TEXTS
            .into_iter()
            .find(|key| members.get(*key).is_some_and(|value| !value.is_string()))
        {
            return Err(wrong(key, "a text"));
        }
        let switches = SWITCHES.into_iter().chain(["latest"]);
        if let Some(key) =
            { switches }.find(|key| members.get(*key).is_some_and(|value| !value.is_boolean()))
        {
            return Err(wrong(key, "true or false"));
        }
        Ok(Self(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_is_passed_on() {
        let selectors =
            ConsumerVersionSelector::parse(r#"[{"mainBranch":true},{"future":[1]}]"#).unwrap();
        assert_eq!(selectors[0], ConsumerVersionSelector::main_branch());
        assert_eq!(selectors[1].to_json().to_string(), r#"{"future":[1]}"#);
    }

    #[test]
    fn a_wrong_selector_is_refused() {
        let refusal = |text| {
            ConsumerVersionSelector::parse(text)
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(refusal(r#"{"latest":"x"}"#), @r#"consumer version selector `{"latest":"x"}`: `latest` must be true or false"#);
        insta::assert_snapshot!(refusal("mainBranch"), @"consumer version selector `mainBranch` is not JSON");
        insta::assert_snapshot!(refusal("1"), @r#"consumer version selector `1` is not a JSON object like {"mainBranch":true}"#);
    }
}

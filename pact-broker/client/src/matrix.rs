//! May this version go there?

use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::client::BrokerClient;
use crate::error::BrokerError;
use crate::hal::{Document, Notice};

/// Which versions of one application are meant.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct VersionSelector {
    /// The application.
    pub pacticipant: String,
    /// Exactly this version.
    pub version: Option<String>,
    /// The latest version, of all or with a tag.
    pub latest: Option<Latest>,
    /// Versions with this tag, the latest or all of them.
    pub tag: Option<String>,
    /// The latest version of this branch.
    pub branch: Option<String>,
    /// The latest version of the main branch.
    pub main_branch: bool,
}

/// The latest version, of all or with a tag.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Latest {
    /// Of all versions.
    Overall,
    /// Of those with the tag.
    WithTag(String),
}

impl VersionSelector {
    /// Returns a selector for exactly one version.
    pub fn version(pacticipant: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            pacticipant: pacticipant.into(),
            version: Some(version.into()),
            ..Self::default()
        }
    }

    fn write(&self, group: &str, query: &mut Serializer<'_, String>) {
        let mut pair = |key: &str, value: &str| {
            query.append_pair(&format!("{group}[][{key}]"), value);
        };
        pair("pacticipant", &self.pacticipant);
        if let Some(version) = &self.version {
            pair("version", version);
        }
        if self.latest.is_some() || self.branch.is_some() || self.main_branch {
            pair("latest", "true");
        }
        match (&self.latest, &self.tag) {
            (Some(Latest::WithTag(tag)), _) | (_, Some(tag)) => pair("tag", tag),
            (Some(Latest::Overall) | None, None) => {}
        }
        if let Some(branch) = &self.branch {
            pair("branch", branch);
        }
        if self.main_branch {
            pair("mainBranch", "true");
        }
    }
}

/// A question to the matrix: these versions, with what is over there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MatrixQuery {
    selectors: Vec<VersionSelector>,
    ignored: Vec<VersionSelector>,
    environment: Option<String>,
    to_tag: Option<String>,
    to_main_branch: bool,
    limit: Option<u32>,
}

impl MatrixQuery {
    /// Returns a question about the version, compared with the latest of all others.
    pub fn new(selector: VersionSelector) -> Self {
        Self {
            selectors: vec![selector],
            ignored: Vec::new(),
            environment: None,
            to_tag: None,
            to_main_branch: false,
            limit: None,
        }
    }

    /// Adds a version that must work with the others.
    #[must_use]
    pub fn and(mut self, selector: VersionSelector) -> Self {
        self.selectors.push(selector);
        self
    }

    /// Leaves an application, or one version of it, out of the decision.
    #[must_use]
    pub fn ignoring(mut self, selector: VersionSelector) -> Self {
        self.ignored.push(selector);
        self
    }

    /// Compares with what is deployed or released in the environment.
    #[must_use]
    pub fn to_environment(mut self, environment: impl Into<String>) -> Self {
        self.environment = Some(environment.into());
        self
    }

    /// Compares with the latest versions that have the tag.
    #[must_use]
    pub fn to_tag(mut self, tag: impl Into<String>) -> Self {
        self.to_tag = Some(tag.into());
        self
    }

    /// Compares with the latest versions of the main branches.
    #[must_use]
    pub const fn to_main_branch(mut self) -> Self {
        self.to_main_branch = true;
        self
    }

    /// Reads at most this many rows.
    #[must_use]
    pub const fn limit(mut self, rows: u32) -> Self {
        self.limit = Some(rows);
        self
    }

    /// Returns the query string.
    fn to_query(&self) -> String {
        let mut query = Serializer::new(String::new());
        for selector in &self.selectors {
            selector.write("q", &mut query);
        }
        for selector in &self.ignored {
            selector.write("ignore", &mut query);
        }
        let alone = self.selectors.len() == 1;
        // With an environment every consumer-provider pair of versions counts, not only the last
        // result of each consumer version.
        let latest_by = if alone && self.environment.is_none() {
            "cvp"
        } else {
            "cvpv"
        };
        query.append_pair("latestby", latest_by);
        if let Some(environment) = &self.environment {
            query.append_pair("environment", environment);
        } else if let Some(tag) = &self.to_tag {
            query.append_pair("tag", tag).append_pair("latest", "true");
        } else if self.to_main_branch {
            query
                .append_pair("mainBranch", "true")
                .append_pair("latest", "true");
        } else if alone {
            query.append_pair("latest", "true");
        }
        if let Some(limit) = self.limit {
            query.append_pair("limit", &limit.to_string());
        }
        query.finish()
    }
}

/// The matrix's answer.
#[derive(Clone, Debug)]
pub struct MatrixAnswer(Document);

impl MatrixAnswer {
    /// Returns the verdict; `None` when results are missing.
    pub fn deployable(&self) -> Option<bool> {
        self.0
            .json()
            .pointer("/summary/deployable")
            .and_then(Value::as_bool)
    }

    /// Returns the broker's reason in words.
    pub fn reason(&self) -> &str {
        self.0.text("/summary/reason").unwrap_or_default()
    }

    /// Returns the notices to show.
    pub fn notices(&self) -> Vec<Notice> {
        self.0.notices("/notices")
    }

    /// Returns the rows.
    pub fn rows(&self) -> &[Value] {
        self.0
            .json()
            .pointer("/matrix")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// Returns the answer as the broker sent it.
    pub fn json(&self) -> &Value {
        self.0.json()
    }
}

impl BrokerClient {
    /// Asks the matrix.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked or does not know what was named.
    pub async fn matrix(&self, query: &MatrixQuery) -> Result<MatrixAnswer, BrokerError> {
        let names: Vec<&str> = query
            .selectors
            .iter()
            .map(|selector| selector.pacticipant.as_str())
            .collect();
        let action = format!("asking whether {} can be deployed", names.join(", "));
        let answer = self
            .transport
            .get(&action, &format!("matrix?{}", query.to_query()))
            .await?;
        if answer.json().get("summary").is_none() {
            return Err(answer.missing(&action, "summary"));
        }
        Ok(MatrixAnswer(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_written_as_the_broker_reads_them() {
        let query = MatrixQuery::new(VersionSelector::version("web", "1"))
            .to_environment("uat")
            .to_query();
        assert_eq!(
            query,
            "q%5B%5D%5Bpacticipant%5D=web&q%5B%5D%5Bversion%5D=1&latestby=cvpv&environment=uat"
        );
        let latest = VersionSelector {
            pacticipant: "web".to_owned(),
            latest: Some(Latest::WithTag("t".to_owned())),
            ..VersionSelector::default()
        };
        let query = MatrixQuery::new(latest).to_tag("prod").to_query();
        assert_eq!(
            query,
            "q%5B%5D%5Bpacticipant%5D=web&q%5B%5D%5Blatest%5D=true&q%5B%5D%5Btag%5D=t&latestby=cvp&tag=prod&latest=true"
        );
    }
}

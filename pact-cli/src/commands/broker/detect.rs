//! What a build server, or git, knows about the build: version, branch and address.

use std::env;
use std::process::Command;

const BRANCH: [&str; 12] = [
    "GITHUB_HEAD_REF",
    "GITHUB_REF",
    "BUILDKITE_BRANCH",
    "CIRCLE_BRANCH",
    "TRAVIS_BRANCH",
    "GIT_BRANCH",
    "GIT_LOCAL_BRANCH",
    "APPVEYOR_REPO_BRANCH",
    "CI_COMMIT_REF_NAME",
    "BITBUCKET_BRANCH",
    "BUILD_SOURCEBRANCHNAME",
    "CIRRUS_BRANCH",
];
const COMMIT: [&str; 11] = [
    "GITHUB_SHA",
    "BUILDKITE_COMMIT",
    "CIRCLE_SHA1",
    "TRAVIS_COMMIT",
    "GIT_COMMIT",
    "APPVEYOR_REPO_COMMIT",
    "CI_COMMIT_SHA",
    "CI_COMMIT_ID",
    "BITBUCKET_COMMIT",
    "BUILD_SOURCEVERSION",
    "CIRRUS_CHANGE_IN_REPO",
];
const BUILD_URL: [&str; 5] = [
    "BUILDKITE_BUILD_URL",
    "CIRCLE_BUILD_URL",
    "TRAVIS_BUILD_WEB_URL",
    "CI_JOB_URL",
    "BUILD_URL",
];

/// Returns the commit that is being built.
pub(crate) fn commit() -> Option<String> {
    first_of(&COMMIT).or_else(|| git(&["rev-parse", "HEAD"]))
}

/// Returns the branch that is being built; a detached head is on none.
pub(crate) fn branch() -> Option<String> {
    let name = first_of(&BRANCH).or_else(|| git(&["rev-parse", "--abbrev-ref", "HEAD"]))?;
    let name = name
        .strip_prefix("refs/heads/")
        .or_else(|| name.strip_prefix("origin/"))
        .unwrap_or(&name);
    (name != "HEAD").then(|| name.to_owned())
}

/// Returns where the build can be looked at.
pub(crate) fn build_url() -> Option<String> {
    let github = || {
        let [server, repository, run] = ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"]
            .map(|name| first_of(&[name]));
        Some(format!("{}/{}/actions/runs/{}", server?, repository?, run?))
    };
    github().or_else(|| first_of(&BUILD_URL))
}

fn first_of(names: &[&str]) -> Option<String> {
    names
        .iter()
        .filter_map(|name| env::var(name).ok())
        .find(|value| !value.is_empty())
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}

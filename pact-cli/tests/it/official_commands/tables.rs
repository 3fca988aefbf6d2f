//! Commands, each with its exit code and a text it prints, in the order they are asked.

/// Words of a command, its exit code, and a text it prints.
pub(super) type Case = (&'static str, i32, &'static str);

pub(super) const UUID: &str = "3b7ac8d8-5a05-4d1c-9b5a-3b7ac8d85a05";

pub(super) const ENVIRONMENTS: &[Case] = &[
    (
        "create-environment --name uat --display-name UAT --production --contact-name Team --contact-email-address t@example.org",
        0,
        "Created uat environment",
    ),
    (
        "create-environment --name uat",
        1,
        "already the name of another environment",
    ),
    ("create-environment --name gone -o id", 0, "-"),
    ("list-environments", 0, "UAT"),
    ("describe-environment --uuid {uat}", 0, "Name: uat"),
    (
        "update-environment --uuid {uat} --name uat --display-name Acceptance",
        0,
        "Updated uat environment",
    ),
    (
        "describe-environment --uuid {uat} -o json",
        0,
        "\"displayName\":\"Acceptance\"",
    ),
    (
        "delete-environment --uuid {gone}",
        0,
        "deleted successfully",
    ),
    ("describe-environment --uuid {gone}", 1, "404"),
];

pub(super) const PUBLISHED: &[Case] = &[
    (
        "publish pacts -a 1 --branch main -t dev",
        0,
        "contract_content_changed",
    ),
    (
        "publish pacts -a 1 --branch main -o json",
        0,
        "contract_content_unchanged",
    ),
    (
        "publish pacts -a 1 --branch main --merge",
        0,
        "contract_content_unchanged",
    ),
    ("publish other -a 1 --branch main", 1, "other content"),
    ("list-latest-pact-versions", 0, "\"web\""),
    (
        "list-latest-pact-versions -o json",
        0,
        "/pacts/provider/api/consumer/web/version/1",
    ),
    (
        "get-pacts --provider api",
        0,
        "Pact between web (1) and api",
    ),
    ("provider-states list -r api", 0, "order 42 exists"),
    (
        "provider-states list -r api --branch main",
        0,
        "order 42 exists",
    ),
    (
        "provider-states list -r api --branch nowhere --json",
        0,
        "\"providerStates\": []",
    ),
];

pub(super) const DECIDED: &[Case] = &[
    (
        "can-i-deploy -a web -e 1 --to-environment uat",
        1,
        "There is no verified pact",
    ),
    (
        "can-i-deploy -a web -e 1 --to-environment uat --retry-while-unknown 1 --retry-interval 1",
        1,
        "There is no verified pact",
    ),
    (
        "can-i-deploy -a web -e 1 --to-environment uat --dry-run",
        0,
        "Computer says no",
    ),
    (
        "can-i-deploy -a web -e 1 --to-environment uat --ignore api",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web -e 99 --to-environment uat",
        1,
        "No pacts or verifications have been published for version 99",
    ),
    (
        "can-i-deploy -a nobody -e 1 --to-environment uat",
        1,
        "there is no pacticipant named 'nobody'",
    ),
    (
        "can-i-deploy -a web -e 1 --to-environment nowhere",
        1,
        "nowhere",
    ),
];

pub(super) const DECIDED_AFTER_VERIFICATION: &[Case] = &[
    (
        "record-deployment -a api -e 7 --environment uat",
        0,
        "Recorded deployment of api version 7 to uat",
    ),
    (
        "can-i-deploy -a web -e 1 --to-environment uat",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web -e 1 --to-environment uat --retry-while-unknown 3",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web -e 1 -a api -e 7",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web --branch main --to-environment uat",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web --main-branch --to-environment uat",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web --latest --to-environment uat",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web -l dev --to-environment uat",
        0,
        "Computer says yes",
    ),
    ("can-i-deploy -a web -e 1", 0, "Computer says yes"),
    ("can-i-deploy -a web -e 1 --to dev", 1, "with tag dev"),
    ("create-version-tag -a api -e 7 -t dev", 0, "Success"),
    ("can-i-deploy -a web -e 1 --to dev", 0, "Computer says yes"),
    ("can-i-merge -a web -e 1", 1, "main branch"),
    (
        "create-or-update-version -a api -e 7 --branch main",
        0,
        "main",
    ),
    ("can-i-merge -a web -e 1", 0, "Computer says yes"),
    ("can-i-merge -a web -e 99", 1, "Computer says no"),
];

pub(super) const DEPLOYED: &[Case] = &[
    (
        "record-deployment -a web -e 1 --environment uat --application-instance blue",
        0,
        "application instance blue",
    ),
    (
        "provider-states list -r api --environment uat",
        0,
        "order 42 exists",
    ),
    (
        "provider-states list -r api --environment {uat}",
        0,
        "order 42 exists",
    ),
    (
        "describe-version -a web --environment uat --deployed",
        0,
        "blue",
    ),
    ("record-undeployment -a web --environment uat", 1, "blue"),
    (
        "record-undeployment -a web --environment uat --application-instance blue",
        0,
        "Undeployed web",
    ),
    (
        "record-undeployment -a web --environment uat --application-instance blue",
        1,
        "not currently deployed",
    ),
    (
        "record-deployment -a web -e 1 --environment nowhere",
        1,
        "nowhere",
    ),
    ("record-deployment -a web -e 99 --environment uat", 1, "404"),
    (
        "record-release -a web -e 1 --environment uat",
        0,
        "Recorded release of web version 1",
    ),
    (
        "record-release -a web -e 1 --environment nowhere",
        1,
        "nowhere",
    ),
    (
        "describe-version -a web --environment uat --released",
        0,
        "uat",
    ),
    (
        "record-support-ended -a web -e 1 --environment uat",
        0,
        "support ended",
    ),
    (
        "record-support-ended -a web -e 1 --environment uat",
        1,
        "No currently released versions",
    ),
];

pub(super) const KEPT: &[Case] = &[
    (
        "create-or-update-pacticipant --name web --main-branch main --repository-url https://example.org/web --display-name Web",
        0,
        "updated",
    ),
    ("create-or-update-pacticipant --name new/one", 0, "created"),
    ("describe-pacticipant --name new/one", 0, "new/one"),
    (
        "describe-pacticipant --name web",
        0,
        "https://example.org/web",
    ),
    (
        "describe-pacticipant --name web -o json",
        0,
        "\"mainBranch\":\"main\"",
    ),
    ("describe-pacticipant --name nobody", 1, "404"),
    ("list-pacticipants", 0, "new/one"),
    ("list-pacticipants -o json", 0, "\"pacticipants\""),
    (
        "create-or-update-version -a web -e 2 --branch feat-x",
        0,
        "feat-x",
    ),
    ("create-or-update-version -a web -e 2 -t t1", 0, "t1"),
    ("create-version-tag -a web -e 2 -t b.c", 0, "Success"),
    ("create-version-tag -a web -e 77 -t b", 1, "does not exist"),
    (
        "create-version-tag -a web -e 78 -t b --auto-create-version",
        0,
        "Success",
    ),
    ("describe-version -a web", 0, "78"),
    ("describe-version -a web -l t1", 0, "b.c"),
    ("describe-version -a web -e 2 -o json", 0, "\"feat-x\""),
    ("describe-version -a web -e 99", 1, "not found"),
    (
        "delete-version-tag -a web -e 2 -t b.c",
        0,
        "deleted tag 'b.c'",
    ),
    ("delete-version-tag -a web -e 2 -t b.c", 0, "was not found"),
    ("delete-branch -a web --branch feat-x", 0, "deleted"),
    ("delete-branch -a web --branch feat-x", 0, "not found"),
    ("generate-uuid", 0, "-"),
];

pub(super) const WEBHOOKS: &[Case] = &[
    (
        "create-webhook https://ci.example/build -X POST -H A:b -d {\"a\":1} --user u:p --consumer web --provider api --description build --contract-content-changed --contract-published",
        0,
        "\"description\":\"build\"",
    ),
    (
        "create-webhook https://ci.example/build -X POST --consumer-label ui --provider-verification-failed",
        0,
        "\"label\":\"ui\"",
    ),
    (
        "create-webhook https://ci.example/build -X POST --provider-label ui --provider-verification-published --provider-verification-succeeded",
        0,
        "\"label\":\"ui\"",
    ),
    (
        "create-webhook http://ci.example/build -X POST --contract-published",
        1,
        "request.url",
    ),
    (
        "create-webhook https://ci.example/build -X POST --consumer nobody --contract-published",
        1,
        "consumer.name",
    ),
    (
        "create-or-update-webhook https://ci.example/build --uuid {webhook} -X POST --description one --contract-requiring-verification-published",
        0,
        "\"description\":\"one\"",
    ),
    (
        "create-or-update-webhook https://127.0.0.1:1/other --uuid {webhook} -X POST --description two --contract-published",
        0,
        "\"description\":\"two\"",
    ),
    (
        "test-webhook --uuid {webhook}",
        0,
        "Webhook execution failed",
    ),
    ("test-webhook --uuid nothing-of-that-name", 1, "not found"),
    ("delete-webhook --uuid {webhook}", 0, "successfully deleted"),
    ("delete-webhook --uuid {webhook}", 0, "was not found"),
];

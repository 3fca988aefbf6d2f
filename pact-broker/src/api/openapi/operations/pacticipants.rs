//! Operations on pacticipants, versions, branches, tags, labels and environments.

use super::{Operation, op, taking};

pub(super) const OPERATIONS: &[Operation] = &[
    op(
        "get",
        "/pacticipants",
        "Lists pacticipants by name",
        &[200, 400],
    ),
    taking(
        "Pacticipant",
        op(
            "post",
            "/pacticipants",
            "Creates a pacticipant; one that exists is left as it is",
            &[201, 400],
        ),
    ),
    op(
        "get",
        "/pacticipants/label/{label}",
        "Lists the pacticipants that carry a label",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}",
        "Shows one pacticipant",
        &[200, 404],
    ),
    taking(
        "Pacticipant",
        op(
            "put",
            "/pacticipants/{pacticipant}",
            "Replaces the attributes of a pacticipant",
            &[200, 400, 404],
        ),
    ),
    taking(
        "Pacticipant",
        op(
            "patch",
            "/pacticipants/{pacticipant}",
            "Changes the attributes given; creates the pacticipant when it does not exist",
            &[200, 201, 400, 404],
        ),
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}",
        "Deletes a pacticipant with everything that hangs on it",
        &[204, 404],
    ),
    op("get", "/labels", "Lists the names of all labels", &[200]),
    op(
        "get",
        "/pacticipants/{pacticipant}/labels/{label}",
        "Shows a label",
        &[200, 404],
    ),
    taking(
        "Empty",
        op(
            "put",
            "/pacticipants/{pacticipant}/labels/{label}",
            "Puts a label on a pacticipant, which is created when it does not exist",
            &[200, 201, 400, 404],
        ),
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}/labels/{label}",
        "Takes a label off",
        &[204, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/versions",
        "Lists all versions",
        &[200, 400, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/versions/{version}",
        "Shows a version by its number",
        &[200, 404],
    ),
    taking(
        "Version",
        op(
            "put",
            "/pacticipants/{pacticipant}/versions/{version}",
            "Creates a version or replaces its attributes",
            &[200, 201, 400, 404],
        ),
    ),
    taking(
        "Version",
        op(
            "patch",
            "/pacticipants/{pacticipant}/versions/{version}",
            "Creates a version or changes the attributes given",
            &[200, 201, 400, 404],
        ),
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}/versions/{version}",
        "Deletes a version with everything that hangs on it",
        &[204, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/latest-version",
        "Shows the newest version",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/latest-version/{tag}",
        "Shows the newest version with a tag",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/tags/{tag}/versions",
        "Lists the versions with a tag",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/environments/{environment}/versions",
        "Lists the versions ever deployed or released to an environment",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
        "Shows a tag",
        &[200, 404],
    ),
    taking(
        "Empty",
        op(
            "put",
            "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
            "Puts a tag on a version; both come to be if they have to",
            &[200, 201, 400, 404],
        ),
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
        "Takes a tag off a version",
        &[204, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/branches",
        "Lists branches, the most recently used first",
        &[200, 400, 404],
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}/branches",
        "Deletes all branches but the main one and those excluded",
        &[202, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/branches/{branch}",
        "Shows a branch",
        &[200, 404],
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}/branches/{branch}",
        "Deletes a branch; its versions stay",
        &[204, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/branches/{branch}/latest-version",
        "Shows the head of a branch",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/branches/{branch}/versions",
        "Lists the versions on a branch",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
        "Shows that a version is on a branch",
        &[200, 404],
    ),
    taking(
        "Empty",
        op(
            "put",
            "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
            "Adds a version to a branch; pacticipant, version and branch come to be if they have to",
            &[200, 201, 400, 404],
        ),
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
        "Takes a version off a branch",
        &[204, 404],
    ),
    op(
        "get",
        "/environments",
        "Lists environments by their name for people",
        &[200],
    ),
    taking(
        "Environment",
        op(
            "post",
            "/environments",
            "Creates an environment",
            &[201, 400],
        ),
    ),
    op(
        "get",
        "/environments/{environment}",
        "Shows an environment",
        &[200, 404],
    ),
    taking(
        "Environment",
        op(
            "put",
            "/environments/{environment}",
            "Replaces an environment's attributes",
            &[200, 400, 404],
        ),
    ),
    op(
        "delete",
        "/environments/{environment}",
        "Deletes an environment with the record of what was there",
        &[204, 404],
    ),
    op(
        "get",
        "/environments/{environment}/deployed-versions/currently-deployed",
        "Lists what is deployed to an environment now, the newest first",
        &[200, 404],
    ),
    op(
        "get",
        "/environments/{environment}/released-versions/currently-supported",
        "Lists what is released and supported in an environment now, the newest first",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}",
        "Lists the deployments of a version to an environment, ended ones included",
        &[200, 404],
    ),
    taking(
        "Deployment",
        op(
            "post",
            "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}",
            "Records a deployment; a version that runs there already is left running",
            &[201, 400, 404],
        ),
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{environment}",
        "Lists the release of a version to an environment, if there is one",
        &[200, 404],
    ),
    taking(
        "Empty",
        op(
            "post",
            "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{environment}",
            "Records a release; support that had ended begins again",
            &[200, 201, 400, 404],
        ),
    ),
    op(
        "get",
        "/deployed-versions/{deployment}",
        "Shows a deployment",
        &[200, 404],
    ),
    taking(
        "DeploymentChange",
        op(
            "patch",
            "/deployed-versions/{deployment}",
            "Ends a deployment",
            &[200, 400, 404, 422],
        ),
    ),
    op(
        "get",
        "/released-versions/{release}",
        "Shows a release",
        &[200, 404],
    ),
    taking(
        "ReleaseChange",
        op(
            "patch",
            "/released-versions/{release}",
            "Ends the support of a release",
            &[200, 400, 404, 422],
        ),
    ),
];

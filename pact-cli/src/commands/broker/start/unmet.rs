//! Settings of the Ruby broker that this one does not have: better said than found out.

/// Variables that would change answers, the value at which they change nothing, and what holds here.
const IGNORED: [(&str, &str, &str); 5] = [
    (
        "PACT_BROKER_ORDER_VERSIONS_BY_DATE",
        "true",
        "versions stand in the order they were first seen",
    ),
    (
        "PACT_BROKER_USE_CASE_SENSITIVE_RESOURCE_NAMES",
        "true",
        "names that differ in case are different",
    ),
    (
        "PACT_BROKER_BASE_EQUALITY_ONLY_ON_CONTENT_THAT_AFFECTS_VERIFICATION_RESULTS",
        "true",
        "contracts are equal by what a verification can tell apart",
    ),
    (
        "PACT_BROKER_DATABASE_CLEAN_ENABLED",
        "false",
        "nothing is deleted on its own",
    ),
    (
        "PACT_BROKER_SEED_EXAMPLE_DATA",
        "false",
        "an empty broker stays empty",
    ),
];

/// Returns what is to be said about the variables that are set.
pub(super) fn notes(variable: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let ignored = IGNORED.into_iter().filter_map(|(name, harmless, instead)| {
        let value = variable(name).filter(|value| !value.is_empty() && value != harmless)?;
        Some(format!("{name}={value} has no effect: {instead}"))
    });
    ignored.collect()
}

#[cfg(test)]
mod tests {
    use super::notes;

    #[test]
    fn what_has_no_effect_is_said_where_it_would_have_one() {
        let said = notes(|name| {
            let value = match name {
                "PACT_BROKER_ORDER_VERSIONS_BY_DATE" => "false",
                "PACT_BROKER_USE_CASE_SENSITIVE_RESOURCE_NAMES" => "",
                "PACT_BROKER_DATABASE_CLEAN_ENABLED" => "false",
                _ => return None,
            };
            Some(value.to_owned())
        });
        assert_eq!(
            said,
            [
                "PACT_BROKER_ORDER_VERSIONS_BY_DATE=false has no effect: versions stand in the order they were first seen"
            ]
        );
    }
}

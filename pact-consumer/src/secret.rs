//! What a client says of who it is: no text for people repeats it.
//!
//! A test's client may send the token of its developer or of a build machine, and the report of a
//! failing test lands in logs that others read. So the values of some headers are kept from every
//! text, also where they are what differs; a test that wants to see them finds them in
//! `MockServer::requests`.

use pact_core::matching::{Mismatch, Part};

/// What stands for a value.
pub(crate) const WITHHELD: &str = "(not shown)";

/// Ends of the names of headers that carry secrets; `X-` and the names of vendors stand before.
const ENDS: [&str; 7] = [
    "api-key",
    "apikey",
    "authorization",
    "cookie",
    "password",
    "secret",
    "token",
];

/// Returns whether the values of a header are for nobody's eyes.
pub(crate) fn is_secret(header: &str) -> bool {
    let name = header.to_ascii_lowercase().replace('_', "-");
    ENDS.iter().any(|end| name.ends_with(end))
}

/// Takes the actual value out of a difference in a header that carries a secret.
pub(crate) fn withhold(mismatch: &mut Mismatch) {
    if mismatch.part != Part::Header || !is_secret(&mismatch.path) {
        return;
    }
    let kind = &mut mismatch.kind;
    if kind.actual.take().is_none() {
        return;
    }
    kind.actual = Some(WITHHELD.to_owned());
    // What is expected stands in the contract, for all to read.
    let (expected, _) = kind.sentence.split_once(", got ").unwrap_or_default();
    kind.sentence = match expected {
        "" => "got another value, which is not shown".to_owned(),
        expected => format!("{expected}, got another value, which is not shown"),
    };
    kind.description = format!(
        "Mismatch with header '{}': {}",
        mismatch.path, kind.sentence
    );
}

#[cfg(test)]
mod tests {
    use pact_core::matching::MismatchKind;

    use super::*;

    #[test]
    fn headers_that_say_who_is_there_are_known() {
        for name in [
            "Authorization",
            "proxy-authorization",
            "Set-Cookie",
            "X-Api_Key",
            "X-Auth-Token",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["Accept", "WWW-Authenticate", "Idempotency-Key", "ETag"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn nothing_of_the_actual_value_is_left_in_a_difference() {
        let mut mismatch = Mismatch {
            part: Part::Header,
            path: "Authorization".to_owned(),
            kind: MismatchKind {
                expected: Some("Bearer test".to_owned()),
                actual: Some("Bearer s3cret, got it".to_owned()),
                rule: None,
                description: "'Bearer s3cret, got it' is not 'Bearer test'".to_owned(),
                sentence: r#"expected "Bearer test", got "Bearer s3cret, got it""#.to_owned(),
            },
        };
        withhold(&mut mismatch);
        assert!(!format!("{mismatch:?}").contains("s3cret"));
        assert_eq!(
            mismatch.to_string(),
            r#"header `Authorization`: expected "Bearer test", got another value, which is not shown"#
        );
        let once = mismatch.clone();
        withhold(&mut mismatch);
        assert_eq!(mismatch, once);
    }

    #[test]
    fn a_header_that_is_missing_stays_missing() {
        let mut mismatch = Mismatch {
            part: Part::Header,
            path: "Cookie".to_owned(),
            kind: MismatchKind {
                sentence: r#"expected "a=1", got no such header"#.to_owned(),
                ..MismatchKind::default()
            },
        };
        let before = mismatch.clone();
        withhold(&mut mismatch);
        assert_eq!(mismatch, before);
    }
}

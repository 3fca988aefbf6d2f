//! The name of a pact file: whatever the applications are called, it stays in its folder.

use std::fmt::Write;

/// Most file systems take 255 bytes; the names of the files beside it need some of them.
const LONGEST: usize = 180;

/// Names Windows gives to devices, whatever follows their first dot.
const DEVICES: [&str; 6] = ["AUX", "CON", "CONIN$", "CONOUT$", "NUL", "PRN"];

/// Returns `<consumer>-<provider>.json`.
///
/// Characters other than ASCII letters, digits, blank, `.`, `_` and `-` are percent-encoded, and so
/// is a first character that would hide the file, make it look like an option, or make its name
/// that of a device. A name that is too long ends with a hash of the whole.
pub fn file_name(consumer: &str, provider: &str) -> String {
    let mut name = String::with_capacity(consumer.len() + provider.len() + "-.json".len());
    for byte in { consumer.bytes() }.chain([b'-']).chain(provider.bytes()) {
        let is_plain = byte.is_ascii_alphanumeric() || b" ._-".contains(&byte);
        if is_plain {
            name.push(char::from(byte));
        } else {
            push_encoded(&mut name, byte);
        }
    }
    if name.starts_with(['.', '-', ' ']) || is_device(&name) {
        let first = name.remove(0);
        let mut encoded = String::new();
        push_encoded(&mut encoded, first as u8);
        name.insert_str(0, &encoded);
    }
    if name.len() > LONGEST {
        name.truncate(LONGEST);
        return own_name(&name, consumer, provider);
    }
    name + ".json"
}

/// Returns the name for a contract whose [`file_name`] is taken by that of two others, as it is by
/// `a-b` and `c` for `a` and `b-c`.
pub(super) fn name_beside(name: &str, consumer: &str, provider: &str) -> String {
    let stem = name.trim_end_matches(".json");
    if stem.len() > LONGEST {
        return name.to_owned();
    }
    own_name(stem, consumer, provider)
}

fn own_name(stem: &str, consumer: &str, provider: &str) -> String {
    format!("{stem}~{:016x}.json", hash(consumer, provider))
}

/// Tells two applications from any other two.
pub(super) fn hash(consumer: &str, provider: &str) -> u64 {
    // A name may hold any character, so its length tells where it ends.
    fnv1a(format!("{} {consumer}{provider}", consumer.len()).as_bytes())
}

fn push_encoded(name: &mut String, byte: u8) {
    // Writing to a `String` cannot fail.
    let _ = write!(name, "%{byte:02X}");
}

fn is_device(name: &str) -> bool {
    let start = name.split('.').next().unwrap_or_default();
    let start = start.trim_end().to_ascii_uppercase();
    let is_port = |kind: &str| {
        let number = start.strip_prefix(kind).map(str::as_bytes);
        matches!(number, Some([digit]) if digit.is_ascii_digit())
    };
    DEVICES.contains(&start.as_str()) || is_port("COM") || is_port("LPT")
}

/// FNV-1a: short, stable everywhere, and good enough to tell names apart.
pub(super) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_kept() {
        assert_eq!(
            file_name("order-web", "Order Service 2.0"),
            "order-web-Order Service 2.0.json"
        );
    }

    #[test]
    fn hostile_names_stay_in_the_folder() {
        assert_eq!(file_name("../../etc", "x/y"), "%2E.%2F..%2Fetc-x%2Fy.json");
        assert_eq!(file_name("..", ".."), "%2E.-...json");
        assert_eq!(file_name("a\0b", "c\\d"), "a%00b-c%5Cd.json");
        assert_eq!(file_name("ä", "%41"), "%C3%A4-%2541.json");
        assert_eq!(file_name("-rf", "b"), "%2Drf-b.json");
        assert_eq!(file_name("", ""), "%2D.json");
    }

    #[test]
    fn no_name_is_that_of_a_device() {
        assert_eq!(file_name("con.x", "api"), "%63on.x-api.json");
        assert_eq!(file_name("LPT1 .x", "api"), "%4CPT1 .x-api.json");
        assert_eq!(file_name("CON", "api"), "CON-api.json");
        assert_eq!(file_name("com10.x", "api"), "com10.x-api.json");
    }

    #[test]
    fn long_names_are_cut_and_told_apart() {
        let (first, second) = (
            file_name(&"a".repeat(300), "b"),
            file_name(&"a".repeat(300), "c"),
        );
        assert!(first.len() < 220 && first != second);
        assert_eq!(name_beside(&first, &"a".repeat(300), "b"), first);
    }

    #[test]
    fn a_name_that_is_taken_is_told_apart_by_both_applications() {
        let beside = |consumer: &str, provider: &str| {
            name_beside(&file_name(consumer, provider), consumer, provider)
        };
        assert_eq!(file_name("a-b", "c"), file_name("a", "b-c"));
        let (one, other) = (beside("a-b", "c"), beside("a", "b-c"));
        assert_ne!(one, other);
        assert!(one.starts_with("a-b-c~") && other.starts_with("a-b-c~"));
        assert_ne!(beside("1 a", "b"), beside("1", " ab"));
    }
}

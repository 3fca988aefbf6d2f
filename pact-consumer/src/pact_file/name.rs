//! The name of a pact file: whatever the applications are called, it stays in its folder.

use std::fmt::Write;

/// Most file systems take 255 bytes; the temporary file's name needs some of them.
const LONGEST: usize = 180;

/// Returns `<consumer>-<provider>.json`.
///
/// Characters other than ASCII letters, digits, blank, `.`, `_` and `-` are percent-encoded, and so
/// is a dot at the beginning. A name that is too long ends with a hash of the whole.
pub fn file_name(consumer: &str, provider: &str) -> String {
    let mut name = String::new();
    for byte in format!("{consumer}-{provider}").bytes() {
        let plain = byte.is_ascii_alphanumeric()
            || b" _-".contains(&byte)
            || (byte == b'.' && !name.is_empty());
        if plain {
            name.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(name, "%{byte:02X}");
        }
    }
    if name.len() > LONGEST {
        let hash = fnv1a(name.as_bytes());
        name.truncate(LONGEST);
        let _ = write!(name, "~{hash:016x}");
    }
    name + ".json"
}

/// FNV-1a: short, stable everywhere, and good enough to tell long names apart.
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
        for (consumer, provider) in [
            ("../a", "b"),
            ("/etc", "passwd"),
            ("a", "../../b"),
            ("", ""),
            ("\u{202e}", "CON"),
        ] {
            let name = file_name(consumer, provider);
            assert!(
                !name.contains(['/', '\\', '\0']) && !name.starts_with('.'),
                "{name}"
            );
        }
    }

    #[test]
    fn long_names_are_cut_and_told_apart() {
        let (first, second) = (
            file_name(&"a".repeat(300), "b"),
            file_name(&"a".repeat(300), "c"),
        );
        assert!(first.len() < 220 && first != second);
    }
}

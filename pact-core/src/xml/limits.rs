//! What a document may hold, found out before it is parsed.
//!
//! The parser keeps to a number of nodes. It does not keep to a number of attributes of one
//! element, which it compares pair by pair, nor to the length of what entities stand for.

use memchr::memmem;

/// Attributes an element may have.
const ATTRIBUTES: usize = 1_000;

/// Returns why a text is not parsed at all.
pub(super) fn check(text: &str) -> Result<(), String> {
    let mut rest = text.as_bytes();
    while let Some(at) = memchr::memchr(b'<', rest) {
        rest = &rest[at..];
        let end = if rest.starts_with(b"<!--") {
            memmem::find(rest, b"-->")
        } else if rest.starts_with(b"<![CDATA[") {
            memmem::find(rest, b"]]>")
        } else if rest.starts_with(b"<?") {
            memmem::find(rest, b"?>")
        } else if rest.starts_with(b"<!ENTITY") {
            return Err("entities are not read".to_owned());
        } else if rest.starts_with(b"<!") {
            // A declaration; what it declares follows.
            Some(1)
        } else {
            tag(rest)?
        };
        // What has no end is the parser's to refuse.
        let Some(end) = end else {
            return Ok(());
        };
        rest = &rest[end + 1..];
    }
    Ok(())
}

/// Returns where the tag at the beginning ends.
fn tag(text: &[u8]) -> Result<Option<usize>, String> {
    let (mut quote, mut attributes) = (None, 0);
    for (at, byte) in text.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Ok(Some(at)),
            (None, b'=') => {
                attributes += 1;
                if attributes > ATTRIBUTES {
                    return Err(format!("an element has more than {ATTRIBUTES} attributes"));
                }
            }
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (Some(_) | None, _) => {}
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_markup_counts() {
        let many = |each: &str| each.repeat(ATTRIBUTES + 1);
        let attributes = (0..=ATTRIBUTES).map(|index| format!(" a{index}='>'"));
        let element = format!("<b>{}</b><a{}/>", "x", attributes.collect::<String>());
        assert!(check(&element).unwrap_err().contains("attributes"));
        for fine in [
            format!("<a b='{}'/>", many("=>")),
            format!("<a><!-- {} --></a>", many("<b c=d ")),
            format!("<a><![CDATA[{}<!ENTITY]]></a>", many("=")),
            format!("<?a {}?><a/>", many("=")),
            format!("<a>{}</a>", many("b=c")),
            many("<a b='1'/>"),
            "<!DOCTYPE a SYSTEM 'b'><a/>".to_owned(),
            "<a b='".to_owned(),
            "<!--".to_owned(),
        ] {
            assert_eq!(check(&fine), Ok(()), "{fine}");
        }
        assert!(check("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").is_err());
    }
}

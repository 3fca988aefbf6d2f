//! What badges say. The recorded broker sends clients to an outside service, whose address holds the
//! words; this one draws them.

use percent_encoding::percent_decode_str;

/// Two words, and the colour that the second stands on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Badge {
    label: String,
    message: String,
    colour: String,
}

/// What the outside service calls the colours.
const COLOURS: [(&str, &str); 4] = [
    ("#3a7d1c", "brightgreen"),
    ("#6b6b6b", "lightgrey"),
    ("#b25800", "orange"),
    ("#c1361c", "red"),
];

/// Reads a badge out of an address of the service. Hyphens part the words, and are doubled in them,
/// as underscores are.
pub(super) fn told(location: &str) -> Option<Badge> {
    let told = location.strip_prefix("https://img.shields.io/badge/")?;
    let told = percent_decode_str(told.strip_suffix(".svg")?).decode_utf8();
    let told = told.ok()?.replace("--", "\0").replace("__", "_");
    let mut parts = told.split('-').map(|part| part.replace('\0', "-"));
    Some(Badge {
        label: parts.next()?,
        message: parts.next()?,
        colour: parts.next()?,
    })
}

/// Reads a badge that was drawn.
pub(super) fn drawn(svg: &str) -> Option<Badge> {
    let words = svg.split("aria-label=\"").nth(1)?.split('"').next()?;
    let (label, message) = words.rsplit_once(": ")?;
    let fill = svg.split("fill=\"").nth(2)?.split('"').next()?;
    let colour = COLOURS.iter().find(|(ours, _)| *ours == fill)?.1;
    Some(Badge {
        label: label.to_owned(),
        message: message.to_owned(),
        colour: colour.to_owned(),
    })
}

//! XML, a tag to a line.

use super::{Line, indent, plain};

/// Returns the lines of an XML text. One that is written in a single line is cut between its tags.
pub(super) fn lines(text: &str) -> Vec<Line> {
    if text.trim().contains('\n') {
        return plain(text);
    }
    let mut depth = 0_usize;
    let mut lines: Vec<Line> = Vec::new();
    // A tag goes on a line of its own unless there is text before it.
    for piece in text.trim().replace("><", ">\n<").lines() {
        let opens = piece.matches('<').count();
        let closes = piece.matches("</").count();
        let alone =
            piece.matches("/>").count() + piece.matches("<?").count() + piece.matches("<!").count();
        if piece.starts_with("</") {
            depth = depth.saturating_sub(1);
        }
        lines.push(Line {
            text: format!("{}{piece}", indent(depth)),
            is_marked: false,
        });
        let begun = opens.saturating_sub(closes + alone);
        let ended = closes - usize::from(piece.starts_with("</"));
        depth = (depth + begun).saturating_sub(ended);
    }
    lines
}

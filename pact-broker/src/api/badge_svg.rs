//! Drawing a badge.

use std::fmt;

/// Two words side by side, the second on a colour.
#[derive(Debug)]
pub(crate) struct Badge {
    label: String,
    message: String,
    colour: Colour,
}

/// What the second word stands on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Colour {
    Green,
    Grey,
    Orange,
    Red,
}

/// Letters after which a text is cut, so that no name makes a picture of any size.
const LONGEST: usize = 80;

impl Badge {
    pub(crate) fn new(label: &str, message: &str, colour: Colour) -> Self {
        let cut = |text: &str| text.chars().take(LONGEST).collect();
        Self {
            label: cut(label),
            message: cut(message),
            colour,
        }
    }
}

/// Width of a text in the badge's type, near enough.
fn width(text: &str) -> usize {
    text.chars().count() * 7 + 12
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

impl fmt::Display for Badge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, right) = (width(&self.label), width(&self.message));
        let whole = left + right;
        let (label, message) = (escape(&self.label), escape(&self.message));
        let colour = match self.colour {
            Colour::Green => "#3a7d1c",
            Colour::Grey => "#6b6b6b",
            Colour::Orange => "#b25800",
            Colour::Red => "#c1361c",
        };
        write!(
            f,
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img" aria-label="{label}: {message}"><title>{label}: {message}</title><rect width="{left}" height="20" fill="#444"/><rect x="{left}" width="{right}" height="20" fill="{colour}"/><g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle"><text x="{}" y="14">{label}</text><text x="{}" y="14">{message}</text></g></svg>"##,
            left / 2,
            left + right / 2,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text_in_a_badge_and_cut_to_size() {
        let drawn = Badge::new("<script>&\"", &"x".repeat(500), Colour::Red).to_string();
        assert!(drawn.contains("&lt;script&gt;&amp;&quot;: "), "{drawn}");
        assert!(drawn.len() < 1_500, "{}", drawn.len());
    }
}

//! What pages are made of: texts, links, marks and verdicts, put side by side in cells.

use askama::Template;

use crate::domain::{matrix::Decision, time::Timestamp};

/// A name that leads somewhere.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) name: String,
    pub(super) url: String,
}

impl Link {
    pub(super) fn new(name: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            url: url.into(),
        }
    }
}

/// A text, and how it is to be taken.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub(super) text: String,
    pub(super) class: &'static str,
}

impl Verdict {
    pub(super) fn good(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            class: "good",
        }
    }

    pub(super) fn bad(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            class: "bad",
        }
    }

    pub(super) fn wait(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            class: "wait",
        }
    }

    pub(super) fn of_decision(decision: Decision) -> Self {
        match decision {
            Decision::Yes => Self::good("Yes"),
            Decision::No => Self::bad("No"),
            Decision::Unknown => Self::wait("Unknown: a result is missing"),
        }
    }

    pub(super) fn of_result(success: Option<bool>) -> Self {
        match success {
            Some(true) => Self::good("verified"),
            Some(false) => Self::bad("failed"),
            None => Self::wait("not verified"),
        }
    }
}

/// Pieces beside one another, as in a field of a table. Its HTML is escaped piece by piece.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "cell.html")]
pub(super) struct Cell {
    pieces: Vec<Piece>,
}

/// A cell renders itself escaped, so what it stands in need not escape it again.
impl askama::filters::HtmlSafe for Cell {}

#[derive(Debug, Clone)]
enum Piece {
    Code(String),
    Link(Link),
    Mark(String),
    MarkedLink(Link),
    NewLine,
    Outside(String),
    Text(String),
    Verdict(Verdict),
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::default().and(Piece::Text(text.into()))
    }

    pub(super) fn link(name: impl Into<String>, url: impl Into<String>) -> Self {
        Self::default().and(Piece::Link(Link::new(name, url)))
    }

    pub(super) fn code(text: impl Into<String>) -> Self {
        Self::default().and(Piece::Code(text.into()))
    }

    pub(super) fn verdict(verdict: Verdict) -> Self {
        Self::default().and(Piece::Verdict(verdict))
    }

    /// An address that a client gave: followed only where it is one of the web, shown in any case.
    pub(super) fn outside(url: impl Into<String>) -> Self {
        let url = url.into();
        let on_the_web = url::Url::parse(&url)
            .is_ok_and(|parsed| matches!(parsed.scheme(), "http" | "https") && parsed.has_host());
        Self::default().and(if on_the_web {
            Piece::Outside(url)
        } else {
            Piece::Text(url)
        })
    }

    /// Appends words set apart from the rest.
    #[must_use]
    pub(super) fn mark(self, text: impl Into<String>) -> Self {
        self.and(Piece::Mark(text.into()))
    }

    /// Appends words set apart from the rest that lead somewhere.
    #[must_use]
    pub(super) fn marked_link(self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.and(Piece::MarkedLink(Link::new(name, url)))
    }

    /// Appends text.
    #[must_use]
    pub(super) fn then(self, text: impl Into<String>) -> Self {
        self.and(Piece::Text(text.into()))
    }

    /// Appends a link.
    #[must_use]
    pub(super) fn then_link(self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.and(Piece::Link(Link::new(name, url)))
    }

    /// Appends text as programs write it.
    #[must_use]
    pub(super) fn then_code(self, text: impl Into<String>) -> Self {
        self.and(Piece::Code(text.into()))
    }

    /// Appends how something is to be taken.
    #[must_use]
    pub(super) fn then_verdict(self, verdict: Verdict) -> Self {
        self.and(Piece::Verdict(verdict))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Goes on in a new line.
    #[must_use]
    pub(super) fn in_new_line(self) -> Self {
        if self.is_empty() {
            return self;
        }
        self.and(Piece::NewLine)
    }

    fn and(mut self, piece: Piece) -> Self {
        let after_link = matches!(self.pieces.last(), Some(Piece::Link(_)));
        if after_link && matches!(piece, Piece::Link(_)) {
            self.pieces.push(Piece::Text("·".to_owned()));
        }
        self.pieces.push(piece);
        self
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Verdict> for Cell {
    fn from(verdict: Verdict) -> Self {
        Self::verdict(verdict)
    }
}

impl From<&Timestamp> for Cell {
    fn from(moment: &Timestamp) -> Self {
        Self::text(minute(moment))
    }
}

/// A moment to the minute.
pub(super) fn minute(moment: &Timestamp) -> String {
    let text = moment.as_str();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Cell;

    #[test]
    fn an_address_from_outside_is_followed_only_to_the_web() {
        let shown = |url: &str| Cell::outside(url).to_string();
        assert_eq!(
            shown("https://ci.example/1?a=\"b"),
            "<a href=\"https://ci.example/1?a=&#34;b\" rel=\"external nofollow noopener noreferrer\">https://ci.example/1?a=&#34;b</a>"
        );
        for harmful in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ci.example/1",
            "//ci.example",
        ] {
            assert_eq!(shown(harmful), harmful);
        }
    }
}

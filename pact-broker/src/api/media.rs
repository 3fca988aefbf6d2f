//! Media types this broker speaks, and choosing one by `Accept`.

use axum::http::{HeaderMap, HeaderValue, header};

/// A media type this broker sends or takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MediaType {
    Csv,
    ExtendedPact,
    Graphviz,
    Hal,
    Html,
    Json,
    MergePatch,
    Problem,
    Svg,
    Text,
}

impl MediaType {
    /// Returns the name, without parameters.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::ExtendedPact => "application/vnd.pactbrokerextended.v1+json",
            Self::Graphviz => "text/vnd.graphviz",
            Self::Hal => "application/hal+json",
            Self::Html => "text/html",
            Self::Json => "application/json",
            Self::MergePatch => "application/merge-patch+json",
            Self::Problem => "application/problem+json",
            Self::Svg => "image/svg+xml",
            Self::Text => "text/plain",
        }
    }

    /// Returns the value of `Content-Type` for an answer of this type.
    pub(crate) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Csv => "text/csv;charset=utf-8",
            Self::ExtendedPact => "application/vnd.pactbrokerextended.v1+json;charset=utf-8",
            Self::Graphviz => "text/vnd.graphviz;charset=utf-8",
            Self::Hal => "application/hal+json;charset=utf-8",
            Self::Html => "text/html;charset=utf-8",
            Self::Json => "application/json;charset=utf-8",
            Self::MergePatch => "application/merge-patch+json",
            Self::Problem => "application/problem+json;charset=utf-8",
            Self::Svg => "image/svg+xml;charset=utf-8",
            Self::Text => "text/plain;charset=utf-8",
        })
    }
}

/// The `Accept` header of a request, in the order of preference.
#[derive(Debug, Clone, Default)]
pub(crate) struct Accept {
    ranges: Vec<Range>,
}

#[derive(Debug, Clone)]
struct Range {
    name: String,
    /// Quality in thousandths.
    quality: u16,
}

/// Media types that mark a request as one of a tool, not of a browser.
const TOOL_TYPES: [&str; 8] = [
    "application/hal+json",
    "application/problem+json",
    "application/json",
    "application/vnd.pactbrokerextended.v1+json",
    "application/yaml",
    "text/csv",
    "text/plain",
    "text/vnd.graphviz",
];

impl Accept {
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let values = headers
            .get_all(header::ACCEPT)
            .into_iter()
            .filter_map(|value| value.to_str().ok());
        let mut ranges: Vec<Range> = values
            .flat_map(|value| value.split(','))
            .filter_map(Range::parse)
            .collect();
        ranges.sort_by_key(|range| std::cmp::Reverse(range.quality));
        Self { ranges }
    }

    /// What a client accepts that must be told of a problem before its own headers were read.
    pub(crate) fn problem() -> Self {
        Self {
            ranges: vec![Range {
                name: MediaType::Problem.name().to_owned(),
                quality: 1000,
            }],
        }
    }

    /// Tells whether `media` is named, wildcards apart.
    pub(crate) fn names(&self, media: MediaType) -> bool {
        self.ranges.iter().any(|range| range.name == media.name())
    }

    /// Tells whether the request comes from something that reads pages: it asks for none of the types tools ask for.
    pub(crate) fn is_browser(&self) -> bool {
        let only_anything = self.ranges.iter().all(|range| range.name == "*/*");
        !only_anything
            && !self.ranges.iter().any(|range| {
                TOOL_TYPES.contains(&range.name.as_str()) || range.name == "image/svg+xml"
            })
    }

    /// Picks the type to answer with out of those on offer, the most preferred first.
    ///
    /// A client that asks for plain JSON is served HAL, which is JSON.
    pub(crate) fn choose(&self, offers: &[MediaType]) -> Option<MediaType> {
        if self.ranges.is_empty() {
            return offers.first().copied();
        }
        let wanted = self.ranges.iter().filter(|range| range.quality > 0);
        for range in wanted {
            if let Some(found) = offers.iter().find(|offer| range.covers(offer.name())) {
                return Some(*found);
            }
            if range.name == MediaType::Json.name() && offers.contains(&MediaType::Hal) {
                return Some(MediaType::Hal);
            }
        }
        None
    }
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let name = parts
            .next()
            .filter(|name| !name.is_empty())?
            .to_ascii_lowercase();
        let quality = parts
            .filter_map(|parameter| parameter.strip_prefix("q="))
            .find_map(|quality| quality.parse::<f32>().ok())
            .map_or(1000, |quality| (quality.clamp(0.0, 1.0) * 1000.0) as u16);
        Some(Self { name, quality })
    }

    fn covers(&self, offer: &str) -> bool {
        if self.name == "*/*" || self.name == offer {
            return true;
        }
        let family = self.name.strip_suffix("/*");
        family.is_some_and(|family| offer.split('/').next() == Some(family))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(text: &str) -> Accept {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_str(text).unwrap());
        Accept::from_headers(&headers)
    }

    #[track_caller]
    fn check(text: &str, offers: &[MediaType], expected: Option<MediaType>) {
        assert_eq!(accept(text).choose(offers), expected, "{text}");
    }

    #[test]
    fn the_most_preferred_type_on_offer_is_chosen() {
        use MediaType::{Csv, Graphviz, Hal, Html, Json, Text};
        check("application/hal+json", &[Hal], Some(Hal));
        check(
            "application/hal+json, application/json",
            &[Json, Hal],
            Some(Hal),
        );
        check(
            "application/json;q=0.5, text/plain",
            &[Json, Text],
            Some(Text),
        );
        check("*/*", &[Graphviz, Hal], Some(Graphviz));
        check("application/*", &[Graphviz, Hal], Some(Hal));
        check("application/json", &[Hal], Some(Hal));
        check("text/csv", &[Hal, Html], None);
        check("text/csv;q=0", &[Csv], None);
        assert_eq!(Accept::default().choose(&[Hal]), Some(Hal));
    }

    #[test]
    fn a_browser_is_whoever_asks_for_nothing_a_tool_asks_for() {
        for text in [
            "text/html",
            "application/xml",
            "text/html,application/xhtml+xml,*/*;q=0.8",
        ] {
            assert!(accept(text).is_browser(), "{text}");
        }
        for text in [
            "*/*",
            "application/hal+json",
            "text/html, application/json",
            "image/svg+xml",
        ] {
            assert!(!accept(text).is_browser(), "{text}");
        }
        assert!(!Accept::default().is_browser());
    }
}

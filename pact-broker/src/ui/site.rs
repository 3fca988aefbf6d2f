//! Where the links of a page start, and which part of a long list it shows.

use axum::{extract::FromRequestParts, http::request::Parts};

use super::sheet::Neighbours;
use crate::{
    api::{Address, ApiError, Query, urls::Urls},
    state::AppState,
    store::Page,
};

/// The addresses on a page. They start with the path below which the broker stands and name no host: whoever came
/// by one of its names stays there.
#[derive(Debug, Clone)]
pub(super) struct Site(pub(super) Urls);

impl FromRequestParts<AppState> for Site {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        Urls::from_request_parts(parts, state)
            .await
            .map(|urls| Self(urls.on_any_host()))
    }
}

impl std::ops::Deref for Site {
    type Target = Urls;

    fn deref(&self) -> &Urls {
        &self.0
    }
}

const PAGE_SIZE: u32 = 50;

/// What a reader asked of a list: its address, what to search for, and which page.
pub(super) struct Asked {
    address: Address,
    pub(super) search: String,
    number: u32,
    size: u32,
}

impl FromRequestParts<AppState> for Asked {
    type Rejection = ApiError;

    /// Reads `q`, `page` and `size`; a page that cannot be is the first.
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let address = Address::from_request_parts(parts, state).await?;
        let Query(query) = Query::from_request_parts(parts, state).await?;
        let count = |key: &str| {
            let number: Option<u32> = query.text(key).and_then(|text| text.parse().ok());
            number.filter(|number| *number >= 1)
        };
        Ok(Self {
            address,
            search: query.text("q").unwrap_or_default().to_owned(),
            number: count("page").unwrap_or(1),
            size: count("size").unwrap_or(PAGE_SIZE).min(1_000),
        })
    }
}

impl Asked {
    /// The text that names are to contain, if any.
    pub(super) fn search(&self) -> Option<&str> {
        Some(self.search.as_str()).filter(|text| !text.is_empty())
    }

    pub(super) fn page(&self) -> Page {
        Page {
            number: self.number,
            size: self.size,
        }
    }

    /// The address of the list itself.
    pub(super) fn place(&self, site: &Site) -> String {
        site.at(self.address.path())
    }

    /// The ways to the pages before and after this one.
    pub(super) fn neighbours(&self, site: &Site, total: u64) -> Neighbours {
        let pages = total.div_ceil(self.size.into());
        let place = |number: u32| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            if let Some(search) = self.search() {
                query.append_pair("q", search);
            }
            if self.size != PAGE_SIZE {
                query.append_pair("size", &self.size.to_string());
            }
            query.append_pair("page", &number.to_string());
            format!("{}?{}", self.place(site), query.finish())
        };
        Neighbours {
            previous: (self.number > 1).then(|| place(self.number - 1)),
            next: (u64::from(self.number) < pages).then(|| place(self.number + 1)),
            total,
        }
    }
}

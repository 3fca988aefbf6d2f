//! A page of facts, lists, tables and texts, put together from top to bottom.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    html,
    site::Site,
    view::{Cell, Link, Verdict},
};
use crate::api::ApiError;

/// A page being written: each call adds what comes next.
#[derive(Debug, Template)]
#[template(path = "sheet.html")]
pub(super) struct Sheet {
    base: String,
    trail: Vec<Link>,
    title: String,
    search: Option<Search>,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Changes(Vec<Line>),
    Facts(Vec<(String, Cell)>),
    Form(Form),
    Heading(String),
    Line(Cell),
    List(Vec<Cell>),
    Neighbours(Neighbours),
    Subheading(String),
    Table(Table),
    Text(String),
    Verdict(Verdict),
}

/// Questions that are put to an address of ours.
#[derive(Debug)]
struct Form {
    action: String,
    groups: Vec<Group>,
    hidden: (&'static str, &'static str),
}

/// Fields that belong together.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) legend: &'static str,
    pub(super) inputs: Vec<Input>,
}

/// A field to fill in.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) label: &'static str,
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) required: bool,
}

#[derive(Debug)]
struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

/// A line of a comparison.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) text: String,
    /// `added`, `removed` or nothing.
    pub(super) class: &'static str,
}

/// What a list is searched for.
#[derive(Debug)]
struct Search {
    action: String,
    label: &'static str,
    text: String,
}

/// The pages before and after one page of a list.
#[derive(Debug)]
pub(super) struct Neighbours {
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    pub(super) total: u64,
}

impl Sheet {
    pub(super) fn new(site: &Site, title: impl Into<String>) -> Self {
        Self {
            base: site.0.base().to_owned(),
            trail: Vec::new(),
            title: title.into(),
            search: None,
            parts: Vec::new(),
        }
    }

    /// Adds a step to the way back that stands above the title.
    pub(super) fn below(mut self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.trail.push(Link::new(name, url));
        self
    }

    /// Adds the steps that lead back to a pacticipant, and from there to all of them.
    pub(super) fn below_pacticipant(self, site: &Site, name: &str) -> Self {
        self.below("Pacticipants", site.pacticipants())
            .below(name, site.pacticipant(name))
    }

    /// Puts a search field under the title.
    pub(super) fn search(mut self, action: String, label: &'static str, text: &str) -> Self {
        let text = text.to_owned();
        self.search = Some(Search {
            action,
            label,
            text,
        });
        self
    }

    /// Adds a fact to those above it.
    pub(super) fn fact(mut self, name: &str, value: impl Into<Cell>) -> Self {
        let fact = (name.to_owned(), value.into());
        match self.parts.last_mut() {
            Some(Part::Facts(facts)) => facts.push(fact),
            _ => self.parts.push(Part::Facts(vec![fact])),
        }
        self
    }

    /// Adds a fact where there is one.
    pub(super) fn fact_if<C: Into<Cell>>(self, name: &str, value: Option<C>) -> Self {
        match value.map(Into::into).filter(|cell| !cell.is_empty()) {
            Some(value) => self.fact(name, value),
            None => self,
        }
    }

    pub(super) fn heading(self, text: impl Into<String>) -> Self {
        self.part(Part::Heading(text.into()))
    }

    pub(super) fn subheading(self, text: impl Into<String>) -> Self {
        self.part(Part::Subheading(text.into()))
    }

    /// Adds fields to fill in, and one that is sent along unseen.
    pub(super) fn form(
        self,
        action: String,
        groups: Vec<Group>,
        hidden: (&'static str, &'static str),
    ) -> Self {
        self.part(Part::Form(Form {
            action,
            groups,
            hidden,
        }))
    }

    /// Adds the answer to the question of the page.
    pub(super) fn verdict(self, verdict: Verdict) -> Self {
        self.part(Part::Verdict(verdict))
    }

    /// Adds a paragraph.
    pub(super) fn line(self, cell: impl Into<Cell>) -> Self {
        self.part(Part::Line(cell.into()))
    }

    pub(super) fn list(self, items: Vec<Cell>) -> Self {
        self.part(Part::List(items))
    }

    /// Adds text as it is, line breaks and all.
    pub(super) fn text(self, text: impl Into<String>) -> Self {
        self.part(Part::Text(text.into()))
    }

    /// Adds the lines of a comparison.
    pub(super) fn changes(self, lines: Vec<Line>) -> Self {
        self.part(Part::Changes(lines))
    }

    /// Adds a table, or `none` as a paragraph where it has no rows.
    pub(super) fn table(self, columns: &[&'static str], rows: Vec<Vec<Cell>>, none: &str) -> Self {
        if rows.is_empty() {
            return self.line(none);
        }
        self.part(Part::Table(Table {
            columns: columns.to_vec(),
            rows,
        }))
    }

    /// Adds the way to the pages before and after.
    pub(super) fn neighbours(self, neighbours: Neighbours) -> Self {
        self.part(Part::Neighbours(neighbours))
    }

    /// Answers with the page.
    pub(super) fn with_status(&self, status: StatusCode) -> Response {
        match self.render() {
            Ok(body) => html(status, body),
            Err(error) => ApiError::internal(&error).into_response(),
        }
    }

    fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }
}

impl IntoResponse for Sheet {
    fn into_response(self) -> Response {
        self.with_status(StatusCode::OK)
    }
}

//! Requests and responses compiled.

use super::CompileError;
use crate::json::Json;
use crate::matching::body::json::Unexpected;
use crate::matching::body::{ActualBody, BodyPlan, Carrier};
use crate::matching::headers::HeadersPlan;
use crate::matching::query::QueryPlan;
use crate::matching::report::Report;
use crate::matching::request_line::RequestLinePlan;
use crate::matching::status::StatusPlan;
use crate::matching::{ActualRequest, ActualResponse, Mismatch};
use crate::model::{Headers, Request, Response};

/// A request ready to be compared with those that arrive.
#[derive(Clone, Debug)]
pub struct RequestPlan {
    pub(crate) line: RequestLinePlan,
    query: QueryPlan,
    headers: HeadersPlan,
    body: BodyPlan,
}

/// A response ready to be compared with those that arrive.
#[derive(Clone, Debug)]
pub struct ResponsePlan {
    status: StatusPlan,
    headers: HeadersPlan,
    body: BodyPlan,
}

impl RequestPlan {
    /// Compiles a request.
    ///
    /// # Errors
    ///
    /// Refuses a body that is not what its type says, and rules that cannot be applied.
    pub fn compile(request: &Request) -> Result<Self, CompileError> {
        let rules = &request.matching_rules;
        Ok(Self {
            line: RequestLinePlan::compile(request)?,
            query: QueryPlan::compile(&request.query, &rules.query)?,
            headers: HeadersPlan::compile(&request.headers, &rules.header)?,
            body: BodyPlan::compile(&request.body, named_type(&request.headers), &rules.body)?,
        })
    }

    /// Returns every difference, in the order method, path, query, headers, body.
    pub fn compare(&self, actual: &ActualRequest<'_>) -> Vec<Mismatch> {
        let mut report = Report::default();
        self.run(actual, None, &mut report);
        report.into_mismatches()
    }

    /// Returns whether the request matches, without a word about why not.
    pub fn matches(&self, actual: &ActualRequest<'_>) -> bool {
        self.matches_parsed(actual, None)
    }

    /// Returns whether the request matches; `json` is its body, when that is parsed already.
    pub(crate) fn matches_parsed(
        &self,
        actual: &ActualRequest<'_>,
        json: Option<&Json<'_>>,
    ) -> bool {
        let mut report = Report::probe();
        self.run(actual, json, &mut report);
        !report.has_failed()
    }

    /// Returns whether the body is compared as JSON.
    pub(crate) fn has_json_body(&self) -> bool {
        self.body.is_json()
    }

    /// Returns how much the request says, so that of several that match the one that says most can
    /// be chosen.
    pub(crate) fn weight(&self) -> usize {
        let literal = |is_literal: bool| usize::from(is_literal) * 1000;
        literal(self.line.literal_path().is_some())
            + literal(self.line.literal_method().is_some())
            + self.query.len()
            + self.headers.len()
            + usize::from(self.body.is_stated())
    }

    fn run(&self, actual: &ActualRequest<'_>, json: Option<&Json<'_>>, report: &mut Report) {
        self.line.compare_method(actual.method, report);
        self.line.compare_path(actual.path, report);
        if report.is_decided() {
            return;
        }
        self.query.compare(actual.query, report);
        self.headers.compare(actual.headers, report);
        if report.is_decided() {
            return;
        }
        let content_type = content_type(actual.headers);
        let body = ActualBody {
            bytes: actual.body,
            json,
            content_type,
            rule_on_type: &|| {
                content_type.is_some_and(|named| self.headers.rule_accepts_type(named))
            },
            unexpected: Unexpected::Refused,
            carrier: Carrier::Http,
        };
        self.body.compare(body, report);
    }
}

impl ResponsePlan {
    /// Compiles a response.
    ///
    /// # Errors
    ///
    /// Refuses a body that is not what its type says, and rules that cannot be applied.
    pub fn compile(response: &Response) -> Result<Self, CompileError> {
        let rules = &response.matching_rules;
        Ok(Self {
            status: StatusPlan::compile(response)?,
            headers: HeadersPlan::compile(&response.headers, &rules.header)?,
            body: BodyPlan::compile(&response.body, named_type(&response.headers), &rules.body)?,
        })
    }

    /// Returns every difference, in the order status, headers, body.
    pub fn compare(&self, actual: &ActualResponse<'_>) -> Vec<Mismatch> {
        let mut report = Report::default();
        self.status.compare(actual.status, &mut report);
        self.headers.compare(actual.headers, &mut report);
        let content_type = content_type(actual.headers);
        let body = ActualBody {
            bytes: actual.body,
            json: None,
            content_type,
            rule_on_type: &|| {
                content_type.is_some_and(|named| self.headers.rule_accepts_type(named))
            },
            unexpected: Unexpected::Allowed,
            carrier: Carrier::Http,
        };
        self.body.compare(body, &mut report);
        report.into_mismatches()
    }
}

pub(crate) fn named_type(headers: &Headers) -> Option<&str> {
    headers.first("content-type")
}

fn content_type<'a>(headers: &[(&str, &'a str)]) -> Option<&'a str> {
    headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map(|(_, value)| *value)
}

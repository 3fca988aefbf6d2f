//! Multipart bodies: parts by name, each compared by its own type.
//!
//! The rule path `$.part` stands for a part, `$.part.a.b` for `$.a.b` in its contents, and
//! `$.part.content-type` for a header of it. More parts than expected may arrive.

mod parse;

pub(crate) use self::parse::{RawPart, parts};
use super::format::Format;
use super::{ActualBody, Carrier};
use crate::matching::report::Report;
use crate::matching::text_plan::{Prefix, TextPlace, judge};
use crate::matching::{Mismatch, MismatchKind, Part};
use crate::model::ContentType;
use crate::path::{DocPath, PathToken};
use crate::plan::CompileError;
use crate::plan::rule::RuleSet;
use crate::plan::select::{Step, token_matches};
use crate::rules::Category;

/// The parts a body must have.
#[derive(Clone, Debug)]
pub(super) struct MultipartBody(Vec<PartPlan>);

#[derive(Clone, Debug)]
struct PartPlan {
    /// The name of the form field; `None` when the part goes by its position.
    name: Option<String>,
    /// What texts call the part.
    label: String,
    is_file: bool,
    /// The type of the contents, when the part names one.
    content_type: Option<ContentType>,
    headers: Vec<PartHeader>,
    contents: Format,
}

#[derive(Clone, Debug)]
struct PartHeader {
    name: String,
    /// How many headers of the part stand before it under the same name.
    earlier: usize,
    value: String,
    rules: Option<RuleSet>,
}

impl MultipartBody {
    pub(super) fn compile(
        bytes: &[u8],
        content_type: &ContentType,
        rules: &Category<DocPath>,
    ) -> Result<Self, CompileError> {
        let wrong = |reason: String| CompileError::Body {
            format: "multipart",
            reason,
        };
        let boundary = boundary_of(content_type, bytes)
            .ok_or_else(|| wrong("its type has no boundary".to_owned()))?;
        let raw = parts(bytes, &boundary).map_err(wrong)?;
        raw.iter()
            .enumerate()
            .map(|(index, part)| PartPlan::compile(index, part, rules))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Compares the parts; the error says why there are none.
    pub(super) fn compare(
        &self,
        actual: ActualBody<'_>,
        content_type: Option<&ContentType>,
        report: &mut Report,
    ) -> Result<(), String> {
        let boundary = content_type
            .and_then(|named| named.attribute("boundary"))
            .map(str::to_owned)
            .or_else(|| guessed_boundary(actual.bytes))
            .ok_or("its type has no boundary")?;
        let found = parts(actual.bytes, &boundary)?;
        let names: Vec<Option<String>> = found.iter().map(RawPart::name).collect();
        let mut taken = vec![false; found.len()];
        for (index, plan) in self.0.iter().enumerate() {
            let at = match &plan.name {
                Some(name) => (0..found.len())
                    .find(|at| !taken[*at] && names[*at].as_deref() == Some(name.as_str())),
                None => Some(index).filter(|at| *at < found.len()),
            };
            match at {
                Some(at) => {
                    taken[at] = true;
                    plan.compare(&found[at], actual, report);
                }
                None => report.fail(|| {
                    plan.mismatch(
                        (Some(&plan.label), None),
                        format!("Expected a MIME part '{}' but was missing", plan.label),
                        "expected a part of this name, got none".to_owned(),
                    )
                }),
            }
        }
        Ok(())
    }
}

impl PartPlan {
    fn compile(
        index: usize,
        part: &RawPart<'_>,
        rules: &Category<DocPath>,
    ) -> Result<Self, CompileError> {
        let name = part.name();
        let label = name.clone().unwrap_or_else(|| index.to_string());
        let step = name.as_deref().map_or(Step::Index(index), Step::to);
        let below = rules_below(rules, step);
        let content_type = part
            .header("content-type")
            .and_then(|text| text.parse().ok());
        let mut headers: Vec<PartHeader> = Vec::new();
        for (header, value) in part.headers() {
            let list = below.iter().find(|(path, _)| is_header(path, header));
            let same = |known: &&PartHeader| known.name.eq_ignore_ascii_case(header);
            headers.push(PartHeader {
                name: header.to_owned(),
                earlier: headers.iter().filter(same).count(),
                value: value.to_owned(),
                rules: list
                    .map(|(_, list)| {
                        RuleSet::compile(list, &format_args!("body at `$.{label}.{header}`"))
                    })
                    .transpose()?,
            });
        }
        let mut inner = Category::default();
        for (path, list) in below.iter() {
            if !headers.iter().any(|header| is_header(path, &header.name)) {
                inner.set(path.clone(), list.clone());
            }
        }
        let text = ContentType::text();
        let effective = content_type.as_ref().unwrap_or(&text);
        let contents = if part.bytes.is_empty() && effective.is_text() {
            // Nothing is no document of any format.
            Format::compile_part(&part.bytes, Some(&text), &inner)?
        } else {
            Format::compile_part(&part.bytes, Some(effective), &inner)?
        };
        Ok(Self {
            name,
            label,
            is_file: part.is_file(),
            content_type,
            headers,
            contents,
        })
    }

    fn compare(&self, part: &RawPart<'_>, whole: ActualBody<'_>, report: &mut Report) {
        let label = &self.label;
        if self.name.is_some() && self.is_file != part.is_file() {
            let word = |is_file| if is_file { "file" } else { "field" };
            let (expected, found) = (word(self.is_file), word(part.is_file()));
            return report.fail(|| {
                self.mismatch(
                    (Some(expected), Some(found)),
                    format!("Expected a MIME {expected} '{label}' but was {found}"),
                    format!("expected a {expected}, got a {found}"),
                )
            });
        }
        for header in &self.headers {
            self.compare_header(header, part, report);
        }
        let found_type = part.header("content-type");
        if !self.accepts_type(found_type) {
            let expected = self.content_type.as_ref().map(ContentType::to_string);
            let expected = expected.as_deref().unwrap_or("text/plain");
            return report.fail(|| {
                let found = found_type.unwrap_or_default();
                self.mismatch(
                    (Some(expected), found_type),
                    format!(
                        "MIME part '{label}': Expected a body of '{expected}' but the actual content type was '{found}'"
                    ),
                    format!("expected contents of the type {expected}, got {found}"),
                )
            });
        }
        let mut inner = Report::default();
        let contents = ActualBody {
            bytes: &part.bytes,
            content_type: found_type,
            json: None,
            rule_on_type: &|| true,
            unexpected: whole.unexpected,
            carrier: Carrier::Http,
        };
        self.contents.compare(contents, &mut inner);
        for mismatch in inner.into_mismatches() {
            report.fail(|| self.located(mismatch));
        }
    }

    fn accepts_type(&self, found: Option<&str>) -> bool {
        let governed = self.headers.iter().any(|header| {
            header.rules.is_some() && header.name.eq_ignore_ascii_case("content-type")
        });
        let found = found.and_then(|text| text.parse::<ContentType>().ok());
        match (&self.content_type, found) {
            (Some(expected), Some(found)) => {
                governed || expected.accepts(&found) || *expected == found.base()
            }
            (Some(_) | None, _) => true,
        }
    }

    fn compare_header(&self, header: &PartHeader, part: &RawPart<'_>, report: &mut Report) {
        let name = header.name.as_str();
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let implied =
            is("content-type") || is("content-disposition") || is("content-transfer-encoding");
        let place = self
            .path()
            .join(PathToken::Field(name.to_owned()))
            .to_string();
        let mut same = part.headers().filter(|(found, _)| is(found));
        let found = same.nth(header.earlier).map(|(_, value)| value);
        match (&header.rules, found) {
            (Some(rules), Some(found)) => judge(
                rules,
                TextPlace {
                    part: Part::Body,
                    name: &place,
                    prefix: Prefix::MimePart(&self.label),
                    expected: &header.value,
                    actual: found,
                },
                report,
            ),
            (_, None) if implied => {}
            (_, None) => report.fail(|| {
                self.mismatch(
                    (Some(&header.value), None),
                    format!(
                        "MIME part '{}': Expected multipart header '{name}' with value '{}' but was missing",
                        self.label, header.value
                    ),
                    format!("expected the header `{name}`, got none"),
                )
            }),
            (None, Some(found)) if implied || found == header.value => {}
            (None, Some(found)) => report.fail(|| {
                self.mismatch(
                    (Some(&header.value), Some(found)),
                    format!(
                        "MIME part '{}': Expected multipart header '{name}' with value '{}' but was '{found}'",
                        self.label, header.value
                    ),
                    format!("expected the header `{name}` to be {:?}, got {found:?}", header.value),
                )
            }),
        }
    }

    fn path(&self) -> DocPath {
        match Step::to(&self.label) {
            Step::Index(index) => DocPath::root().join(PathToken::Index(index)),
            Step::Name(name) => DocPath::field(name),
        }
    }

    /// Puts the part before the path of a difference in its contents.
    fn located(&self, found: Mismatch) -> Mismatch {
        let below = found.path.strip_prefix('$').unwrap_or_default();
        Mismatch {
            path: format!("{}{below}", self.path()),
            ..found
        }
    }

    fn mismatch(
        &self,
        sides: (Option<&str>, Option<&str>),
        description: String,
        sentence: String,
    ) -> Mismatch {
        Mismatch {
            part: Part::Body,
            path: self.path().to_string(),
            kind: MismatchKind {
                expected: sides.0.map(str::to_owned),
                actual: sides.1.map(str::to_owned),
                rule: None,
                description,
                sentence,
            },
        }
    }
}

/// Returns the rules that stand at a part or below it, as paths into its contents.
pub(crate) fn rules_below(rules: &Category<DocPath>, part: Step<'_>) -> Category<DocPath> {
    let mut below = Category::default();
    for (path, list) in rules.iter() {
        let rest = match path.tokens() {
            [PathToken::Root, first, rest @ ..] if token_matches(first, part) => rest,
            _ => continue,
        };
        let path = rest
            .iter()
            .fold(DocPath::root(), |path, token| path.join(token.clone()));
        // A rule that names the part stands before one with a star.
        if below.get(&path).is_none() {
            below.set(path, list.clone());
        }
    }
    below
}

/// Returns whether a path below a part leads to a header of it.
pub(crate) fn is_header(path: &DocPath, header: &str) -> bool {
    matches!(path.tokens(), [PathToken::Root, PathToken::Field(name)] if name.eq_ignore_ascii_case(header))
}

/// Returns the boundary that a type names, else the one the first line shows.
pub(crate) fn boundary_of(content_type: &ContentType, bytes: &[u8]) -> Option<String> {
    let named = content_type.attribute("boundary").map(str::to_owned);
    named.or_else(|| guessed_boundary(bytes))
}

/// Returns the boundary that the first line shows, when the type names none.
fn guessed_boundary(bytes: &[u8]) -> Option<String> {
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    let line = str::from_utf8(line).ok()?.trim_end();
    let boundary = line.strip_prefix("--")?;
    (!boundary.is_empty() && boundary.len() <= 70).then(|| boundary.to_owned())
}

//! XML bodies: names by namespace, attributes in any order, children grouped by name.
//!
//! Rule paths name elements by their local name, by `uri:local`, `{uri}local` or with the prefix of
//! the example; attributes as `@name`, text as `#text`. A rule on an element reaches its text and
//! attributes. Positions in a path are ignored: siblings of one name are governed alike.

mod compare;
mod tree;

pub(crate) use self::tree::without_positions;

use self::compare::Walk;
use self::tree::Compiler;
use super::json::Unexpected;
use crate::matching::report::Report;
use crate::path::DocPath;
use crate::plan::CompileError;
use crate::plan::rule::RuleSet;
use crate::rules::Category;
use crate::xml::parse;

/// The document a body must be, or be like.
#[derive(Clone, Debug)]
pub(super) struct XmlBody {
    root: tree::Element,
    sets: Vec<RuleSet>,
}

impl XmlBody {
    pub(super) fn compile(
        expected: &[u8],
        rules: &Category<DocPath>,
    ) -> Result<Self, CompileError> {
        let wrong = |reason: String| CompileError::Body {
            format: "XML",
            reason,
        };
        let text = str::from_utf8(expected).map_err(|error| wrong(error.to_string()))?;
        let document = parse(text).map_err(wrong)?;
        let compiler = Compiler::new(rules)?;
        let root = compiler
            .element(document.root_element(), 0)
            .map_err(wrong)?;
        Ok(Self {
            root,
            sets: compiler.into_sets(),
        })
    }

    /// Compares a document; the error says why it is none.
    pub(super) fn compare(
        &self,
        actual: &[u8],
        unexpected: Unexpected,
        report: &mut Report,
    ) -> Result<(), String> {
        let text = str::from_utf8(actual).map_err(|error| error.to_string())?;
        let document = parse(text)?;
        Walk::new(&self.sets, unexpected, report).root(&self.root, document.root_element());
        Ok(())
    }
}

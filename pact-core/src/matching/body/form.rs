//! Forms: `a=1&b=2` as a body.

use crate::matching::Part;
use crate::matching::query::{ParameterPlan, ParameterRules, Wording, compare_parameters, decoded};
use crate::matching::report::Report;
use crate::path::DocPath;
use crate::plan::CompileError;
use crate::plan::rule::RuleSet;
use crate::plan::select::{Selector, StateId, Step};
use crate::rules::Category;

/// The fields a form must have, and no others.
#[derive(Clone, Debug)]
pub(super) struct FormBody(Vec<ParameterPlan>);

const FORM: Wording = Wording {
    part: Part::Body,
    noun: "form post parameter",
};

impl FormBody {
    pub(super) fn compile(
        expected: &[u8],
        rules: &Category<DocPath>,
    ) -> Result<Self, CompileError> {
        let text = String::from_utf8_lossy(expected);
        let fields = decoded(&text);
        let chooser = Chooser::new(rules)?;
        let plan = |name: &str| {
            let values: Vec<String> = fields.values(name).map(str::to_owned).collect();
            Ok(ParameterPlan {
                name: name.to_owned(),
                path: DocPath::field(name).to_string(),
                rules: chooser.field(name, values.len())?,
                values,
            })
        };
        fields.names().map(plan).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn compare(&self, actual: &[u8], report: &mut Report) {
        compare_parameters(
            &self.0,
            &decoded(&String::from_utf8_lossy(actual)),
            FORM,
            report,
        );
    }
}

/// The rules of a form by the places they stand at.
struct Chooser<'a> {
    selector: Selector,
    rules: &'a Category<DocPath>,
}

impl<'a> Chooser<'a> {
    fn new(rules: &'a Category<DocPath>) -> Result<Self, CompileError> {
        let paths: Vec<&DocPath> = rules.iter().map(|(path, _)| path).collect();
        let selector = Selector::new(&paths)
            .map_err(|_| CompileError::TooManyCombinations { part: "body" })?;
        Ok(Self { selector, rules })
    }

    fn field(&self, name: &str, values: usize) -> Result<ParameterRules, CompileError> {
        let at = self.selector.step(Selector::root(), Step::to(name));
        let single = (0..values).any(|index| {
            let place = self.selector.step(at, Step::Index(index));
            self.selector
                .choice(place)
                .is_some_and(|choice| !choice.cascaded)
        });
        if single {
            return (0..values)
                .map(|index| self.rules_at(self.selector.step(at, Step::Index(index))))
                .collect::<Result<_, _>>()
                .map(ParameterRules::Each);
        }
        Ok(match self.rules_at(at)? {
            Some(set) => ParameterRules::All(set),
            None => ParameterRules::Each(Vec::new()),
        })
    }

    fn rules_at(&self, at: StateId) -> Result<Option<RuleSet>, CompileError> {
        let Some(choice) = self.selector.choice(at) else {
            return Ok(None);
        };
        let Some((path, list)) = self.rules.iter().nth(choice.rule) else {
            return Ok(None);
        };
        let set = RuleSet::compile(list, &format_args!("body at `{path}`"))?;
        Ok(Some(if choice.cascaded {
            set.unbounded()
        } else {
            set
        }))
    }
}

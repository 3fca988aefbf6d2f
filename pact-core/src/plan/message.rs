//! Messages compiled.

use super::CompileError;
use crate::matching::body::json::Unexpected;
use crate::matching::body::{ActualBody, BodyPlan, Carrier};
use crate::matching::metadata::{MetadataPlan, content_type};
use crate::matching::report::Report;
use crate::matching::{ActualMessage, Mismatch};
use crate::model::Message;

/// A message ready to be compared with those that arrive.
#[derive(Clone, Debug)]
pub struct MessagePlan {
    contents: BodyPlan,
    metadata: MetadataPlan,
}

impl MessagePlan {
    /// Compiles a message.
    ///
    /// # Errors
    ///
    /// Refuses contents that are not what their type says, and rules that cannot be applied.
    pub fn compile(message: &Message) -> Result<Self, CompileError> {
        let rules = &message.matching_rules;
        let named_type = content_type(&message.metadata);
        Ok(Self {
            contents: BodyPlan::compile(&message.contents, named_type, &rules.body)?,
            metadata: MetadataPlan::compile(&message.metadata, &rules.metadata)?,
        })
    }

    /// Returns every difference, the contents first, then the metadata.
    pub fn compare(&self, actual: &ActualMessage<'_>) -> Vec<Mismatch> {
        let mut report = Report::default();
        let contents = ActualBody {
            bytes: actual.contents,
            content_type: actual
                .content_type
                .or_else(|| content_type(actual.metadata)),
            json: None,
            rule_on_type: &|| self.metadata.rule_accepts_type(actual.metadata),
            unexpected: Unexpected::Allowed,
            carrier: Carrier::Message,
        };
        self.contents.compare(contents, &mut report);
        self.metadata.compare(actual.metadata, &mut report);
        report.into_mismatches()
    }
}

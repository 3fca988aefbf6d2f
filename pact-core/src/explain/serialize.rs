//! Explanations as data, for those who write them down.
//!
//! By hand: deriving it would have every crate that depends on this one build serde's macros.

use serde_core::ser::{Serialize, SerializeStruct, Serializer};

use super::{Candidate, Decision, Explanation, Outweighed, Reason};

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Explanation", 3)?;
        fields.serialize_field("decisions", &self.decisions)?;
        fields.serialize_field("idle", &self.idle)?;
        fields.serialize_field("differences", &self.differences)?;
        fields.end()
    }
}

impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Decision", 6)?;
        fields.serialize_field("part", self.part.name())?;
        fields.serialize_field("path", &self.path)?;
        fields.serialize_field("example", &self.example)?;
        fields.serialize_field("chosen", &self.chosen)?;
        fields.serialize_field("others", &self.others)?;
        fields.serialize_field("differences", &self.differences)?;
        fields.end()
    }
}

impl Serialize for Candidate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Candidate", 5)?;
        fields.serialize_field("path", &self.path)?;
        fields.serialize_field("rules", &self.rules)?;
        fields.serialize_field("cascaded", &self.cascaded)?;
        fields.serialize_field("score", &self.score)?;
        fields.serialize_field("steps", &self.steps)?;
        fields.end()
    }
}

impl Serialize for Outweighed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Outweighed", 2)?;
        fields.serialize_field("candidate", &self.candidate)?;
        fields.serialize_field("reason", &self.reason)?;
        fields.end()
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (index, name) = match self {
            Self::WeighsLess => (0, "WeighsLess"),
            Self::FewerNames => (1, "FewerNames"),
            Self::NamesFurtherLeft => (2, "NamesFurtherLeft"),
            Self::SortsLater => (3, "SortsLater"),
        };
        serializer.serialize_unit_variant("Reason", index, name)
    }
}

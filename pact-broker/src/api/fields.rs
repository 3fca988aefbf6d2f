//! Reading the members of a JSON body one by one, collecting everything that is wrong with them.

use serde_json::{Map, Value};

use super::error::{ApiError, FieldError, Segment};

/// Members of one object of a body, and where that object stands.
pub(crate) struct Fields<'a> {
    members: &'a Map<String, Value>,
    place: Vec<Segment>,
    errors: Vec<FieldError>,
}

/// How many elements an array of a body has at most: each may be work for the database, and of
/// short ones a body of the greatest size would hold a million.
const MOST_ELEMENTS: usize = 1_000;

/// Whether a member must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Optional,
    Required,
}

impl<'a> Fields<'a> {
    /// Starts at the body itself.
    pub(crate) fn of(members: &'a Map<String, Value>) -> Self {
        Self::inside(members, Vec::new())
    }

    /// Starts at an object inside the body.
    pub(crate) fn inside(members: &'a Map<String, Value>, place: Vec<Segment>) -> Self {
        Self {
            members,
            place,
            errors: Vec::new(),
        }
    }

    /// Notes that a member is wrong.
    pub(crate) fn refuse(&mut self, key: &str, message: impl Into<String>) {
        let place = self.place_of(key);
        self.errors.push(FieldError::new(place, message));
    }

    /// Notes that the object itself is wrong.
    pub(crate) fn refuse_whole(&mut self, message: impl Into<String>) {
        self.errors
            .push(FieldError::new(self.place.clone(), message));
    }

    /// Takes over what is wrong with an object inside.
    pub(crate) fn absorb(&mut self, errors: Vec<FieldError>) {
        self.errors.extend(errors);
    }

    /// Tells whether nothing was wrong so far.
    pub(crate) fn is_fine(&self) -> bool {
        self.errors.is_empty()
    }

    /// Returns what was wrong.
    pub(crate) fn into_errors(self) -> Vec<FieldError> {
        self.errors
    }

    /// Returns a value when nothing was wrong.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, ApiError> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(ApiError::fields(self.errors)),
        }
    }

    /// Returns where a member stands.
    pub(crate) fn place_of(&self, key: &str) -> Vec<Segment> {
        let mut place = self.place.clone();
        place.push(Segment::Key(key.to_owned()));
        place
    }

    /// Returns a member as it is; `null` counts as absent unless it is needed.
    fn member(&mut self, key: &str, need: Need) -> Option<&'a Value> {
        match (self.members.get(key), need) {
            (None, Need::Required) => {
                self.refuse(key, "is missing");
                None
            }
            (Some(Value::Null), Need::Required) => {
                self.refuse(key, "must be filled");
                None
            }
            (None | Some(Value::Null), Need::Optional) => None,
            (Some(value), _) => Some(value),
        }
    }

    /// Reads a text on one line that is not blank.
    pub(crate) fn line(&mut self, key: &str, need: Need) -> Option<&'a str> {
        let text = self.text(key, need)?;
        match line_problem(text) {
            None => Some(text),
            Some(problem) => {
                self.refuse(key, problem);
                None
            }
        }
    }

    /// Reads a text on one line; an empty one counts as absent.
    pub(crate) fn line_or_empty(&mut self, key: &str) -> Option<String> {
        if self.members.get(key).and_then(Value::as_str) == Some("") {
            return None;
        }
        self.line(key, Need::Optional).map(str::to_owned)
    }

    /// Reads a text; a needed one must not be empty.
    pub(crate) fn text(&mut self, key: &str, need: Need) -> Option<&'a str> {
        match self.member(key, need)? {
            Value::String(text) if text.is_empty() && need == Need::Required => {
                self.refuse(key, "must be filled");
                None
            }
            Value::String(text) => Some(text),
            _ => {
                self.refuse(key, "must be a string");
                None
            }
        }
    }

    /// Reads a boolean.
    pub(crate) fn boolean(&mut self, key: &str, need: Need) -> Option<bool> {
        match self.member(key, need)? {
            Value::Bool(value) => Some(*value),
            _ => {
                self.refuse(key, "must be one of: true, false");
                None
            }
        }
    }

    /// Reads an array, which must not be longer than a request in good faith makes it.
    pub(crate) fn array(&mut self, key: &str, need: Need) -> Option<&'a Vec<Value>> {
        match self.members.get(key) {
            Some(Value::Array(elements)) if elements.len() > MOST_ELEMENTS => {
                self.refuse(key, format!("must have at most {MOST_ELEMENTS} elements"));
                None
            }
            Some(Value::Array(elements)) => Some(elements),
            None if need == Need::Required => {
                self.refuse(key, "is missing");
                None
            }
            None => None,
            Some(Value::Null) if need == Need::Optional => None,
            Some(_) => {
                self.refuse(key, "must be an array");
                None
            }
        }
    }

    /// Reads an object.
    pub(crate) fn object(&mut self, key: &str, need: Need) -> Option<&'a Map<String, Value>> {
        match self.member(key, need)? {
            Value::Object(members) => Some(members),
            _ => {
                self.refuse(key, "must be an object");
                None
            }
        }
    }

    /// Reads an array of texts on one line.
    pub(crate) fn lines(&mut self, key: &str) -> Vec<&'a str> {
        let elements = self
            .array(key, Need::Optional)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut lines = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            let problem = match element {
                Value::String(text) if text.is_empty() => Some("must be filled"),
                Value::String(text) => {
                    lines.push(text.as_str());
                    line_problem(text)
                }
                _ => Some("must be a string"),
            };
            if let Some(problem) = problem {
                let mut place = self.place_of(key);
                place.push(Segment::Index(index));
                self.errors.push(FieldError::new(place, problem));
            }
        }
        lines
    }
}

/// Says what keeps a text from being a name.
pub(crate) fn line_problem(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("must be filled")
    } else if text.trim().is_empty() {
        Some("cannot be blank")
    } else if text.contains(['\n', '\r']) {
        Some("cannot contain multiple lines")
    } else if text.contains('\0') {
        Some("cannot contain the NUL character")
    } else {
        None
    }
}

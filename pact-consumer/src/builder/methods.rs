//! What the builders of requests, responses and messages say alike, written once.

/// Defines the methods that speak of the interaction as a whole.
macro_rules! interaction_methods {
    () => {
        /// Names a state the provider must be in.
        pub fn given(self, state: impl Into<String>) -> Self {
            self.draft.given(ProviderState::new(state));
            self
        }

        /// Names a state the provider must be in, with parameters for its handler.
        pub fn given_with(
            self,
            state: impl Into<String>,
            parameters: impl Into<crate::pattern::Pattern>,
        ) -> Self {
            let params = match parameters.into().example() {
                Json::Object(members) => members,
                other => Object::from_iter([("value".to_owned(), other)]),
            };
            self.draft.given(ProviderState {
                name: state.into(),
                params,
            });
            self
        }

        /// Gives the interaction a key that identifies it whatever else changes (V4).
        pub fn key(self, key: impl Into<String>) -> Self {
            self.draft.interaction.key = Some(key.into());
            self
        }

        /// Lets a failure of this interaction leave the provider's build green (V4).
        pub fn pending(self) -> Self {
            self.draft.interaction.pending = true;
            self
        }

        /// Adds a comment for people (V4).
        pub fn comment(self, text: impl Into<String>) -> Self {
            self.draft.comment(text.into());
            self
        }

        /// Refers to something outside, such as a ticket or an operation of an `OpenAPI` document (V4).
        pub fn reference(
            self,
            group: impl Into<String>,
            name: impl Into<String>,
            value: impl Into<crate::pattern::Pattern>,
        ) -> Self {
            let value = value.into().example();
            self.draft.reference(group.into(), name.into(), value);
            self
        }
    };
}

/// Defines the methods that set a body.
macro_rules! body_methods {
    ($verb:literal) => {
        #[doc = concat!($verb, " a JSON body, of type `application/json` unless another is named.")]
        pub fn json_body(self, body: impl Into<crate::pattern::Pattern>) -> Self {
            let compiled = self.draft.compile_body(self.slot, &body.into());
            self.draft.set_content(self.slot, Content::json(compiled));
            self
        }

        #[doc = concat!($verb, " a text of type `text/plain`, unless another is named.")]
        pub fn text_body(self, body: impl Into<crate::pattern::Pattern>) -> Self {
            let compiled = self.draft.compile_body(self.slot, &body.into());
            self.draft.set_content(self.slot, Content::text(compiled));
            self
        }

        #[doc = concat!($verb, " the fields of a form, from an object; a list is a field repeated.")]
        pub fn form_body(self, fields: impl Into<crate::pattern::Pattern>) -> Self {
            let compiled = self.draft.compile_body(self.slot, &fields.into());
            match Content::form(compiled) {
                Ok(content) => self.draft.set_content(self.slot, content),
                Err(fault) => {
                    let fault = format!("{} body: {fault}", self.slot.words());
                    self.draft.faults.push(fault);
                }
            }
            self
        }

        #[doc = concat!($verb, " an XML document of type `application/xml`, unless another is named.")]
        pub fn xml_body(self, root: crate::builder::Xml) -> Self {
            let content = crate::builder::xml::content(self.draft, self.slot, &root);
            self.draft.set_content(self.slot, content);
            self
        }

        #[doc = concat!($verb, " a `multipart/form-data` body of these parts.")]
        pub fn multipart_body(
            self,
            parts: impl IntoIterator<Item = crate::builder::Part>,
        ) -> Self {
            let parts: Vec<_> = parts.into_iter().collect();
            let content = crate::builder::multipart::content(self.draft, self.slot, &parts);
            self.draft.set_content(self.slot, content);
            self
        }

        #[doc = concat!($verb, " a file: any bytes that look like the media type, as the example does.")]
        pub fn file_body(self, example: impl Into<Vec<u8>>, media_type: &str) -> Self {
            let content = Content::file(example.into(), media_type);
            self.draft.set_content(self.slot, content);
            self
        }

        #[doc = concat!($verb, " a body of any type, compared as its type says.")]
        pub fn body(self, bytes: impl Into<Vec<u8>>, content_type: &str) -> Self {
            let content = Content::bytes(bytes.into(), content_type);
            self.draft.set_content(self.slot, content);
            self
        }

        #[doc = concat!($verb, " nothing: a body of no length.")]
        pub fn empty_body(self) -> Self {
            *self.draft.half(self.slot).body = pact_core::model::Body::Empty;
            self
        }

        /// Adds matching rules as pact files of V2, V3 or V4 have them (`matchingRules`); where a
        /// pattern has rules at the same place, these stand instead.
        pub fn matching_rules(self, rules: impl std::fmt::Display) -> Self {
            self.draft.add_rules(self.slot, &rules.to_string());
            self
        }

        /// Adds generators as pact files have them (`generators`).
        pub fn generators(self, generators: impl std::fmt::Display) -> Self {
            self.draft.add_generators(self.slot, &generators.to_string());
            self
        }
    };
}

pub(super) use {body_methods, interaction_methods};

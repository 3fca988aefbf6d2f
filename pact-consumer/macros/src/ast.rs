//! What stands in the source: the attribute's arguments and the function below it.

use proc_macro2::TokenStream;
use syn::{Attribute, Error, Item, ItemFn};

use crate::attr::Arguments;

/// Attributes that end in `test` and make no test.
const NO_TESTS: [&str; 1] = ["traced_test"];

pub(crate) struct PactTest {
    pub(crate) arguments: Arguments,
    pub(crate) function: ItemFn,
}

impl PactTest {
    pub(crate) fn parse(arguments: TokenStream, function: TokenStream) -> syn::Result<Self> {
        let arguments = syn::parse2(arguments)?;
        match syn::parse2(function.clone()) {
            Ok(Item::Fn(function)) => Ok(Self {
                arguments,
                function,
            }),
            Ok(_) => Err(Error::new_spanned(
                function,
                "#[pact_test] stands above a test function: fn test(pact: &mut PactBuilder)",
            )),
            Err(error) => Err(error),
        }
    }

    /// Returns whether an attribute below makes the function a test.
    pub(crate) fn has_test_attribute(&self) -> bool {
        self.function.attrs.iter().any(|attribute| {
            let name = name_of(attribute);
            !NO_TESTS.contains(&name.as_str()) && (name.ends_with("test") || name == "test_case")
        })
    }

    /// Returns another attribute of this kind.
    pub(crate) fn second(&self) -> Option<&Attribute> {
        let mut attributes = self.function.attrs.iter();
        attributes.find(|attribute| name_of(attribute) == "pact_test")
    }
}

/// Returns the last part of an attribute's path.
fn name_of(attribute: &Attribute) -> String {
    let last = attribute.path().segments.last();
    last.map(|segment| segment.ident.to_string())
        .unwrap_or_default()
}

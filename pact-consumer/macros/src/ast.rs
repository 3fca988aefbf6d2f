//! What stands in the source: the attribute's arguments and the function below it.

use proc_macro2::TokenStream;
use syn::ItemFn;

use crate::attr::Arguments;

pub(crate) struct PactTest {
    pub(crate) arguments: Arguments,
    pub(crate) function: ItemFn,
}

impl PactTest {
    pub(crate) fn parse(arguments: TokenStream, function: TokenStream) -> syn::Result<Self> {
        Ok(Self {
            arguments: syn::parse2(arguments)?,
            function: syn::parse2(function)?,
        })
    }

    /// Returns whether an attribute below makes the function a test.
    pub(crate) fn has_test_attribute(&self) -> bool {
        self.function.attrs.iter().any(|attribute| {
            let last = attribute
                .path()
                .segments
                .last()
                .map(|segment| segment.ident.to_string());
            last.is_some_and(|name| name.ends_with("test") || name == "test_case")
        })
    }
}

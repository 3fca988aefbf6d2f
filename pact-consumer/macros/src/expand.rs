//! From the checked source to one call into `pact_consumer`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, Ident, ItemFn, Pat, PatIdent, PatType, parse_quote};

use crate::ast::PactTest;

/// Keeps the user's function whole inside one that the test runner calls.
///
/// Parameters after the builder belong to fixture libraries: the outer function keeps them with
/// their attributes and passes them on.
pub(crate) fn expand(test: &PactTest) -> TokenStream {
    let ItemFn {
        attrs, vis, sig, ..
    } = &test.function;
    let name = &sig.ident;
    let mut inner = test.function.clone();
    inner.attrs.clear();
    inner.vis = syn::Visibility::Inherited;
    let mut outer = sig.clone();
    outer.inputs = sig.inputs.iter().skip(1).cloned().collect();
    let mut passed: Vec<Ident> = Vec::new();
    for (index, input) in outer.inputs.iter_mut().enumerate() {
        passed.push(named(input, index));
    }
    for input in &mut inner.sig.inputs {
        if let FnArg::Typed(PatType { attrs, .. }) = input {
            attrs.clear();
        }
    }
    let test_attribute = (!test.has_test_attribute()).then(|| quote!(#[::core::prelude::v1::test]));
    let arguments = &test.arguments;
    let options = quote! {
        ::pact_consumer::TestOptions::from_settings()
            #arguments
            .test_in(::core::module_path!(), ::core::stringify!(#name))
    };
    // What fixtures give can be used once, so such a test cannot be run again for variants.
    let call = match (sig.asyncness.is_some(), passed.is_empty()) {
        (true, true) => {
            quote!(::pact_consumer::pact_test_async(#options, async |pact| #name(pact).await).await)
        }
        (true, false) => quote! {
            ::pact_consumer::pact_test_once_async(#options, async |pact| #name(pact, #(#passed),*).await).await
        },
        (false, true) => quote!(::pact_consumer::pact_test(#options, |pact| #name(pact))),
        (false, false) => {
            quote!(::pact_consumer::pact_test_once(#options, |pact| #name(pact, #(#passed),*)))
        }
    };
    quote! {
        #test_attribute
        #(#attrs)*
        #vis #outer {
            #inner
            #call
        }
    }
}

/// Makes sure the parameter has a name to pass it on by, and returns it.
fn named(input: &mut FnArg, index: usize) -> Ident {
    let fallback = quote::format_ident!("argument_{index}");
    let FnArg::Typed(PatType { pat, .. }) = input else {
        return fallback;
    };
    match pat.as_mut() {
        Pat::Ident(PatIdent {
            ident,
            by_ref: None,
            subpat: None,
            mutability,
            ..
        }) => {
            *mutability = None;
            ident.clone()
        }
        _ => {
            **pat = parse_quote!(#fallback);
            fallback
        }
    }
}

//! Functions of every form below `#[pact_test]`.
//!
//! As in `stacked`, the tests of [`cases`] run once more in a process of their own, whose contract
//! tells which of them were run.

use crate::support::{descriptions_in, run_cases};

mod cases {
    use std::collections::HashMap;
    use std::convert::identity;

    use pact_consumer::prelude::*;
    use rstest::rstest;

    use crate::support::get;

    fn ask(pact: &mut PactBuilder, description: &str) {
        let path = format!("/{}", description.replace(' ', "-"));
        pact.upon_receiving(description.to_owned())
            .get(path.as_str())
            .will_respond_with(204);
        let mock = pact.start();
        assert_eq!(get(mock.addr(), &path).0, 204);
    }

    #[doc(hidden)]
    #[pact_test(consumer = "forms-web", provider = "forms-api")]
    /// Below the attribute, and of
    /// two lines.
    pub(in crate::forms) fn visible_and_documented(pact: &mut PactBuilder) {
        ask(pact, "visible and documented");
    }

    #[pact_test(consumer = "forms-web", provider = "forms-api")]
    fn r#try(pact: &mut PactBuilder) {
        ask(pact, "raw identifier");
    }

    #[pact_test(consumer = "forms-web", provider = "forms-api")]
    fn pact(pact: &mut PactBuilder) {
        ask(pact, "named like what the macro writes");
    }

    #[pact_test(consumer = "forms-web", provider = "forms-api")]
    extern "C" fn qualified(mut pact: &mut PactBuilder) {
        pact = identity(pact);
        ask(pact, "qualified");
    }

    #[pact_test(consumer = "forms-web", provider = "forms-api")]
    fn lifetimes<'a, 'b: 'a>(pact: &'a mut PactBuilder) -> Result<(), Vec<u8>> {
        ask(pact, "lifetimes");
        Ok(())
    }

    type Bytes<const N: usize> = [u8; N];

    #[pact_test(consumer = "forms-web", provider = "forms-api")]
    fn arrows(pact: &mut PactBuilder) -> Result<(), fn(Vec<u8>) -> Bytes<{ 1 + 1 }>>
    where
        for<'a> fn(&'a str) -> &'a str: Copy,
        Bytes<{ 1 + 1 }>: Sized,
    {
        ask(pact, "arrows and a where clause");
        Ok(())
    }

    #[pact_test(consumer = "forms-web", provider = "forms-api")]
    fn inner_attributes(pact: &mut PactBuilder) {
        #![expect(unused_variables, reason = "to see that they stay")]
        let unused = 1;
        ask(pact, "inner attributes");
    }

    #[pact_test(consumer = "forms-web", provider = "forms-api")]
    #[should_panic(expected = "the client got it wrong")]
    fn panics(pact: &mut PactBuilder) {
        ask(pact, "panics");
        panic!("the client got it wrong");
    }

    #[pact_test(consumer = "forms-web", provider = "forms-api")]
    #[should_panic(expected = "nothing is asked")]
    fn unnamed(_: &mut PactBuilder) {
        panic!("nothing is asked");
    }

    #[pact_test(consumer = "forms-web", provider = "forms-api")]
    #[cfg(any())]
    fn left_out(pact: &mut Nothing) {}

    #[pact_test(
        write_mode = r"merge",
        consumer = "forms\u{2d}web",
        provider = r#"forms-api"#,
        spec_version = "v4"
    )]
    #[cfg_attr(all(), expect(unused_mut, reason = "to see that it arrives"))]
    fn texts(pact: &mut PactBuilder) {
        let mut version = pact.build().spec_version;
        assert_eq!(version, pact_consumer::SpecVersion::V4);
        ask(pact, "texts");
    }

    struct Names<T, const N: usize>(T);

    impl<T, const N: usize> Names<T, N> {
        const WEB: &str = "forms-web";
    }

    #[pact_test(
        consumer = <Names::<HashMap<u8, u8>, { 1 + 1 }>>::WEB,
        provider = core::concat!("forms", "-", "api"),
        spec_version = 4.0
    )]
    fn paths(pact: &mut PactBuilder) {
        ask(pact, "paths with commas");
    }

    #[pact_test(consumer = "forms-web", provider = "forms-api")]
    #[rstest]
    #[case((1, 2), HashMap::from([("a", 3)]), u32::pow, [4], Some(5))]
    fn parameters(
        pact: &mut PactBuilder,
        #[case] (a, b): (u8, u8),
        #[case] c: HashMap<&str, u32>,
        #[case] power: fn(u32, u32) -> u32,
        #[case] [d]: [u8; 1],
        #[case] _: ::core::option::Option<u32>,
    ) {
        let (c, sixteen) = (c.into_values().sum::<u32>(), power(2, 4));
        ask(pact, &format!("parameters {a} {b} {c} {d} {sixteen}"));
    }

    #[pact_test(consumer = "forms-web", provider = "forms-api")]
    #[rstest]
    #[case(("x", "y"), 7_u8, |id: u32| id + 1)]
    fn generics<'a, T: Into<u32> + Copy, F>(
        builder: &mut PactBuilder,
        #[case] (x, y): (&'a str, &'a str),
        #[case] pact @ id: T,
        #[case] next: F,
    ) where
        F: Fn(u32) -> u32,
    {
        let (same, next) = (pact.into(), next(id.into()));
        ask(builder, &format!("generics {x} {y} {same} {next}"));
    }

    #[pact_test(consumer = "forms-web", provider = "forms-api")]
    #[rstest]
    #[case(9)]
    #[tokio::test]
    async fn named_as_well(builder: &mut PactBuilder, #[case] pact: u32) {
        builder
            .upon_receiving(format!("asynchronous {pact}"))
            .get("/")
            .will_respond_with(204);
        let mock = builder.start();
        let address = mock.addr();
        let asked = tokio::task::spawn_blocking(move || get(address, "/").0).await;
        assert_eq!(asked.unwrap(), 204);
    }

    /// What a macro puts in comes in groups without delimiters.
    macro_rules! contract {
        (
            $(#[$meta:meta])* $visibility:vis fn $name:ident, $consumer:expr, $provider:literal,
            $version:literal, $pattern:pat, $builder:ty, $outcome:ty, $body:block
        ) => {
            #[pact_test(consumer = $consumer, provider = $provider, spec_version = $version)]
            $(#[$meta])*
            $visibility fn $name($pattern: $builder) -> $outcome $body
        };
        ($item:item) => {
            #[pact_test(consumer = "forms-web", provider = "forms-api")]
            $item
        };
    }

    fn ok(pact: &mut PactBuilder, description: &str) -> Result<(), String> {
        ask(pact, description);
        Ok(())
    }

    contract!(
        /// Documented.
        #[test] pub(super) fn by_a_macro, "forms-web", "forms-api", 4, mut pact, &mut PactBuilder,
        Result<(), String>, { pact = identity(pact); ok(pact, "by a macro") }
    );
    contract!(
        fn by_a_macro_alone, concat!("forms", "-web"), "forms-api", "4", pact, &mut PactBuilder,
        Result<(), String>, { ok(pact, "by a macro alone") }
    );
    contract!(
        #[test]
        fn as_an_item(pact: &mut PactBuilder) {
            ask(pact, "as an item");
        }
    );
}

#[test]
fn a_function_of_every_form_was_run_and_wrote_its_interaction() {
    let folder = tempfile::tempdir().unwrap();
    let said = run_cases("forms::cases::", folder.path());
    assert!(said.contains("17 passed"), "{said}");
    assert_eq!(
        descriptions_in(&folder.path().join("forms-web-forms-api.json")),
        [
            "arrows and a where clause",
            "as an item",
            "asynchronous 9",
            "by a macro",
            "by a macro alone",
            "generics x y 7 8",
            "inner attributes",
            "lifetimes",
            "named like what the macro writes",
            "parameters 1 2 3 4 16",
            "paths with commas",
            "qualified",
            "raw identifier",
            "texts",
            "visible and documented",
        ]
    );
}

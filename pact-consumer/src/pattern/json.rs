//! `json_pattern!`: JSON with patterns in it.

/// Makes a [`Pattern`](crate::pattern::Pattern) from JSON in which any value may be a Rust
/// expression, most often a call of one of the pattern functions.
///
/// A pattern function takes JSON as its first argument here, braces and all:
///
/// ```
/// use pact_consumer::prelude::*;
///
/// let pattern = json_pattern!({
///     "id": integer(42),
///     "status": regex("^(open|paid)$", "open"),
///     "lines": each_like({ "sku": like("A1"), "note": null }),
/// });
/// assert_eq!(pattern.example().pointer("/lines/0/sku").and_then(|sku| sku.as_str()), Some("A1"));
/// ```
#[macro_export]
macro_rules! json_pattern {
    (null) => { $crate::pattern::Pattern::from(()) };
    ([ $($items:tt)* ]) => { $crate::pattern::Pattern::Array($crate::json_pattern!(@items [] $($items)*)) };
    ({ $($members:tt)* }) => { $crate::pattern::Pattern::Object($crate::json_pattern!(@members [] $($members)*)) };

    // Elements of a list, taken one by one.
    (@items [$($done:expr),*]) => { ::std::vec![$($done),*] };
    (@items [$($done:expr),*] null $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(@items [$($done,)* $crate::json_pattern!(null)] $($($rest)*)?)
    };
    (@items [$($done:expr),*] [ $($inner:tt)* ] $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(@items [$($done,)* $crate::json_pattern!([ $($inner)* ])] $($($rest)*)?)
    };
    (@items [$($done:expr),*] { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(@items [$($done,)* $crate::json_pattern!({ $($inner)* })] $($($rest)*)?)
    };
    (@items [$($done:expr),*] $function:ident ({ $($inner:tt)* } $(, $argument:expr)* $(,)?) $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(
            @items [$($done,)* $function($crate::json_pattern!({ $($inner)* }) $(, $argument)*)] $($($rest)*)?
        )
    };
    (@items [$($done:expr),*] $value:expr $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(@items [$($done,)* $crate::pattern::Pattern::from($value)] $($($rest)*)?)
    };

    // Members of an object, taken one by one.
    (@members [$($done:expr),*]) => { ::std::vec![$($done),*] };
    (@members [$($done:expr),*] $name:tt : null $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(@members [$($done,)* ($name.into(), $crate::json_pattern!(null))] $($($rest)*)?)
    };
    (@members [$($done:expr),*] $name:tt : [ $($inner:tt)* ] $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(
            @members [$($done,)* ($name.into(), $crate::json_pattern!([ $($inner)* ]))] $($($rest)*)?
        )
    };
    (@members [$($done:expr),*] $name:tt : { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(
            @members [$($done,)* ($name.into(), $crate::json_pattern!({ $($inner)* }))] $($($rest)*)?
        )
    };
    (@members [$($done:expr),*]
        $name:tt : $function:ident ({ $($inner:tt)* } $(, $argument:expr)* $(,)?) $(, $($rest:tt)*)?
    ) => {
        $crate::json_pattern!(
            @members [$($done,)* ($name.into(), $function($crate::json_pattern!({ $($inner)* }) $(, $argument)*))]
            $($($rest)*)?
        )
    };
    (@members [$($done:expr),*] $name:tt : $value:expr $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(
            @members [$($done,)* ($name.into(), $crate::pattern::Pattern::from($value))] $($($rest)*)?
        )
    };

    ($value:expr) => { $crate::pattern::Pattern::from($value) };
}

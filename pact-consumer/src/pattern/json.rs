//! `json_pattern!`: JSON with patterns in it.

/// Makes a [`Pattern`](crate::pattern::Pattern) from JSON in which any value may be a Rust
/// expression, most often a call of one of the pattern functions.
///
/// A function takes JSON among its arguments here, braces and brackets and all:
///
/// ```
/// use pact_consumer::prelude::*;
///
/// let pattern = json_pattern!({
///     "id": integer(42),
///     "status": regex("^(open|paid)$", "open"),
///     "lines": each_like({ "sku": like("A1"), "note": null }),
///     "payment": optional(one_of([{ "card": include("*", "**** 1234") }, { "cash": true }])),
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
    (@items [$($done:expr),*] $function:ident ($($arguments:tt)*) $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(
            @items
            [$($done,)* $crate::pattern::Pattern::from($crate::json_pattern!(@call $function [] $($arguments)*))]
            $($($rest)*)?
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
    (@members [$($done:expr),*] $name:tt : $function:ident ($($arguments:tt)*) $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(
            @members
            [$($done,)* (
                $name.into(),
                $crate::pattern::Pattern::from($crate::json_pattern!(@call $function [] $($arguments)*)),
            )]
            $($($rest)*)?
        )
    };
    (@members [$($done:expr),*] $name:tt : $value:expr $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(
            @members [$($done,)* ($name.into(), $crate::pattern::Pattern::from($value))] $($($rest)*)?
        )
    };

    // A call of a function, whose arguments may be JSON with calls in it.
    (@call $function:ident [$($done:expr),*]) => { $function($($done),*) };
    (@call $function:ident [$($done:expr),*] { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(@call $function [$($done,)* $crate::json_pattern!({ $($inner)* })] $($($rest)*)?)
    };
    (@call $function:ident [$($done:expr),*] [ $($inner:tt)* ] $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(@call $function [$($done,)* $crate::json_pattern!([ $($inner)* ])] $($($rest)*)?)
    };
    (@call $function:ident [$($done:expr),*] $inner:ident ($($arguments:tt)*) $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(
            @call $function [$($done,)* $crate::json_pattern!(@call $inner [] $($arguments)*)] $($($rest)*)?
        )
    };
    (@call $function:ident [$($done:expr),*] $argument:expr $(, $($rest:tt)*)?) => {
        $crate::json_pattern!(@call $function [$($done,)* $argument] $($($rest)*)?)
    };

    ($function:ident ($($arguments:tt)*)) => {
        $crate::pattern::Pattern::from($crate::json_pattern!(@call $function [] $($arguments)*))
    };
    ($value:expr) => { $crate::pattern::Pattern::from($value) };
}

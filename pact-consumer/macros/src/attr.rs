//! The arguments of the attribute.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token};

/// `consumer = "…", provider = "…"`, in any order.
#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) consumer: Option<LitStr>,
    pub(crate) provider: Option<LitStr>,
    pub(crate) output_dir: Option<LitStr>,
}

struct Argument {
    name: Ident,
    value: LitStr,
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self {
            name,
            value: input.parse()?,
        })
    }
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut arguments = Self::default();
        for Argument { name, value } in Punctuated::<Argument, Token![,]>::parse_terminated(input)?
        {
            let place = match name.to_string().as_str() {
                "consumer" => &mut arguments.consumer,
                "provider" => &mut arguments.provider,
                "output_dir" => &mut arguments.output_dir,
                other => {
                    let text = format!(
                        "unknown argument `{other}`; there are `consumer`, `provider` and `output_dir`"
                    );
                    return Err(syn::Error::new(name.span(), text));
                }
            };
            if place.is_some() {
                return Err(syn::Error::new(
                    name.span(),
                    format!("`{name}` is given twice"),
                ));
            }
            *place = Some(value);
        }
        Ok(arguments)
    }
}

//! What is secret is in no report, no error and no `Debug`.

use std::fmt::Debug;
use std::marker::PhantomData;

use axum::Router;
use axum::http::{HeaderValue, Uri};
use pact_core::model::{Body, ContentType, InteractionKind};
use pact_provider::{
    Auth, BrokerOptions, BrokerSource, Report, Secret, Style, TlsOptions, Verifier, VerifyError,
};

use crate::support::{get, nobody, serve, verifier};

/// A type with a `Debug`, which could show what is in it.
trait Shown {
    fn has_debug(&self) -> bool {
        true
    }
}

impl<T: Debug> Shown for PhantomData<T> {}

/// Any other type: a call finds this only where it does not find [`Shown`].
trait Hidden {
    fn has_debug(&self) -> bool {
        false
    }
}

impl<T> Hidden for &PhantomData<T> {}

macro_rules! has_debug {
    ($type:ty) => {
        (&PhantomData::<$type>).has_debug()
    };
}

#[test]
fn types_that_hold_secrets_have_no_debug() {
    assert!(has_debug!(TlsOptions));
    assert!(!has_debug!(Auth));
    assert!(!has_debug!(BrokerOptions));
    assert!(!has_debug!(BrokerSource));
    assert!(!has_debug!(Secret));
    assert!(!has_debug!(Verifier));
}

#[test]
fn where_a_key_lies_is_not_shown() {
    let tls = TlsOptions {
        client_identity: Some(("cert.pem".into(), "canary/key.pem".into())),
        ..TlsOptions::default()
    };
    insta::assert_snapshot!(format!("{tls:?}"), @"TlsOptions { extra_roots: None, client_identity: true, skip_verification: false, only_extra_roots: false }");
}

/// Every form a report has.
fn forms(report: &Report) -> Vec<String> {
    vec![
        report.to_text(Style::Ansi),
        report.to_json(),
        report.to_junit(),
        report.to_html(),
        report.to_github(),
        report.to_markdown(),
        report.to_sarif(),
        format!("{report:?}"),
    ]
}

#[tokio::test]
async fn no_report_shows_what_the_user_or_a_filter_added() {
    let address = nobody().await;
    let mut interaction = get("an order", "/", "{}");
    if let InteractionKind::Http(exchange) = &mut interaction.kind {
        exchange
            .request
            .headers
            .push("Authorization", "Bearer example");
    }
    let run = |verifier: Verifier| {
        let verifier = verifier
            .header("Authorization", "Bearer canary")
            .header("X-Api-Key", "canary")
            .request_filter_sync(|mut request| {
                let token = HeaderValue::from_static("canary");
                request.headers_mut().insert("x-signature", token);
                Ok::<_, String>(request)
            })
            .broker(BrokerOptions::new(format!(
                "http://canary:canary@{address}/"
            )))
            .pact_url(format!("http://{address}/pact?token=canary"));
        async { verifier.run().await.unwrap() }
    };
    let wrong = Router::new().fallback(|| async { "wrong" });
    for report in [
        run(verifier([interaction.clone()]).service(wrong)).await,
        run(verifier([interaction.clone()]).url(format!("http://canary:canary@{address}"))).await,
    ] {
        assert!(
            report.to_string().contains("x-api-key: (not shown)"),
            "{report}"
        );
        for form in forms(&report) {
            assert!(!form.contains("canary"), "{form}");
        }
    }
}

#[tokio::test]
async fn no_error_shows_what_was_given_wrongly() {
    let refused = |verifier: Verifier| async {
        let error: VerifyError = verifier.run().await.err().unwrap();
        format!("{error} {error:?} {:?}", error.hint())
    };
    for text in [
        refused(verifier([]).url("ftp://canary:canary@host/")).await,
        refused(verifier([]).url("http://canary:canary@")).await,
        refused(verifier([]).url("http://a").header("X-A", "canary\n")).await,
        refused(
            verifier([])
                .url("http://a")
                .state_change_url("canary:canary@host"),
        )
        .await,
    ] {
        assert!(!text.contains("canary"), "{text}");
    }
}

#[tokio::test]
async fn what_a_filter_puts_into_path_query_or_body_is_not_shown() {
    let mut interaction = get("an order", "/orders", "{}");
    if let InteractionKind::Http(exchange) = &mut interaction.kind {
        exchange.request.body = Body::present(r#"{"of":"contract"}"#, Some(ContentType::json()));
    }
    let run = |verifier: Verifier| {
        let verifier = verifier.request_filter_sync(|mut request| {
            *request.uri_mut() = Uri::from_static("/canary/orders?signature=canary");
            *request.body_mut() = "canary".into();
            Ok::<_, String>(request)
        });
        async { verifier.run().await.unwrap() }
    };
    let wrong = || Router::new().fallback(|| async { "wrong" });
    let base = serve(wrong()).await;
    for report in [
        run(verifier([interaction.clone()]).service(wrong())).await,
        run(verifier([interaction.clone()]).url(base)).await,
    ] {
        for form in forms(&report) {
            assert!(!form.contains("canary"), "{form}");
        }
        let text = report.to_string();
        let (_, sent) = text.split_once("sent\n").unwrap();
        let sent: Vec<_> = sent.lines().map(str::trim).collect();
        assert_eq!(
            sent[0],
            "GET /orders (changed by the request filter, not shown)"
        );
        assert_eq!(
            sent[1..3],
            [
                r#"{"of":"contract"}"#,
                "body (changed by the request filter, not shown)"
            ]
        );
    }
}

#[tokio::test]
async fn a_path_of_a_filter_that_cannot_be_sent_is_not_shown() {
    let report = verifier([get("an order", "/", "{}")])
        .url(serve(Router::new()).await)
        .request_filter_sync(|mut request| {
            *request.uri_mut() = Uri::from_static("/canary/../orders");
            Ok::<_, String>(request)
        })
        .run()
        .await
        .unwrap();
    let text = report.to_string();
    assert!(
        text.contains("the request filter made a path that cannot be sent"),
        "{text}"
    );
    for form in forms(&report) {
        assert!(!form.contains("canary"), "{form}");
    }
}

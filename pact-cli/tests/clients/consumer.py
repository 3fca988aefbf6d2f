"""A consumer's test with pact-python: writes `py-web-api.json` into the folder given."""

import json
import sys
import urllib.request

from pact import Pact, match

pact = Pact("py-web", "api").with_specification("V4")
(
    pact.upon_receiving("a request for order 42")
    .given("order 42 exists")
    .with_request("GET", "/orders/42")
    .will_respond_with(200)
    .with_body(
        {
            "id": match.int(42),
            "status": match.regex("open", regex="^(open|paid)$"),
            "lines": match.each_like({"sku": match.str("A1")}, min=1),
            "total": match.float(9.99),
        },
        content_type="application/json",
    )
)
with pact.serve() as server, urllib.request.urlopen(f"{server.url}/orders/42") as answer:
    assert json.load(answer)["status"] == "open"
pact.write_file(sys.argv[1])

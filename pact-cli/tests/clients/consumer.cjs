// A consumer's test with pact-js: writes `js-web-api.json` into the folder given.
const { PactV4, MatchersV3 } = require("@pact-foundation/pact");
const { decimal, eachLike, integer, regex, string } = MatchersV3;

const pact = new PactV4({ consumer: "js-web", provider: "api", dir: process.argv[2], logLevel: "error" });
pact
  .addInteraction()
  .given("order 42 exists")
  .uponReceiving("a request for order 42")
  .withRequest("GET", "/orders/42")
  .willRespondWith(200, (answer) =>
    answer.jsonBody({
      id: integer(42),
      status: regex("^(open|paid)$", "open"),
      lines: eachLike({ sku: string("A1") }),
      total: decimal(9.99),
    }),
  )
  .executeTest(async (server) => {
    const order = await (await fetch(`${server.url}/orders/42`)).json();
    if (order.status !== "open") throw new Error(JSON.stringify(order));
  })
  .catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });

// A provider's build with pact-js: verifies what the broker gives and publishes the result.
// Arguments: the broker, the provider's address, the provider's version.
const { Verifier } = require("@pact-foundation/pact");

const [broker, provider, version] = process.argv.slice(2);
new Verifier({
  provider: "api",
  providerBaseUrl: provider,
  pactBrokerUrl: broker,
  consumerVersionSelectors: [{ mainBranch: true }],
  stateHandlers: { "order 42 exists": async () => {} },
  publishVerificationResult: true,
  providerVersion: version,
  providerVersionBranch: "main",
  logLevel: "error",
})
  .verifyProvider()
  .catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });

// Compares the SARIF file that is named with the schema of the standard, which is in a package of the
// standard's editors, and prints what is not as it says.
const { readFileSync } = require("fs");
const Ajv = require("ajv");

const check = new Ajv({ allErrors: true, schemaId: "id" })
  .addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"))
  .compile(require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"));
check(JSON.parse(readFileSync(process.argv[2], "utf8")));
for (const error of check.errors || []) {
  console.log(`${error.dataPath} ${error.message}`);
}

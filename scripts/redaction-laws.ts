/**
 * Tries the laws of redaction (test/redaction/laws.ts) in many random cases, for half an hour or so:
 * `bun scripts/redaction-laws.ts [--cases 1000000] [--seed N] [--minutes N]`. It ends
 * earlier after so many minutes, and says how many cases there were. The exit code is 1 when a law does not hold.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { checkLaws, type Trial, textsPerSecrets, trials } from "../test/redaction/laws.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "1000000" },
    seed: { type: "string" },
    minutes: { type: "string", default: "120" },
  },
});
const seed = values.seed === undefined ? Date.now() & 0x7fffffff : Number(values.seed);
const numRuns = Math.ceil(Number(values.cases) / textsPerSecrets);
console.log(`seed ${seed}, ${numRuns * textsPerSecrets} cases`);

const start = performance.now();
const result = fc.check(fc.property(trials, checkLaws), {
  ...{ seed, numRuns },
  interruptAfterTimeLimit: Number(values.minutes) * 60_000,
});
const seconds = ((performance.now() - start) / 1000).toFixed(0);
console.log(`seed ${seed}, ${result.numRuns * textsPerSecrets} cases, ${seconds} s`);
if (result.counterexample !== null) tell(result.counterexample[0], result.errorInstance);
process.exitCode = result.failed ? 1 : 0;

/** As code that repeats it. */
function tell({ values, texts }: Trial, error: unknown): void {
  console.log(`broken: ${error instanceof Error ? error.message : String(error)}`);
  console.log(`secrets ${JSON.stringify(values)}`);
  for (const { bytes, cuts } of texts) {
    const places = cuts.map((cut) => cut % (bytes.length + 1)).toSorted((one, other) => one - other);
    if (bytes.length > 0)
      console.log(`text ${JSON.stringify(Buffer.from(bytes).toString("latin1"))} cut at ${places.join(" ")}`);
  }
}

import { test } from "bun:test";
import fc from "fast-check";
import { checkLaws, textsPerSecrets, trials } from "./laws.ts";

const cases = 20_000;

test(`a redactor keeps its laws in ${cases} random cases`, () => {
  fc.assert(fc.property(trials, checkLaws), { numRuns: cases / textsPerSecrets });
}, 600_000);

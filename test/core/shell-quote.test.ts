import { expect, test } from "bun:test";
import fc from "fast-check";
import { shellQuote } from "../../src/core/shell-quote.ts";

/** What bash makes of a list of words. */
function readBack(words: readonly string[]): readonly string[] {
  const line = `printf '%s\\0' ${words.map(shellQuote).join(" ")}`;
  const { stdout } = Bun.spawnSync(["bash", "-c", line], { env: { PATH: "/usr/bin:/bin", HOME: "/home" } });
  return stdout.toString().split("\0").slice(0, -1);
}

test("shellQuote() leaves a plain path as it is", () => {
  expect(shellQuote("/srv/app-1/a_b.c/@x:y,z%")).toBe("/srv/app-1/a_b.c/@x:y,z%");
});

test("shellQuote() of an empty word is a word", () => {
  expect(shellQuote("")).toBe("''");
});

test("bash reads back every word that shellQuote() wrote", () => {
  const hostile = fc.constantFrom(
    "'",
    '"',
    "`",
    "$(id)",
    "${HOME}",
    "\\",
    "\n",
    "!",
    "*",
    "~",
    "#",
    "&",
    ";",
    "-n",
    "=",
  );
  const text = fc.string({ unit: "grapheme" });
  const word = fc.array(fc.oneof(hostile, text)).map((parts) => parts.join("").replaceAll("\0", ""));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 50 }), (words) => {
      expect(readBack(words)).toEqual(words);
    }),
    { numRuns: 60 },
  );
});

import { expect, test } from "bun:test";
import fc from "fast-check";
import { shellWord } from "../../src/cli/table.ts";
import { neutralize } from "../../src/core/neutralize.ts";

test.each([
  ["/srv/a-1/b_c.log", "/srv/a-1/b_c.log"],
  ["", "''"],
  ["it's", "'it'\\''s'"],
  ["a b\u001b[31m\u202e'", "$'a b\\x1b\\x5b31m\\xe2\\x80\\xae\\x27'"],
])("shellWord(%j) is %s", (word, written) => {
  expect(shellWord(word)).toBe(written);
});

test("bash reads back every word that shellWord() wrote, and a terminal takes no harm from it", () => {
  const hostile = fc.constantFrom(
    ..."'\"`$\\!*~#&;=\n\t\r\u001b\u0007\u009b\u202e\u2066\u007f",
    "-n",
    "\\x41",
    "é9",
  );
  const word = fc
    .array(fc.oneof(hostile, fc.string({ unit: "grapheme" })))
    .map((parts) => parts.join("").replaceAll("\0", "").toWellFormed());
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 50 }), (words) => {
      const written = words.map(shellWord).join(" ");
      expect(neutralize(written)).toBe(written);
      const { stdout } = Bun.spawnSync(["bash", "-c", `printf '%s\\0' ${written}`], {
        env: { PATH: "/usr/bin:/bin", HOME: "/home" },
      });
      expect(stdout.toString().split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 60 },
  );
});

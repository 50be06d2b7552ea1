import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { builtinProfiles } from "../../src/environment/builtin.ts";
import type { Action, Profile, WrittenRule } from "../../src/environment/policy.ts";
import { printPolicy } from "../../src/environment/print-policy.ts";
import { readPolicyDocuments } from "../../src/environment/read-policy-files.ts";
import { build, buildWithFiles, placesOf, worldWith } from "./world.ts";

/** Profiles as a file gives them back, without where they stand. */
function readBack(text: string): readonly Profile[] {
  const [document] = readPolicyDocuments(placesOf({ user: text }), worldWith().files);
  return (document?.profiles ?? []).map(({ originOf: _, file: __, ...profile }) => profile);
}

describe("printPolicy()", () => {
  test("prints the built-in profiles so that they read back as they are", () => {
    expect(readBack(printPolicy(builtinProfiles))).toEqual([...builtinProfiles]);
  });

  test("prints built-in profiles that decide the same from a file as without, for any variables", () => {
    const text = printPolicy(builtinProfiles);
    const known = builtinProfiles.flatMap(({ vars = {}, set = {}, defaults = {} }) => [
      ...Object.keys(vars).map((name) => name.replace("*", "X").replace(/^\{.*/, "HTTP_PROXY")),
      ...Object.keys({ ...set, ...defaults }),
    ]);
    const name = fc.oneof(fc.constantFrom(...known), fc.stringMatching(/^[A-Z_]{1,8}$/));
    const value = fc.constantFrom("", "x", "/usr", "http://u:p@h:1", "en_US.UTF-8", "() { :; }");
    const parents = fc.dictionary(name, value, { maxKeys: 20 });
    fc.assert(
      fc.property(parents, fc.constantFrom("minimal", "agent", "oc-worker"), (parent, profile) => {
        const plain = build(parent, { profile });
        const read = buildWithFiles(parent, { user: text }, { profile });
        const fates = (environment: typeof plain) =>
          environment.decisions.map(({ name, outcome, rule, secret, marked }) => [
            name,
            outcome,
            rule,
            secret,
            marked,
          ]);
        expect(read.variables).toEqual(plain.variables);
        expect(fates(read)).toEqual(fates(plain));
      }),
      { numRuns: 200 },
    );
  });

  test("prints whatever a file may hold so that it reads back as it is", () => {
    const word = fc.stringMatching(/^[A-Za-z][\w."\\ü-]{0,8}$/);
    const unique = <T>(values: fc.Arbitrary<T>) => fc.uniqueArray(values, { maxLength: 3 });
    const value = fc
      .string({ unit: "grapheme" })
      .filter((text) => !/[\0\uFFFD]/.test(text) && text.isWellFormed());
    const hint = fc.option(fc.stringMatching(/^[ -~ü]{1,20}$/), { nil: undefined });
    const table = fc
      .record({ first: fc.constantFrom<Action>("pass", "secret", "require", "drop", "deny"), hint })
      .map(({ first, hint }): WrittenRule => ({ [first]: true, ...(hint === undefined ? {} : { hint }) }));
    const rule = fc.oneof(fc.constantFrom<WrittenRule>("pass", "secret", "drop", "deny"), table);
    const profile = fc.record({
      extends: unique(fc.stringMatching(/^[\w.-]{1,8}$/)),
      set: fc.dictionary(
        word.map((name) => `S${name}`),
        value,
        { maxKeys: 3, noNullPrototype: true },
      ),
      defaults: fc.dictionary(word, fc.constantFrom({ under_root: "src" }, { locale: "C" }), {
        maxKeys: 3,
        noNullPrototype: true,
      }),
      path: fc.record({
        base: fc.constantFrom<"inherit" | string[]>("inherit", ["/a b"], ["/a", "/b"]),
        tools: unique(fc.stringMatching(/^[a-z]{1,6}\??$/)),
        dirs: unique(fc.stringMatching(/^(~)?\/[a-z ]{1,6}$/)),
        tools_first: fc.boolean(),
      }),
      vars: fc.dictionary(
        word.map((name) => `V${name}`),
        rule,
        { maxKeys: 4, noNullPrototype: true },
      ),
    });
    fc.assert(
      fc.property(profile, (written) => {
        expect(readBack(printPolicy([{ name: "own", ...written }]))).toEqual([{ name: "own", ...written }]);
      }),
      { numRuns: 300 },
    );
  });
});

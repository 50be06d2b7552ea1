import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { importsOf, problems, type Sources } from "./architecture.ts";

async function house(): Promise<Sources> {
  const directory = join(import.meta.dir, "../src");
  const files = await Array.fromAsync(new Bun.Glob("**/*.ts").scan(directory));
  const texts = await Promise.all(
    files.map(async (file) => [file, await Bun.file(join(directory, file)).text()] as const),
  );
  return Object.fromEntries(texts);
}

test("imports in src/ point one way, without a circle, and only system/ names a runtime", async () => {
  const sources = await house();
  expect(Object.keys(sources)).toContain("system/system.ts");
  expect(problems(sources)).toEqual([]);
});

/** A small house where every rule is kept. */
const good: Sources = {
  "main.ts":
    'import { detect } from "./system/detect.ts";\nimport { main } from "./cli/cli.ts";\nprocess.exitCode = 0;\n',
  "cli/cli.ts":
    'import { run } from "./commands/run.ts";\nimport type { System } from "../system/system.ts";\n',
  "cli/commands/run.ts": 'export const run = { load: () => import("./run.handler.ts") };\n',
  "cli/commands/run.handler.ts": 'import { start } from "../../runner/start.ts";\n',
  "runner/start.ts":
    'import { twice } from "../core/twice.ts";\nimport type { System } from "../system/system.ts";\nimport { join } from "../system/path.ts";\n',
  "environment/policy.ts": 'import * as v from "valibot";\n',
  "job/start.ts": 'import { start } from "../runner/start.ts";\n',
  "core/twice.ts": "// Bun.spawn and process.env are named in a comment only\nexport const twice = 2;\n",
  "core/version.ts": 'import manifest from "../../package.json" with { type: "json" };\n',
  "system/system.ts": "export interface System {}\n",
  "system/path.ts": 'export { join } from "node:path";\n',
  "system/bun.ts": "export const bun = Bun.version;\n",
  "system/detect.ts": 'export const detect = () => import("./bun.ts");\n',
};

describe("problems()", () => {
  test("finds nothing in a good house", () => {
    expect(problems(good)).toEqual([]);
  });

  test.each([
    ["a middle room importing another", "runner/start.ts", 'import { p } from "../environment/policy.ts";'],
    [
      "one that does so for a type only",
      "runner/start.ts",
      'import type { P } from "../environment/policy.ts";',
    ],
    ["one that re-exports another", "runner/start.ts", 'export * from "../environment/policy.ts";'],
    [
      "one that does so over several lines",
      "runner/start.ts",
      'import {\n  a,\n  b,\n} from "../environment/policy.ts";',
    ],
    ["one that does so inside a type", "runner/start.ts", 'type P = import("../environment/policy.ts").P;'],
    ["runner importing job", "runner/other.ts", 'import "../job/start.ts";'],
    ["a middle room importing cli", "runner/other.ts", 'import { main } from "../cli/cli.ts";'],
    ["core importing a middle room", "core/twice.ts", 'import { start } from "../runner/start.ts";'],
    ["a middle room importing an adapter", "runner/start.ts", 'import { bun } from "../system/bun.ts";'],
    ["cli importing an adapter", "cli/cli.ts", 'import { detect } from "../system/detect.ts";'],
    ["a value from system.ts", "core/twice.ts", 'import { System } from "../system/system.ts";'],
    ["package.json outside version.ts", "core/twice.ts", 'import manifest from "../../package.json";'],
    ["a lazy import in a handler", "cli/commands/run.handler.ts", 'await import("../../core/twice.ts");'],
    ["a lazy import of a package", "runner/start.ts", 'await import("valibot");'],
    ["Bun in a middle room", "runner/start.ts", "Bun.spawn([]);"],
    ["Deno in cli", "cli/cli.ts", "globalThis.Deno?.exit(1);"],
    ["process in core", "core/twice.ts", "process.env;"],
    ["another part of process in main.ts", "main.ts", "process.exit(1);"],
    ["a node module in core", "core/twice.ts", 'import { readFileSync } from "node:fs";'],
    ["a bun module in cli", "cli/cli.ts", "import { dlopen } from 'bun:ffi';"],
  ])("finds %s", (_, file, text) => {
    const sources = { ...good, [file]: `${good[file] ?? ""}${text}\n` };
    expect(problems(sources).join("\n")).toContain(file);
  });

  test("finds a circle, also through types only", () => {
    const sources = {
      ...good,
      "core/a.ts": 'import type { B } from "./b.ts";\n',
      "core/b.ts": 'import { a } from "./a.ts";\n',
    };
    expect(problems(sources)).toEqual(["Import circle: core/a.ts → core/b.ts → core/a.ts"]);
  });
});

test("importsOf() is not misled by comments and strings", () => {
  const source = [
    '// import { a } from "./a.ts";',
    '/* import { b } from "./b.ts"; */',
    'const url = "https://example.org"; // and import("./c.ts")',
    'import d, { type E } from "./d.ts"',
  ].join("\n");
  expect(importsOf(source)).toEqual([{ specifier: "./d.ts", kind: "value" }]);
});

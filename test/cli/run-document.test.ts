import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../src/cli/commands/run.ts";
import { ExitCode } from "../../src/core/exit-codes.ts";

const document = readFileSync(join(import.meta.dir, "../../docs/run.md"), "utf8");
const optionTables = section("Options");

/** Codes that other commands use. */
const notOfRun: readonly (keyof typeof ExitCode)[] = ["usage", "dataRefused"];

test("docs/run.md names every option of run in a table, and no other", () => {
  const options = Object.entries(run.flags).flatMap(([name, flag]) =>
    "negativeDescription" in flag ? [name, `no-${name}`] : [name],
  );
  const named = [...optionTables.matchAll(/^\|(.*?)(?<!\\)\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`--([a-z-]+)/g)].map(([, name]) => name),
  );
  expect(named.toSorted()).toEqual(options.toSorted());
});

test("docs/run.md gives every exit code of run a row", () => {
  const codes = Object.entries(ExitCode)
    .filter(([name]) => !notOfRun.includes(name as keyof typeof ExitCode))
    .map(([, code]) => String(code));
  const rows = [...section("Exit codes").matchAll(/^\| (\d+)/gm)].map(([, code]) => code ?? "");
  expect(rows.toSorted()).toEqual(codes.toSorted());
});

test("docs/run.md has every section that it promises at its top", () => {
  const promised = [...document.matchAll(/^- \[(.*)\]\(#/gm)].map(([, title]) => title);
  const sections = [...document.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
  expect(sections).toEqual(promised);
});

function section(title: string): string {
  return document.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
}

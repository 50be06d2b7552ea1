/** The whole gate, the same at home and in CI: `npm run ok`. The last line counts the tests, and every other step as one. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const root = join(import.meta.dir, "..");
const testMs = 30_000;

/** The build stands before the tests because the end-to-end cases run what it made. */
const steps: ReadonlyArray<readonly [name: string, run: () => Promise<Count>]> = [
  ["biome check", () => step("biome", "check", "--error-on-warnings")],
  ["tsc", () => step("tsc")],
  ["deno check", () => step("deno", "check", "--quiet", "src/main.ts")],
  ["knip", () => step("knip")],
  ["build", () => step("bun", "build.ts")],
  ["bun test", tests],
];

const results: Array<readonly [name: string, count: Count]> = [];
for (const [name, run] of steps) {
  console.log(`\n=== ${name} ===`);
  results.push([name, await run()]);
}

console.log("\n=== all steps ===");
for (const [name, { failed }] of results) console.log(`${failed === 0 ? "ok  " : "FAIL"} ${name}`);
const sum = (key: keyof Count): number => results.reduce((total, [, count]) => total + count[key], 0);
const skipped = sum("skipped") === 0 ? "" : `, ${sum("skipped")} skipped`;
console.log(`${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
process.exitCode = sum("failed") === 0 ? 0 : 1;

async function step(...words: readonly string[]): Promise<Count> {
  const good = await succeeds(words);
  return { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 };
}

/** The tests count for themselves. A run that ends badly without a failed test (a crash, say) is one failure more. */
async function tests(): Promise<Count> {
  const directory = mkdtempSync(join(tmpdir(), "faultbox-ok-"));
  const report = join(directory, "junit.xml");
  try {
    const words = ["bun", "test", `--timeout=${testMs}`, "--reporter=junit", `--reporter-outfile=${report}`];
    const good = await succeeds(words);
    const count = readCount(report);
    return good || count.failed > 0 ? count : { ...count, failed: 1 };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readCount(junitFile: string): Count {
  let head: string;
  try {
    head = readFileSync(junitFile, "utf8").match(/<testsuites\b[^>]*>/)?.[0] ?? "";
  } catch {
    head = ""; // the run crashed before it could write one
  }
  const attribute = (name: string): number => Number(head.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
  const failed = attribute("failures") + attribute("errors");
  const skipped = attribute("skipped");
  return { passed: attribute("tests") - failed - skipped, failed, skipped };
}

async function succeeds(words: readonly string[]): Promise<boolean> {
  const path = [join(root, "node_modules/.bin"), process.env["PATH"] ?? ""].join(delimiter);
  try {
    const child = Bun.spawn([...words], {
      cwd: root,
      env: { ...process.env, PATH: path, DENO_NO_UPDATE_CHECK: "1" },
      stdio: ["ignore", "inherit", "inherit"],
    });
    return (await child.exited) === 0;
  } catch (error) {
    console.error(`Cannot start "${words[0]}": ${String(error)}`);
    return false;
  }
}

import { afterAll, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./contract.ts", import.meta.url));
const deno = join(import.meta.dir, "../../node_modules/.bin/deno");

const runtimes: Readonly<Record<string, readonly string[]>> = {
  bun: [process.execPath, "--no-env-file", "--config=/dev/null"],
  deno: [deno, "run", "-A", "--no-config", "--node-modules-dir=manual"],
};

const directories: string[] = [];

afterAll(() => {
  for (const directory of directories) fs.rmSync(directory, { recursive: true, force: true });
});

describe.each(Object.keys(runtimes))("system.ts keeps its promises under %s", async (runtime) => {
  const lines = await linesUnder(runtime);

  test("all checks were made, under that runtime", () => {
    expect(lines.at(-1)).toBe(`runtime ${runtime}`);
    expect(lines.length).toBeGreaterThan(25);
  });

  test.each(lines.slice(0, -1).map((line) => [line.replace(/^(not )?ok /, "").split(":")[0], line]))(
    "%s",
    (_, line) => {
      expect(line).toStartWith("ok ");
    },
  );
});

async function linesUnder(runtime: string): Promise<readonly string[]> {
  const directory = fs.mkdtempSync(join(tmpdir(), "faultbox-contract-"));
  directories.push(directory);
  const child = Bun.spawn([...(runtimes[runtime] ?? []), script, directory], {
    env: { PATH: "/usr/bin:/bin", HOME: tmpdir(), DENO_DIR: join(tmpdir(), "faultbox-deno") },
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 60_000,
  });
  return (await new Response(child.stdout).text()).trimEnd().split("\n");
}

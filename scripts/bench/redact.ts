/** How fast `faultbox redact` is with twenty secrets, and how much memory it takes. */
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { peakMemory } from "./measure.ts";
import { announce, type Bench, mega, type Row } from "./row.ts";

const mebi = 1_048_576;
const rounds = 5;
const memoryBytes = 120 * mega;

/** What is redacted, and the least that is promised for it on a machine of our time, in MiB/s. */
interface Input {
  readonly name: string;
  readonly text: () => string;
  readonly atLeast: number;
}

/** The secrets, and one that the hostile inputs nearly hold again and again. */
const variables: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Array.from({ length: 19 }, (_, index) => [`SERVICE_${index}_TOKEN`, tokenOf(index)])),
  HOSTILE_SECRET: `${"a".repeat(2000)}b`,
};

const inputs: readonly Input[] = [
  { name: "a log", text: () => logLines(200 * mebi), atLeast: 200 },
  { name: "a log with a secret in each line", text: () => logLines(100 * mebi, tokenOf(1)), atLeast: 50 },
  { name: "what nearly is a secret", text: () => "a".repeat(64 * mebi), atLeast: 50 },
  {
    name: "spaces behind a line",
    text: () => `${tokenOf(2).slice(0, 10)}\n${" ".repeat(64 * mebi)}`,
    atLeast: 50,
  },
];

export async function measureRedact({ directory, faultbox }: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const input of inputs) {
    const path = join(directory, "input");
    writeFileSync(path, input.text());
    rows.push(await speed(input, [faultbox, "redact"], path));
  }
  return [...rows, await memory(faultbox, directory)];
}

async function speed({ name, atLeast }: Input, argv: readonly string[], path: string): Promise<Row> {
  const what = `faultbox redact of ${name}, 20 secrets`;
  announce(what);
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) seconds.push(await timeWith(argv, path));
  const perSecond = Bun.file(path).size / mebi / Math.min(...seconds);
  return {
    what,
    measured: `${(Bun.file(path).size / mebi).toFixed(0)} MiB, best of ${rounds}`,
    figure: `${perSecond.toFixed(0)} MiB/s`,
    bound: `at least ${atLeast}`,
    good: perSecond >= atLeast,
  };
}

async function timeWith(argv: readonly string[], path: string): Promise<number> {
  const input = openSync(path, "r");
  const begin = performance.now();
  const child = Bun.spawn([...argv], { env: variables, stdio: [input, "ignore", "inherit"] });
  const code = await child.exited;
  closeSync(input);
  if (code !== 0) throw new Error(`"${argv.join(" ")}" ended with ${code}`);
  return (performance.now() - begin) / 1000;
}

async function memory(faultbox: string, directory: string): Promise<Row> {
  const what = "peak memory of faultbox redact, 2 GB";
  announce(what);
  // In the place of the shell, whose memory would be measured otherwise.
  const line = `exec "${faultbox}" redact < <(yes 'a line of text' | head -c 2000000000)`;
  const { peakBytes, outputBytes } = await peakMemory(["bash", "-c", line], directory);
  return {
    what,
    measured: `${(outputBytes / mega).toFixed(0)} MB came out`,
    figure: `${(peakBytes / mega).toFixed(0)} MB`,
    bound: `under ${memoryBytes / mega} MB`,
    good: peakBytes > 0 && peakBytes < memoryBytes && outputBytes === 2000 * mega,
  };
}

function tokenOf(index: number): string {
  return new Bun.CryptoHasher("sha256").update(`secret ${index}`).digest("base64url");
}

function logLines(bytes: number, secret = "none"): string {
  const words = ["reading", "writing", "waiting for", "closing"];
  const lines: string[] = [];
  for (let size = 0, index = 0; size < bytes; index++) {
    const time = new Date(1_767_225_600_000 + index * 37).toISOString();
    const line = `${time} INFO worker-${index % 8} ${words[index % 4]} item ${index * 7919} of batch ${index >> 7} token=${secret} status=200\n`;
    lines.push(line);
    size += line.length;
  }
  return lines.join("");
}

/** The redactor alone, compiled as faultbox is: `redact INPUT MEBIBYTES CHUNK`. Prints MiB/s and the most memory it had. */
import { readFileSync } from "node:fs";
import { createRedactor } from "../../../src/redaction/redactor.ts";
import { inputs } from "../redaction-inputs.ts";

const [name = "", mebibytes = "64", chunk = "65536"] = process.argv.slice(2);
const input = inputs[name];
if (input === undefined) throw new Error(`there is no input "${name}"`);

const chunkBytes = Number(chunk);
const total = Number(mebibytes) * 1024 * 1024;
const bytes = Buffer.alloc(8 * 1024 * 1024, input.unit);
const stream = createRedactor(input.secrets).stream();
stream.write(Buffer.from(input.head ?? "a line\n"));

const start = performance.now();
for (let done = 0, at = 0; done < total; done += chunkBytes, at += chunkBytes) {
  if (at + chunkBytes > bytes.length) at = 0;
  stream.write(bytes.subarray(at, at + chunkBytes));
}
stream.end();
const seconds = (performance.now() - start) / 1000;
if (stream.failures() > 0) throw new Error("the redactor failed");
console.log(`${(Number(mebibytes) / seconds).toFixed(1)} ${peakMebibytes()}`);

function peakMebibytes(): string {
  const status = readFileSync("/proc/self/status", "utf8");
  return (Number(status.match(/^VmHWM:\s+(\d+) kB$/m)?.[1] ?? 0) / 1024).toFixed(0);
}

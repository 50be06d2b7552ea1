/** The least that grouping by parsing can do: every line through `JSON.parse`, a count for each fingerprint. */
import { openSync, readSync } from "node:fs";

const file = openSync(process.argv[2] ?? "", "r");
const buffer = new Uint8Array(1 << 20);
const decoder = new TextDecoder();
const counts = new Map<string, number>();
let rest = "";
for (;;) {
  const length = readSync(file, buffer);
  if (length === 0) break;
  const text = rest + decoder.decode(buffer.subarray(0, length), { stream: true });
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
    const { hash } = JSON.parse(text.slice(start, end)).fingerprint;
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
    start = end + 1;
  }
  rest = text.slice(start);
}
for (const [hash, count] of counts) console.log(`${count} ${hash}`);

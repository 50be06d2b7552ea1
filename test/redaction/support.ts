/** A redactor over a stream, for tests: text in, text out, cut wherever it matters. */
import { expect } from "bun:test";
import { createRedactor } from "../../src/redaction/redactor.ts";

export type Redactor = ReturnType<typeof createRedactor>;

/** One that knows these variables as secrets. */
export function redactorOf(variables: Readonly<Record<string, string>>, marked = false): Redactor {
  return createRedactor(
    Object.entries(variables).map(([name, value]) => ({ name, value, marked })),
    { home: "/home/person" },
  );
}

/** What a stream makes of these chunks; strings are UTF-8. */
export function throughStream(redactor: Redactor, chunks: readonly (string | Uint8Array)[]): Buffer {
  const stream = redactor.stream();
  const parts = chunks.map((chunk) => stream.write(Buffer.from(chunk as string)));
  return Buffer.concat([...parts, stream.end()]);
}

/** Says that a stream makes this of a text, wherever it is cut into two, and byte by byte. */
export function expectAtEverySplit(redactor: Redactor, text: string, expected: string): void {
  const bytes = Buffer.from(text);
  const wrong: string[] = [];
  for (let cut = 0; cut <= bytes.length; cut++) {
    const out = throughStream(redactor, [bytes.subarray(0, cut), bytes.subarray(cut)]).toString();
    if (out !== expected) wrong.push(`cut at ${cut}: ${out}`);
  }
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  expect(wrong).toEqual([]);
  expect(throughStream(redactor, single).toString()).toBe(expected);
}

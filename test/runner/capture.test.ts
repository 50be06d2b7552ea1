import { expect, test } from "bun:test";
import fc from "fast-check";
import { createCapture } from "../../src/runner/capture.ts";

/** What must be kept of these bytes, by the definition. */
function expected(bytes: Uint8Array, bounds: { headBytes: number; tailBytes: number }) {
  return {
    seen: bytes.length,
    head: bytes.slice(0, bounds.headBytes),
    tail: bytes.slice(Math.max(0, bytes.length - bounds.tailBytes)),
  };
}

function captured(chunks: readonly Uint8Array[], bounds: { headBytes: number; tailBytes: number }) {
  const capture = createCapture(bounds);
  for (const chunk of chunks) capture.push(chunk);
  return capture.evidence();
}

test("createCapture() keeps the first and the last bytes, however they were chunked", () => {
  const bounds = fc.record({ headBytes: fc.nat({ max: 12 }), tailBytes: fc.integer({ min: 1, max: 12 }) });
  const chunks = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 12 });
  fc.assert(
    fc.property(chunks, bounds, (pieces, limits) => {
      const all = Uint8Array.from(pieces.flatMap((piece) => Array.from(piece)));
      expect(captured(pieces, limits)).toEqual(expected(all, limits));
    }),
    { numRuns: 500 },
  );
});

test("createCapture() keeps them too while its ring grows", () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 8 });
  const tailBytes = fc.integer({ min: 16_000, max: 70_000 });
  fc.assert(
    fc.property(lengths, tailBytes, (sizes, bound) => {
      const all = numbered(sizes.reduce((total, size) => total + size, 0));
      let at = 0;
      const pieces = sizes.map((size) => {
        at += size;
        return all.subarray(at - size, at);
      });
      const limits = { headBytes: 100, tailBytes: bound };
      const { seen, head, tail } = captured(pieces, limits);
      const wanted = expected(all, limits);
      expect(seen).toBe(wanted.seen);
      expect(Buffer.compare(head, wanted.head)).toBe(0);
      expect(Buffer.compare(tail, wanted.tail)).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test("createCapture() gives evidence that later chunks do not change", () => {
  const capture = createCapture({ headBytes: 3, tailBytes: 3 });
  capture.push(new TextEncoder().encode("abcdef"));
  const { head, tail } = capture.evidence();
  capture.push(new TextEncoder().encode("ghi"));
  expect([new TextDecoder().decode(head), new TextDecoder().decode(tail)]).toEqual(["abc", "def"]);
});

test("createCapture() copies a chunk, whose memory its owner may use again", () => {
  const capture = createCapture({ headBytes: 3, tailBytes: 3 });
  const chunk = new TextEncoder().encode("abc");
  capture.push(chunk);
  chunk.fill(0);
  expect(new TextDecoder().decode(capture.evidence().tail)).toBe("abc");
});

function numbered(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}

test("createCapture() gives back from any place what it remembers, and tells what it does not", () => {
  const bounds = fc.record({ headBytes: fc.nat({ max: 12 }), tailBytes: fc.integer({ min: 1, max: 12 }) });
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 30 }), { maxLength: 12 });
  fc.assert(
    fc.property(chunks, bounds, fc.nat({ max: 300 }), (pieces, limits, start) => {
      const capture = createCapture(limits);
      for (const chunk of pieces) capture.push(chunk);
      const all = Uint8Array.from(pieces.flatMap((piece) => Array.from(piece)));
      expect(capture.seen).toBe(all.length);
      const from = Math.min(start, all.length);
      const { place, bytes } = capture.from(from);
      expect(bytes).toEqual(all.slice(place, place + bytes.length));
      const oldest = Math.max(0, all.length - limits.tailBytes);
      if (from >= oldest) expect([place, place + bytes.length]).toEqual([from, all.length]);
      else if (from < limits.headBytes) expect([place, bytes.length > 0]).toEqual([from, true]);
      else expect([place, place + bytes.length]).toEqual([oldest, all.length]);
    }),
    { numRuns: 1000 },
  );
});

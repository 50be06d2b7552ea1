import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeRaw, encodeRaw, holdsRaw } from "../../src/core/raw-text.ts";

test("encodeRaw() gives back whatever decodeRaw() read", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(encodeRaw(decodeRaw(bytes))).toEqual(new Uint8Array(bytes));
    }),
  );
});

test("decodeRaw() reads UTF-8 as any decoder does, also U+FFFD and a byte order mark", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const bytes = new TextEncoder().encode(text);
      expect(decodeRaw(bytes)).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
      expect(holdsRaw(decodeRaw(bytes))).toBe(false);
    }),
  );
});

test("holdsRaw() tells a byte that is no UTF-8 from half of a pair", () => {
  expect(holdsRaw(decodeRaw(Uint8Array.of(0x63, 0xe9)))).toBe(true);
  expect(holdsRaw("\u{1F4A9}")).toBe(false);
});

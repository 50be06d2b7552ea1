import { expect, test } from "bun:test";
import fc from "fast-check";
import { readableBytes } from "../../src/core/readable-bytes.ts";

test("readableBytes() leaves valid UTF-8 as it is, but for NUL", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(readableBytes(new TextEncoder().encode(text))).toBe(text.replaceAll("\0", "\\x00"));
    }),
  );
});

test.each([
  ["Latin-1", [0x63, 0x61, 0x66, 0xe9], "caf\\xe9"],
  ["a lone continuation byte", [0x80, 0x61], "\\x80a"],
  ["an overlong slash", [0xc0, 0xaf], "\\xc0\\xaf"],
  ["an overlong of three bytes", [0xe0, 0x80, 0x80], "\\xe0\\x80\\x80"],
  ["a surrogate", [0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"],
  ["beyond Unicode", [0xf4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"],
  ["a character cut off", [0x61, 0xe2, 0x82], "a\\xe2\\x82"],
  ["a character cut off, then text", [0xf0, 0x9f, 0x41, 0xc3, 0xa9], "\\xf0\\x9fAé"],
  ["NUL beside a bad byte", [0x00, 0xff, 0x0a], "\\x00\\xff\n"],
  ["a byte order mark, kept", [0xef, 0xbb, 0xbf, 0x61], "\ufeffa"],
  ["nothing", [], ""],
])("readableBytes() shows %s", (_, bytes, text) => {
  expect(readableBytes(Uint8Array.from(bytes))).toBe(text);
});

const bytesWithoutBackslash = fc
  .uint8Array({ maxLength: 60 })
  .map((bytes) => bytes.map((byte) => (byte === 0x5c ? 0x2f : byte)));

test("readableBytes() loses nothing: what it escaped can be put back", () => {
  fc.assert(
    fc.property(bytesWithoutBackslash, (bytes) => {
      expect(putBack(readableBytes(bytes))).toEqual(Array.from(bytes));
    }),
  );
});

function putBack(text: string): readonly number[] {
  return text
    .split(/(\\x[0-9a-f]{2})/)
    .flatMap((part, index) =>
      index % 2 === 1 ? [Number.parseInt(part.slice(2), 16)] : Array.from(new TextEncoder().encode(part)),
    );
}

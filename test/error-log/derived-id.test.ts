import { expect, test } from "bun:test";
import { derivedId } from "../../src/error-log/derived-id.ts";
import { bunSystem } from "../../src/system/bun.ts";

const idOf = (parts: readonly unknown[]) => derivedId(parts, bunSystem.files);

test("derivedId() is a UUIDv8, the same for the same parts in whatever order their fields stand", () => {
  const id = idOf(["worker", "T-1", "codex", 0, { a: 1, b: { c: [1, 2], d: null } }]);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(idOf(["worker", "T-1", "codex", 0, { b: { d: null, c: [1, 2] }, a: 1 }])).toBe(id);
});

test("derivedId() differs for every part, and for parts that only look the same put together", () => {
  const ids = [
    ["worker", "T-1", "codex", 0, {}],
    ["worker", "T-1", "codex", 1, {}],
    ["worker", "T-2", "codex", 0, {}],
    ["worker", "T-1", "claude", 0, {}],
    ["worker", "T-1", "codex", 0, { a: 1 }],
    ["worker", "T-1c", "odex", 0, {}],
    ["worker", "T-1", "codex", "0", {}],
  ].map(idOf);
  expect(new Set(ids).size).toBe(7);
});

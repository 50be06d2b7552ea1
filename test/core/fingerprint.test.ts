import { expect, test } from "bun:test";
import { type Fault, fingerprintOf, fingerprintText } from "../../src/core/fingerprint.ts";
import { bunSystem } from "../../src/system/bun.ts";

const fault: Fault = {
  type: "cli-failure",
  exitCode: 1,
  signal: null,
  message: "cannot read /home/a/config.toml: 12 bytes",
  excerpt: null,
};

const { files } = bunSystem;
const hashOf = (changes: Partial<Fault>) => fingerprintOf({ ...fault, ...changes }, files).hash;

/** Pinned: the same on every host and in every later version. */
test("fingerprintOf() is version, hash and a key that people can read", () => {
  const fingerprint = fingerprintOf(fault, files);
  expect(fingerprint).toEqual({
    version: "v1",
    hash: "99c58ed3f9b2410b",
    key: "cli-failure | exit 1 | cannot read <path>/config.toml: <size>",
  });
  expect(fingerprintText(fingerprint)).toBe(`v1:${fingerprint.hash}`);
});

test("fingerprintOf() is the same for what differs by occurrence, and another for another fault", () => {
  const same = hashOf({});
  expect(hashOf({ message: "cannot read /srv/b/config.toml: 9 bytes" })).toBe(same);
  expect(hashOf({ excerpt: "some output" })).toBe(same);
  const others = [
    hashOf({ exitCode: 2 }),
    hashOf({ exitCode: null, signal: "SIGKILL" }),
    hashOf({ type: "tool-failure" }),
    hashOf({ message: "cannot read /srv/b/other.toml: 9 bytes" }),
    hashOf({ excerpt: "TypeError: x\n    at f (a.js:1:2)" }),
  ];
  expect(new Set([same, ...others]).size).toBe(6);
});

test("fingerprintOf() with a text of one's own depends on nothing else", () => {
  const own = fingerprintOf(fault, files, "disk-full");
  expect(own).toEqual(fingerprintOf({ ...fault, exitCode: 2, message: "" }, files, "disk-full"));
  expect(own.key).toBe("disk-full");
  expect(own.hash).not.toBe(hashOf({ message: "disk-full" }));
});

test("fingerprintOf() keeps the key short and hashes all of it", () => {
  const [one, other] = ["a", "b"].map((end) =>
    fingerprintOf({ ...fault, message: `${"x ".repeat(1000)}${end}` }, files),
  );
  expect(one?.key.length).toBe(401);
  expect(one?.key).toBe(other?.key ?? "");
  expect(one?.hash).not.toBe(other?.hash ?? "");
});

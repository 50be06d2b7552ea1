import { expect, test } from "bun:test";
import { type Fault, fingerprintOf, fingerprintText } from "../../src/core/fingerprint.ts";

const fault: Fault = {
  type: "cli-failure",
  exitCode: 1,
  signal: null,
  message: "cannot read /home/a/config.toml: 12 bytes",
  excerpt: null,
};

const hashOf = async (changes: Partial<Fault>) => (await fingerprintOf({ ...fault, ...changes })).hash;

/** Pinned: the same on every host and in every later version. */
test("fingerprintOf() is version, hash and a key that people can read", async () => {
  const fingerprint = await fingerprintOf(fault);
  expect(fingerprint).toEqual({
    version: "v1",
    hash: "99c58ed3f9b2410b",
    key: "cli-failure | exit 1 | cannot read <path>/config.toml: <size>",
  });
  expect(fingerprintText(fingerprint)).toBe(`v1:${fingerprint.hash}`);
});

test("fingerprintOf() is the same for what differs by occurrence, and another for another fault", async () => {
  const same = await hashOf({});
  expect(await hashOf({ message: "cannot read /srv/b/config.toml: 9 bytes" })).toBe(same);
  expect(await hashOf({ excerpt: "some output" })).toBe(same);
  const others = await Promise.all([
    hashOf({ exitCode: 2 }),
    hashOf({ exitCode: null, signal: "SIGKILL" }),
    hashOf({ type: "tool-failure" }),
    hashOf({ message: "cannot read /srv/b/other.toml: 9 bytes" }),
    hashOf({ excerpt: "TypeError: x\n    at f (a.js:1:2)" }),
  ]);
  expect(new Set([same, ...others]).size).toBe(6);
});

test("fingerprintOf() with a text of one's own depends on nothing else", async () => {
  const own = await fingerprintOf(fault, "disk-full");
  expect(own).toEqual(await fingerprintOf({ ...fault, exitCode: 2, message: "" }, "disk-full"));
  expect(own.key).toBe("disk-full");
  expect(own.hash).not.toBe(await hashOf({ message: "disk-full" }));
});

test("fingerprintOf() keeps the key short and hashes all of it", async () => {
  const [one, other] = await Promise.all(
    ["a", "b"].map((end) => fingerprintOf({ ...fault, message: `${"x ".repeat(1000)}${end}` })),
  );
  expect(one?.key.length).toBe(401);
  expect(one?.key).toBe(other?.key ?? "");
  expect(one?.hash).not.toBe(other?.hash ?? "");
});

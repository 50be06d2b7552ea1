import { expect, test } from "bun:test";
import { callersFileLimit, inheritedDescriptors, readIgnoredSignals } from "../../src/system/inherited.ts";

const withStatus = (mask: string) => ({ readStart: () => `SigBlk:\t0000000000000000\nSigIgn:\t${mask}\n` });

test.each([
  ["nothing", "0000000000000000", false],
  ["what Bun itself ignores", "0000000001001000", false],
  ["what glibc's posix_spawn leaves ignored", "0000000181001000", false],
  ["HUP", "0000000001001001", true],
  ["INT and QUIT, as for a job in the background of a script", "0000000001001006", true],
])("readIgnoredSignals() of %s", (_, mask, any) => {
  expect(readIgnoredSignals(withStatus(mask)).any).toBe(any);
});

test("readIgnoredSignals() tells which, and none without /proc", () => {
  const ignored = readIgnoredSignals(withStatus("0000000001001001"));
  expect([1, 2, 13, 15, 0, 33].map(ignored.has)).toEqual([true, false, true, false, false, false]);
  expect(readIgnoredSignals({ readStart: () => "" }).any).toBe(false);
});

const usual = [0, 1, 2].map((number) => [number, "/dev/null"] as const);
const bun = [
  [3, "anon_inode:[eventpoll]"],
  [4, "anon_inode:[eventfd]"],
] as const;

test("inheritedDescriptors() tells the caller's from Bun's own, and does not list them when there are five", () => {
  const listed = [...usual, ...bun, [9, "/tmp/nine"] as const, [63, "pipe:[1]"] as const];
  const found = (size: number) =>
    inheritedDescriptors({
      status: () => ({ size }) as never,
      openDescriptors: () => new Map(listed),
    });
  expect([found(7), found(0), found(5)]).toEqual([[9, 63], [9, 63], []]);
  expect(inheritedDescriptors({ status: () => undefined, openDescriptors: () => undefined })).toEqual([]);
});

const limits = (soft: string, hard: string) =>
  `${"Limit".padEnd(26)}${"Soft Limit".padEnd(21)}${"Hard Limit".padEnd(21)}Units\n` +
  `${"Max open files".padEnd(26)}${soft.padEnd(21)}${hard.padEnd(21)}files\n`;

test.each([
  ["is lower", "1024", "524288", "bash", 1024n],
  ["is the hard one", "524288", "524288", "bash", null],
  ["belongs to another hard limit", "1024", "4096", "bash", null],
  ["is none", "unlimited", "unlimited", "bash", null],
  ["is a service manager's own", "1024", "524288", "systemd", null],
])("callersFileLimit() when our parent's %s", (_, soft, hard, command, expected) => {
  const readStart = (path: string) => (path.endsWith("comm") ? `${command}\n` : limits(soft, hard));
  expect(callersFileLimit(524288n, { readStart })).toBe(expected);
});

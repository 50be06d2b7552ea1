import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { locale } from "../../src/environment/locale.ts";
import { temporaryDirectory, worldWith } from "./world.ts";

test.each([
  ["linux", "lib/en_US.utf8"],
  ["linux", "lib/en_US.UTF-8"],
  ["darwin", "share/en_US.UTF-8"],
])("locale() finds a locale of %s in %s", (platform, directory) => {
  const locales = temporaryDirectory();
  mkdirSync(join(locales, directory), { recursive: true });
  expect(locale("en_US.UTF-8", worldWith({ locales, platform }))).toBe("en_US.UTF-8");
});

test("locale() finds a locale in glibc's archive", () => {
  expect(
    locale("en_US.UTF-8", worldWith({ locales: withArchive(archive(["de_DE.utf8", "en_US.utf8"])) })),
  ).toBe("en_US.UTF-8");
});

test.each([
  ["nothing installed", new Uint8Array()],
  ["another locale only", archive(["de_DE.utf8", "xen_US.utf8"])],
  ["a file that is no archive", new TextEncoder().encode("en_US.utf8\0".repeat(20))],
  ["an archive cut short", archive(["en_US.utf8"]).subarray(0, 40)],
])("locale() falls back to C.UTF-8 with %s", (_, bytes) => {
  expect(locale("en_US.UTF-8", worldWith({ locales: withArchive(bytes) }))).toBe("C.UTF-8");
});

test("locale() falls back to C.UTF-8 where there are no locales", () => {
  expect(locale("en_US.UTF-8", worldWith())).toBe("C.UTF-8");
});

function withArchive(bytes: Uint8Array): string {
  const locales = temporaryDirectory();
  mkdirSync(join(locales, "lib"));
  writeFileSync(join(locales, "lib/locale-archive"), bytes);
  return locales;
}

/** The header of an archive with its name table at byte 64. */
function archive(names: readonly string[]): Uint8Array {
  const table = new TextEncoder().encode(`\0${names.join("\0")}\0`);
  const bytes = new Uint8Array(64 + table.length);
  const words = new DataView(bytes.buffer);
  words.setUint32(0, 0xde020109, true);
  words.setUint32(20, 64, true);
  words.setUint32(24, table.length, true);
  words.setUint32(28, table.length, true);
  bytes.set(table, 64);
  return bytes;
}

import { expect, test } from "bun:test";
import fc from "fast-check";
import { normalizeMessage } from "../../src/core/normalize-message.ts";

/** Pinned: old fingerprints must stay what they are. */
const golden: ReadonlyArray<readonly [string, string]> = [
  ["GET https://api.example.org/v1?a=1 failed: 12 bytes", "GET <url> failed: <size>"],
  ["user bob.smith@example.org is unknown", "user <email> is unknown"],
  [
    "2026-01-05 12:33:44,123 ERROR at 12:33:44.5, since Jan  5 12:00:01",
    "<time> ERROR at <time>, since <time>",
  ],
  ["2026-01-05T12:33:44.123Z 2026-01-05T12:33:44+01:00 2026/01/05", "<time> <time> <time>"],
  ["run 550e8400-e29b-41d4-a716-446655440000 failed", "run <uuid> failed"],
  ["connect to 10.0.0.12:5432 and ::1 refused", "connect to <ip> and <ip> refused"],
  ["cannot read /home/x/y/config.toml", "cannot read <path>/config.toml"],
  [
    "cannot read ~/y/a.py, ./b, ../c/d.txt, /tmp/build-12345.log",
    "cannot read <path>/a.py, <path>/b, <path>/d.txt, <path>/build-<number>.log",
  ],
  ["and/or is no path, nor is src/a.ts", "and/or is no path, nor is src/a.ts"],
  ["at 0x7ffe12ab in a1b2c3d4e5", "at <hex> in <hex>"],
  ["took 3.5s, 1h30m, 12 seconds, 500ms", "took <duration>, <duration>, <duration>, <duration>"],
  ["used 12 MB, 16K, 4096 bytes", "used <size>, <size>, <size>"],
  [
    "3 of 1,234 items, 1.5 each, -5 left, 10-20",
    "<number> of <number> items, <number> each, <number> left, <number>",
  ],
  [
    "a.ts:12:5: TS2345, E0308, x86_64, utf-8, iso-8859-1, worker-7, v1.2.3",
    "a.ts:<number>:<number>: TS2345, E0308, x86_64, utf-8, iso-8859-1, worker-7, v1.2.3",
  ],
  ["job-120394 died", "job-<number> died"],
  [
    "exit code 3, HTTP 502, HTTP/1.1 503, status=404, error 1045, errno: 13",
    "exit code 3, HTTP 502, HTTP/1.1 503, status=404, error 1045, errno: 13",
  ],
  ["Error: 12 items", "Error: <number> items"],
  ["\n \n\u001b[31mred\u001b[0m   line\r\n\n second\nthird", "red line\nsecond"],
  ["std::vector a::b", "std::vector a::b"],
  ["", ""],
];

test.each(golden)("normalizeMessage(%j)", (message, normal) => {
  expect(normalizeMessage(message)).toBe(normal);
});

test("normalizeMessage() sees no difference in what varies", () => {
  const hex = fc.stringMatching(/^[0-9a-f]{8}$/);
  const varying = fc.record({
    ip: fc.ipV4(),
    uuid: fc.uuid(),
    count: fc.nat(),
    url: fc.webUrl({ withQueryParameters: true }).filter((url) => !/[[\]()'`<>{}]/.test(url)),
    place: fc.array(hex, { minLength: 1, maxLength: 3 }),
    when: fc.date({ min: new Date(0), max: new Date("2099-01-01"), noInvalidDate: true }),
  });
  const normal = "<time> <uuid> cannot fetch <url> from <ip> into <path>/out.json after <number> tries";
  fc.assert(
    fc.property(varying, ({ ip, uuid, count, url, place, when }) => {
      const message = `${when.toISOString()} ${uuid} cannot fetch ${url} from ${ip} into /${place.join("/")}/out.json after ${count} tries`;
      expect(normalizeMessage(message)).toBe(normal);
    }),
    { numRuns: 500 },
  );
});

test("normalizeMessage() looks at 4 KiB, and cuts no character in two", () => {
  const normal = normalizeMessage("ž".repeat(5000));
  expect(normal).toBe("ž".repeat(2048));
  expect(normalizeMessage(`x${"ž".repeat(5000)}`)).toBe(`x${"ž".repeat(2047)}`);
});

/** What the redactor is timed with: a text that is like a log, and those that do their worst. */
import type { Secret } from "../../src/core/secret-name.ts";

export interface Input {
  readonly secrets: readonly Secret[];
  /** Repeated without end. */
  readonly unit: string;
  /** What stands before. */
  readonly head?: string;
}

const twenty = Array.from({ length: 20 }, (_, index) =>
  secret(
    `SECRET_${index}`,
    `${(index * 7919 + 12345).toString(36)}Zq${"xK9_p-".repeat(1 + (index % 5))}${index}Lm`,
  ),
);
const hostile = [secret("HOSTILE", `${"a".repeat(2000)}b`)];
const several = [secret("SEVERAL", "line-one-A\nline-two-B\nline-three-C")];

/** Each by its name. */
export const inputs: Readonly<Record<string, Input>> = {
  log: { secrets: twenty, unit: logLines() },
  coloured: { secrets: twenty, unit: colouredLines() },
  "one letter": { secrets: hostile, unit: "a" },
  "one letter a line": { secrets: hostile, unit: "a\n" },
  ...Object.fromEntries(
    [
      "ghp_",
      "sk-ant-",
      "sk-",
      "AKIA",
      "eyJ",
      "://",
      "Bearer ",
      "xoxb-",
      "hf_",
      "SG.",
      "?token=",
      "-----BEGIN ",
    ].map((prefix) => [prefix, { secrets: twenty, unit: prefix }]),
  ),
  "titles without an end": { secrets: twenty, unit: "\u001b]" },
  colours: { secrets: twenty, unit: "\u001b[31m" },
  "[REDACTED": { secrets: twenty, unit: "[REDACTED" },
  base64: { secrets: twenty, unit: base64Text() },
  "a head and spaces": { secrets: several, unit: " ", head: "line-one-A\nline-t" },
  "a head and indentation": { secrets: several, unit: " ", head: "line-one-A\nline-t\n" },
  "heads and indentation": { secrets: several, unit: "line-t\n      " },
};

function secret(name: string, value: string): Secret {
  return { name, value, marked: false };
}

function logLines(): string {
  const line = (index: number) =>
    `2026-11-21T10:00:07.${index}Z INFO  [worker-${index % 8}] request id=${((index * 2654435761) >>> 0).toString(16)} ` +
    `GET /api/v1/items/${index}?page=2 status=200 duration=${index % 97}ms user_agent="Mozilla/5.0 (X11; Linux)"\n`;
  return Array.from({ length: 2000 }, (_, index) => line(index)).join("");
}

function colouredLines(): string {
  const line = (index: number) =>
    `\u001b[2m10:00:07\u001b[0m \u001b[32mINFO\u001b[0m request \u001b[1m${index}\u001b[0m took \u001b[33m${index % 97} ms\u001b[0m\n`;
  return Array.from({ length: 2000 }, (_, index) => line(index)).join("");
}

function base64Text(): string {
  return Buffer.from(
    Array.from({ length: 6000 }, (_, index) => ((index * 2654435761) >>> 13) & 255),
  ).toString("base64");
}

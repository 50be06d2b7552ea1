/**
 * A message without what differs from one occurrence of a fault to the next: version 1 of the rules, which never change,
 * because fingerprints of old records must stay what they are. A better rule is a version 2 beside this one.
 *
 * The first two non-empty lines, at most 4 KiB. Replaced in this order: url, email, time, uuid, ip, path (its base name
 * stays), hex, duration, size, number. A number that belongs to a word stays (`utf-8`, `TS2345`, `x86_64`), and so does
 * one that a word calls a code (`HTTP 502`, `exit code 3`).
 */
import { withoutEscapes } from "./neutralize.ts";

const maxBytes = 4096;

/** The message with `<url>`, `<number>` and so on in place of what varies. */
export function normalizeMessage(message: string): string {
  // Escapes and spaces make a line longer, never shorter: so much of the text is enough.
  let text = firstBytes(firstLines(withoutEscapes(message.slice(0, 16 * maxBytes))));
  for (const rule of rules) if (rule.needs.test(text)) text = text.replace(rule.pattern(), rule.by);
  return text;
}

/** A loop: each of the runtime's own array functions is compiled at its first use, which takes 0.07 ms. */
function firstLines(text: string): string {
  // Most messages are one plain line already. A long one could take all the stack of such an expression.
  if (text.length < 1000 && /^[!-~]+(?: [!-~]+)*$/.test(text)) return text;
  const lines: string[] = [];
  for (const line of text.split(/[\r\n\u2028\u2029]+/)) {
    const words = line.replaceAll(/\s+/g, " ").trim();
    if (words !== "") lines.push(words);
    if (lines.length === 2) break;
  }
  return lines.join("\n");
}

function firstBytes(text: string): string {
  if (text.length <= maxBytes / 3) return text;
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= maxBytes) return text;
  // The last character may be cut: then it is left out.
  return new TextDecoder().decode(bytes.subarray(0, maxBytes)).replace(/\uFFFD$/, "");
}

/** Compiling an expression costs up to 0.1 ms: one is made only for a text that holds what it cannot do without. */
interface Rule {
  readonly needs: RegExp;
  readonly pattern: () => RegExp;
  readonly by: string;
}

const digit = /\d/;

const rules: readonly Rule[] = [
  { needs: /:\/\//, pattern: () => /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'`<>()[\]{}]+/gi, by: "<url>" },
  { needs: /@/, pattern: () => /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, by: "<email>" },
  { needs: /\d[:/-]\d|[A-Z][a-z]+ \d/, pattern: timeOfDay, by: "<time>" },
  {
    needs: /-/,
    pattern: () => /(?<!\w)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?!\w)/gi,
    by: "<uuid>",
  },
  {
    needs: /\d\.\d/,
    pattern: () => /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\w.]*\w)/g,
    by: "<ip>",
  },
  {
    needs: /:[0-9a-f]{0,4}:/i,
    pattern: () => /(?<![\w:])(?=[a-f:]*\d)(?=[0-9a-f:]*::|(?:[0-9a-f]{1,4}:){7})[0-9a-f:]{2,39}(?![\w:])/gi,
    by: "<ip>",
  },
  {
    needs: /\//,
    pattern: () => /(?<![\w.<>~/])(?:[a-z]:|~|\.{1,2})?(?:\/[\w.@+~-]+)*\/([\w.@+~-]+)\/?/gi,
    by: "<path>/$1",
  },
  {
    needs: digit,
    pattern: () => /(?<!\w)(?:0x[0-9a-f]+|(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,})(?!\w)/gi,
    by: "<hex>",
  },
  { needs: digit, pattern: duration, by: "<duration>" },
  {
    needs: digit,
    pattern: () => /(?<![\w.-])\d+(?:\.\d+)?(?: ?(?:[kmgtp]i?b|bytes?)|[kmgtb])(?!\w)/gi,
    by: "<size>",
  },
  { needs: digit, pattern: number, by: "<number>" },
];

function timeOfDay(): RegExp {
  const clock = String.raw`\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?`;
  const zone = String.raw`(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?`;
  const date = String.raw`\d{4}[-/]\d{2}[-/]\d{2}`;
  const monthAndDay = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* {1,2}\\d{1,2}";
  return new RegExp(
    String.raw`(?<!\w)(?:(?:${date}|${monthAndDay}(?:,? \d{4})?),?(?:[T ]${clock}${zone})?|${clock}${zone})(?!\w)`,
    "g",
  );
}

function duration(): RegExp {
  const spoken = "(?:milli|micro|nano)?seconds?|msecs?|secs?|minutes?|mins?|hours?|hrs?|days?|ms|us|µs|ns|s";
  return new RegExp(
    String.raw`(?<![\w.-])(?:\d+(?:\.\d+)? ?(?:${spoken})|(?:\d+(?:\.\d+)?(?:ms|[dhms]))+)(?!\w)`,
    "g",
  );
}

/** `worker-7`, `utf-8` and `iso-8859-1` keep their numbers, `job-120394` does not. */
function number(): RegExp {
  const calledCode = String.raw`\b(?:HTTP(?:\/\d(?:\.\d)?)?|status|code|errno|exit(?:ed)?(?: with)?|signal|SQLSTATE|error) [#(]?`;
  const notAfter = String.raw`(?<![\w.]|\w-|\bHTTP\/|${calledCode}|\b(?:status|code|errno)[=:] ?)`;
  const digits = String.raw`\d+(?:[.,]\d+)*`;
  return new RegExp(String.raw`${notAfter}-?${digits}(?:-${digits})*(?!\w)|(?<=[a-z]-)\d{5,}(?!\w)`, "gi");
}

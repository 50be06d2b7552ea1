import type { ResultFields } from "./result-file.ts";

/** Whether a failure passes by itself, and what decided. */
export interface TransientVerdict {
  readonly transient: boolean;
  /** The word or shape found, or why there is none, in words. */
  readonly because: string;
}

/** Only failures of these categories can be transient. */
const categories = ["backend_error", "timeout"];

/** Words that name a passing fault. `(?<![\w])` and `(?![\w])`: whole words, so that `test_timeout_handling` is none. */
const phrases = [
  "connection refused",
  "connection reset",
  "timed out",
  "timeout",
  "bad gateway",
  "gateway timeout",
  "service unavailable",
  "remote disconnected",
  "network is unreachable",
  "temporary failure",
  "bad owner or permissions",
  "could not read from remote repository",
];

/**
 * A 502, 503 or 504 where HTTP puts a status: after `HTTP`, `HTTP/1.1`, `status`, `code`, `error`, `returned` or
 * `response`, alone in brackets, before its own reason phrase, or as the whole reason. `line 502 of parser.py` and
 * `expected 503 rows` are none.
 */
const httpShapes = [
  /\b(?:https?(?:\/\d(?:\.\d)?)?|status(?:[ _-]?code)?|code|error|returned|response|got|received)\b["']?(?:\s+(?:error|status|code|is|of|was|a|an))*\s*[:=#]?\s*["']?(50[234])\b(?![.\d]|\s+(?:rows?|lines?|files?|items?|tests?|bytes?|ms|times)\b)/i,
  /[([](50[234])[)\]]/,
  /\b(50[234])\s*[:,-]?\s+(?:bad gateway|service (?:temporarily )?unavailable|gateway time-?out|server error|error|from|response)\b/i,
  /^\s*(50[234])\s*$/,
];

/** The question of `classify` and of `--retry-on transient`: category and reason are the result file's own. */
export function classifyTransient(fields: ResultFields): TransientVerdict {
  if (fields.success === true) return { transient: false, because: "the result says success" };
  const { failureCategory: category, failureReason: reason } = fields;
  if (category === null || !categories.includes(category)) {
    return { transient: false, because: `category ${category ?? "none"} is never transient` };
  }
  const found = transientWords(reason ?? "");
  return found === null
    ? { transient: false, because: "the reason names no passing fault" }
    : { transient: true, because: found };
}

/** The word or HTTP shape in a text that names a passing fault; null when there is none. */
export function transientWords(text: string): string | null {
  const words = phrases.find((phrase) => wholeWords(phrase).test(text));
  if (words !== undefined) return `"${words}"`;
  const status = httpShapes.map((shape) => shape.exec(text)?.[1]).find((code) => code !== undefined);
  return status === undefined ? null : `HTTP status ${status}`;
}

function wholeWords(phrase: string): RegExp {
  // Not beside a path or identifier either: `timeout.py`, `tests/timeout`, `--timeout` name a thing, not an event.
  return new RegExp(`(?<![\\w/.-])${phrase.replaceAll(" ", "\\s+")}(?![\\w/-]|\\.\\w|\\()`, "i");
}

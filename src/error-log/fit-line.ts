import { jsonText } from "../core/json-text.ts";
import type { ErrorRecord } from "./record.ts";

/** A line with its newline is no longer, so that torn writes stay rare and no shipper gives the file up. */
export const maxLineBytes = 16_384;

/** A record as a line, and what did not fit into it. */
export interface FittedLine {
  readonly line: string;
  /** The whole texts of the fields that were cut, for `<log>.d/<id>.txt`; null when everything fitted. */
  readonly fullText: string | null;
}

const encoder = new TextEncoder();

/**
 * The record as one line of at most 16 KiB. The longest texts are cut first, all to the same length, each to its
 * beginning and its end with a marker between them; `truncated` counts the bytes that are missing.
 */
export function fitLine(record: ErrorRecord, fullTextName: string | null): FittedLine {
  const whole = jsonText(record);
  if (fits(whole)) return { line: whole, fullText: null };
  const cut = cutter(fullTextName);
  for (let longest = maxLineBytes - 1000; ; longest = Math.floor(longest * 0.9)) {
    const { record: shorter, full } = cutTexts(record, (text) => cut(text, longest));
    const line = jsonText(shorter);
    if (fits(line)) return { line, fullText: fullTextOf(full) };
  }
}

function fits(line: string): boolean {
  return line.length < maxLineBytes && encoder.encode(line).length < maxLineBytes;
}

function fullTextOf(full: ReadonlyMap<string, string>): string {
  return [...full].map(([field, text]) => `# === ${field} ===\n${text.replace(/\n?$/, "\n")}`).join("");
}

interface CutTexts {
  readonly record: ErrorRecord;
  readonly full: ReadonlyMap<string, string>;
}

/** A text made shorter; null when it is short enough. */
type Cut = (text: string) => { readonly text: string; readonly missingBytes: number } | null;

function cutTexts(record: ErrorRecord, shorten: Cut): CutTexts {
  const truncated: Record<string, number> = {};
  const full = new Map<string, string>();
  const cut = (field: string, text: string) => {
    const shorter = shorten(text);
    if (shorter === null) return text;
    truncated[field] = shorter.missingBytes;
    full.set(field, text);
    return shorter.text;
  };
  const cutOrNull = (field: string, text: string | null) => (text === null ? null : cut(field, text));
  const { diagnostics, fingerprint } = record;
  const shorter: ErrorRecord = {
    ...record,
    taskKey: cut("taskKey", record.taskKey),
    phase: cutOrNull("phase", record.phase),
    agent: cut("agent", record.agent),
    agentRole: cut("agentRole", record.agentRole),
    model: cutOrNull("model", record.model),
    message: cut("message", record.message),
    tool: cutOrNull("tool", record.tool),
    command: cutOrNull("command", record.command),
    signal: cutOrNull("signal", record.signal),
    stderrExcerpt: cutOrNull("stderrExcerpt", record.stderrExcerpt),
    diagnostics: diagnostics && { ...diagnostics, path: cut("diagnostics.path", diagnostics.path) },
    fingerprint: { ...fingerprint, key: cut("fingerprint.key", fingerprint.key) },
    attributes: Object.fromEntries(
      Object.entries(record.attributes).map(([key, value]) => [key, cut(`attributes.${key}`, value)]),
    ),
    truncated,
  };
  return { record: shorter, full };
}

/** Cuts texts to so many bytes of JSON. How long they are is worked out once. */
function cutter(fullTextName: string | null): (text: string, longest: number) => ReturnType<Cut> {
  const sizes = new Map<string, number>();
  const where = fullTextName === null ? "they could not be kept" : `see ${fullTextName}`;
  return (text, longest) => {
    if (charactersThatFit(text, longest, 1) === text.length) return null;
    const bytes = sizes.get(text) ?? encoder.encode(text).length;
    sizes.set(text, bytes);
    const head = text.slice(0, charactersThatFit(text, longest / 2, 1));
    const tail = text.slice(text.length - charactersThatFit(text, longest / 2, -1));
    const missingBytes = bytes - encoder.encode(head).length - encoder.encode(tail).length;
    return { text: `${head}\n[… ${missingBytes} bytes are missing here: ${where} …]\n${tail}`, missingBytes };
  };
}

/** How many characters from one end of a text take at most so many bytes as JSON. A surrogate pair stays together. */
function charactersThatFit(text: string, bytes: number, step: 1 | -1): number {
  let left = bytes;
  for (let count = 0; count < text.length; ) {
    const at = step === 1 ? count : text.length - 1 - count;
    const length = isSurrogate(text.charCodeAt(at)) && isSurrogate(text.charCodeAt(at + step)) ? 2 : 1;
    left -= length === 2 ? 4 : jsonBytes(text.charCodeAt(at));
    if (left < 0) return count;
    count += length;
  }
  return text.length;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

/** As jsonText() writes it, or a few more. */
function jsonBytes(code: number): number {
  if (code === 0x22 || code === 0x5c) return 2;
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || isSurrogate(code)) return 6;
  if (code === 0x61c || (code >= 0x200e && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) return 6;
  if (code === 0xfeff) return 6;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
}

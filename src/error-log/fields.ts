/** Parts of schemas that an observed error and an entry of a sidecar share, with the words that people are told. */
import * as v from "valibot";
import { signalFromWord } from "../core/signals.ts";

/** At least one character that is not white space. */
export function someText(message: string) {
  return v.pipe(
    v.string(message),
    v.check((text) => text.trim() !== "", message),
  );
}

const timeWords = "Give a time in ISO 8601, for example 2026-01-05T12:33:44Z";

/** A time as people and programs write it, as UTC with milliseconds. */
export const time = v.pipe(
  v.string(timeWords),
  v.regex(/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?( ?(Z|[+-]\d\d:?\d\d))?)?$/, timeWords),
  v.transform((text) => Date.parse(isoOf(text))),
  v.number(timeWords),
  v.transform((ms) => new Date(ms).toISOString()),
);

function isoOf(text: string): string {
  return text
    .replace(/^(\S{10}) /, "$1T")
    .replace(",", ".")
    .replace(" ", "")
    .replace(/([+-]\d\d)(\d\d)$/, "$1:$2");
}

const signalWords = "Give a signal by its name or number, for example SIGKILL or 9";

export const signal = v.pipe(
  v.string(signalWords),
  v.transform((word) => signalFromWord(word)),
  v.string(signalWords),
);

/** So many at most, and with such names: they must fit into a line. */
export const mostAttributes = 32;
const attributeWords = `Give at most ${mostAttributes} attributes, with names of letters, digits and _ . - of at most 64 characters`;

export const attributes = v.pipe(
  v.record(v.string(), v.string()),
  v.check((map) => Object.keys(map).length <= mostAttributes, attributeWords),
  v.check((map) => Object.keys(map).every((name) => /^[\w.-]{1,64}$/.test(name)), attributeWords),
);

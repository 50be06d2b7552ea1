/**
 * What the fields of a record may be, as functions: the append of one record is over before a schema is built. On its way there
 * are loops where `map` and `find` would do: each of the runtime's own array functions is compiled at its first use, in 0.07 ms.
 */

export const timeWords = "Give a time in ISO 8601, for example 2026-01-05T12:33:44Z";
export const signalWords = "Give a signal by its name or number, for example SIGKILL or 9";

/** So many at most, and with such names: they must fit into a line. */
export const mostAttributes = 32;
export const attributeWords = `Give at most ${mostAttributes} attributes, with names of letters, digits and _ . - of at most 64 characters`;

/** A time as people and programs write it, as UTC with milliseconds; null for what is none. */
export function timeFrom(word: string): string | null {
  const shape = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?( ?(Z|[+-]\d\d:?\d\d))?)?$/;
  const ms = shape.test(word) ? Date.parse(isoOf(word)) : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function isoOf(text: string): string {
  return text
    .replace(/^(\S{10}) /, "$1T")
    .replace(",", ".")
    .replace(" ", "")
    .replace(/([+-]\d\d)(\d\d)$/, "$1:$2");
}

/** Whether these can be kept with a record. */
export function areAttributes(map: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(map);
  for (const name of names) if (!/^[\w.-]{1,64}$/.test(name)) return false;
  return names.length <= mostAttributes;
}

/**
 * The few fields that grouping needs of a line that we wrote ourselves, read where they stand: four times as fast as
 * parsing the line. The order of the fields is that of the schema, and no text can hold a field's name with its quotes,
 * because in a text every quote has a backslash before it.
 */

/** What grouping needs of a record. */
export interface QuickFields {
  /** The hash alone where the version is 1. */
  readonly fingerprint: string;
  /** When it happened, in milliseconds since the epoch. */
  readonly time: number;
  readonly agent: string;
  readonly hasDiagnostics: boolean;
}

const idEnd = '{"id":"00000000-0000-0000-0000-000000000000'.length;
const beforeRecorded = '","schemaVersion":1,"recordedAt":"';
const beforeOccurred = '","occurredAt":"';
const timeLength = "2026-01-01T00:00:00.000Z".length;
const timeEnd = 'Z",';
const occurredAt = idEnd + beforeRecorded.length + timeLength;
const beforeAgent = ',"agent":"';
const beforeDiagnostics = ',"diagnostics":';
const beforeHash = ',"fingerprint":{"version":"v1","hash":"';
const hashLength = 16;
const openBrace = 123;
const closeBrace = 125;

/** The fields of the line between two places of a text; null for a line that has another form, or was torn. */
export function quickFields(text: string, start: number, end: number): QuickFields | null {
  if (!text.startsWith(beforeRecorded, start + idEnd)) return null;
  if (!text.startsWith(beforeOccurred, start + occurredAt)) return null;
  if (text.charCodeAt(end - 1) !== closeBrace || text.charCodeAt(end - 2) !== closeBrace) return null;
  const timeStart = start + occurredAt + beforeOccurred.length;
  const time = timeAt(text, timeStart);
  if (!text.startsWith(timeEnd, timeStart + timeLength - 1) || Number.isNaN(time)) return null;
  const agent = text.indexOf(beforeAgent, timeStart) + beforeAgent.length;
  const hash = text.indexOf(beforeHash, agent);
  if (hash < 0 || hash > end || agent > hash || agent < timeStart) return null;
  const name = text.slice(agent, text.indexOf('"', agent));
  if (name.includes("\\")) return null; // escaped: parsing it will tell
  const hashStart = hash + beforeHash.length;
  const diagnostics = text.lastIndexOf(beforeDiagnostics, hash) + beforeDiagnostics.length;
  return {
    fingerprint: text.slice(hashStart, hashStart + hashLength),
    time,
    agent: name,
    hasDiagnostics: diagnostics > start && text.charCodeAt(diagnostics) === openBrace,
  };
}

/** `Date.parse` of `2026-01-01T00:00:00.000Z`, without the text of it: eight times as fast. */
function timeAt(text: string, start: number): number {
  return Date.UTC(
    digits(text, start, 4),
    digits(text, start + 5, 2) - 1,
    digits(text, start + 8, 2),
    digits(text, start + 11, 2),
    digits(text, start + 14, 2),
    digits(text, start + 17, 2),
    digits(text, start + 20, 3),
  );
}

function digits(text: string, start: number, length: number): number {
  let value = 0;
  for (let at = start; at < start + length; at++) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}

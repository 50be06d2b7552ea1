import type { Files } from "../system/system.ts";

/**
 * The id of something that may be reported twice: a UUIDv8 (RFC 9562) made of the SHA-256 of the parts, so that the same
 * report has the same id, whoever makes it and wherever it was read from.
 */
export function derivedId(parts: readonly unknown[], { sha256 }: Pick<Files, "sha256">): string {
  const hex = sha256(new TextEncoder().encode(JSON.stringify(parts.map(canonical))));
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The same value with the fields of every object in order: an agent that writes its file anew may change theirs. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const sorted = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, item]) => [key, canonical(item)]));
}

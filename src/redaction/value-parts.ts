import { looksSecret } from "../core/secret-name.ts";
import { fromBase64 } from "./encodings.ts";

/** What is secret inside a value whoever holds it, beside what a shape finds: each part as it is and decoded. */
export function secretParts(value: string): readonly string[] {
  return [...jsonLeaves(value), ...credentials(value)];
}

/** Whether any of some values, with NUL between them, may have such parts. */
export function mayHoldSecretParts(joined: string): boolean {
  return /(?:^|\0)\s*[{[]|(?:basic|bearer|token)\s/i.test(joined);
}

/** A password found in a URL, also as whoever logs in spells it. */
export function decodedUrlPart(part: string): readonly string[] {
  try {
    return [part, decodeURIComponent(part)];
  } catch {
    return [part];
  }
}

/** `Basic …` and `Bearer …`, also after `Authorization:`. */
function credentials(value: string): readonly string[] {
  const [, scheme, credential] = /^(?:authorization:\s*)?(basic|bearer|token)\s+(\S+)\s*$/i.exec(value) ?? [];
  if (scheme === undefined || credential === undefined) return [];
  const decoded = scheme.toLowerCase() === "basic" ? fromBase64(credential) : null;
  if (decoded === null) return [credential];
  return [credential, decoded, decoded.slice(decoded.indexOf(":") + 1)];
}

/** The leaves of a JSON value whose keys say that they are secret. */
function jsonLeaves(value: string): readonly string[] {
  if (!/^\s*[{[]/.test(value)) return [];
  try {
    return leavesOf(JSON.parse(value), false);
  } catch {
    return [];
  }
}

function leavesOf(value: unknown, secret: boolean): readonly string[] {
  if (typeof value === "string") return secret ? [value] : [];
  if (typeof value === "number") return secret ? [String(value)] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, Array.isArray(value) ? secret : isSecretKey(key)),
  );
}

/** As for a variable, with camel case; a `token_uri` says where to get one. */
function isSecretKey(key: string): boolean {
  return (
    looksSecret(key.replace(/([a-z0-9])([A-Z])/g, "$1_$2")) && !/(?:ur[il]|type|endpoint|id)$/i.test(key)
  );
}

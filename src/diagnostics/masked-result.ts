import type { Redactor } from "../core/redactor.ts";

/**
 * The text of a result file, masked. What could be read as JSON still can: where masking took more than the inside of a
 * text, such as a number that is a secret, it is written anew from its masked values.
 */
export function maskedResult(text: string, redactor: Redactor): string {
  const masked = redactor.text(text);
  if (masked === text || isJson(masked) || !isJson(text)) return masked;
  const anew = JSON.stringify(redactor.json(JSON.parse(text)), null, 2);
  // A secret may go over several values: then no JSON can be made of it.
  return placeholdersIn(anew) === placeholdersIn(masked) ? anew : masked;
}

function placeholdersIn(text: string): number {
  return text.split("[REDACTED:").length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Secrets as people list them: one a line, bare or as `NAME=value`, as a `.env` file has them.
 *
 *     # a comment
 *     export GITHUB_TOKEN="ghp_…"     masked as GITHUB_TOKEN; quotes are not part of it, and a quoted value may have several lines
 *     correct horse battery           masked as `secret`
 *
 * Where a line can be read in two ways, both readings are secret. A text that is JSON, or a key that begins with `-----BEGIN`,
 * is one secret as a whole.
 */
import type { Secret } from "./secret-name.ts";

/** A secret, and the line that it begins in. */
export interface ListedSecret extends Secret {
  readonly line: number;
}

/** What a secret without a name is masked as. */
const nameless = "secret";

/** Every secret in a list. Windows line ends and a byte order mark are not part of any. */
export function readSecretList(text: string): readonly ListedSecret[] {
  const plain = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  if (isOneSecret(plain)) return [secret(nameless, plain.trim(), 1)];
  const lines = plain.split("\n");
  const found: ListedSecret[] = [];
  for (let at = 0; at < lines.length; ) {
    const taken = linesOfValue(lines, at);
    found.push(...readSecretLine(lines.slice(at, at + taken).join("\n"), at + 1));
    at += taken;
  }
  return found;
}

/** The secrets in one line of a list; more than one where it can be read in two ways. */
export function readSecretLine(line: string, number = 1): readonly ListedSecret[] {
  const text = line.trim();
  if (text === "" || text === "#" || text.startsWith("# ")) return [];
  const [, name = "", value = ""] = assignment.exec(text) ?? [];
  // `QUJD=` is base64, and nothing is assigned.
  if (name === "" || /^=*$/.test(value)) return [secret(nameless, text, number)];
  const values = readingsOf(value.trim());
  if (/^[A-Z_][A-Z0-9_]*$/.test(name)) return values.map((each) => secret(name, each, number));
  return [text, ...values].map((each) => secret(nameless, each, number));
}

const assignment = /^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s;

function isOneSecret(text: string): boolean {
  const start = text.trimStart();
  if (start.startsWith("-----BEGIN ")) return true;
  if (!/^[{[]/.test(start)) return false;
  try {
    JSON.parse(start);
    return true;
  } catch {
    return false;
  }
}

function secret(name: string, value: string, line: number): ListedSecret {
  return { name, value, marked: true, line };
}

/** What a value can mean: as it stands in quotes, with its escapes written out, or as it is; and without a comment behind it. */
function readingsOf(value: string): readonly string[] {
  const quoted = /^(["'`])(.*)\1(?:[ \t]+#.*)?$/s.exec(value);
  if (quoted === null) return [...new Set([value, value.replace(/[ \t]+#.*$/s, "")])];
  const [, quote, inner = ""] = quoted;
  return quote === '"' ? [...new Set([inner, unescaped(inner)])] : [inner];
}

function unescaped(text: string): string {
  const meanings: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
  return text.replace(/\\(.)/gs, (_, character: string) => meanings[character] ?? character);
}

/** How many lines a value takes: more than one when it begins with a quote that a later line closes, before the next name. */
function linesOfValue(lines: readonly string[], at: number): number {
  const [, quote, rest = ""] = /^\s*(?:export[ \t]+)?[A-Za-z_]\w*=(["'`])(.*)$/s.exec(lines[at] ?? "") ?? [];
  if (quote === undefined || rest.includes(quote)) return 1;
  for (let end = at + 1; end < lines.length; end++) {
    const line = lines[end] ?? "";
    if (assignment.test(line)) return 1;
    if (line.trimEnd().endsWith(quote)) return end - at + 1;
  }
  return 1;
}

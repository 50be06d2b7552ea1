/** A value to be masked wherever it is kept. `marked` means that a policy named it, so that even a short value counts. */
export interface Secret {
  readonly name: string;
  readonly value: string;
  readonly marked: boolean;
}

/** Words that make a name secret wherever they stand in it; each also in the plural. */
const secretWords = ["password", "passwd", "pwd", "secret", "token", "credential", "auth"];

/** Words that make a name with `key` in it secret. */
const keyCompanions = ["api", "access", "private", "ssh", "secret"];

/** The secret ones of many names. One look at each, since a start has dozens and most are harmless. */
export function secretNamesAmong(names: Iterable<string>): ReadonlySet<string> {
  const secret = new Set<string>();
  for (const name of names) if (mayLookSecret.test(name) && looksSecret(name)) secret.add(name);
  return secret;
}

/** What every secret name holds; most names hold none of it, and need no further look. */
const mayLookSecret = /pass|pwd|secret|token|credential|auth|key|connection/i;

/** Last words of names that say where something lies, not what it is. */
const placeWords = ["file", "path", "dir", "sock"];

/** Whether a variable's name says that its value is a secret. Judged by whole words: `AUTHOR` and `MONKEY` are harmless. */
export function looksSecret(name: string): boolean {
  // The shell's working directory, although `DB_PWD` is a password.
  if (name === "PWD" || name === "OLDPWD") return false;
  if (!mayLookSecret.test(name)) return false;
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  if (placeWords.includes(words.at(-1) ?? "")) return false;
  return words.some((word) => isOneOf(word, secretWords)) || namesKey(words) || namesConnection(words);
}

function namesKey(words: readonly string[]): boolean {
  return words.some((word) => isOneOf(word, ["key"])) && words.some((word) => keyCompanions.includes(word));
}

function namesConnection(words: readonly string[]): boolean {
  return words.some((word, index) => word === "connection" && isOneOf(words[index + 1] ?? "", ["string"]));
}

function isOneOf(word: string, singulars: readonly string[]): boolean {
  return singulars.some((singular) => word === singular || word === `${singular}s`);
}

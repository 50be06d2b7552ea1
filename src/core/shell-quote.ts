/** A word as a POSIX shell reads it back unchanged, whatever it holds; a plain one stays as it is. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_/.:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

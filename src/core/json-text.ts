/** What JSON allows in a text and a terminal, a line splitter or a reader of the text must not meet: see neutralize.ts. */
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * A value as one line of JSON in which every control and bidirectional character is escaped: the same value for every
 * JSON reader, and harmless where somebody looks at the line itself. No lone surrogate and no NUL survives, since jq,
 * PostgreSQL and others refuse them.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  // Most lines are plain ASCII: the expression that finds the others takes 0.2 ms to compile.
  if (!/[^ -~]/.test(text)) return text;
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A text that every reader of JSON takes: no lone surrogate, and NUL as `\x00`. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\\x00");
}

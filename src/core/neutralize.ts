/** A CSI or OSC sequence, or another two-byte escape (ECMA-48): colours, cursor movements, window titles. */
const escapeSequence =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]/g;

/** Control characters but newline and tab; marks that turn the reading direction (Unicode TR9); line separators. */
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Text from an executor made harmless for a terminal or a comment: escape sequences go, a carriage return becomes a
 * line end, and every other control or bidirectional character is shown as `\u202e`. Newlines and tabs stay.
 */
export function neutralize(text: string): string {
  return withoutEscapes(text)
    .replaceAll("\r\n", "\n")
    .replaceAll("\r", "\n")
    .replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Text without escape sequences, everything else as it was. */
export function withoutEscapes(text: string): string {
  return text.includes("\u001b") ? text.replace(escapeSequence, "") : text;
}

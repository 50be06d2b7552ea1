/**
 * Whether a name matches a pattern as a whole, case-sensitively. `*` is any run of characters, `?` any one, `\*` and
 * `\?` are the characters themselves, and nothing else is special.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  const { prefix, pieces, wild } = compiled(pattern);
  if (!wild) return name === prefix;
  if (!name.startsWith(prefix)) return false;
  return pieces === anything || matchesPieces(pieces, Array.from(name));
}

/** Whether a pattern can match more than one name. */
export function isGlob(pattern: string): boolean {
  return compiled(pattern).wild;
}

/** The characters a pattern fixes before its first `*` or `?`; for a pattern without either, the name it stands for. */
export function literalPrefix(pattern: string): string {
  return compiled(pattern).prefix;
}

/** How many characters a pattern fixes before its first `*` or `?`: the more, the closer it fits. */
export function literalPrefixLength(pattern: string): number {
  return Array.from(literalPrefix(pattern)).length;
}

type Piece = { readonly kind: "literal"; readonly text: string } | { readonly kind: "one" | "many" };

/** What follows the beginning that a pattern such as `XDG_*` fixes. */
const anything: readonly Piece[] = [{ kind: "many" }];

interface Compiled {
  readonly pieces: readonly Piece[];
  readonly prefix: string;
  readonly wild: boolean;
}

/** Each pattern is read once: it is held against every variable of the parent. */
const known = new Map<string, Compiled>();

function compiled(pattern: string): Compiled {
  const result = known.get(pattern) ?? compile(pattern);
  known.set(pattern, result);
  return result;
}

function compile(pattern: string): Compiled {
  // Most are plain names; reading each of them piece by piece cost 3 ms at every start.
  if (!/[*?\\]/.test(pattern)) return { pieces: [], prefix: pattern, wild: false };
  // And most of the rest are a beginning and a star.
  if (pattern.search(/[*?\\]/) === pattern.length - 1 && pattern.endsWith("*")) {
    return { pieces: anything, prefix: pattern.slice(0, -1), wild: true };
  }
  const pieces = Array.from(pattern.matchAll(/\\[*?]|[\s\S]/gu), ([text]): Piece => {
    if (text === "*") return { kind: "many" };
    if (text === "?") return { kind: "one" };
    return { kind: "literal", text: text === "\\*" || text === "\\?" ? text.slice(1) : text };
  });
  const first = pieces.findIndex((piece) => piece.kind !== "literal");
  const fixed = first < 0 ? pieces : pieces.slice(0, first);
  const prefix = fixed.map((piece) => (piece.kind === "literal" ? piece.text : "")).join("");
  return { pieces, prefix, wild: first >= 0 };
}

function matchesPieces(pieces: readonly Piece[], characters: readonly string[]): boolean {
  let piece = 0;
  let at = 0;
  // Only the last `*` is ever tried again, longer by one: an earlier one cannot help where a later one failed.
  let star = -1;
  let starAt = 0;
  while (at < characters.length) {
    const current = pieces[piece];
    if (current?.kind === "many") {
      star = piece++;
      starAt = at;
    } else if (current?.kind === "one" || (current?.kind === "literal" && current.text === characters[at])) {
      piece++;
      at++;
    } else if (star >= 0) {
      piece = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  return pieces.slice(piece).every((rest) => rest.kind === "many");
}

type Piece = { readonly kind: "literal"; readonly text: string } | { readonly kind: "one" | "many" };

/**
 * Whether a name matches a pattern as a whole, case-sensitively. `*` is any run of characters, `?` any one, `\*` and
 * `\?` are the characters themselves, and nothing else is special.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  // Most patterns are names, and every start of faultbox compares some ten thousand of them.
  if (isPlain(pattern)) return pattern === name;
  const pieces = piecesOf(pattern);
  const characters = Array.from(name);
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

/** Whether a pattern can match more than one name. */
export function isGlob(pattern: string): boolean {
  return !isPlain(pattern) && piecesOf(pattern).some((piece) => piece.kind !== "literal");
}

/** How many characters a pattern fixes before its first `*` or `?`: the more, the closer it fits. */
export function literalPrefixLength(pattern: string): number {
  const pieces = piecesOf(pattern);
  const wild = pieces.findIndex((piece) => piece.kind !== "literal");
  return wild < 0 ? pieces.length : wild;
}

function isPlain(pattern: string): boolean {
  return !/[*?]/.test(pattern);
}

/** Each pattern is read once: it is held against every variable of the parent. */
const read = new Map<string, readonly Piece[]>();

function piecesOf(pattern: string): readonly Piece[] {
  const known = read.get(pattern) ?? readPieces(pattern);
  read.set(pattern, known);
  return known;
}

function readPieces(pattern: string): readonly Piece[] {
  return Array.from(pattern.matchAll(/\\[*?]|[\s\S]/gu), ([text]): Piece => {
    if (text === "*") return { kind: "many" };
    if (text === "?") return { kind: "one" };
    return { kind: "literal", text: text.length === 2 && text.startsWith("\\") ? text.slice(1) : text };
  });
}

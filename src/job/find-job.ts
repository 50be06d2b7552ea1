/** Which job a word means. */
export type FoundJob =
  | { readonly kind: "one"; readonly id: string }
  | { readonly kind: "none" }
  | { readonly kind: "many"; readonly ids: readonly string[] };

/** An id, a prefix of one, its last 8 characters, or `latest`, among ids of which the newest comes first. */
export function findJob(word: string, ids: readonly string[]): FoundJob {
  const matches = word === "latest" ? ids.slice(0, 1) : ids.filter((id) => isMeant(id, word.toLowerCase()));
  const [first] = matches;
  if (first === undefined || word === "") return { kind: "none" };
  return matches.length === 1 ? { kind: "one", id: first } : { kind: "many", ids: matches };
}

function isMeant(id: string, word: string): boolean {
  return id.startsWith(word) || (word.length === 8 && id.endsWith(word));
}

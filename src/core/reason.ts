/**
 * The enriched failure reason:
 *
 *     <reason> [diagnostics: <absolute path>]
 *     --- executor tail ---
 *     <at most 1,200 characters>
 *
 * What stands before ` [diagnostics:` is the reason itself. Everything that judges a reason reads only that, so that
 * words in the tail are never mistaken for the executor's own verdict.
 */
const pointer = " [diagnostics: ";
const heading = "--- executor tail ---";

/** How many characters of the tail go into a reason. */
export const tailCharacters = 1200;

/** The reason without what enriching added. */
export function plainReason(reason: string): string {
  const end = reason.indexOf(" [diagnostics:");
  return end < 0 ? reason : reason.slice(0, end);
}

/** The reason with the path of the diagnostics and the tail. Enriching an enriched reason changes nothing. */
export function enrichReason(reason: string, path: string, tail: string): string {
  if (reason.includes(pointer)) return reason;
  return `${reason}${pointer}${path}]\n${heading}\n${tail}`;
}

/** The end of what the executor said, stderr first, then as much of stdout as there is room for. */
export function executorTail(stdout: string, stderr: string): string {
  const errors = lastCharacters(stderr.trim(), tailCharacters);
  const room = tailCharacters - errors.length - (errors === "" ? 0 : 1);
  const output = room > 0 ? lastCharacters(stdout.trim(), room) : "";
  return [errors, output].filter((part) => part !== "").join("\n");
}

/** The last so many characters; a surrogate pair is never cut in two. */
export function lastCharacters(text: string, count: number): string {
  if (text.length <= count) return text;
  const cut = text.slice(text.length - count);
  return /^[\udc00-\udfff]/.test(cut) ? cut.slice(1) : cut;
}

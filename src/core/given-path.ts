/** More than any system opens (PATH_MAX of Linux). */
const mostCharacters = 4096;

/** Each fault that a path can have, in words that follow "it". */
export type PathProblem =
  | "is empty"
  | "is longer than 4096 characters"
  | "still holds a placeholder"
  | "is relative"
  | "holds a control character"
  | "is not UTF-8"
  | "ends with a space";

/**
 * Why a path that somebody handed on cannot be meant, or null. It is absolute, since nobody knows any more where it was
 * meant from; nothing in it is left to fill in; and it stands on a line of its own without changing.
 */
export function pathProblem(path: string): PathProblem | null {
  if (path === "") return "is empty";
  if (path.length > mostCharacters) return "is longer than 4096 characters";
  if (holdsPlaceholder(path)) return "still holds a placeholder";
  if (!path.startsWith("/")) return "is relative";
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(path)) return "holds a control character";
  if (path.includes("\uFFFD")) return "is not UTF-8";
  return path.endsWith(" ") ? "ends with a space" : null;
}

/** `<…>` or `{{…}}`, as templates have them. */
function holdsPlaceholder(path: string): boolean {
  return holdsPair(path, "<", ">") || holdsPair(path, "{{", "}}");
}

function holdsPair(path: string, open: string, close: string): boolean {
  const at = path.indexOf(open);
  return at >= 0 && path.indexOf(close, at + open.length) >= 0;
}

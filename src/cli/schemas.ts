import * as v from "valibot";

/** A role or a task: it becomes part of a file name, and must stay one. */
export function fileNamePart(flag: string, longest: number) {
  return v.pipe(
    v.string(),
    v.minLength(1, `Give ${flag} at least one character`),
    v.maxLength(longest, `Give ${flag} at most ${longest} characters`),
    v.regex(
      /^[\p{L}\p{N}_][\p{L}\p{N}_.:@+-]*$/u,
      `Give ${flag} letters, digits and _ . : @ + - only, beginning with a letter, digit or _: it names a file`,
    ),
    v.check((text) => !text.includes(".."), `Give ${flag} without "..": it names a file`),
  );
}

import fc from "fast-check";
import { pathProblem } from "../../src/core/given-path.ts";
import { headerMarker, headerNames } from "../../src/wiring/header-lines.ts";

/** Paths that a header can hold: absolute, on one line, complete, whatever else is in them. */
export const goodPaths = fc
  .array(
    fc.oneof(
      fc.constantFrom("a", "my app", "$HOME", "`id`", "'", '"', "**", "<", "{{", "\t", "%s"),
      fc.string({ unit: "grapheme", minLength: 1 }),
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => `/${parts.join("/")}`)
  .filter((path) => pathProblem(path) === null);

const lineEnds = fc.constantFrom("\n", "\r\n");

/** A line that begins neither a header nor a code block. */
const proseLines = fc
  .oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(
      "",
      "# Title",
      "- **Errors log path:** /no",
      "  **Worktree:** /no",
      "see **Errors sidecar path:** /no",
    ),
    fc.constantFrom("    ```", "``` a ` b", "> ```", "``", "\u00a0```", "\t~~~"),
  )
  .map((text) => text.replaceAll(/[\r\n]/g, ""))
  .filter(
    (line) =>
      !/^ {0,3}(?:```[^`]*$|~~~)/.test(line) &&
      !headerNames.some((name) => line.startsWith(headerMarker(name))),
  );

/** A code block that ends, with headers in it that are none. */
const codeBlocks = fc
  .tuple(
    fc.constantFrom("```", "~~~", "`````", " ~~~~"),
    fc.constantFrom("", "md", " x y"),
    fc.array(proseLines, { maxLength: 3 }),
  )
  .map(([fence, info, lines]) => {
    const examples = headerNames.map((name) => `${headerMarker(name)} /example/${name}`);
    return [`${fence}${info}`, ...examples, ...lines, "``", fence.trim()];
  });

/** Whole lines of a prompt that hold no header of their own and leave no code block open. */
export const surroundings = fc
  .tuple(
    fc.array(
      fc.oneof(
        proseLines.map((line) => [line]),
        codeBlocks,
      ),
      { maxLength: 8 },
    ),
    lineEnds,
  )
  .map(([blocks, end]) =>
    blocks
      .flat()
      .map((line) => `${line}${end}`)
      .join(""),
  );

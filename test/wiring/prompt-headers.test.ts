import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { headerMarker, headerNames, renderHeaders } from "../../src/wiring/header-lines.ts";
import { extractHeaders } from "../../src/wiring/prompt-headers.ts";
import { goodPaths, surroundings } from "./prompts.ts";

const log = "/srv/app/runs/review/logs/errors-review-007.jsonl";
const sidecar = "/srv/app/runs/review/worker-results/codex-worker-errors-review-007.json";
const both = renderHeaders({ errorsLog: log, errorsSidecar: sidecar, worktree: null });
const required = ["errorsLog", "errorsSidecar"] as const;

function found(prompt: string) {
  const extraction = extractHeaders(prompt, required);
  if (extraction.kind === "refused")
    throw new Error(extraction.problems.map(({ detail }) => detail).join("; "));
  return extraction.headers;
}

function summaries(prompt: string): readonly string[] {
  const extraction = extractHeaders(prompt, required);
  return extraction.kind === "refused" ? extraction.problems.map(({ summary }) => summary) : [];
}

const good = { errorsLog: log, errorsSidecar: sidecar, worktree: null };
const [logLine = "", sidecarLine = ""] = both;

describe("extractHeaders() finds both paths", () => {
  test.each([
    ["alone", both.join("\n")],
    ["with line ends of Windows", `# Task\r\n${both.join("\r\n")}\r\n`],
    ["after a byte order mark", `\uFEFF${both.join("\n")}\n`],
    ["in the other order, far apart", `${sidecarLine}\n\ntext\n\n${logLine}\n`],
    ["twice the same", `${both.join("\n")}\n\n${both.join("\n")}`],
    [
      "with blanks around the path",
      `**Errors log path:** \t ${log} \t\n**Errors sidecar path:**${sidecar}\n`,
    ],
    [
      "after a code block that holds others",
      `\`\`\`\n${headerMarker("errorsLog")} /other\n\`\`\`\n${both.join("\n")}`,
    ],
    ["after a code block in a longer fence", `~~~~md\n~~~\n\`\`\`\n~~~~\n${both.join("\n")}`],
    [
      "before a code block without an end",
      `${both.join("\n")}\n\`\`\`\n${headerMarker("errorsLog")} /other\n`,
    ],
    ["after code in a sentence", `\`\`\` is a fence\`\n${both.join("\n")}`],
    ["after code that is indented", `    \`\`\`\n${both.join("\n")}`],
    ["beside headers in a quotation", `> ${headerMarker("errorsLog")} /other\n${both.join("\n")}`],
  ])("%s", (_, prompt) => {
    expect(found(prompt)).toEqual(good);
  });

  test("and the worktree, where it stands", () => {
    expect(found(`${both.join("\n")}\n**Worktree:** /srv/app tree\n`).worktree).toBe("/srv/app tree");
  });
});

describe("extractHeaders() refuses a prompt", () => {
  test.each([
    ["without any", "# Task\n", ["no Errors log path line", "no Errors sidecar path line"]],
    ["that is empty", "", ["no Errors log path line", "no Errors sidecar path line"]],
    ["that lacks one", `${logLine}\n`, ["no Errors sidecar path line"]],
    [
      "with a placeholder",
      `**Errors log path:** <absolute path>\n${sidecarLine}`,
      ["Errors log path on line 1 still holds a placeholder"],
    ],
    [
      "with a placeholder in braces",
      `**Errors log path:** /srv/{{project}}/log\n${sidecarLine}`,
      ["Errors log path on line 1 still holds a placeholder"],
    ],
    [
      "with a relative path",
      `**Errors log path:** runs/e.jsonl\n${sidecarLine}`,
      ["Errors log path on line 1 is relative"],
    ],
    [
      "with a path in backticks",
      `**Errors log path:** \`${log}\`\n${sidecarLine}`,
      ["Errors log path on line 1 is relative"],
    ],
    [
      "with an empty path",
      `**Errors log path:**  \r\n${sidecarLine}`,
      ["Errors log path on line 1 is empty"],
    ],
    [
      "with a control character in a path",
      `\n**Errors log path:** /srv/\u001b[31m\n${sidecarLine}`,
      ["Errors log path on line 2 holds a control character"],
    ],
    [
      "with lone carriage returns for line ends",
      both.join("\r"),
      ["Errors log path on line 1 holds a control character", "Errors sidecar path does not begin line 1"],
    ],
    [
      "with bytes in a path that are not UTF-8",
      `**Errors log path:** /srv/\uFFFD\n${sidecarLine}`,
      ["Errors log path on line 1 is not UTF-8"],
    ],
    [
      "with two that differ",
      `${both.join("\n")}\n**Errors sidecar path:** /other\n`,
      ["Errors sidecar path differs between line 2 and line 3"],
    ],
    [
      "where one of two is still a placeholder",
      `${both.join("\n")}\n**Errors sidecar path:** <path>\n`,
      ["Errors sidecar path differs between line 2 and line 3"],
    ],
    [
      "with headers in a code block only",
      `text\n\`\`\`md\n${both.join("\n")}\n\`\`\`\n`,
      [
        "Errors log path on line 3 is in the code block of line 2",
        "Errors sidecar path on line 4 is in the code block of line 2",
      ],
    ],
    [
      "whose code block before the headers never ends",
      `~~~\n\`\`\`\n${both.join("\n")}`,
      [
        "Errors log path on line 3 is in the code block of line 1",
        "Errors sidecar path on line 4 is in the code block of line 1",
      ],
    ],
    [
      "with a header in a list, and an indented one",
      `- ${logLine}\n  ${sidecarLine}\n`,
      ["Errors log path does not begin line 1", "Errors sidecar path does not begin line 2"],
    ],
    [
      "with a worktree that cannot be meant",
      `${both.join("\n")}\n**Worktree:** none\n`,
      ["Worktree on line 3 is relative"],
    ],
    [
      "with headers in UTF-16",
      [...both.join("\n")].join("\0"),
      ["no Errors log path line", "no Errors sidecar path line"],
    ],
  ] as const)("%s", (_, prompt, expected) => {
    expect(summaries(prompt)).toEqual([...expected]);
  });

  test("for a line that it does not need, when it stands there and is no good", () => {
    expect(extractHeaders(`${sidecarLine}\n`, ["errorsSidecar"]).kind).toBe("found");
    expect(extractHeaders(`${sidecarLine}\n**Errors log path:** TODO\n`, ["errorsSidecar"]).kind).toBe(
      "refused",
    );
  });
});

const pathsOfRun = fc.record({
  errorsLog: goodPaths,
  errorsSidecar: goodPaths,
  worktree: fc.option(goodPaths, { nil: null }),
});

test("extractHeaders() gives back the paths that renderHeaders() wrote, whatever stands around them", () => {
  fc.assert(
    fc.property(
      pathsOfRun,
      surroundings,
      surroundings,
      fc.constantFrom("\n", "\r\n"),
      (paths, before, after, end) => {
        const lines = renderHeaders(paths).map((line) => `${line}${end}`);
        expect(found(`${before}${lines.join("")}${after}`)).toEqual(paths);
      },
    ),
    { numRuns: 500 },
  );
});

test("extractHeaders() never gives another path than the one that was written, whatever text stands around it", () => {
  const anything = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(anything, anything, (before, after) => {
      const extraction = extractHeaders(`${before}\n${both.join("\n")}\n${after}`, required);
      if (extraction.kind === "found") expect(extraction.headers).toEqual(good);
    }),
    { numRuns: 500 },
  );
});

test("a summary holds nothing of the prompt, and nothing that a shell gives a meaning", () => {
  const nasty = fc.constantFrom(
    "$(id)",
    "`id`",
    ";id",
    "&",
    "|",
    "<x>",
    "relative",
    "/a\u0007",
    "",
    "/a ",
    "{{x}}",
  );
  const line = fc
    .tuple(fc.constantFrom(...headerNames), nasty)
    .map(([name, value]) => `${headerMarker(name)} ${value}`);
  const lines = fc.array(
    fc.oneof(line, fc.constantFrom("```", " x **Worktree:** y", "- **Errors log path:** /z")),
  );
  fc.assert(
    fc.property(lines, (texts) => {
      for (const summary of summaries(texts.join("\n"))) expect(summary).toMatch(/^[A-Za-z0-9 -]+$/);
    }),
  );
});

describe("extractHeaders() reads a prompt of 10 MB in a time that grows with its length only", () => {
  const megabytes = 10 * 1024 * 1024;
  const repeated = (unit: string) => unit.repeat(Math.ceil(megabytes / unit.length));

  // Where the time grew with the square of the length these would take hours.
  test.each([
    ["one line", "x"],
    ["empty lines", "\n"],
    ["backticks", "`"],
    ["backticks and spaces", "``` "],
    ["fences", "```\n"],
    ["spaces", " "],
    ["markers on one line", "**Errors log path:** "],
    ["header lines", `${logLine}\n`],
    ["header lines that differ", `${logLine}\n${logLine}x\n`],
    ["open braces", "{{"],
    ["carriage returns", "\r"],
  ])("of %s", (_, unit) => {
    const text = repeated(unit);
    extractHeaders(text, required);
    extractHeaders(`**Errors log path:** ${text}`, required);
    expect(found(`${both.join("\n")}\n\`\`\`\`\`\`\n${text}`)).toEqual(good);
  });
});

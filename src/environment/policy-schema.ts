/**
 * The policy file: `faultbox.toml`.
 *
 *     [env]
 *     profile = "agent"                     # the profile, unless --profile names one
 *     repo_may_pass = ["CL_*"]              # what the file of a repository may pass; not in such a file itself
 *
 *     [env.profiles.agent]
 *     extends  = ["minimal"]                # what stands here goes before what is extended
 *     set      = { CI = "true" }            # beats whatever the parent has
 *     defaults = { GITHUB_ACTIONS = "false" } # for when no rule passes one
 *     path     = { base = ["/usr/bin", "/bin"], tools = ["git", "aider?"], dirs = ["~/.local/bin"] }
 *     [env.profiles.agent.vars]
 *     "CL_*"   = "pass"
 *     TMPDIR   = { pass = true, check = "dir" }
 *
 * Every table is keyed, so that files and profiles merge key by key. A key that is not listed here is an error: a
 * misspelt rule must never be a rule that silently does not hold. The schema transforms nothing, so that a JSON Schema
 * can be made of it.
 */
import * as v from "valibot";
import { nearest } from "../core/nearest.ts";
import { neutralize } from "../core/neutralize.ts";
import { groups } from "./groups.ts";

const actions = ["pass", "secret", "require", "drop", "deny"] as const;

/** What a value can be held against before it is passed. */
const checks = ["dir", "file", "locale", "term", "timezone", "url"] as const;

/** A table in which only these keys may stand. Its issues are phrases that go on after the name of a key. */
function table<const Entries extends v.ObjectEntries>(entries: Entries) {
  const known = Object.keys(entries);
  return v.strictObject(entries, (issue) =>
    issue.expected === "never"
      ? `is no key of a policy; ${suggestion(String(issue.path?.at(-1)?.key), known)}`
      : `must be a table with ${known.join(", ")}`,
  );
}

function suggestion(key: string, known: readonly string[]): string {
  const close = nearest(key, known);
  return close === null ? `known here are ${known.join(", ")}` : `did you mean "${close}"?`;
}

const text = (message: string) =>
  v.pipe(
    v.string(message),
    v.check((it) => !/[\0\uFFFD]/.test(it), message),
  );

const yes = v.optional(
  v.literal(true, 'must be true or absent; to keep a name out, give its name the action "drop"'),
);

/** A rule that says more than its action. To pass, to mask and to require go together. */
const ruleTable = v.pipe(
  table({
    pass: yes,
    secret: yes,
    require: yes,
    drop: yes,
    deny: yes,
    check: v.optional(v.picklist(checks, `must be one of ${quoted(checks)}`)),
    hint: v.optional(
      v.pipe(
        v.string("must be a text: what a person should do when the variable is missing"),
        v.check(isHarmless, "must be a line of plain text"),
      ),
    ),
  }),
  v.check(
    (rule) => actions.some((action) => rule[action]),
    `holds no action; give one of ${actions.join(", ")} = true`,
  ),
  v.check(
    (rule) => !(rule.drop || rule.deny) || actions.filter((action) => rule[action]).length === 1,
    "holds two actions that exclude each other; keep one",
  ),
);

const variableRule = v.union(
  [v.picklist(actions), ruleTable],
  `must be one of ${quoted(actions)}, or a table such as { pass = true, check = "dir" }`,
);

const assignedValue = v.union(
  [
    text("must be text without a NUL byte"),
    v.pipe(
      table({
        under_root: v.optional(text("must be a path under the root")),
        locale: v.optional(text('must be a locale, such as "en_US.UTF-8"')),
      }),
      v.check(
        (value) => (value.under_root === undefined) !== (value.locale === undefined),
        "must hold either under_root or locale",
      ),
    ),
  ],
  'must be a text in quotes, as in CI = "true"',
);

const variableName = v.pipe(v.string(), v.check(isName, faultOfName));

const groupNames = groups.map((group) => group.name);

const variablePattern = v.pipe(
  v.string("must be a name, in quotes"),
  v.check(
    (name) => !name.startsWith("!"),
    'begins with "!", which does not negate; give the name the action "drop"',
  ),
  v.check(
    (name) => !name.startsWith("{group:") || groupNames.some((group) => name === `{group:${group}}`),
    `names no group; known are ${groupNames.join(", ")}`,
  ),
  v.check(isName, faultOfName),
);

const profileName = v.pipe(
  v.string("must be the name of a profile, in quotes"),
  v.regex(/^[\w.-]{1,64}$/, "is no name for a profile; use letters, digits and _ . -"),
);

const directory = v.pipe(
  v.string("must be a directory, in quotes"),
  v.regex(
    /^(\/|~\/)[^:\0\uFFFD]*$/,
    "must be an absolute directory, or one that begins with ~/, without a colon",
  ),
);

const tool = v.pipe(
  v.string("must be the name of a program, in quotes"),
  v.regex(
    /^[^/\s\0\uFFFD?]+\??$/,
    'must be the name of a program, without "/"; a "?" behind it makes it optional',
  ),
);

const path = table({
  base: v.optional(
    v.union(
      [v.literal("inherit"), v.pipe(v.array(directory), v.minLength(1, "must hold a directory"))],
      'must be "inherit", for the parent\'s PATH, or a list of directories',
    ),
  ),
  tools: v.optional(v.array(tool, "must be a list of programs")),
  dirs: v.optional(v.array(directory, "must be a list of directories")),
  tools_first: v.optional(v.boolean("must be true or false")),
});

const profile = table({
  extends: v.optional(v.array(profileName, "must be a list of profiles")),
  set: v.optional(v.record(variableName, assignedValue, "must be a table of names and values")),
  defaults: v.optional(v.record(variableName, assignedValue, "must be a table of names and values")),
  path: v.optional(path),
  vars: v.optional(v.record(variablePattern, variableRule, "must be a table of names and actions")),
});

/** What a policy file holds. Its issues are phrases that go on after the name of a key. */
export const policySchema = table({
  env: v.optional(
    table({
      profile: v.optional(profileName),
      repo_may_pass: v.optional(v.array(variablePattern, "must be a list of names")),
      profiles: v.optional(v.record(profileName, profile, "must be a table of profiles")),
    }),
  ),
});

export type PolicyDocument = v.InferOutput<typeof policySchema>;

function isName(name: string): boolean {
  return name !== "" && !/[\s=\uFFFD]/.test(name) && isHarmless(name);
}

/** Whether a text can be shown on a terminal as it is: who wrote it may be nobody we know. */
function isHarmless(shown: string): boolean {
  return neutralize(shown) === shown && !shown.includes("\n");
}

function faultOfName({ input: name }: { readonly input: string }): string {
  if (name === "") return "has an empty name";
  if (/\s/.test(name)) return "has a space in its name; give each name a line of its own";
  if (name.includes("=")) return 'has a "=" in its name; values stand under set';
  return "has a name that no variable can have";
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(", ");
}

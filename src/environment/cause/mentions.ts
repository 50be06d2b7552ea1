import { shownLine } from "../../core/said.ts";
import { type Sayings, sayings } from "./sayings.ts";

/** A name, and the words beside it that say that it is missing. */
export interface Mention {
  readonly name: string;
  /** The saying that was recognized; `words-nearby` for a failure word that only stands near the name. */
  readonly rule: string;
  /** `said`: the words can only mean the name. `shown`: they also speak of variables of the environment. */
  readonly strength: "nearby" | "said" | "shown";
  /** The name and those words, as they were said. */
  readonly words: string;
  /** The index of the line. */
  readonly at: number;
}

/** How far from a name the words may stand that say that it is missing. */
const reach = 80;

/** Every name that some line says is missing. `wanted` tells which words are looked at as names. */
export function mentionsIn(lines: readonly string[], wanted: (name: string) => boolean): readonly Mention[] {
  const known = sayings();
  return lines.flatMap((line, at) => {
    const around = [line, lines[at - 1] ?? "", lines[at + 1] ?? ""];
    if (!around.some((each) => mayMention.test(each))) return [];
    // What was masked is no word of the program: the name in it is ours.
    const spoken = line.replace(/\[REDACTED:[^\]]*\]/g, (mask) => "#".repeat(mask.length));
    if (isLookupOfProgram.test(spoken)) return [];
    return Array.from(spoken.matchAll(names)).flatMap((match) => {
      const name = match[0];
      const place = { name, spoken, line, at, start: match.index, end: match.index + name.length };
      return wanted(name) && standsAlone(place) ? (mentionOf(place, lines, known) ?? []) : [];
    });
  });
}

const names = /[A-Za-z_][A-Za-z0-9_]*/g;

/** A quick look that spares most lines a closer one. */
const mayMention =
  /set\b|unset|defin|miss|requir|found|find|exist|must be|no such|unbound|keyerror|uninitiali|empty|blank|null|no value|notpresent|cannot give|provid|export|specif|configur|populat|neither|path"?: ?\[|received|expected|placeholder|present|environment|: [A-Za-z_]\w*: \S/i;

/** A shell that looked for a program of that name: said of programs, not of variables. */
const isLookupOfProgram =
  /command not found|^(?:-?(?:\S*\/)?(?:ba|da|a|k|mk|z)?sh|\S+: (?:line )?\d+): [^\s:]+: not found$|: inaccessible or not found$/i;

interface Place {
  readonly name: string;
  /** The line, what was masked blotted out. */
  readonly spoken: string;
  readonly line: string;
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

/** Whole words only: no part of a longer name, of a path or of a file's name. */
function standsAlone({ spoken, start, end }: Place): boolean {
  const before = spoken.slice(Math.max(0, start - 8), start);
  if (/[\p{L}\p{N}_/-]$/u.test(before)) return false;
  if (before.endsWith(".") && !/(?:env|environ|ENV)\.$/.test(before) && !/(?:^|[^\w])\.+$/.test(before))
    return false;
  return !/^(?:[\p{L}\p{N}_/-]|\.[\w])/u.test(spoken.slice(end));
}

function mentionOf(place: Place, lines: readonly string[], known: Sayings): Mention | null {
  const { spoken, at, start, end } = place;
  const above = lines.slice(Math.max(0, at - 3), at).join("\n");
  const before = `${above}\n${spoken.slice(0, start)}`.slice(-reach);
  const after = `${spoken.slice(end)}\n${lines[at + 1] ?? ""}`.slice(0, reach);
  for (const saying of known.after) {
    const match = saying.pattern.exec(after);
    if (match !== null) return mention(place, saying, start - opening(before), end + match[0].length);
  }
  for (const saying of known.before) {
    const match = (saying.and?.test(after) ?? true) ? saying.pattern.exec(before) : null;
    if (match !== null) return mention(place, saying, start - match[0].length, end + closing(after));
  }
  return /^["'`’”]* is (?:already )?set\b/.test(after) ? null : nearby(place, known.nearby);
}

function mention(
  { name, spoken, line, at }: Place,
  { rule, strength }: Pick<Mention, "rule" | "strength">,
  from: number,
  to: number,
): Mention {
  const shown = strength === "said" && speaksOfVariables(spoken, name);
  const words = shownLine(line.slice(Math.max(0, from), to));
  return { name, rule, strength: shown ? "shown" : strength, words, at };
}

/** How many opening quotes stand at the end of a text, and how many closing ones at the beginning of another. */
function opening(before: string): number {
  return /["'`‘“$({]{0,3}$/.exec(before)?.[0].length ?? 0;
}

function closing(after: string): number {
  return /^["'`’”]?[\])}]?/.exec(after)?.[0].length ?? 0;
}

/** A failure word within reach, on the same line. */
function nearby(place: Place, failureWords: RegExp): Mention | null {
  const { spoken, start, end } = place;
  const found = { rule: "words-nearby", strength: "nearby" as const };
  const after = failureWords.exec(spoken.slice(end, end + reach));
  if (after !== null) return mention(place, found, start, end + after.index + after[0].length);
  const from = Math.max(0, start - reach);
  const before = failureWords.exec(spoken.slice(from, start));
  return before && mention(place, found, from + before.index, end);
}

/** Whether a line speaks of the environment, not of some other thing of that name. */
function speaksOfVariables(line: string, name: string): boolean {
  const speaks = /\benv(?:iron|ironment)?\b|\bvariables?\b|\bexport\b/i.test(line);
  return speaks || line.includes(`$${name}`) || line.includes(`\${${name}`);
}

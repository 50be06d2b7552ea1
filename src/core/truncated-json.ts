/**
 * Whether a text that does not parse is the beginning of valid JSON (RFC 8259): a file that somebody stopped writing,
 * as opposed to one that is wrong. Engines word their errors differently, so this is decided here.
 */
export function isTruncatedJson(text: string): boolean {
  const closers: string[] = [];
  const step: Step = { expects: "value" };
  for (let rest = text.trimStart(); rest !== ""; rest = rest.trimStart()) {
    const token = nextToken(rest);
    if (token === "cut") return mayBegin(rest, step);
    if (token === null || !accept(token, closers, step)) return false;
    rest = rest.slice(token.length);
  }
  return closers.length > 0;
}

interface Step {
  expects: "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end";
}

const stringBody = String.raw`(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*`;
const integer = String.raw`-?(?:0|[1-9]\d*)`;
const whole = new RegExp(
  String.raw`^(?:[{}[\],:]|"${stringBody}"|${integer}(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)`,
);
const cutString = new RegExp(String.raw`^"${stringBody}(?:\\(?:u[\da-fA-F]{0,3})?)?$`);
const cutNumber = new RegExp(String.raw`^(?:-|${integer}(?:\.\d*)?(?:[eE][+-]?)?)$`);

/** The next token; "cut" when the text ends inside one; null when it is none. */
function nextToken(rest: string): string | "cut" | null {
  const token = whole.exec(rest)?.[0];
  if (token !== undefined && !(token.length < rest.length && cutNumber.test(rest))) return token;
  const cut = cutString.test(rest) || cutNumber.test(rest) || isWordStart(rest);
  return cut ? "cut" : null;
}

function isWordStart(rest: string): boolean {
  return ["true", "false", "null"].some((word) => word.startsWith(rest));
}

/** Whether a token that is cut off may stand here: any value, but only a string as a key. */
function mayBegin(rest: string, { expects }: Step): boolean {
  return expects.startsWith("value") || (expects.startsWith("key") && rest.startsWith('"'));
}

/** Moves on by one token; false when it may not stand here. */
function accept(token: string, closers: string[], step: Step): boolean {
  const closer = closers.at(-1);
  if (token === "}" || token === "]") {
    if (closer !== token || !/end$/.test(step.expects)) return false;
    closers.pop();
    step.expects = "comma or end";
    return true;
  }
  if (token === ":") return advance(step, "colon", "value");
  if (token === ",")
    return closer !== undefined && advance(step, "comma or end", closer === "}" ? "key" : "value");
  if (step.expects.startsWith("key")) {
    step.expects = "colon";
    return token.startsWith('"');
  }
  if (!step.expects.startsWith("value")) return false;
  if (token === "{" || token === "[") {
    closers.push(token === "{" ? "}" : "]");
    step.expects = token === "{" ? "key or end" : "value or end";
  } else step.expects = "comma or end";
  return true;
}

function advance(step: Step, from: Step["expects"], to: Step["expects"]): boolean {
  if (step.expects !== from) return false;
  step.expects = to;
  return true;
}

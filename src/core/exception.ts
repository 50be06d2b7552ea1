/** The class of an exception and the function that it came from, as a stack trace tells them. */
export interface Exception {
  readonly class: string;
  /** The function and its file, without a line number: that one moves with every edit. Null where the trace names none. */
  readonly frame: string | null;
}

/** A trace is looked for in the end of a text. */
const lookedAt = 64_000;

/** The last exception whose stack trace stands in a text: Python, JavaScript, Java, .NET, Go or Rust. Null when none does. */
export function exceptionIn(text: string): Exception | null {
  const end = text.slice(-lookedAt);
  if (!end.includes("\n")) return null;
  return pythonException(end) ?? exceptionWithAt(end) ?? goPanic(end) ?? rustPanic(end);
}

/** The frames come first, the innermost last, and then the class at the beginning of a line. */
function pythonException(text: string): Exception | null {
  const start = text.lastIndexOf("Traceback (most recent call last):");
  if (start < 0) return null;
  const trace = text.slice(text.indexOf("\n", start) + 1);
  const frame = [...trace.matchAll(/^[ \t]+File "([^"\n]+)", line \d+, in (.+)$/gm)].at(-1);
  const name = /^((?:\w{1,80}\.){0,12}[A-Z]\w*)(?::|$)/m.exec(trace)?.[1];
  return name === undefined ? null : { class: name, frame: frameOf(frame?.[2], frame?.[1]) };
}

/** How many lines a message may have between its class and the first frame. */
const messageLines = 8;

/** `TypeError: text`, and below it `    at function (file:1:2)`, the innermost first. Java tells the root last, as `Caused by:`. */
function exceptionWithAt(text: string): Exception | null {
  const lines = text.split("\n");
  const at = /^\s+at (.+)$/;
  const first = lines.findLastIndex((line, index) => at.test(line) && !at.test(lines[index - 1] ?? ""));
  if (first < 0) return null;
  for (let index = first - 1; index >= Math.max(0, first - messageLines); index--) {
    const name =
      /(?:^|[\s.(])((?:[\w$]{1,80}\.){0,12}[\w$]{0,80}(?:Error|Exception|Throwable))(?![\w$])/.exec(
        (lines[index] ?? "").slice(0, 400),
      )?.[1];
    if (name !== undefined) return { class: name, frame: atFrame(at.exec(lines[first] ?? "")?.[1] ?? "") };
  }
  return null;
}

/** `function (/dir/file.js:1:2)`, `pkg.Class.method(File.java:3)`, or a place alone. */
function atFrame(text: string): string | null {
  const named = /^(?:async )?(?:new )?([^\s(]+)(?: ?\(([^():\n]+)[^)\n]*\))?/.exec(text);
  const isPlace = named?.[2] === undefined && /:\d+$/.test(named?.[1] ?? "");
  return isPlace ? frameOf("", named?.[1]?.replace(/(?::\d+)+$/, "")) : frameOf(named?.[1], named?.[2]);
}

function goPanic(text: string): Exception | null {
  const trace = text.lastIndexOf("\ngoroutine ");
  if (trace < 0 || !/^panic: /m.test(text.slice(0, trace))) return null;
  const frame = /^goroutine \d+ [^\n]*\n(?:panic\([^\n]*\n[^\n]*\n)?([^\s(]+)\(/.exec(text.slice(trace + 1));
  return frame ? { class: "panic", frame: frameOf(frame[1], undefined) } : null;
}

function rustPanic(text: string): Exception | null {
  const place = /^thread '[^'\n]*'(?: \(\d+\))? panicked at (?:'[^\n]*', )?([^\s:]+):\d+/m.exec(text);
  return place ? { class: "panic", frame: frameOf("", place[1]) } : null;
}

function frameOf(name: string | undefined, file: string | undefined): string | null {
  const base = file?.trim().split(/[/\\]/).at(-1);
  const words = [name, base].filter((word) => word !== undefined && word !== "");
  return words.length === 0 ? null : words.join(" ").slice(0, 200);
}

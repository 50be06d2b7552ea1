import type { RedactingStream, Redactor } from "../core/redactor.ts";
import type { Clock } from "../system/system.ts";

/** Cuts a redacted stream into pieces that end with a line, as far as it does not keep us waiting. */
export interface Lines {
  came(chunk: Uint8Array): void;
  /** Nothing comes any more. */
  end(): void;
}

/** An unfinished line waits no longer than this for its end, and no longer a one than this. */
const longestWaitMs = 250;
const longestLineBytes = 65_536;
const newline = 10;

/** Gives each piece to `write`. */
export function createLines(
  redactor: Pick<Redactor, "stream">,
  clock: Clock,
  write: (lines: Lines, text: Uint8Array) => void,
): Lines {
  const filter: RedactingStream = redactor.stream();
  let unfinished: Uint8Array[] = [];
  let size = 0;
  /** Counts pieces, so that a timer knows whether its line is still the one that waits. */
  let line = 0;

  function give(lines: Lines, text: Uint8Array): void {
    line++;
    const whole = unfinished.length === 0 ? text : joined([...unfinished, text], size + text.length);
    unfinished = [];
    size = 0;
    write(lines, whole);
  }

  function wait(lines: Lines, rest: Uint8Array): void {
    if (rest.length === 0) return;
    const begins = size === 0;
    unfinished.push(rest.slice()); // the chunk is not ours
    size += rest.length;
    if (size > longestLineBytes) give(lines, new Uint8Array());
    else if (begins) giveAfterWaiting(lines, line);
  }

  function giveAfterWaiting(lines: Lines, waiting: number): void {
    void clock.sleep(longestWaitMs).then(() => {
      if (waiting === line) give(lines, new Uint8Array());
    });
  }

  const lines: Lines = {
    came(chunk) {
      const text = filter.write(chunk);
      const cut = text.lastIndexOf(newline) + 1;
      if (cut > 0) give(lines, text.subarray(0, cut));
      wait(lines, text.subarray(cut));
    },
    end() {
      give(lines, filter.end());
    },
  };
  return lines;
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

import type { RedactingStream } from "../core/redactor.ts";
import type { Knowledge } from "./knowledge.ts";
import { OutputBytes } from "./output-bytes.ts";
import { placeholder } from "./placeholder.ts";
import { Scanner } from "./scanner.ts";

/** A stream that always looks for what `current` knows by then. */
export function createStream(current: () => Knowledge): RedactingStream {
  const counts = new Map<string, number>();
  const output = new OutputBytes();
  let failures = 0;
  let knowledge: Knowledge | null = null;
  let scanner: Scanner | null = null;
  const outlet = {
    pass: (bytes: Uint8Array, from: number, to: number) => output.append(bytes, from, to),
    mask({ name }: { readonly name: string }) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      output.appendText(placeholder(name));
    },
  };

  function read(chunk: Uint8Array): void {
    const latest = current();
    scanner ??= new Scanner(latest, outlet);
    if (knowledge !== null && knowledge !== latest) scanner.adopt(latest);
    knowledge = latest;
    scanner.push(chunk);
  }

  /** What a fault leaves is not judged, so it is not shown: the stream goes on behind it. */
  function guarded(chunk: Uint8Array, action: () => void): Uint8Array {
    const held = scanner?.heldBytes() ?? 0;
    try {
      action();
    } catch {
      output.clear();
      failures += 1;
      scanner = null;
      output.appendText(withheld(held + chunk.length));
    }
    return output.take();
  }

  return {
    write: (chunk) => guarded(chunk, () => read(chunk)),
    end: () =>
      guarded(new Uint8Array(0), () => {
        scanner?.finish(true);
        scanner = null;
      }),
    counts: () => counts,
    failures: () => failures,
  };
}

/** What stands in the place of bytes that could not be judged. */
export function withheld(bytes: number): string {
  return `[redaction failed: ${bytes} bytes withheld]`;
}

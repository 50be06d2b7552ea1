import type { RedactingStream } from "../core/redactor.ts";
import type { Knowledge } from "./knowledge.ts";
import { OutputBytes } from "./output-bytes.ts";
import { placeholder } from "./placeholder.ts";
import { Scanner } from "./scanner.ts";

/** A stream that looks for whatever `current` knows by then. */
export function createStream(current: () => Knowledge): RedactingStream {
  const output = new OutputBytes();
  const masks = new Masks(output);
  const outlet = {
    pass: (bytes: Uint8Array, from: number, to: number) => output.append(bytes, from, to),
    mask: ({ name }: { readonly name: string }) => masks.put(name),
  };
  let failures = 0;
  let knowledge: Knowledge | null = null;
  let scanner: Scanner | null = null;

  function read(chunk: Uint8Array): void {
    const latest = current();
    scanner ??= new Scanner(latest, outlet);
    if (knowledge !== null && knowledge !== latest) scanner.adopt(latest);
    knowledge = latest;
    scanner.push(chunk);
  }

  function finish(): void {
    scanner?.finish(true);
    scanner = null;
  }

  /** What could not be judged is not shown. The stream goes on behind it. */
  function guarded(bytes: number, action: () => void): Uint8Array {
    const held = scanner?.heldBytes() ?? 0;
    try {
      action();
    } catch {
      scanner = null;
      failures += 1;
      output.clear();
      output.appendText(withheld(held + bytes));
    }
    return output.take();
  }

  return {
    write: (chunk) => guarded(chunk.length, () => read(chunk)),
    end: () => guarded(0, finish),
    counts: () => masks.counts(),
    failures: () => failures,
  };
}

/** What stands in the place of bytes that could not be judged. */
export function withheld(bytes: number): string {
  return `[redaction failed: ${bytes} bytes withheld]`;
}

interface Mask {
  readonly bytes: Uint8Array;
  count: number;
}

/** The placeholders of a stream, made once and counted. */
class Masks {
  readonly #output: OutputBytes;
  readonly #byName = new Map<string, Mask>();

  constructor(output: OutputBytes) {
    this.#output = output;
  }

  put(name: string): void {
    const mask = this.#byName.get(name) ?? this.#make(name);
    mask.count++;
    this.#output.append(mask.bytes, 0, mask.bytes.length);
  }

  counts(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.#byName, ([name, { count }]) => [name, count]));
  }

  #make(name: string): Mask {
    const mask = { bytes: new TextEncoder().encode(placeholder(name)), count: 0 };
    this.#byName.set(name, mask);
    return mask;
  }
}

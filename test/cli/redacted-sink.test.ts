import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { patienceMs, redactedSink } from "../../src/cli/redacted-sink.ts";
import { createRedactor, redactBytes } from "../../src/redaction/redactor.ts";

const redactor = createRedactor([{ name: "P", value: "hunter2pass99", marked: true }]);
const encode = (text: string) => new TextEncoder().encode(text);

/** A sink in memory, and a clock that is set by hand. */
function world() {
  let now = 0;
  let wake: { readonly at: number; readonly resolve: () => void }[] = [];
  let written = "";
  let failure: string | null = null;
  const clock = {
    now: () => now,
    monotonic: () => now,
    sleep: (ms: number) => new Promise<void>((resolve) => wake.push({ at: now + ms, resolve })),
  };
  const sink = {
    isTerminal: () => false,
    write: async (bytes: Uint8Array) => {
      if (failure === null) written += new TextDecoder().decode(bytes);
      return failure;
    },
  };
  return {
    sink: redactedSink(sink, () => redactor, clock),
    written: () => written,
    fail: (code: string) => {
      failure = code;
    },
    async pass(ms: number) {
      const end = now + ms;
      for (let next = due(end); next !== undefined; next = due(end)) {
        wake = wake.filter((each) => each !== next);
        now = Math.max(now, next.at);
        next.resolve();
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      }
      now = end;
    },
  };
  function due(end: number) {
    return wake.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
  }
}

describe("redactedSink()", () => {
  test("passes on at once what cannot be the beginning of a secret", async () => {
    const { sink, written } = world();
    await sink.write(encode("Password: "));
    expect(written()).toBe("Password: ");
  });

  test("shows a prompt that may begin a secret when nothing follows it", async () => {
    const { sink, written, pass } = world();
    await sink.write(encode("Your turn: h"));
    await pass(patienceMs - 1);
    expect(written()).toBe("Your turn: ");
    await pass(1);
    expect(written()).toBe("Your turn: h");
    await sink.write(encode("i\n"));
    await sink.end();
    expect(written()).toBe("Your turn: hi\n");
  });

  test("masks the rest of a secret whose beginning was shown", async () => {
    const { sink, written, pass } = world();
    await sink.write(encode("a hun"));
    await pass(patienceMs);
    await sink.write(encode("t"));
    await pass(patienceMs);
    await sink.write(encode("er2pass99 b\n"));
    await sink.end();
    expect(written()).toBe("a hunt[REDACTED:P] b\n");
  });

  test("shows a secret's place when nothing follows it, once", async () => {
    const { sink, written, pass } = world();
    await sink.write(encode("it is hunter2pass99\n"));
    await pass(patienceMs);
    expect(written()).toBe("it is [REDACTED:P]\n");
    await sink.write(encode("and on\n"));
    await sink.end();
    expect(written()).toBe("it is [REDACTED:P]\nand on\n");
  });

  test("never shows eight bytes of one, however long nothing follows", async () => {
    const { sink, written, pass } = world();
    await sink.write(encode("a hunter2p"));
    await pass(60_000);
    expect(written()).toBe("a ");
    await sink.end();
    expect(written()).toBe("a [REDACTED:partial]");
  });

  test("counts, and begins anew after an end", async () => {
    const { sink, written } = world();
    await sink.write(encode("hunter2pass99 hunter2"));
    await sink.end();
    await sink.write(encode("pass99 hunter2pass99"));
    await sink.end();
    expect(written()).toBe("[REDACTED:P] hunter2pass99 [REDACTED:P]");
    expect([...sink.counts()]).toEqual([["P", 2]]);
  });

  test("tells the first failure of the sink, and goes on telling it", async () => {
    const { sink, fail } = world();
    expect(await sink.write(encode("one\n"))).toBe(null);
    fail("ENOSPC");
    expect(await sink.write(encode("two\n"))).toBe("ENOSPC");
    expect(await sink.end()).toBe("ENOSPC");
  });

  test("with any pauses writes what the whole would be, but for beginnings that it showed", async () => {
    const word = fc.constantFrom("h", "hun", "hunter2", "ter2pass99", "hunter2pass99", "x", "\n", " ", "9");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(word, fc.boolean()), { maxLength: 12 }), async (steps) => {
        const { sink, written, pass } = world();
        for (const [text, quiet] of steps) {
          await sink.write(encode(text));
          if (quiet) await pass(patienceMs);
        }
        await sink.write(encode("."));
        await sink.end();
        const all = encode(`${steps.map(([text]) => text).join("")}.`);
        const whole = new TextDecoder().decode(redactBytes(all, redactor));
        expect(withoutBeginnings(written())).toBe(withoutBeginnings(whole));
        expect(written()).not.toContain("hunter2p");
      }),
    );
  });
});

/** Without the beginnings that may stand before what is masked. */
function withoutBeginnings(text: string): string {
  return text.replace(/(?:h(?:u(?:n(?:t(?:er?)?)?)?)?)+(?=\[REDACTED)/g, "");
}

import type { Redactor, SecretSpan } from "../../src/core/redactor.ts";
import type { AttemptWitness, StreamName } from "../../src/core/witness.ts";
import { createSpool, type Spool } from "../../src/diagnostics/spool.ts";
import { type Capture, type CaptureBounds, createCapture } from "../../src/runner/capture.ts";
import { bunSystem } from "../../src/system/bun.ts";
import type { Clock, Files, OpenFile, System } from "../../src/system/system.ts";
import { redactorOf } from "./sample.ts";

/** A redactor that knows one word and looks for nothing else: what the rules are about, without what a real one adds. */
function literalRedactor(secret: string | undefined): Redactor {
  const real = redactorOf();
  const mask = (text: string) => (secret === undefined ? text : text.replaceAll(secret, "[REDACTED:KEY]"));
  return {
    ...real,
    longest: secret?.length ?? 0,
    find: (bytes) => spansOf(secret, Buffer.from(bytes).toString("latin1")),
    text: mask,
    json: (value) => JSON.parse(mask(JSON.stringify(value))),
    stream: () => literalStream(secret ?? "", mask),
  };
}

function spansOf(secret: string | undefined, text: string): readonly SecretSpan[] {
  if (secret === undefined) return [];
  return Array.from(text.matchAll(new RegExp(RegExp.escape(secret), "g")), ({ index }) => ({
    start: index,
    end: index + secret.length,
    name: "KEY",
  }));
}

function literalStream(secret: string, mask: (text: string) => string): ReturnType<Redactor["stream"]> {
  let held = "";
  const begun = (text: string) => {
    for (let length = Math.min(secret.length - 1, text.length); length > 0; length--) {
      if (secret.startsWith(text.slice(-length))) return length;
    }
    return 0;
  };
  const encode = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
  return {
    ...redactorOf().stream(),
    write(chunk) {
      const text = mask(held + Buffer.from(chunk).toString("latin1"));
      const hold = begun(text);
      held = text.slice(text.length - hold);
      return encode(text.slice(0, text.length - hold));
    },
    end: () => encode(held === "" ? "" : "[REDACTED:partial]"),
  };
}

/** A clock that only goes when it is told to. */
export interface HandClock extends Clock {
  advance(ms: number): Promise<void>;
}

export function handClock(): HandClock {
  let time = 0;
  let sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => 1_767_225_600_000 + time,
    monotonic: () => time,
    sleep: (ms) => new Promise((wake) => sleepers.push({ until: time + ms, wake })),
    async advance(ms) {
      time += ms;
      const due = sleepers.filter(({ until }) => until <= time);
      sleepers = sleepers.filter(({ until }) => until > time);
      for (const { wake } of due) wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** A spool whose owner can die: its files are closed, and its process is not there any more. */
export interface MortalSpool {
  readonly spool: Spool;
  readonly clock: HandClock;
  /** Begins an attempt. */
  begin(number?: number): Speaker;
  die(): void;
}

/** Says something as a program would. */
export interface Speaker {
  say(text: string | Uint8Array, stream?: StreamName): void;
  readonly witness: AttemptWitness;
}

export const executionId = "0198c000-0000-7000-8000-000000000001";

export interface MortalOptions {
  readonly bounds?: CaptureBounds;
  /** May become known later. */
  secret?: string;
  readonly executionId?: string;
  /** What each write costs, on the clock. */
  readonly writeMs?: number;
  readonly files?: Partial<Files>;
}

export function mortalSpool(directory: string, options: MortalOptions = {}): MortalSpool {
  const clock = handClock();
  const opened: OpenFile[] = [];
  const createNew: Files["createNew"] = (path, mode) => {
    const file = bunSystem.files.createNew(path, mode);
    opened.push(file);
    return { ...file, write: (bytes) => spend(file.write(bytes)) };
  };
  const spend = (written: number) => {
    void clock.advance(options.writeMs ?? 0);
    return written;
  };
  const bounds = options.bounds ?? { headBytes: 20_000, tailBytes: 800_000 };
  const spool = createSpool({
    directory,
    executionId: options.executionId ?? executionId,
    describe: () => ({
      executionId: options.executionId ?? executionId,
      role: "goal",
      task: "1234abcd-more",
      shortId: "1234abcd",
      argv: ["program"],
      cwd: "/project",
      startedAt: clock.now(),
      limits: {},
    }),
    details: () => ({ environment: { profile: "minimal", passed: ["PATH"], dropped: [] }, notes: [] }),
    redactor: () => literalRedactor(options.secret),
    bounds,
    system: { ...withDeadOwners, clock, files: { ...bunSystem.files, createNew, ...options.files } },
  });
  return {
    spool,
    clock,
    begin(number = 1) {
      const witness = spool.attempt({
        number,
        startedAt: clock.now(),
        pid: 4712,
        ownSession: true,
        controlGroups: [],
      });
      const captures: Record<StreamName, Capture> = {
        stdout: createCapture(bounds),
        stderr: createCapture(bounds),
      };
      return {
        witness,
        say(text, stream = "stdout") {
          const chunk = typeof text === "string" ? new TextEncoder().encode(text) : text;
          captures[stream].push(chunk);
          witness.said?.(stream, chunk, captures[stream]);
        },
      };
    },
    die() {
      for (const file of opened) file.close();
    },
  };
}

/** Ours, but for one thing: nobody that a spool names as its owner is alive. */
export const withDeadOwners: System = {
  ...bunSystem,
  host: { ...bunSystem.host, pid: 4711 },
  processes: { ...bunSystem.processes, startTimeOf: (pid) => (pid === 4711 ? ownerStart.time : null) },
};

/** Set to null, the owner is dead. */
export const ownerStart: { time: string | null } = { time: null };

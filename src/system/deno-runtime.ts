/** The part of the `Deno` namespace that we use, so that the same source is checked with Bun's types alone. */
interface DenoRuntime {
  readonly version: { readonly deno: string };
  readonly env: { toObject(): Record<string, string> };
  readonly Command: new (executable: string, options: DenoCommandOptions) => { spawn(): DenoChild };
  readonly stdout: DenoWriter;
  readonly stderr: DenoWriter;
  dlopen(
    name: string,
    symbols: Record<string, unknown>,
  ): { readonly symbols: Record<string, NativeFunction> };
}

interface DenoWriter {
  write(bytes: Uint8Array): Promise<number>;
}

interface DenoCommandOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly clearEnv: boolean;
  readonly env: Record<string, string>;
  readonly stdin: "inherit" | "null" | "piped";
  readonly stdout: "inherit" | "null" | "piped";
  readonly stderr: "inherit" | "null" | "piped";
  readonly detached: boolean;
}

/** A running `Deno.Command`. */
export interface DenoChild {
  readonly pid: number;
  readonly stdin: WritableStream<Uint8Array>;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly status: Promise<{ readonly code: number; readonly signal: string | null }>;
  kill(signal: string): void;
}

export type NativeFunction = (...values: readonly unknown[]) => unknown;

export const deno = (globalThis as unknown as { readonly Deno: DenoRuntime }).Deno;

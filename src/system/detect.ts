import type { System } from "./system.ts";

/** The adapter of the runtime that runs this source. */
export async function detectSystem(): Promise<System> {
  if ("Bun" in globalThis) return (await import("./bun.ts")).bunSystem;
  return (await import("./deno.ts")).denoSystem;
}

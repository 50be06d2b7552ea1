import { errorCode } from "../core/errors.ts";
import type { Adoption } from "./adoption.ts";
import { deno } from "./deno-runtime.ts";
import type { Companion, NotStarted, Variables } from "./system.ts";

/** `accompany` under Deno. */
export function denoCompanion(
  adoption: Adoption,
  script: string,
  environment: Variables,
): Companion | NotStarted {
  try {
    const shell = new deno.Command("/bin/sh", {
      args: ["-c", script],
      cwd: "/",
      clearEnv: true,
      env: { ...environment },
      stdin: "piped",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
    adoption.started(shell.pid);
    const writer = shell.stdin.getWriter();
    return {
      kind: "companion",
      pid: shell.pid,
      tell: (line) => void writer.write(new TextEncoder().encode(`${line}\n`)).catch(() => {}),
      async end() {
        shell.kill("SIGKILL");
        await shell.status;
        adoption.ended(shell.pid);
        await writer.abort().catch(() => {});
      },
    };
  } catch (error) {
    return { kind: "not-started", code: errorCode(error) };
  }
}

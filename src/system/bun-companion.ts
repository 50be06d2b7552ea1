import { errorCode } from "../core/errors.ts";
import type { Adoption } from "./adoption.ts";
import type { Libc } from "./libc.ts";
import type { Companion, NotStarted, Variables } from "./system.ts";

/** `accompany` under Bun. Where there is no `pipe2`, Bun's own socket pair does as well: only `read` is asked of it. */
export function bunCompanion(libc: Pick<Libc, "pipe" | "write" | "close">, adoption: Adoption) {
  return (script: string, environment: Variables): Companion | NotStarted => {
    const pipe = libc.pipe();
    try {
      const shell = Bun.spawn(["/bin/sh", "-c", script], {
        stdio: [pipe?.[0] ?? "pipe", "ignore", "ignore"],
        env: { ...environment },
        cwd: "/",
        detached: true,
      });
      adoption.started(shell.pid);
      return {
        kind: "companion",
        pid: shell.pid,
        tell: pipe ? (line) => libc.write(pipe[1], `${line}\n`) : (line) => writeToSink(shell.stdin, line),
        async end() {
          shell.kill("SIGKILL");
          await shell.exited;
          adoption.ended(shell.pid);
          if (pipe) libc.close(pipe[1]);
        },
      };
    } catch (error) {
      if (pipe) libc.close(pipe[1]);
      return { kind: "not-started", code: errorCode(error) };
    } finally {
      if (pipe) libc.close(pipe[0]);
    }
  };
}

function writeToSink(sink: unknown, line: string): void {
  if (typeof sink !== "object" || sink === null) return;
  const { write, flush } = sink as Bun.FileSink;
  write.call(sink, `${line}\n`);
  void flush.call(sink);
}

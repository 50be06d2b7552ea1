import { ExitCode } from "../../core/exit-codes.ts";
import { jsonText } from "../../core/json-text.ts";
import { follow } from "../../error-log/follow.ts";
import { resolve } from "../../system/path.ts";
import type { Call, Leave } from "../command.ts";
import { countOf } from "../count-flag.ts";
import { readableLogs, readingOn } from "../read-logs.ts";
import { recordLine } from "../record-text.ts";

interface FollowFlags {
  readonly all: boolean | undefined;
  readonly limit: string | undefined;
  readonly json: boolean | undefined;
}

export async function handle({ flags, positionals, system, log }: Call<FollowFlags>): Promise<Leave> {
  const most = countOf("--limit", flags.limit);
  const paths = positionals.map((word) => resolve(system.host.workingDirectory(), word));
  readableLogs(positionals, { system, log }); // one that is not there yet is waited for
  const news = follow(paths, system, { all: flags.all ?? false });
  let shown = 0;
  for (;;) {
    const { value, done } = await readingOn(paths.join(" "), () => news.next());
    if (done) break;
    const { path, entry } = value;
    if (entry === null) log.warn(`skipped a bad line in "${path}" (faultbox error-log verify shows it)`);
    else if (entry.kind !== "repair") {
      const raw = entry.kind === "newer" ? entry.raw : entry.record;
      const line = flags.json ? jsonText(raw) : recordLine(entry.record);
      const problem = await system.output.stdout.write(new TextEncoder().encode(`${line}\n`));
      if (problem !== null) break; // nobody reads any more, as with `| head`
      shown++;
    }
    if (most !== null && shown >= most) break;
  }
  return { code: ExitCode.ok };
}

import { ExitCode } from "../../core/exit-codes.ts";
import { type Recovered, recoverSpools } from "../../diagnostics/recover.ts";
import type { Call, Leave } from "../command.ts";
import { placeOf } from "../place.ts";

interface RecoverFlags {
  readonly root: string | undefined;
  readonly "failures-dir": string | undefined;
  readonly foreign: boolean | undefined;
  readonly json: boolean | undefined;
}

export async function handle({ flags, positionals, system, log }: Call<RecoverFlags>): Promise<Leave> {
  const { failures } = placeOf(flags, system);
  const [only] = positionals;
  const results = await recoverSpools(failures, system, {
    ...(only === undefined ? {} : { only }),
    foreign: flags.foreign ?? false,
  });
  if (flags.json) system.output.line(JSON.stringify(results));
  else for (const result of results) system.output.line(describeRecovered(result));
  if (results.length === 0 && !flags.json) log.info(`nothing is to be recovered in "${failures}"`);
  if (results.some(({ action }) => action === "failed")) return { code: ExitCode.notWritten };
  return { code: only !== undefined && results.length === 0 ? ExitCode.no : ExitCode.ok };
}

/** What became of a spool, in a line. */
function describeRecovered({ executionId, action, name, reason }: Recovered): string {
  switch (action) {
    case "recovered":
      return `recovered ${name} (execution ${executionId})`;
    case "kept already":
      return `kept already: ${name} (execution ${executionId})`;
    case "left alone":
      return `left alone: execution ${executionId}: ${reason}`;
    case "failed":
      return `Cannot recover execution ${executionId}: ${reason}`;
  }
}

import * as v from "valibot";
import { ExitCode } from "../../core/exit-codes.ts";
import { recoverSpools } from "../../diagnostics/recover.ts";
import { endLostTree } from "../../runner/end-lost-tree.ts";
import { resolve } from "../../system/path.ts";
import type { Call, Leave } from "../command.ts";
import { readInput } from "../input.ts";

interface AfterLossFlags {
  readonly execution: string | undefined;
  readonly "failures-dir": string | undefined;
  readonly session: readonly string[];
  readonly "control-group": readonly string[];
  readonly "sessions-only": boolean | undefined;
}

const session = v.pipe(
  v.string(),
  v.regex(/^\d+:\d+$/, "Give --session as PID:START"),
  v.transform((word) => ({ leader: Number(word.split(":")[0]), startTime: word.split(":")[1] ?? "" })),
);

const AfterLossInput = v.object({
  execution: v.pipe(v.string("Give --execution ID"), v.minLength(8, "Give --execution ID")),
  "failures-dir": v.string("Give --failures-dir DIR"),
  session: v.array(session),
  "control-group": v.array(v.string()),
});

export async function handle({ flags, system }: Call<AfterLossFlags>): Promise<Leave> {
  const input = readInput(AfterLossInput, flags);
  const endedAt = system.clock.now();
  const tree = {
    executionId: input.execution,
    sessions: input.session,
    controlGroups: input["control-group"],
    sessionsOnly: flags["sessions-only"] ?? false,
  };
  const leftovers = await endLostTree(tree, system);
  const directory = resolve(system.host.workingDirectory(), input["failures-dir"]);
  await recoverSpools(directory, system, { only: input.execution, endedAt, leftovers });
  return { code: ExitCode.ok };
}

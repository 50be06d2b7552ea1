import { ExitCode } from "../../core/exit-codes.ts";
import { buildInfo } from "../../core/version.ts";
import type { Call, Leave } from "../command.ts";

interface VersionFlags {
  readonly json: boolean | undefined;
}

export async function handle({ flags, system }: Call<VersionFlags>): Promise<Leave> {
  const info = buildInfo(system.runtime);
  system.output.line(
    flags.json
      ? JSON.stringify(info)
      : `faultbox ${info.version} (${info.commit}, ${info.target}, ${info.runtime})`,
  );
  return { code: ExitCode.ok };
}

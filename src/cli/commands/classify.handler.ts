import { UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { type ResultFile, readResultFile, resultFields } from "../../runner/result-file.ts";
import { classifyTransient, type TransientVerdict } from "../../runner/transient.ts";
import { resolve } from "../../system/path.ts";
import type { Call, Leave } from "../command.ts";

interface ClassifyFlags {
  readonly result: string | undefined;
  readonly json: boolean | undefined;
}

export async function handle({ flags, system }: Call<ClassifyFlags>): Promise<Leave> {
  if (!flags.result) throw new UsageError("Give --result FILE, the result.json to judge");
  const result = readResultFile(resolve(system.host.workingDirectory(), flags.result), null, system.files);
  const verdict = judge(result);
  if (flags.json) system.output.line(JSON.stringify({ ...verdict, resultState: result.state }));
  else system.output.line(`${verdict.transient ? "transient" : "not transient"}: ${verdict.because}`);
  return { code: verdict.transient ? ExitCode.ok : ExitCode.no };
}

function judge(result: ResultFile): TransientVerdict {
  if (result.value !== null) return classifyTransient(resultFields(result.value));
  return {
    transient: false,
    because: `the result file is ${result.state}${result.detail ? `: ${result.detail}` : ""}`,
  };
}

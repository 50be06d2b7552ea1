import type { PassTo } from "../../runner/pump.ts";
import type { RunRequest } from "../../runner/request.ts";
import type { System } from "../../system/system.ts";
import type { PreparedEnvironment } from "../prepare-environment.ts";
import { redactedSink } from "../redacted-sink.ts";
import { maskVariable } from "./run.late-secrets.ts";
import type { Plan, RunFlags } from "./run.plan.ts";

/** The request with what only the environment tells: variables, and the secrets that are not passed through. */
export function requestOf(
  plan: Plan,
  prepared: PreparedEnvironment,
  flags: RunFlags,
  system: System,
): RunRequest {
  const { request, maskChannel } = plan;
  const { variables } = prepared.environment;
  const plain = { ...request, environment: variables };
  if (maskChannel === null && !flags["redact-output"]) return plain;
  const redacted = (sink: PassTo | null) =>
    flags["redact-output"] && sink ? redactedSink(sink, () => prepared.redactor, system.clock) : sink;
  return {
    ...plain,
    passTo: { stdout: redacted(request.passTo.stdout), stderr: redacted(request.passTo.stderr) },
    ...(maskChannel === null ? {} : { descriptors: maskChannel.descriptors }),
    environment: maskChannel?.isOurs ? { ...variables, [maskVariable]: flags["mask-fd"] ?? "" } : variables,
  };
}

/** How long a secret is that comes later nobody knows: so much is kept around each cut as the longest may have. */
export function withLateSecrets(prepared: PreparedEnvironment, { maskChannel }: Plan): PreparedEnvironment {
  if (maskChannel === null) return prepared;
  return { ...prepared, redactor: { ...prepared.redactor, longest: longestSecret } };
}

/** What a redactor holds back at most. */
const longestSecret = 65_536;

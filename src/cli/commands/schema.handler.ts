import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";
import { UsageError } from "../../core/errors.ts";
import { ExitCode } from "../../core/exit-codes.ts";
import { nearest } from "../../core/nearest.ts";
import { outcomeSchema } from "../../core/outcome.ts";
import { policySchema } from "../../environment/policy-schema.ts";
import { recordSchema } from "../../error-log/record.ts";
import { sidecarSchema } from "../../error-log/sidecar.ts";
import type { Call, Leave } from "../command.ts";

/** Every format that others read or write, by the name it is asked for. A further one is a line here, and a word in schema.ts. */
const formats: Readonly<Record<string, GenericSchema>> = {
  "error-record": recordSchema,
  sidecar: sidecarSchema,
  outcome: outcomeSchema,
  policy: policySchema,
};

export async function handle({ positionals, system }: Call<Record<string, never>>): Promise<Leave> {
  const [name = ""] = positionals;
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format === undefined) throw unknownFormat(name);
  // What a person writes is described: transformations and checks that JSON Schema has no words for are left out.
  const described = toJsonSchema(format, { typeMode: "input", errorMode: "ignore" });
  system.output.line(JSON.stringify({ title: `faultbox ${name}`, ...described }, null, 2));
  return { code: ExitCode.ok };
}

function unknownFormat(name: string): UsageError {
  const known = Object.keys(formats);
  const close = nearest(name, known);
  const hint = close === null ? `known are ${known.join(", ")}` : `did you mean "${close}"?`;
  return new UsageError(`Unknown format ${JSON.stringify(name)}; ${hint}`);
}

import * as v from "valibot";
import { UsageError } from "../core/errors.ts";

/** Checks outside data once, at the edge. Throws {@link UsageError} with the schema's own words. */
export function readInput<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  throw new UsageError(parsed.issues[0].message);
}

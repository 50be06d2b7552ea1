import { join } from "../system/path.ts";
import { locale } from "./locale.ts";
import type { Value, World } from "./policy.ts";

/** The text that a policy's value stands for on this machine. */
export function resolveValue(value: Value, world: World): string {
  if (typeof value === "string") return value;
  return value.locale === undefined ? join(world.root, value.under_root ?? "") : locale(value.locale, world);
}

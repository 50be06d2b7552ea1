import type { Files, Host, Variables } from "../../system/system.ts";
import type { ChildEnvironment } from "../build.ts";
import type { Decision } from "../decision.ts";

/** What a verdict is made from: what the parent had, what the program got, and why. */
export interface CauseContext {
  readonly parent: Variables;
  readonly environment: Pick<ChildEnvironment, "profile" | "variables" | "decisions">;
  readonly files: Pick<Files, "status" | "executable">;
  readonly host: Pick<Host, "workingDirectory">;
}

/** A decision as a cause shows it. */
export function shownDecision({ outcome, rule, origin, reason }: Decision): {
  readonly outcome: string;
  readonly rule: string;
  readonly origin: string;
  readonly reason: string;
} {
  return { outcome, rule, origin, reason };
}

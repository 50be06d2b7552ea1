import type { Limit } from "../core/outcome.ts";
import type { SpawnCommand, Variables } from "../system/system.ts";
import type { ResourceRequest } from "./cgroup-limits.ts";
import type { LeftoverPolicy } from "./leftovers.ts";
import type { DrainWindow, PassTo } from "./pump.ts";

/** One execution, checked: nothing in here is looked at twice. */
export interface RunRequest {
  readonly executionId: string;
  /** The program as the caller named it, and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** Absolute. Whether it exists is found out at the start of each attempt. */
  readonly cwd: string;
  /** All the child gets, but for the two variables that name the execution and the attempt. */
  readonly environment: Variables;
  readonly stdin: StdinChoice;
  /** Where the program's streams go on to; null keeps them only as evidence. */
  readonly passTo: { readonly stdout: PassTo | null; readonly stderr: PassTo | null };
  readonly mergeOutput: boolean;
  readonly limits: RunLimits;
  readonly resources: ResourceRequest;
  readonly retry: RetryPolicy;
  readonly leftovers: LeftoverPolicy;
  readonly drain: DrainWindow;
  readonly result: { readonly path: string; readonly required: boolean } | null;
  /** Descriptors above 2, beside those that are inherited; null closes one that would be. */
  readonly descriptors?: SpawnCommand["descriptors"];
}

export type StdinChoice =
  | { readonly kind: "inherit" }
  | { readonly kind: "null" }
  | { readonly kind: "file"; readonly path: string };

export interface RunLimits {
  /** 0 ms is no limit. */
  readonly timeout: Limit;
  /** Without a word on either stream; 0 ms is no limit. */
  readonly idleTimeout: Limit;
  /** All attempts and the pauses between them; 0 ms is no limit. */
  readonly totalTimeout: Limit;
  /** Between the polite signal and SIGKILL. */
  readonly grace: Limit;
}

/** Which failures are tried again, how often, and after which pause. */
export interface RetryPolicy {
  readonly retries: number;
  readonly on: readonly RetryTrigger[];
  /** The pause before the first retry, with up to a quarter more at random. */
  readonly delayMs: number;
  /** Whether each further pause is twice as long. */
  readonly backoff: "fixed" | "exponential";
  /** Makes the random part the same every time; null leaves it to chance. */
  readonly seed: string | null;
}

export type RetryTrigger = "transient" | "any" | "timeout" | number;

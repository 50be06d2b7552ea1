import type { Outcome } from "../../core/outcome.ts";
import type { PreparedEnvironment } from "../prepare-environment.ts";

/** What an outcome says of the environment: names alone. */
export function environmentOutcome({
  environment,
  policy,
}: Pick<PreparedEnvironment, "environment" | "policy">): Outcome["environment"] {
  const { decisions, profile } = environment;
  const namesThat = (dropped: boolean) =>
    decisions.filter(({ outcome }) => (outcome === "dropped") === dropped).map(({ name }) => name);
  const unsafe = [...(policy.unsafe ?? [])];
  return {
    profile,
    passed: namesThat(false),
    dropped: namesThat(true),
    ...(unsafe.length === 0 ? {} : { unsafeAllowed: unsafe }),
  };
}

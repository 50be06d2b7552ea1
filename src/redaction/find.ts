import type { SecretSpan } from "../core/redactor.ts";
import type { Knowledge } from "./knowledge.ts";
import { Scanner } from "./scanner.ts";

/** Every secret in bytes that are complete: sorted, not overlapping. */
export function findSecrets(bytes: Uint8Array, knowledge: Knowledge): readonly SecretSpan[] {
  const found: SecretSpan[] = [];
  const scanner = new Scanner(knowledge, { pass: () => {}, mask: (span) => found.push(span) });
  scanner.push(bytes);
  scanner.finish(false);
  return found.map(({ start, end, name }) => ({ start, end, name }));
}

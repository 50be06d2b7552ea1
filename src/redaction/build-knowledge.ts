import type { Secret } from "../core/secret-name.ts";
import { buildAutomaton } from "./automaton.ts";
import { findSecrets } from "./find.ts";
import { mayHoldParts, mayHoldShape } from "./glance.ts";
import type { Knowledge } from "./knowledge.ts";
import { type Surroundings, whyUnmaskable } from "./maskable.ts";
import { needlesOf } from "./needles.ts";
import { beginning, partialName, placeholderName } from "./placeholder.ts";
import { buildRuns } from "./runs.ts";
import { buildShapes } from "./shapes.ts";
import type { Pattern } from "./trie.ts";
import { decodedUrlPart, secretParts } from "./value-parts.ts";

/** These secrets, and what is secret inside their values and inside those of variables that are not: all that can be masked. */
export function maskedSecrets(secrets: readonly Secret[], surroundings: Surroundings): readonly Secret[] {
  const values = Object.values(surroundings.variables);
  for (const { value } of secrets) values.push(value);
  const parts = mayHoldParts(values) ? partsIn(secrets, surroundings.variables) : [];
  const masked: Secret[] = [];
  for (const secret of [...secrets, ...parts]) {
    if (whyUnmaskable(secret, surroundings) === null) masked.push(secret);
  }
  return masked;
}

function partsIn(secrets: readonly Secret[], variables: Surroundings["variables"]): readonly Secret[] {
  let shapesOnly: Knowledge | null = null;
  const shapes = () => {
    shapesOnly ??= buildKnowledge([]);
    return shapesOnly;
  };
  const all = [...secrets, ...Object.entries(variables).map(([name, value]) => ({ name, value }))];
  return all.flatMap(({ name, value }) =>
    partsOf(value, shapes).map((part) => ({ name, value: part, marked: false })),
  );
}

/** What a scanner needs to find these secrets and every shape. */
export function buildKnowledge(secrets: readonly Secret[]): Knowledge {
  const runs = buildRuns();
  const shapes = buildShapes(runs);
  const names = [...new Set(secrets.map(({ name }) => placeholderName(name)))];
  const indexes = new Map(names.map((name, index) => [name, index]));
  const forms = secrets.flatMap(needlesOf).map(
    ({ name, bytes, base64, breakable }): Pattern => ({
      bytes,
      secret: { name: indexes.get(placeholderName(name)) ?? 0, base64, breakable },
    }),
  );
  const prefixes = shapes.flatMap(({ prefixes, isToken }, index) =>
    prefixes.map(
      (prefix): Pattern => ({ bytes: bytesOf(prefix), shape: { shape: index, breakable: isToken } }),
    ),
  );
  return {
    automaton: buildAutomaton([...forms, ...prefixes, { bytes: bytesOf(beginning) }]),
    names,
    shapes,
    runs,
    placeholders: [...new Set([...names, ...shapes.map(({ kind }) => kind), partialName])].map(bytesOf),
  };
}

function partsOf(value: string, shapesOnly: () => Knowledge): readonly string[] {
  return [...secretParts(value), ...(mayHoldShape(value) ? shapedParts(value, shapesOnly()) : [])];
}

function shapedParts(value: string, shapesOnly: Knowledge): readonly string[] {
  const bytes = bytesOf(value);
  return findSecrets(bytes, shapesOnly).flatMap(({ start, end, name }) => {
    const part = new TextDecoder().decode(bytes.subarray(start, end));
    return name === "url-password" ? decodedUrlPart(part) : [part];
  });
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

import type { Files } from "../system/system.ts";
import { builtinProfiles } from "./builtin.ts";
import { checkPolicyFile } from "./check-policy-file.ts";
import type { EnvironmentFlags } from "./command-line.ts";
import { makePolicy } from "./make-policy.ts";
import type { Policy, PolicyFile } from "./policy.ts";
import { readPolicyFile } from "./policy-file.ts";
import type { PolicyPlace } from "./policy-places.ts";
import { deniedAsks, tameRepository } from "./tame-repository.ts";

/** The policy that flags, files and the built-in profiles make together. Throws a `UsageError` for what cannot hold. */
export function readPolicyFiles(
  flags: EnvironmentFlags,
  places: readonly PolicyPlace[],
  files: Files,
): Policy {
  return combinePolicyFiles(flags, readPolicyDocuments(places, files));
}

/** What each of these files says. Throws a `UsageError` for what a file alone cannot mean. */
export function readPolicyDocuments(places: readonly PolicyPlace[], files: Files): readonly PolicyFile[] {
  const documents = places.map((place) => readPolicyFile(place, files));
  for (const document of documents) checkPolicyFile(document);
  return documents;
}

/** The same for files that are read already, the strongest first. */
export function combinePolicyFiles(flags: EnvironmentFlags, documents: readonly PolicyFile[]): Policy {
  const own = documents.filter(({ source }) => source !== "repository");
  const repository = documents.find(({ source }) => source === "repository");
  if (repository === undefined) return makePolicy(flags, own);
  const mayPass = own.flatMap((document) => document.repoMayPass.map(({ pattern }) => pattern));
  const { tame, warnings } = tameRepository(repository, own, mayPass);
  const { shown } = repository;
  const policy = makePolicy(flags, [tame, ...own], shown);
  const trusted = makePolicy({ ...flags, profile: profileWithout(flags, own) }, own);
  return {
    ...policy,
    trust: { policy: trusted, mayPass, shown },
    warnings: [...warnings, ...deniedAsks(policy, shown)],
  };
}

/** A profile that only the repository's file describes counts as none chosen. */
function profileWithout({ profile }: EnvironmentFlags, own: readonly PolicyFile[]): string | undefined {
  const known = [...own.flatMap(({ profiles }) => profiles), ...builtinProfiles];
  return known.some(({ name }) => name === profile) ? profile : undefined;
}

import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { policyOfFiles } from "./world.ts";

const project = join(import.meta.dir, "../..");

/** The policy files that a document shows. */
async function policiesIn(document: string): Promise<readonly string[]> {
  const text = await Bun.file(join(project, document)).text();
  return Array.from(text.matchAll(/```toml\n([\s\S]*?)```/g), ([, policy = ""]) => policy);
}

describe.each(["docs/environment.md", "README.md"])("every policy in %s", (document) => {
  test("can be read", async () => {
    const policies = await policiesIn(document);
    expect(policies).not.toEqual([]);
    for (const user of policies) expect(() => policyOfFiles({ user })).not.toThrow();
  });
});

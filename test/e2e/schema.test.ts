import { expect, test } from "bun:test";
import { eachWay } from "./support.ts";

eachWay("faultbox schema", (faultbox) => {
  test.each([
    ["error-record", "fingerprint", "message"],
    ["sidecar", "errors", "errors"],
    ["outcome", "diagnostics", "failureCategory"],
  ])("%s prints a JSON Schema", async (name, field, required) => {
    const ran = await faultbox.run(["schema", name]);
    expect(ran.code).toBe(0);
    const schema = JSON.parse(ran.stdout);
    expect(schema).toMatchObject({ title: `faultbox ${name}`, type: "object" });
    expect(schema.properties).toHaveProperty(field);
    expect(schema.required).toContain(required);
  });

  test("policy prints one that knows every key of a policy file, and no other", async () => {
    const ran = await faultbox.run(["schema", "policy"]);
    const { env } = JSON.parse(ran.stdout).properties;
    const profile = env.properties.profiles.additionalProperties;
    expect(Object.keys(env.properties)).toEqual(["profile", "repo_may_pass", "profiles"]);
    expect(Object.keys(profile.properties)).toEqual(["extends", "set", "defaults", "path", "vars"]);
    const [actions, rule] = profile.properties.vars.additionalProperties.anyOf;
    expect(actions.enum).toEqual(["pass", "secret", "require", "drop", "deny"]);
    expect(Object.keys(rule.properties)).toEqual([...actions.enum, "check", "hint"]);
    expect([env, profile, rule].map((table) => table.additionalProperties)).toEqual([false, false, false]);
  });
});

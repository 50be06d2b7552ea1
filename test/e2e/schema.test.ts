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

  test("policy prints a JSON Schema in which no unknown key is allowed", async () => {
    const ran = await faultbox.run(["schema", "policy"]);
    expect(ran.code).toBe(0);
    const schema = JSON.parse(ran.stdout);
    expect(schema).toMatchObject({ title: "faultbox policy", additionalProperties: false });
    const profile = schema.properties.env.properties.profiles.additionalProperties;
    expect(Object.keys(profile.properties)).toEqual(["extends", "set", "defaults", "path", "vars"]);
  });
});

import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { build, decisionOn, temporaryDirectory, variablesOf, worldWith } from "./world.ts";

const forwarded = [
  ...["HOME", "USER", "LOGNAME", "TERM", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "OPENAI_API_KEY", "OPENAI_API_BASE"],
  ...["OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "OLLAMA_API_BASE", "OLLAMA_HOST"],
  ...["CL_ANCHOR", "CL_HOME", "CL_SESSION_ID"],
];
const denied = ["PLANE_API_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
const pinned = ["CI", "GITHUB_ACTIONS", "LANG", "LC_ALL", "PATH", "PYTHONPATH"];

function parentOf(names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, `/value-of-${name}`]));
}

describe("profile oc-worker", () => {
  const worker = { profile: "oc-worker" };

  test("pins its values over the parent's and invents nothing else", () => {
    const parent = { CI: "false", LANG: "de_DE.UTF-8", LC_ALL: "x", PYTHONPATH: "/mine", PATH: "/mine" };
    const environment = build(parent, worker, undefined, worldWith({ root: "/project" }));
    expect(variablesOf(environment)).toEqual({
      ...{
        CI: "true",
        GITHUB_ACTIONS: "false",
        LANG: "C.UTF-8",
        LC_ALL: "C.UTF-8",
        PYTHONPATH: "/project/src",
      },
    });
    expect(environment.variables["PATH"]).not.toContain("/mine");
  });

  test("takes en_US.UTF-8 where the machine has it", () => {
    const locales = temporaryDirectory();
    mkdirSync(join(locales, "lib/en_US.utf8"), { recursive: true });
    const { variables } = build({}, worker, undefined, worldWith({ locales }));
    expect([variables["LANG"], variables["LC_ALL"]]).toEqual(["en_US.UTF-8", "en_US.UTF-8"]);
  });

  test("forwards its list and nothing beside it", () => {
    const others = [
      "SHELL",
      "TZ",
      "LC_TIME",
      "HTTP_PROXY",
      "NODE_EXTRA_CA_CERTS",
      "XDG_RUNTIME_DIR",
      "CL_OTHER",
    ];
    const { TERM: _, ...parent } = parentOf([...forwarded, ...others, ...denied, "GITHUB_TOKEN"]);
    const environment = build({ ...parent, TERM: "xterm" }, worker);
    expect(Object.keys(environment.variables)).toEqual([...forwarded, ...pinned].sort());
  });

  test("keeps the parent's GITHUB_ACTIONS", () => {
    expect(build({ GITHUB_ACTIONS: "true" }, worker).variables["GITHUB_ACTIONS"]).toBe("true");
  });

  test("passes only the token that is named", () => {
    const parent = parentOf(["REPO_A_TOKEN", "REPO_B_TOKEN"]);
    const environment = build(parent, { ...worker, secret: ["REPO_A_TOKEN"] });
    expect(environment.variables["REPO_A_TOKEN"]).toBe("/value-of-REPO_A_TOKEN");
    expect(environment.variables["REPO_B_TOKEN"]).toBeUndefined();
  });
});

test.each(["minimal", "agent", "oc-worker"])("profile %s denies the machinery's credentials", (profile) => {
  const environment = build(parentOf(denied), { profile, pass: ["*"], secret: ["AWS_*"] });
  for (const name of denied) {
    expect(environment.variables[name]).toBeUndefined();
    expect(decisionOn(name, environment)).toMatchObject({ rule: "deny", origin: 'profile "base"' });
  }
});

test("profile minimal passes a person's surroundings, not the model keys", () => {
  const passed = ["HOME", "SHELL", "COLORTERM", "LC_CTYPE", "XDG_RUNTIME_DIR", "CI", "NODE_EXTRA_CA_CERTS"];
  const parent = Object.fromEntries(
    [...passed, "CL_ANCHOR", "OPENAI_API_KEY"].map((name) => [name, "value"]),
  );
  expect(Object.keys(variablesOf(build(parent)))).toEqual(passed.sort());
});

test("profile agent adds the model keys, as secrets, and CL_ names", () => {
  const names = ["ANTHROPIC_API_KEY", "CL_ANCHOR", "GEMINI_API_KEY", "GOOGLE_API_KEY", "OLLAMA_HOST"];
  const environment = build(parentOf([...names, "CL_OTHER"]), { profile: "agent" });
  expect(Object.keys(variablesOf(environment))).toEqual(names);
  expect(names.map((name) => decisionOn(name, environment).marked)).toEqual([true, false, true, true, false]);
});

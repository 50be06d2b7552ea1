import type { Action, Profile, WrittenPath } from "./policy.ts";

/** Where programs are looked for when nobody says otherwise. */
export const systemDirectories: readonly string[] = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];

/** What an agent needs to reach its model and its own session. */
const agentVars: Readonly<Record<string, Action>> = {
  OPENAI_API_KEY: "secret",
  OPENAI_API_BASE: "pass",
  OPENAI_BASE_URL: "pass",
  ANTHROPIC_API_KEY: "secret",
  ANTHROPIC_BASE_URL: "pass",
  OLLAMA_API_BASE: "pass",
  OLLAMA_HOST: "pass",
  CL_ANCHOR: "pass",
  CL_HOME: "pass",
  CL_SESSION_ID: "pass",
};

const workerPath: WrittenPath = {
  base: systemDirectories,
  dirs: ["~/.local/bin"],
  tools: ["claude?", "codex?", "aider?", "cl?", "uv?", "node?", "npm?", "git?"],
  tools_first: true,
};

/** What every profile rests on: the credentials of the machinery around an executor. */
const base: Profile = {
  name: "base",
  vars: {
    PLANE_API_TOKEN: "deny",
    AWS_ACCESS_KEY_ID: "deny",
    AWS_SECRET_ACCESS_KEY: "deny",
    AWS_SESSION_TOKEN: "deny",
  },
};

const minimal: Profile = {
  name: "minimal",
  extends: ["base"],
  vars: {
    HOME: "pass",
    "{group:user}": "pass",
    SHELL: "pass",
    TERM: "pass",
    COLORTERM: "pass",
    TZ: "pass",
    LANG: "pass",
    "LC_*": "pass",
    TMPDIR: "pass",
    "XDG_*": "pass",
    CI: "pass",
    "{group:proxy}": "pass",
    "{group:ca}": "pass",
  },
  path: { base: "inherit" },
};

/** `GOOGLE_API_KEY` is gemini's too: google-gemini/gemini-cli, docs/get-started/authentication.md. */
const geminiVars: Readonly<Record<string, Action>> = { GEMINI_API_KEY: "secret", GOOGLE_API_KEY: "secret" };

const agent: Profile = { name: "agent", extends: ["minimal"], vars: { ...agentVars, ...geminiVars } };

/** The fleet worker's environment: its list is fixed, so it extends nothing that could grow. */
const ocWorker: Profile = {
  name: "oc-worker",
  extends: ["base"],
  set: {
    CI: "true",
    LANG: { locale: "en_US.UTF-8" },
    LC_ALL: { locale: "en_US.UTF-8" },
    PYTHONPATH: { under_root: "src" },
  },
  defaults: { GITHUB_ACTIONS: "false" },
  path: workerPath,
  vars: {
    GITHUB_ACTIONS: "pass",
    HOME: "pass",
    "{group:user}": "pass",
    TERM: "pass",
    TMPDIR: "pass",
    XDG_CACHE_HOME: "pass",
    XDG_CONFIG_HOME: "pass",
    XDG_DATA_HOME: "pass",
    SSL_CERT_FILE: "pass",
    SSL_CERT_DIR: "pass",
    REQUESTS_CA_BUNDLE: "pass",
    // The rest of the CA group is not on the worker's list: dropped by name, so that it does not travel along.
    NODE_EXTRA_CA_CERTS: "drop",
    CURL_CA_BUNDLE: "drop",
    GIT_SSL_CAINFO: "drop",
    ...agentVars,
  },
};

/** The profiles that need no file. */
export const builtinProfiles: readonly Profile[] = [base, minimal, agent, ocWorker];

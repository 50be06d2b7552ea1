/** The flags that choose policy files. */
export const configFlags = {
  config: {
    type: "string",
    valueHint: "file",
    description: "The policy file to read in place of ./faultbox.toml, and to trust",
  },
  "no-config": {
    type: "boolean",
    description: "Look for no policy file: neither here, nor yours, nor the machine's",
  },
} as const;

/** The flags that choose an environment, the same for every command that builds one. */
export const environmentFlags = {
  profile: {
    type: "string",
    valueHint: "name",
    description: "The environment to start from: minimal, agent, oc-worker or your own (minimal)",
  },
  pass: {
    type: "string",
    valueHint: "NAME",
    description: "Pass this variable of ours; * and ? match many",
    multiple: true,
  },
  secret: {
    type: "string",
    valueHint: "NAME",
    description: "Pass it, and mask its value in everything that is kept",
    multiple: true,
  },
  set: { type: "string", valueHint: "NAME=VALUE", description: "Give it this value", multiple: true },
  drop: {
    type: "string",
    valueHint: "NAME",
    description: "Keep it out, whatever the profile says",
    multiple: true,
  },
  require: {
    type: "string",
    valueHint: "NAME",
    description: "Pass it, and start nothing when it is missing or empty",
    multiple: true,
  },
  "unsafe-allow": {
    type: "string",
    valueHint: "NAME",
    description: "Pass a name that makes programs run other code, such as LD_PRELOAD",
    multiple: true,
  },
  ...configFlags,
  root: {
    type: "string",
    valueHint: "dir",
    description: "The project: logs/local/failures lies there (FAULTBOX_ROOT, else here)",
  },
} as const;

/** The flags that choose an environment, the same for every command that builds one. */
export const environmentFlags = {
  profile: {
    type: "string",
    valueHint: "name",
    description: "The environment to start from: minimal, agent or oc-worker",
    default: "minimal",
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
  root: {
    type: "string",
    valueHint: "dir",
    description: "The project: logs/local/failures lies there (FAULTBOX_ROOT, else here)",
  },
} as const;

import { type Commands, command } from "../command.ts";

const placeFlags = {
  root: {
    type: "string",
    valueHint: "dir",
    description: "The project whose logs/local/failures is read (FAULTBOX_ROOT, else here)",
  },
  "failures-dir": { type: "string", valueHint: "dir", description: "Read this directory instead" },
} as const;

const wanted = {
  name: "id",
  description: "an execution's id, a prefix of one, a name such as goal-4f2a91c0, or latest (the default)",
  required: false,
} as const;

const failuresList = command({
  summary: "List failed executions, newest first",
  flags: {
    ...placeFlags,
    limit: { type: "string", valueHint: "n", description: "At most so many", default: "50" },
    json: { type: "boolean", description: "One array" },
  },
  examples: ["faultbox failures list", "faultbox failures list --json | jq -r '.[] | .cause // .reason'"],
  load: () => import("./failures.handler.ts").then(({ list }) => ({ handle: list })),
});

const failuresShow = command({
  summary:
    "Show one failure: what it was, its likely cause, its last lines, and the command for the whole log",
  positionals: [wanted],
  flags: { ...placeFlags, json: { type: "boolean", description: "Its outcome, as it was written" } },
  examples: [
    "faultbox failures show",
    "faultbox failures show goal-4f2a91c0",
    "faultbox failures show 0198c --json",
  ],
  load: () => import("./failures.handler.ts").then(({ show }) => ({ handle: show })),
});

const failuresLog = command({
  summary: "Print the whole diagnostics of one failure",
  positionals: [wanted],
  flags: { ...placeFlags, json: { type: "boolean", description: "Path and text as one object" } },
  examples: ["faultbox failures log | less", "faultbox failures log goal-4f2a91c0"],
  load: () => import("./failures.handler.ts").then(({ printLog }) => ({ handle: printLog })),
});

const failuresRecover = command({
  summary: "Turn what a killed faultbox left behind into failures (list, show and log do it too)",
  positionals: [{ name: "id", description: "only this execution (all of them)", required: false }],
  flags: {
    ...placeFlags,
    foreign: {
      type: "boolean",
      description: "Also what was left on another machine, before the last boot or in another container",
    },
    json: { type: "boolean", description: "One array of what became of each" },
  },
  examples: [
    "faultbox failures recover",
    "faultbox failures recover --foreign   # only when nothing of it can be running any more",
    "faultbox failures recover --json | jq -r '.[] | select(.action == \"recovered\") | .name'",
  ],
  load: () => import("./failures-recover.handler.ts"),
});

const json = { type: "boolean", description: "Say as JSON what was done" } as const;

const failuresGroups = command({
  summary: "Group the failures by fault, the most frequent first",
  flags: {
    ...placeFlags,
    limit: { type: "string", valueHint: "n", description: "At most so many groups" },
    json: { type: "boolean", description: "One array" },
  },
  examples: [
    "faultbox failures groups",
    "faultbox failures groups --json | jq -r '.[] | [.count, .key] | @tsv'",
  ],
  load: () => import("./failures-upkeep.handler.ts").then(({ groups }) => ({ handle: groups })),
});

const failuresPin = command({
  summary: "Keep one failure, whatever is pruned",
  positionals: [wanted],
  flags: { ...placeFlags, json },
  examples: ["faultbox failures pin goal-4f2a91c0"],
  load: () => import("./failures-upkeep.handler.ts").then(({ pin }) => ({ handle: pin })),
});

const failuresUnpin = command({
  summary: "Let a pinned failure be pruned again",
  positionals: [wanted],
  flags: { ...placeFlags, json },
  examples: ["faultbox failures unpin goal-4f2a91c0"],
  load: () => import("./failures-upkeep.handler.ts").then(({ unpin }) => ({ handle: unpin })),
});

const failuresPrune = command({
  summary: "Remove the oldest failures beyond a limit; what is pinned and the newest stay",
  flags: {
    ...placeFlags,
    "max-count": { type: "string", valueHint: "n", description: "Keep at most so many" },
    "max-bytes": {
      type: "string",
      valueHint: "size",
      description: "Keep at most so much: 1000000, 500K, 20M, 1G",
    },
    "max-age": { type: "string", valueHint: "duration", description: "Keep nothing older: 30d, 12h" },
    "dry-run": { type: "boolean", description: "Say what would be removed, and remove nothing" },
    json,
  },
  examples: [
    "faultbox failures prune --max-age 30d --max-bytes 1G --dry-run",
    "",
    "Nothing is ever removed that nobody asked to. Exit code 75 when the index is locked for longer than 5 s.",
  ],
  load: () => import("./failures-upkeep.handler.ts").then(({ prune }) => ({ handle: prune })),
});

const failuresReindex = command({
  summary: "Make the index anew from the outcomes",
  flags: { ...placeFlags, json },
  examples: ["faultbox failures reindex"],
  load: () => import("./failures-upkeep.handler.ts").then(({ reindex }) => ({ handle: reindex })),
});

export const failuresCommands: Commands = {
  list: failuresList,
  show: failuresShow,
  log: failuresLog,
  groups: failuresGroups,
  recover: failuresRecover,
  pin: failuresPin,
  unpin: failuresUnpin,
  prune: failuresPrune,
  reindex: failuresReindex,
};

import { command } from "../command.ts";

const logs = { name: "file", description: "an errors log", required: true, multiple: true } as const;
const json = { type: "boolean", description: "One array, an object for each log" } as const;

export const errorLogVerify = command({
  summary: "Look at every line of a log; exit code 1 when something is wrong",
  positionals: [logs],
  flags: {
    diagnostics: { type: "boolean", description: "Look at the diagnostics that the records name, too" },
    json,
  },
  examples: ["faultbox error-log verify errors.jsonl --diagnostics"],
  load: () => import("./error-log-upkeep.handler.ts").then(({ verify }) => ({ handle: verify })),
});

export const errorLogRepair = command({
  summary: "Move what cannot be read to <file>.quarantine, so that every reader of JSON reads the rest",
  positionals: [logs],
  flags: { json },
  examples: [
    "faultbox error-log repair errors.jsonl && jq -e . errors.jsonl",
    "",
    "Exit code 75 when another writer holds the lock for longer than 5 s.",
  ],
  load: () => import("./error-log-upkeep.handler.ts").then(({ repair }) => ({ handle: repair })),
});

export const errorLogMerge = command({
  summary: "Take in the records that wait in <file>.pending, each once",
  positionals: [logs],
  flags: { json },
  examples: [
    "faultbox error-log merge errors.jsonl",
    "",
    "Exit code 65 when something waits there that is no record; 75 when the lock was not to be had in 5 s.",
  ],
  load: () => import("./error-log-upkeep.handler.ts").then(({ merge }) => ({ handle: merge })),
});

export const errorLogPrune = command({
  summary: "Remove the oldest records beyond a limit; the newest always stays",
  positionals: [logs],
  flags: {
    "max-records": { type: "string", valueHint: "n", description: "Keep at most so many" },
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
    "faultbox error-log prune errors.jsonl --max-age 30d --dry-run",
    "",
    "Exit code 75 when another writer holds the lock for longer than 5 s.",
  ],
  load: () => import("./error-log-upkeep.handler.ts").then(({ prune }) => ({ handle: prune })),
});

export const errorLogCat = command({
  summary: "Print the lines of a log as they stand",
  positionals: [logs],
  flags: {
    valid: { type: "boolean", description: "Only those that can be read" },
    json: { type: "boolean", description: "One array of those that can be read" },
  },
  examples: ["faultbox error-log cat errors.jsonl --valid | duckdb -c \"from read_json('/dev/stdin')\""],
  load: () => import("./error-log-cat.handler.ts"),
});

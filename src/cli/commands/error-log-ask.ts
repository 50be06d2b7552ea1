import { command } from "../command.ts";

const logs = { name: "file", description: "an errors log", required: true, multiple: true } as const;
const json = { type: "boolean", description: "One array" } as const;

const limit = (description: string, value?: string) =>
  ({ type: "string", valueHint: "n", description, ...(value ? { default: value } : {}) }) as const;

const when = {
  since: {
    type: "string",
    valueHint: "when",
    description: "Not before: 2h ago, or a time such as 2026-01-05",
  },
  until: { type: "string", valueHint: "when", description: "Before then" },
} as const;

export const errorLogList = command({
  summary: "List the records, newest first",
  positionals: [logs],
  flags: { limit: { ...limit("At most so many"), default: "50" }, json },
  examples: [
    "faultbox error-log list errors.jsonl",
    "faultbox error-log list errors.jsonl --json | jq '.[].message'",
  ],
  load: () => import("./error-log-ask.handler.ts").then(({ list }) => ({ handle: list })),
});

export const errorLogShow = command({
  summary: "Show one record: what happened, its last lines, and the command for the whole log",
  positionals: [
    { name: "file", description: "an errors log", required: true },
    {
      name: "id",
      description: "a record's id, the beginning of one, or latest (the default)",
      required: false,
    },
  ],
  flags: { json: { type: "boolean", description: "The record as it was written" } },
  examples: ["faultbox error-log show errors.jsonl", "faultbox error-log show errors.jsonl 0198c000-0000"],
  load: () => import("./error-log-ask.handler.ts").then(({ show }) => ({ handle: show })),
});

export const errorLogQuery = command({
  summary: "Find records, newest first; exit code 1 when there are none",
  positionals: [logs],
  flags: {
    where: {
      type: "string",
      valueHint: "field=value",
      description: "With this in a field; also != < <= > >=, and ~ for a part of it",
      multiple: true,
      takesAnyWord: true,
    },
    match: {
      type: "string",
      valueHint: "text",
      description: "With this text in message, excerpt, command, tool or an attribute",
      takesAnyWord: true,
    },
    ...when,
    limit: limit("At most so many"),
    json,
  },
  examples: [
    "faultbox error-log query errors.jsonl --where errorType=cli-failure --where 'exitCode>100' --since 2h",
    "faultbox error-log query runs/*/logs/errors-*.jsonl --match ECONNREFUSED --json",
  ],
  load: () => import("./error-log-ask.handler.ts").then(({ query }) => ({ handle: query })),
});

export const errorLogGroups = command({
  summary: "Group the records by fault, the most frequent first",
  positionals: [logs],
  flags: {
    ...when,
    limit: limit("At most so many groups"),
    why: { type: "string", valueHint: "id", description: "Say instead what puts this record into its group" },
    json,
  },
  examples: [
    "faultbox error-log groups errors.jsonl --since 7d",
    "faultbox error-log groups errors.jsonl --why latest",
  ],
  load: () => import("./error-log-groups.handler.ts").then(({ groups }) => ({ handle: groups })),
});

export const errorLogStats = command({
  summary: "Count the records by type, agent, phase and hour",
  positionals: [logs],
  flags: { json: { type: "boolean", description: "One object" } },
  examples: ["faultbox error-log stats errors.jsonl"],
  load: () => import("./error-log-groups.handler.ts").then(({ stats }) => ({ handle: stats })),
});

export const errorLogFollow = command({
  summary: "Print new records as they come, each once, until it is ended",
  positionals: [logs],
  flags: {
    all: { type: "boolean", description: "Begin with the records that are there already" },
    limit: limit("End after so many"),
    json: { type: "boolean", description: "A line of JSON for each" },
  },
  examples: [
    "faultbox error-log follow errors.jsonl",
    "faultbox error-log follow errors.jsonl --json --limit 1",
  ],
  load: () => import("./error-log-follow.handler.ts"),
});

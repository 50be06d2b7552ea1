/** The flags that name a run and who works in it, the same for every command that needs its paths. */
export const runNameFlags = {
  "project-root": { type: "string", valueHint: "dir", description: "The project, by its absolute path" },
  "task-type": {
    type: "string",
    valueHint: "type",
    description: "What kind of task it is, for example review; it names files",
  },
} as const;

export const workersFlag = {
  type: "string",
  valueHint: "name,…",
  description: "Who works too: gemini; claude, codex and report-writer always do",
  multiple: true,
} as const;

import { ExitCode } from "../../core/exit-codes.ts";
import { command } from "../command.ts";
import { environmentFlags } from "./environment-flags.ts";
import { defaultWords } from "./run.defaults.ts";

export const run = command({
  summary: "Run a program as if it were called directly, and keep the evidence when it fails",
  takesProgram: true,
  usageExitCode: ExitCode.runRefused,
  flags: {
    timeout: {
      type: "string",
      valueHint: "duration",
      description: "End it after this long: 90, 75m, 1h30m; 0 = never (FAULTBOX_TIMEOUT, else 4500 s)",
    },
    "idle-timeout": {
      type: "string",
      valueHint: "duration",
      description: "End it when neither stream says anything for this long (never)",
    },
    "total-timeout": {
      type: "string",
      valueHint: "duration",
      description: "End it this long after the first start, retries and pauses included (never)",
    },
    grace: {
      type: "string",
      valueHint: "duration",
      description: "Time between the polite signal and SIGKILL (10s)",
    },
    cwd: { type: "string", valueHint: "dir", description: "The program's working directory (here)" },
    stdin: {
      type: "string",
      valueHint: "inherit|null|file",
      description: "Where its input comes from; a prompt file goes here",
      default: "inherit",
    },
    quiet: {
      type: "boolean",
      description: "Pass nothing through; after a failure show the tail of both streams",
    },
    "merge-output": {
      type: "boolean",
      description: "One pipe for stdout and stderr, so that their order is kept",
    },
    "redact-output": {
      type: "boolean",
      description: "Mask secrets in what is passed through too; the beginning of one may wait up to 100 ms",
    },
    ...environmentFlags,
    "mask-fd": {
      type: "string",
      valueHint: "n",
      description:
        "Secrets that become known later are read from this descriptor, one a line (FAULTBOX_MASK_FD)",
    },
    role: {
      type: "string",
      valueHint: "name",
      description: "Who runs it, for the name of the evidence",
      default: defaultWords.role,
    },
    task: {
      type: "string",
      valueHint: "id",
      description: "What for; its first 8 characters name the evidence (the execution's id)",
    },
    "failures-dir": {
      type: "string",
      valueHint: "dir",
      description: "Keep evidence here instead of <root>/logs/local/failures",
    },
    keep: {
      type: "string",
      valueHint: "failure|always",
      description: "When to keep evidence",
      default: defaultWords.keep,
    },
    result: {
      type: "string",
      valueHint: "file",
      description: "The result.json that the program writes; success: false fails the run",
    },
    "require-result": { type: "boolean", description: "A missing result file fails the run too" },
    "annotate-result": {
      type: "boolean",
      description: "Write the reason with its pointer back into the result file",
    },
    outcome: {
      type: "string",
      valueHint: "file|-",
      description: "Write the outcome as JSON; - is stdout, and the program's stdout goes to stderr",
    },
    json: { type: "boolean", description: "The same as --outcome -" },
    mirror: {
      type: "string",
      valueHint: "file",
      description: "Append both streams to this file while they come, redacted, for tail -F",
    },
    retries: {
      type: "string",
      valueHint: "n",
      description: "How often to try again",
      default: defaultWords.retries,
    },
    "retry-on": {
      type: "string",
      valueHint: "what,…",
      description: "transient, any, timeout, or exit codes",
      default: defaultWords["retry-on"],
    },
    "retry-delay": {
      type: "string",
      valueHint: "duration",
      description: "Pause before the first retry, up to a quarter longer at random",
      default: defaultWords["retry-delay"],
    },
    "retry-backoff": {
      type: "string",
      valueHint: "fixed|exponential",
      description: "Whether each further pause is twice as long",
      default: defaultWords["retry-backoff"],
    },
    "retry-seed": {
      type: "string",
      valueHint: "text",
      description: "Makes the random part of the pauses the same every time",
    },
    memory: {
      type: "string",
      valueHint: "size",
      description: "The most memory that it and its children may use: 512M, 2Gi",
    },
    pids: { type: "string", valueHint: "n", description: "The most processes that it may be at once" },
    cpu: {
      type: "string",
      valueHint: "n|percent",
      description: "The most processor time: 1.5 or 150% is one and a half processors",
    },
    limits: {
      type: "string",
      valueHint: "strict|best-effort",
      description: "What happens when those three cannot be had: nothing is started, or it runs without",
      default: defaultWords.limits,
    },
    leftovers: {
      type: "string",
      valueHint: "kill|report|allow",
      description:
        "What outlives the program: end it always; only after a limit, a signal and before a retry; or never what left its session",
      default: defaultWords.leftovers,
    },
    drain: {
      type: "string",
      valueHint: "duration",
      description: "How long to wait for more text of those who hold its output open after its end",
      default: defaultWords.drain,
    },
    "errors-log": {
      type: "string",
      valueHint: "file",
      description:
        "After a failure append a record to this errors log, by its absolute path; with the next flags",
    },
    "task-key": { type: "string", valueHint: "key", description: "What the agents work on" },
    phase: { type: "string", valueHint: "name", description: "In which phase of it" },
    agent: { type: "string", valueHint: "name", description: "Who runs, for example codex" },
    "agent-role": { type: "string", valueHint: "role", description: "As what, for example worker" },
    model: { type: "string", valueHint: "name", description: "The agent's model" },
    exclusive: {
      type: "boolean",
      description: "Start nothing while another execution with --exclusive works on the same task",
    },
    report: {
      type: "boolean",
      description: "After a failure, print its likely cause and the pointer on stderr (on a terminal)",
      negativeDescription: "Print nothing of our own",
    },
  },
  examples: [
    "faultbox run -- npm test",
    "faultbox run --timeout 30m --role goal --task 4f2a91c0 --result result.json -- codex exec - <prompt.md",
    "faultbox run --profile agent --secret GITHUB_TOKEN --stdin prompt.md -- claude -p",
    "faultbox run --outcome outcome.json --retries 2 --retry-on 75,transient -- ./deploy.sh",
    "",
    "Exit codes: the program's own; 124 time limit; 125 called wrongly; 126, 127 not executable, not found;",
    "128+n ended by signal n; 1 when it exits 0 and its result file says that it failed; 75 with --exclusive,",
    "when somebody works on that task.",
  ],
  load: () => import("./run.handler.ts"),
});

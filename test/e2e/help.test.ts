import { describe, expect, test } from "bun:test";
import { eachWay, type Faultbox } from "./support.ts";

eachWay("help and version", (faultbox) => {
  test("faultbox alone shows what there is", async () => {
    const ran = await faultbox.run([]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    for (const command of [
      "run",
      "env",
      "failures",
      "diagnostics",
      "paths",
      "headers",
      "worker",
      "job",
      "classify",
      "version",
    ])
      expect(ran.stdout).toContain(`  ${command} `);
  });

  test("run --help is ours, run -- --help is the program's", async () => {
    const ours = await faultbox.run(["run", "--help"]);
    expect([ours.code, ours.stderr]).toEqual([0, ""]);
    expect(ours.stdout).toContain("faultbox run [OPTIONS] -- program");
    const theirs = await faultbox.run(["run", "--", "echo", "--help", "--", "-h"]);
    expect([theirs.code, theirs.stdout]).toEqual([0, "--help -- -h\n"]);
    const missing = await faultbox.run(["run", "--", "--help"]);
    expect([missing.code, missing.stdout]).toEqual([127, ""]);
  });

  test.each(["help failures show", "failures show -h", "failures --help show"])(
    "help is found as %p",
    async (line) => {
      const ran = await faultbox.run(line.split(" "));
      expect([ran.code, ran.stdout.includes("faultbox failures")]).toEqual([0, true]);
    },
  );

  test("help has no colour where stdout is no terminal", async () => {
    const ran = await faultbox.run(["run", "--help"], { env: { TERM: "xterm-256color", FORCE_COLOR: "1" } });
    expect(ran.stdout).not.toContain("\u001b");
  });

  test("help has colour on a terminal, and not with NO_COLOR", async () => {
    const line = `script -qec "$F run --help" /dev/null </dev/null`;
    const env = { TERM: "xterm-256color" };
    expect((await faultbox.shell(line, { env })).stdout).toContain("\u001b[");
    expect((await faultbox.shell(line, { env: { ...env, NO_COLOR: "yes" } })).stdout).not.toContain(
      "\u001b[",
    );
  });

  test("--version is the version alone, version says more", async () => {
    const ran = await faultbox.run(["--version"]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "0.1.0\n", ""]);
    const more = await faultbox.run(["version"]);
    expect(more.stdout).toMatch(/^faultbox 0\.1\.0 \(\S+, \S+, (bun|deno) \S+\)\n$/);
  });

  test("version --json says which build this is", async () => {
    const ran = await faultbox.run(["version", "--json"]);
    const info = JSON.parse(ran.stdout);
    expect(info).toMatchObject({ version: "0.1.0" });
    if (faultbox.way === "compiled") {
      expect(info.commit).toMatch(/^([0-9a-f]{12}(-dirty)?|unknown)$/);
      expect(info.target).toMatch(/^(linux|darwin)-(x64|arm64)(-musl)?$/);
    } else {
      expect([info.commit, info.target]).toEqual(["source", "source"]);
    }
    expect(info.bun).toBe(faultbox.way === "deno" ? null : Bun.version);
  });

  if (faultbox.way === "compiled") pinnedHelp(faultbox);
});

function pinnedHelp(faultbox: Faultbox): void {
  const help = async (...words: string[]) =>
    (await faultbox.run([...words, "--help"])).stdout.replaceAll(/ +$/gm, "");

  describe("the help text of", () => {
    test("run", async () => {
      expect(await help("run")).toMatchInlineSnapshot(`
        "Run a program as if it were called directly, and keep the evidence when it fails (faultbox run)

        USAGE faultbox run [OPTIONS] -- program [arguments…]

        OPTIONS

                         --timeout=<duration>    End it after this long: 90, 75m, 1h30m; 0 = never (FAULTBOX_TIMEOUT, else 4500 s)
                    --idle-timeout=<duration>    End it when neither stream says anything for this long (never)
                   --total-timeout=<duration>    End it this long after the first start, retries and pauses included (never)
                           --grace=<duration>    Time between the polite signal and SIGKILL (10s)
                                  --cwd=<dir>    The program's working directory (here)
                  --stdin=<inherit|null|file>    Where its input comes from; a prompt file goes here (Default: inherit)
                                      --quiet    Pass nothing through; after a failure show the tail of both streams
                               --merge-output    One pipe for stdout and stderr, so that their order is kept
                              --redact-output    Mask secrets in what is passed through too; the beginning of one may wait up to 100 ms
                             --profile=<name>    The environment to start from: minimal, agent, oc-worker or your own (minimal)
                                --pass=<NAME>    Pass this variable of ours; * and ? match many (repeatable)
                              --secret=<NAME>    Pass it, and mask its value in everything that is kept (repeatable)
                           --set=<NAME=VALUE>    Give it this value (repeatable)
                                --drop=<NAME>    Keep it out, whatever the profile says (repeatable)
                             --require=<NAME>    Pass it, and start nothing when it is missing or empty (repeatable)
                        --unsafe-allow=<NAME>    Pass a name that makes programs run other code, such as LD_PRELOAD (repeatable)
                              --config=<file>    The policy file to read in place of ./faultbox.toml, and to trust
                                  --no-config    Look for no policy file: neither here, nor yours, nor the machine's
                                 --root=<dir>    The project: logs/local/failures lies there (FAULTBOX_ROOT, else here)
                                --mask-fd=<n>    Secrets that become known later are read from this descriptor, one a line (FAULTBOX_MASK_FD)
                                --role=<name>    Who runs it, for the name of the evidence (Default: exec)
                                  --task=<id>    What for; its first 8 characters name the evidence (the execution's id)
                         --failures-dir=<dir>    Keep evidence here instead of <root>/logs/local/failures
                      --keep=<failure|always>    When to keep evidence (Default: failure)
                              --result=<file>    The result.json that the program writes; success: false fails the run
                             --require-result    A missing result file fails the run too
                            --annotate-result    Write the reason with its pointer back into the result file
                           --outcome=<file|->    Write the outcome as JSON; - is stdout, and the program's stdout goes to stderr
                                       --json    The same as --outcome -
                              --mirror=<file>    Append both streams to this file while they come, redacted, for tail -F
                                --retries=<n>    How often to try again (Default: 1)
                          --retry-on=<what,…>    transient, any, timeout, or exit codes (Default: transient)
                     --retry-delay=<duration>    Pause before the first retry, up to a quarter longer at random (Default: 1s)
          --retry-backoff=<fixed|exponential>    Whether each further pause is twice as long (Default: exponential)
                          --retry-seed=<text>    Makes the random part of the pauses the same every time
                              --memory=<size>    The most memory that it and its children may use: 512M, 2Gi
                                   --pids=<n>    The most processes that it may be at once
                            --cpu=<n|percent>    The most processor time: 1.5 or 150% is one and a half processors
                --limits=<strict|best-effort>    What happens when those three cannot be had: nothing is started, or it runs without (Default: strict)
              --leftovers=<kill|report|allow>    What outlives the program: end it always; only after a limit, a signal and before a retry; or never what left its session (Default: report)
                           --drain=<duration>    How long to wait for more text of those who hold its output open after its end (Default: 200ms)
                          --errors-log=<file>    After a failure append a record to this errors log, by its absolute path; with the next flags
                             --task-key=<key>    What the agents work on
                               --phase=<name>    In which phase of it
                               --agent=<name>    Who runs, for example codex
                          --agent-role=<role>    As what, for example worker
                               --model=<name>    The agent's model
                                  --exclusive    Start nothing while another execution with --exclusive works on the same task
                                     --report    After a failure, print its likely cause and the pointer on stderr (on a terminal)
                                  --no-report    Print nothing of our own

        EXAMPLES

          faultbox run -- npm test
          faultbox run --timeout 30m --role goal --task 4f2a91c0 --result result.json -- codex exec - <prompt.md
          faultbox run --profile agent --secret GITHUB_TOKEN --stdin prompt.md -- claude -p
          faultbox run --outcome outcome.json --retries 2 --retry-on 75,transient -- ./deploy.sh

          Exit codes: the program's own; 124 time limit; 125 called wrongly; 126, 127 not executable, not found;
          128+n ended by signal n; 1 when it exits 0 and its result file says that it failed; 75 with --exclusive,
          when somebody works on that task.
        "
      `);
    });

    test("failures show", async () => {
      expect(await help("failures", "show")).toMatchInlineSnapshot(`
        "Show one failure: what it was, its likely cause, its last lines, and the command for the whole log (faultbox failures show)

        USAGE faultbox failures show [OPTIONS] [ID]

        ARGUMENTS

          ID    an execution's id, a prefix of one, a name such as goal-4f2a91c0, or latest (the default)

        OPTIONS

                  --root=<dir>    The project whose logs/local/failures is read (FAULTBOX_ROOT, else here)
          --failures-dir=<dir>    Read this directory instead
                        --json    Its outcome, as it was written

        EXAMPLES

          faultbox failures show
          faultbox failures show goal-4f2a91c0
          faultbox failures show 0198c --json
        "
      `);
    });
  });
}

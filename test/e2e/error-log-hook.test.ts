import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { logOf, records } from "./error-log.ts";
import { eachWay } from "./support.ts";

/** A script in which `HOOK` stands where the hook is called, and what is recorded: exit code, line, command, last lines. */
type Case = readonly [string, string, ReadonlyArray<readonly [number, number, string, (string | null)?]>];

const cases: readonly Case[] = [
  ["nothing that fails", "HOOK\necho one; echo two >&2\nif false; then :; fi; false || true; ! true\n", []],
  [
    "a command, with what it said last",
    "HOOK\necho before >&2\ncat /nowhere/x\necho after >&2\nexit 0\n",
    [[1, 3, "cat /nowhere/x", "before\ncat: /nowhere/x: No such file or directory\n"]],
  ],
  [
    "set -e in a function, and the script's own EXIT trap",
    "HOOK\nset -euo pipefail\ntrap 'echo \"bye $?\"' EXIT\nf() {\n  echo in f >&2\n  false\n}\nf\necho never\n",
    [[1, 6, "false", "in f\n"]],
  ],
  [
    "a subshell, once",
    "HOOK\n( echo in >&2; exit 3 )\n(\n  false\n)\necho $?\n",
    [
      [3, 2, "( echo in 1>&2; exit 3 )", "in\n"],
      [1, 4, "false"],
    ],
  ],
  [
    "a command substitution, once",
    'HOOK\nx=$(cat /nowhere/y 2>/dev/null)\necho "$? $x"\n',
    [[1, 2, "cat /nowhere/y 2> /dev/null"]],
  ],
  [
    "functions in functions, once",
    "HOOK\nf() { sh -c 'exit 4'; }\ng() { f; }\ng\nh() { f; true; }\nh\nsh -c 'exit 4'\n",
    [
      [4, 2, "sh -c 'exit 4'"],
      [4, 2, "sh -c 'exit 4'"],
      [4, 7, "sh -c 'exit 4'"],
    ],
  ],
  [
    "a pipeline under pipefail, once",
    "HOOK\nset -o pipefail\nfalse | true | sh -c 'cat; exit 5'\necho ${PIPESTATUS[*]}\nf() { false; }\nf | cat\n",
    [
      [5, 3, "sh -c 'cat; exit 5'"],
      [1, 5, "false"],
    ],
  ],
  [
    "eval and source, once",
    'HOOK\neval "false"\necho false >sourced.sh\nsource ./sourced.sh\n',
    [
      [1, 2, "false"],
      [1, 1, "false"],
    ],
  ],
  [
    "what a script may look at afterwards",
    'HOOK\nset -u\nsleep 0.01 & p=$!\nwait\nread -r line\nfalse\necho "$? $_ $line"\ntrue & q=$!\nwait $q\nfalse\n[[ $! == "$q" ]] && echo same\nexit 9\n',
    [
      [1, 6, "false"],
      [1, 10, "false"],
    ],
  ],
  [
    "the script's own ERR trap, which is called as before",
    "trap 'echo \"mine $? $LINENO\"' ERR\nHOOK\nf() { false; }\nf\nfalse\n",
    [
      [1, 3, "false"],
      [1, 5, "false"],
    ],
  ],
  [
    "the script's own ERR trap under set -e, also for what a function returns",
    "trap 'echo \"mine $? $LINENO $BASH_COMMAND\"' ERR\nHOOK\nset -e\nf() { return 7; }\nif f; then :; fi\nf\necho never\n",
    [[7, 6, "return 7"]],
  ],
  [
    "the script's own ERR trap that ends it, in POSIX mode",
    "set -o posix\ntrap 'echo \"mine $?\"; exit 5' ERR\nHOOK\nfalse\necho never\n",
    [[1, 4, "false"]],
  ],
  ["in POSIX mode", "set -o posix\nHOOK\nfalse\necho $?\n", [[1, 3, "false"]]],
  [
    "where variables with everyday names are read-only, and commands are functions",
    "readonly code=1 line=2 text=3 name=4 now=5 tries=6\nprintf() { echo x; }; rm() { echo y; }; read() { echo z; }\nsleep() { echo s; }; tail() { echo t; }; mkdir() { echo m; }; cd() { echo c; }\nHOOK\n(exit 3)\n",
    [[3, 5, "( exit 3 )"]],
  ],
  [
    "with line ends between words, a pipeline once",
    "IFS=$'\\n\\t'\nHOOK\nset -o pipefail\nf() { false; }\nf | cat\n",
    [[1, 4, "false"]],
  ],
  ["bytes that are not UTF-8", "HOOK\nfalse $'\\xff' \"x\"\n", [[1, 2, "false '\\xff' \"x\""]]],
  [
    "in a directory that is gone",
    "mkdir gone; cd gone; rmdir ../gone\nHOOK\nfalse\necho $?\n"
      .replace("HOOK\n", "")
      .replace("mkdir", "HOOK\nmkdir"),
    [[1, 3, "false"]],
  ],
  [
    "until the script sets an ERR trap",
    "HOOK\nf() { false; true; }\ntrap 'echo \"mine $? $LINENO\"' ERR\nf\nfalse\n",
    [],
  ],
  ["under set -x", "HOOK\nset -x\nfalse\necho ok\n", [[1, 3, "false", "+ false\n"]]],
  ["before exec", "HOOK\nfalse\nexec sh -c 'echo last >&2; exit 7'\n", [[1, 2, "false"]]],
  [
    "what cannot be found",
    "HOOK\nno_such_program_at_all --x\n",
    [
      [
        127,
        2,
        "no_such_program_at_all --x",
        "script.sh: line 2: no_such_program_at_all: command not found\n",
      ],
    ],
  ],
];

eachWay(
  "faultbox error-log hook bash",
  (faultbox) => {
    /** The script without and with the hook: the same stdout, stderr and exit code. */
    async function compare(script: string, redirect: string) {
      fs.rmSync(logOf(faultbox), { force: true });
      const env = { FAULTBOX_ERRORS_LOG: logOf(faultbox), FAULTBOX_TASK_KEY: "T-1", LC_ALL: "C" };
      const hook = `eval "$(${faultbox.command.map((word) => `'${word}'`).join(" ")} error-log hook bash)"`;
      const ran = [];
      for (const call of [":", hook]) {
        fs.writeFileSync(join(faultbox.directory(), "script.sh"), script.replace("HOOK", call));
        const { code, stdout, stderr } = await faultbox.shell(`echo input | bash script.sh ${redirect}`, {
          env,
        });
        const file = redirect === "" ? "" : fs.readFileSync(join(faultbox.directory(), "err.txt"), "utf8");
        ran.push({ code, stdout, stderr, file });
      }
      expect(ran[1]).toEqual(ran[0] ?? ran[1]);
      return fs.existsSync(logOf(faultbox)) ? records(logOf(faultbox)) : [];
    }

    for (const [where, redirect] of [
      ["a pipe", ""],
      ["a file", "2>err.txt"],
      ["the same pipe as stdout", "2>&1 | cat; echo >err.txt"],
    ] as const) {
      test.each(cases)(
        `records %s, with stderr in ${where}, and changes nothing`,
        async (_, script, expected) => {
          const rows = await compare(script, redirect);
          expect(
            rows.map(({ exitCode, attributes, command }) => [
              exitCode,
              Number((attributes as { line: string }).line),
              command,
            ]),
          ).toEqual(expected.map(([code, line, command]) => [code, line, command]));
          if (redirect !== "" && redirect !== "2>err.txt") return;
          for (const [index, [, , , excerpt]] of expected.entries()) {
            if (excerpt !== undefined && redirect === "")
              expect(rows[index]?.["stderrExcerpt"]).toBe(excerpt);
            if (excerpt)
              expect(String(rows[index]?.["stderrExcerpt"])).toEndWith(
                excerpt.split("\n").slice(-2).join("\n"),
              );
          }
        },
      );
    }

    test.each(["bash <script.sh", "cat script.sh | bash -s word", 'bash -c "$(cat script.sh)"'])(
      "%s: a script that is no file of its own is recorded, and goes on as without",
      async (call) => {
        const rest = 'echo out; echo err >&2\nread -r line\necho "got $line"\n( exit 3 )\nexit 6\n';
        const hook = `eval "$($F error-log hook bash --out '${logOf(faultbox)}')"\n`;
        const ran = [];
        for (const script of [rest, hook + rest]) {
          fs.writeFileSync(join(faultbox.directory(), "script.sh"), script);
          const { code, stdout, stderr } = await faultbox.shell(`export F; ${call}`);
          ran.push({ code, stdout, stderr });
        }
        expect(ran[1]).toEqual(ran[0] ?? ran[1]);
        expect(ran[1]).toMatchObject({ code: 6, stderr: "err\n" });
        expect(records(logOf(faultbox)).map(({ command }) => command)).toContain("( exit 3 )");
      },
    );

    test("says whose failures these are", async () => {
      const words = [
        "--task-key",
        "it's T",
        "--phase",
        "deploy",
        "--agent",
        "release",
        "--agent-role",
        "lead",
        "--model",
        "m",
      ];
      const flags = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
      fs.writeFileSync(
        join(faultbox.directory(), "script.sh"),
        `eval "$($F error-log hook bash --out '${logOf(faultbox)}' ${flags})"\nfalse\n`,
      );
      await faultbox.shell("export F; bash script.sh");
      expect(records(logOf(faultbox))).toMatchObject([
        {
          taskKey: "it's T",
          phase: "deploy",
          agent: "release",
          agentRole: "lead",
          model: "m",
          errorType: "cli-failure",
          message: "false: exit code 1, at line 2 of script.sh",
        },
      ]);
    });

    test("without a log says so, and lets the script be", async () => {
      fs.writeFileSync(
        join(faultbox.directory(), "script.sh"),
        'set -e\neval "$($F error-log hook bash)"\necho on\n',
      );
      const ran = await faultbox.shell("export F; bash script.sh");
      expect([ran.code, ran.stdout]).toEqual([0, "on\n"]);
      expect(ran.stderr).toContain("Give --out (or FAULTBOX_ERRORS_LOG) an absolute path");
    });

    test("passes on what a script writes byte for byte, also without a line end and in a flood", async () => {
      const script =
        'HOOK\nprintf "prompt: " >&2; head -c 300000 /dev/urandom | tee copy >&2; printf "\\x1b_faultbox:x\\x1b" >&2; false\n';
      const rows = await (async () => {
        fs.writeFileSync(
          join(faultbox.directory(), "script.sh"),
          script.replace("HOOK", `eval "$($F error-log hook bash --out '${logOf(faultbox)}')"`),
        );
        const ran = await faultbox.shell(
          "export F; bash script.sh 2>&1 >/dev/null | cat >all; (printf 'prompt: '; cat copy; printf '\\x1b_faultbox:x\\x1b') | cmp - all && echo same",
        );
        expect(ran.stdout).toBe("same\n");
        return records(logOf(faultbox));
      })();
      expect(rows).toHaveLength(1);
    });
  },
  ["compiled"],
);

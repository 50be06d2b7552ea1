/** The examples of docs/redaction.md, typed as they stand there. */
import { expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import { redact } from "../../src/cli/commands/redact.ts";
import { eachWay } from "./support.ts";

const text = fs.readFileSync(join(import.meta.dir, "../../docs/redaction.md"), "utf8");
const sessions = [...text.matchAll(/```console\n([\s\S]*?)```/g)].map(([, session = ""]) => session);

test("docs/redaction.md has every section that it promises at its top, and names every option of redact", () => {
  const promised = [...text.matchAll(/^- \[(.*)\]\(#/gm)].map(([, title]) => title);
  expect([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(promised);
  for (const name of Object.keys(redact.flags)) expect(text).toContain(`\`--${name}`);
});

eachWay(
  "docs/redaction.md",
  (faultbox) => {
    test.each(sessions.map((session) => [session.split("\n", 1)[0] ?? "", session]))(
      "shows what happens from %j on",
      async (_, session) => {
        const bin = join(faultbox.directory(), "bin");
        fs.mkdirSync(bin, { recursive: true });
        const program = `#!/bin/sh\nexec ${faultbox.command.join(" ")} "$@"\n`;
        fs.writeFileSync(join(bin, "faultbox"), program, { mode: 0o755 });
        const typed = commandsOf(session).map(({ command }) => `${command}\n`);
        const line = `export PATH=${bin}:$PATH\nexec 2>&1\n${typed.join("echo '$ '\n")}`;
        fs.writeFileSync(join(faultbox.directory(), "session.sh"), line);
        const ran = await faultbox.shell("bash session.sh");
        const shown = commandsOf(session).map(({ output }) => output);
        expect(ran.stdout.split("$ \n")).toEqual(shown);
      },
    );
  },
  ["compiled"],
);

/** What stands behind `$` and, on the lines after it, behind `>`; and all lines up to the next `$`. */
function commandsOf(session: string): readonly { readonly command: string; readonly output: string }[] {
  return session
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [first = "", ...rest] = part.split("\n").slice(0, -1);
      const more = rest.filter((line) => line.startsWith("> ")).map((line) => line.slice(2));
      const output = rest.filter((line) => !line.startsWith("> ")).map((line) => `${line}\n`);
      return { command: [first, ...more].join("\n"), output: output.join("") };
    });
}

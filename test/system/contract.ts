/**
 * What `system.ts` promises, as a plain script that runs under every runtime: `contract.ts DIRECTORY`, an empty one.
 * Prints `ok <name>` or `not ok <name>: <why>` for each check.
 */
import * as fs from "node:fs";
import { join } from "node:path";
import { errorCode } from "../../src/core/errors.ts";
import { detectSystem } from "../../src/system/detect.ts";
import type { Child, SpawnCommand } from "../../src/system/system.ts";

const system = await detectSystem();
const { files, clock, processes } = system;
const directory = system.words[0] ?? ".";
const at = (name: string) => join(directory, name);

fs.writeFileSync(at("file"), "text");
fs.symlinkSync(at("file"), at("link"));
fs.symlinkSync(at("nowhere"), at("dangling"));
fs.writeFileSync(at("bad-interpreter"), "#!/no/such/interpreter\n", { mode: 0o755 });
fs.writeFileSync(at("no-shebang"), "exit 9\n", { mode: 0o755 });

function equal(actual: unknown, expected: unknown): void {
  const [is, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== wanted) throw new Error(`${is} is not ${wanted}`);
}

function codeOf(action: () => unknown): string | null {
  try {
    action();
    return null;
  } catch (error) {
    return errorCode(error);
  }
}

function spawn(executable: string, words: readonly string[] = [], more: Partial<SpawnCommand> = {}) {
  return processes.spawn({
    executable,
    argv: [executable, ...words],
    environment: {},
    cwd: directory,
    stdin: "null",
    output: "piped",
    ownSession: true,
    ...more,
  });
}

function shell(script: string, more: Partial<SpawnCommand> = {}): Child {
  const child = spawn("/bin/sh", ["-c", script], more);
  if (child.kind !== "child") throw new Error(`sh was not started: ${child.code}`);
  return child;
}

async function textOf(source: Child["stdout"]): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of source?.chunks ?? []) text += decoder.decode(chunk, { stream: true });
  return text;
}

async function contentOf(path: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of files.chunks(path)) text += decoder.decode(chunk, { stream: true });
  return text;
}

/** Whether it becomes true within two seconds. */
async function soon(claim: () => boolean): Promise<boolean> {
  for (let left = 200; left > 0 && !claim(); left--) await clock.sleep(10);
  return claim();
}

const checks: Readonly<Record<string, () => unknown>> = {
  "spawn of a missing program": () => equal(spawn(at("missing")), { kind: "not-started", code: "ENOENT" }),
  "spawn of a file that is not executable": () =>
    equal(spawn(at("file")), { kind: "not-started", code: "EACCES" }),
  "spawn of a directory": () => equal(spawn(directory), { kind: "not-started", code: "EACCES" }),
  "spawn of a script whose interpreter is missing": () =>
    equal(spawn(at("bad-interpreter")), { kind: "not-started", code: "ENOENT" }),
  "spawn in a directory that is missing": () =>
    equal(spawn("/bin/true", [], { cwd: at("missing") }).kind, "not-started"),
  "spawn with a NUL in an argument": () => equal(spawn("/bin/true", ["a\0b"]).kind, "not-started"),
  async "spawn of a script without an interpreter line: ENOEXEC, or the C library gave it to sh"() {
    const child = spawn(at("no-shebang"));
    if (child.kind === "child") equal(await child.ended, { kind: "exited", code: 9 });
    else equal(child.code, "ENOEXEC");
  },
  async "spawn gives the environment and nothing else"() {
    const child = spawn("/usr/bin/env", [], { environment: { A: "1", Z: "ž" } });
    if (child.kind !== "child") throw new Error("not started");
    equal((await textOf(child.stdout)).trimEnd().split("\n").sort(), ["A=1", "Z=ž"]);
  },
  async "ended tells an exit code"() {
    equal(await shell("exit 7").ended, { kind: "exited", code: 7 });
  },
  async "ended tells a signal"() {
    equal(await shell("kill -KILL $$").ended, { kind: "signaled", signal: "SIGKILL" });
  },
  async "ended does not wait for who holds the pipes"() {
    const child = shell("sleep 60 & exit 3");
    const end = await Promise.race([child.ended, clock.sleep(10_000)]);
    processes.kill(-child.pid, "SIGKILL");
    equal(end, { kind: "exited", code: 3 });
  },
  async "both streams arrive whole"() {
    const child = shell("echo out; echo err >&2");
    equal(await Promise.all([textOf(child.stdout), textOf(child.stderr)]), ["out\n", "err\n"]);
  },
  async "kill tells whether somebody was there"() {
    const child = shell("sleep 60");
    equal(processes.kill(child.pid, "SIGTERM"), true);
    await child.ended;
    equal(await soon(() => !processes.kill(-child.pid, "SIGTERM")), true);
    equal(processes.groupAlive(child.pid), false);
  },

  async "killExactly hits the very process, and not another one that has its pid"() {
    const child = shell("sleep 60");
    const itself = processes.all().find(({ pid }) => pid === child.pid);
    if (!itself) throw new Error("the process is not listed");
    equal([itself.parent, itself.session, itself.alive], [process.pid, child.pid, true]);
    equal(processes.killExactly({ ...itself, startTime: "1" }, "SIGKILL"), false);
    equal(processes.killExactly(itself, "SIGTERM"), true);
    equal(await child.ended, { kind: "signaled", signal: "SIGTERM" });
    equal(processes.killExactly(itself, "SIGKILL"), false);
  },
  async "orphans become ours, are listed, and are reaped when they die"() {
    equal([processes.adoptOrphans(), processes.adopted()], [true, []]);
    const child = shell("setsid sh -c 'echo $$; exec sleep 60' & exit 0", {
      environment: { PATH: "/usr/bin:/bin" },
    });
    await child.ended;
    equal(await soon(() => processes.adopted().length === 1), true);
    const [orphan = 0] = processes.adopted();
    equal(await soon(() => processes.variableOf(orphan, "PATH") === "/usr/bin:/bin"), true);
    equal([processes.variableOf(orphan, "PAT"), processes.variableOf(orphan, "ATH")], [null, null]);
    processes.kill(orphan, "SIGKILL");
    equal(await soon(() => processes.all().every(({ pid }) => pid !== orphan)), true);
    equal(processes.adopted(), []);
  },
  async "a started child is never taken for an orphan"() {
    const child = shell("exec sleep 60");
    equal([processes.adoptOrphans(), processes.adopted()], [true, []]);
    processes.kill(child.pid, "SIGKILL");
    equal(await child.ended, { kind: "signaled", signal: "SIGKILL" });
  },

  "status tells files, directories and others"() {
    const fifo = at("fifo");
    equal(spawn("/usr/bin/mkfifo", [fifo]).kind, "child");
    return soon(() => files.status(fifo) !== null).then(() =>
      equal(
        [at("file"), at("link"), directory, fifo].map((path) => files.status(path)?.kind),
        ["file", "file", "directory", "other"],
      ),
    );
  },
  "linkStatus tells a link itself": () =>
    equal([files.linkStatus(at("link"))?.kind, files.linkStatus(at("dangling"))?.kind], ["link", "link"]),
  "status of nothing, of a dangling link and below a file is null": () =>
    equal(
      [files.status(at("missing")), files.status(at("dangling")), files.status(at("file/x"))],
      [null, null, null],
    ),
  "status of a circle of links throws ELOOP"() {
    fs.symlinkSync(at("circle"), at("circle"));
    equal(
      codeOf(() => files.status(at("circle"))),
      "ELOOP",
    );
  },
  "status tells size, mode, links and owner"() {
    fs.writeFileSync(at("counted"), "12345", { mode: 0o640 });
    fs.chmodSync(at("counted"), 0o640);
    fs.linkSync(at("counted"), at("counted-too"));
    const status = files.status(at("counted"));
    const owner = fs.statSync(at("counted")).uid;
    equal([status?.size, status?.mode, status?.links, status?.owner], [5, 0o640, 2, owner]);
  },
  "identity changes when a file is written, touched or replaced, and only then"() {
    const path = at("changing");
    const identities = [
      () => fs.writeFileSync(path, "a"),
      () => fs.appendFileSync(path, "b"),
      () => fs.utimesSync(path, 1, 1),
      () => {
        fs.writeFileSync(at("other"), "ab");
        fs.renameSync(at("other"), path);
      },
    ].map((change) => {
      change();
      return files.status(path)?.identity;
    });
    equal(new Set(identities).size, 4);
    equal(files.status(path)?.identity, identities[3]);
  },
  "createNew fails with EEXIST on a file, a link and a dangling link": () =>
    equal(
      ["file", "link", "dangling"].map((name) => codeOf(() => files.createNew(at(name), 0o600))),
      ["EEXIST", "EEXIST", "EEXIST"],
    ),
  "openAppend never goes through a link": () =>
    equal(
      [
        codeOf(() => files.openAppend(at("link"), 0o600)),
        codeOf(() => files.openAppend(at("dangling"), 0o600)),
      ],
      ["ELOOP", "ELOOP"],
    ),
  "openAppend makes a file with its mode, and writes at the end"() {
    for (const text of ["one", "two"]) {
      const file = files.openAppend(at("appended"), 0o600);
      equal(file.write(new TextEncoder().encode(text)), 3);
      file.sync();
      file.close();
      file.close();
    }
    equal([fs.readFileSync(at("appended"), "utf8"), files.status(at("appended"))?.mode], ["onetwo", 0o600]);
  },
  "readAt and truncate"() {
    const file = files.createNew(at("cut"), 0o600);
    file.write(new TextEncoder().encode("abcdef"));
    equal([...file.readAt(4, 10)], [101, 102]);
    file.truncate(2);
    equal([file.status().size, [...file.readAt(2, 1)]], [2, []]);
    file.close();
  },
  "failures come as codes": () =>
    equal(
      [
        codeOf(() => files.read(at("missing"))),
        codeOf(() => files.read(directory)),
        codeOf(() => files.openRead(at("missing"))),
        codeOf(() => files.createNew(at("missing/x"), 0o600)),
        codeOf(() => files.makeDirectory(at("file"), 0o700)),
        codeOf(() => files.makeDirectory(at("missing/x"), 0o700)),
        codeOf(() => files.names(at("file"))),
        codeOf(() => files.rename(at("missing"), at("x"))),
      ],
      ["ENOENT", "EISDIR", "ENOENT", "ENOENT", "EEXIST", "ENOENT", "ENOTDIR", "ENOENT"],
    ),
  "makeDirectory tells whether it made one, and removing never throws"() {
    equal([files.makeDirectory(at("new"), 0o700), files.makeDirectory(at("new"), 0o700)], [true, false]);
    equal(files.status(at("new"))?.mode, 0o700);
    files.removeEmptyDirectory(directory);
    files.removeEmptyDirectory(at("new"));
    files.removeEmptyDirectory(at("new"));
    files.remove(at("missing"));
    equal([files.status(at("new")), files.status(directory)?.kind], [null, "directory"]);
  },
  async "openChannel gives a program the end of a pipe under that number, or says why not"() {
    const channel = processes.openChannel(7);
    if (typeof channel === "string") return equal(typeof Reflect.get(globalThis, "Deno"), "object");
    equal([channel.isOurs, channel.read().length], [true, 0]);
    const child = shell("echo one >&7; printf two >&7", { descriptors: channel.descriptors });
    equal(await child.ended, { kind: "exited", code: 0 });
    equal(new TextDecoder().decode(channel.read()), "one\ntwo");
    equal(channel.read().length, 0);
    const other = shell("echo one >&7");
    equal((await other.ended).kind === "exited" && channel.read().length === 0, true);
  },
  async "chunks of a file, of a fifo that nobody writes to, and of a pipe that is slow"() {
    fs.writeFileSync(at("long"), "x".repeat(200_000));
    await shell("mkfifo silent slow").ended;
    equal([(await contentOf(at("long"))).length, await contentOf(at("silent"))], [200_000, ""]);
    const writer = shell("exec 3<>slow; echo ready; sleep 0.1; echo late >&3; exec sleep 60");
    for await (const _ of writer.stdout?.chunks ?? []) break;
    for await (const chunk of files.chunks(at("slow"))) {
      equal(new TextDecoder().decode(chunk), "late\n");
      break;
    }
    processes.kill(-writer.pid, "SIGKILL");
  },
  async "chunks of what is missing or a directory fails while it is read"() {
    const codes = await Promise.all(
      [at("missing"), directory].map((path) => contentOf(path).catch((error: unknown) => errorCode(error))),
    );
    equal(codes, ["ENOENT", "EISDIR"]);
  },
  "digest tells size and SHA-256, of a regular file only"() {
    const sha256 = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1";
    equal(files.digest(at("file")), { bytes: 4, sha256 });
    equal(files.sha256(new TextEncoder().encode("text")), sha256);
    equal(
      [codeOf(() => files.digest(at("missing"))), codeOf(() => files.digest("/dev/null"))],
      ["ENOENT", "UNKNOWN"],
    );
  },
  "fileSystemType tells the number of statfs, or null where nothing is": () =>
    equal(
      [files.fileSystemType("/proc"), files.fileSystemType(at("missing"))],
      [process.platform === "linux" ? 0x9fa0 : null, null],
    ),
  "names of a missing directory are none": () => equal(files.names(at("missing")), []),
  "executable and writable never throw": () =>
    equal(
      [
        files.executable("/bin/sh"),
        files.executable(at("missing")),
        files.writable(directory),
        files.writable(at("x/y")),
      ],
      [true, false, true, false],
    ),
  "a second opening of the file does not get the lock"() {
    const [one, other] = [files.openAppend(at("locked"), 0o600), files.openAppend(at("locked"), 0o600)];
    equal([one.tryLock(), other.tryLock()], [true, false]);
    one.close();
    equal(other.tryLock(), true);
    other.close();
  },
  async "tryLock is excluded by another process until that one dies"() {
    const file = files.openAppend(at("shared"), 0o600);
    const holder = spawn("/usr/bin/flock", [at("shared"), "sh", "-c", "echo held; sleep 60"], {
      environment: { PATH: "/usr/bin:/bin" },
    });
    if (holder.kind !== "child") throw new Error("flock was not started");
    for await (const _ of holder.stdout?.chunks ?? []) break;
    equal(file.tryLock(), false);
    processes.kill(-holder.pid, "SIGKILL");
    equal(await soon(() => file.tryLock()), true);
    file.close();
  },

  "openPresent opens what is there, makes nothing and follows no link": () =>
    equal(
      [
        files.openPresent(at("file")).readAt(0, 4).length,
        codeOf(() => files.openPresent(at("missing"))),
        codeOf(() => files.openPresent(at("link"))),
      ],
      [4, "ENOENT", "ELOOP"],
    ),
  "link gives a second name, and none that is taken"() {
    files.link(at("file"), at("second-name"));
    equal(
      [files.status(at("second-name"))?.inode, codeOf(() => files.link(at("file"), at("dangling")))],
      [files.status(at("file"))?.inode, "EEXIST"],
    );
  },

  async "a companion gets lines, outlives nobody's descriptors, and is gone when it is ended"() {
    const shell = processes.accompany(`read -r line; echo "$line $A" >'${at("told")}'; sleep 60`, {
      PATH: "/usr/bin:/bin",
      A: "b",
    });
    if (shell.kind !== "companion") throw new Error("sh was not started");
    shell.tell("a line");
    const told = () => fs.existsSync(at("told")) && fs.readFileSync(at("told"), "utf8") === "a line b\n";
    equal(await soon(told), true);
    const open = fs
      .readdirSync(`/proc/${shell.pid}/fd`)
      .map((name) => fs.readlinkSync(`/proc/${shell.pid}/fd/${name}`));
    equal(
      open.filter((target) => !/^(pipe:|socket:|\/dev\/null)/.test(target)),
      [],
    );
    const facts = processes.all().find(({ pid }) => pid === shell.pid);
    equal([facts?.session, facts?.startTime], [shell.pid, processes.startTimeOf(shell.pid)]);
    await shell.end();
    equal([processes.startTimeOf(shell.pid), fs.existsSync(`/proc/${shell.pid}`)], [null, false]);
    shell.tell("to nobody");
  },
  async "startTimeOf and nameOf tell of a living process, and nothing of one that is gone"() {
    const child = spawn("/usr/bin/sleep", ["60"]);
    if (child.kind !== "child") throw new Error("sleep was not started");
    const listed = processes.all().find(({ pid }) => pid === child.pid);
    equal([processes.startTimeOf(child.pid), processes.nameOf(child.pid)], [listed?.startTime, "sleep"]);
    processes.kill(child.pid, "SIGKILL");
    await child.ended;
    equal(processes.startTimeOf(child.pid), null);
  },
  "place tells machine, boot and container, or null": () => {
    const { bootId, pidNamespace } = system.host.place();
    equal([typeof bootId, pidNamespace?.startsWith("pid:[")], ["string", true]);
  },

  async "sleep ends at once when it is cancelled, before or during"() {
    const controller = new AbortController();
    const begin = clock.monotonic();
    const sleep = clock.sleep(60_000, controller.signal);
    controller.abort();
    await sleep;
    await clock.sleep(60_000, controller.signal);
    equal(clock.monotonic() - begin < 10_000, true);
  },
  "status says the same of a file by its path, by its own name and once it is open"() {
    fs.writeFileSync(at("same"), "four");
    const file = files.openRead(at("same"));
    const views = [files.status(at("same")), files.linkStatus(at("same")), file.status()];
    file.close();
    for (const view of views) equal({ ...view }, { ...files.status(at("same")) });
    equal([views[0]?.size, views[0]?.owner, views[0]?.links], [4, process.geteuid?.(), 1]);
  },
  async "sleep lasts as long as asked, and longer than a timer can"() {
    const begin = clock.monotonic();
    await clock.sleep(30);
    equal(clock.monotonic() - begin >= 29, true);
    const controller = new AbortController();
    const first = await Promise.race([
      clock.sleep(2 ** 31 + 1000, controller.signal).then(() => "the long one"),
      clock.sleep(50).then(() => "the short one"),
    ]);
    controller.abort();
    equal(first, "the short one");
  },
};

for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok ${name}`);
  } catch (error) {
    console.log(`not ok ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
console.log(`runtime ${system.runtime.name}`);
processes.exit(0);

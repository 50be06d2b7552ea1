/**
 * Builds faultbox into a single file: `bun build.ts [--target NAME|all] [--outdir dist]`.
 *
 * Without `--target` it is `dist/faultbox`, for this machine; with one it is `dist/faultbox-NAME`. Bun fetches the runtime of
 * another target from the npm registry, once, into `~/.bun/install/cache`; nothing else of the build needs a network.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

const targets = {
  "linux-x64": "bun-linux-x64",
  "linux-arm64": "bun-linux-arm64",
  "linux-x64-musl": "bun-linux-x64-musl",
  "linux-arm64-musl": "bun-linux-arm64-musl",
  "darwin-x64": "bun-darwin-x64",
  "darwin-arm64": "bun-darwin-arm64",
} as const satisfies Record<string, Bun.Build.CompileTarget>;

type Target = keyof typeof targets;

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(`build: ${describe(error)}`);
    process.exitCode = 1;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { target: { type: "string" }, outdir: { type: "string", default: "dist" } },
  });
  const entry = join(import.meta.dir, "src/main.ts");
  for (const target of chosenTargets(values.target)) {
    const outfile = resolve(values.outdir, values.target === undefined ? "faultbox" : `faultbox-${target}`);
    await compile({
      entry,
      outfile,
      target,
      constants: { FAULTBOX_COMMIT: commit(), FAULTBOX_TARGET: target },
    });
    console.log(`${outfile} (${target}, ${(Bun.file(outfile).size / 1e6).toFixed(0)} MB)`);
  }
}

/**
 * Compiles one program with faultbox's own settings; the bench compiles its baselines by it too. An older `outfile` is gone
 * even when this fails, so that nobody tests yesterday's program.
 *
 * The autoloads are off for safety: otherwise the program reads `.env` and `bunfig.toml` from the caller's directory and runs
 * the latter's preload. Minifying would gain nothing beside bytecode and spoil stack traces.
 */
export async function compile(options: {
  readonly entry: string;
  readonly outfile: string;
  readonly target?: Target;
  readonly constants?: Readonly<Record<string, string>>;
}): Promise<void> {
  const { entry, outfile, target = hostTarget(), constants = {} } = options;
  rmSync(outfile, { force: true });
  mkdirSync(dirname(outfile), { recursive: true });
  // Bun writes source maps beside the program even when they are inline, so it works in a directory that goes away.
  const workshop = mkdtempSync(join(dirname(outfile), ".build-"));
  try {
    const made = join(workshop, basename(outfile));
    await Bun.build({
      entrypoints: [entry],
      target: "bun",
      format: "esm",
      bytecode: true,
      splitting: true,
      sourcemap: "inline",
      minify: false,
      env: "disable",
      define: Object.fromEntries(
        Object.entries(constants).map(([name, text]) => [name, JSON.stringify(text)]),
      ),
      compile: { target: targets[target], outfile: made, autoloadDotenv: false, autoloadBunfig: false },
    });
    renameSync(made, outfile);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

function chosenTargets(name: string | undefined): readonly Target[] {
  const all = Object.keys(targets) as Target[];
  if (name === undefined) return [hostTarget()];
  if (name === "all") return all;
  const chosen = all.filter((target) => target === name);
  if (chosen.length === 0) throw new Error(`Unknown target "${name}": give all or one of ${all.join(", ")}`);
  return chosen;
}

function hostTarget(): Target {
  const libc = process.platform === "linux" && runsOnMusl() ? "-musl" : "";
  const host = `${process.platform}-${process.arch}${libc}`;
  if (!(host in targets)) throw new Error(`Cannot build for this machine (${host}): give --target`);
  return host as Target;
}

/** The Bun that runs this was chosen by npm for this machine's libc, and names its loader in its first page. */
function runsOnMusl(): boolean {
  const head = Buffer.alloc(4096);
  const file = openSync(process.execPath, "r");
  readSync(file, head);
  closeSync(file);
  return head.includes("/ld-musl-");
}

/** For example `1395972ab0c1`, `1395972ab0c1-dirty`, or `unknown` when this directory is not the top of a git work tree. */
function commit(): string {
  if (git("rev-parse", "--show-prefix") !== "") return "unknown";
  const hash = git("rev-parse", "--short=12", "HEAD");
  if (hash === null) return "unknown";
  return git("status", "--porcelain") === "" ? hash : `${hash}-dirty`;
}

function git(...words: readonly string[]): string | null {
  try {
    const { success, stdout } = Bun.spawnSync(["git", ...words], { cwd: import.meta.dir, stderr: "ignore" });
    return success ? stdout.toString().trim() : null;
  } catch {
    return null; // git is not installed
  }
}

/** One line for each thing the bundler could not do, with its place when it is in our own sources. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map((each) => Bun.inspect(each)).join("\n");
  return error instanceof Error ? error.message : String(error);
}

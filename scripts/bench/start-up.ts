/** What a wrapper script feels: from nothing to the end of a program that does nothing. */
import { join } from "node:path";
import { type Bench, baseline, type Row, slowdown, unlessMissing } from "./row.ts";

export async function measureStartUp({ directory, faultbox }: Bench): Promise<readonly Row[]> {
  const empty = await baseline("empty", directory);
  const spawn = await baseline("spawn", directory);
  const ours = [faultbox, "run", "--", "true"];
  const against = (name: string, theirs: readonly string[], atMost: number | null): Promise<Row> =>
    slowdown(`faultbox run -- true : ${name}`, { ours, theirs }, atMost, directory);
  const peer = (words: readonly string[], atMost: number | null = null): Promise<readonly Row[]> =>
    unlessMissing(words[0] ?? "", () => against(words.join(" "), words, atMost));
  const capture = join(import.meta.dir, "baselines/capture.py");
  const version = { ours: [faultbox, "--version"], theirs: [empty] };
  return [
    await slowdown("faultbox --version : an empty program", version, 1.4, directory),
    await against("a bare spawn", [spawn, "true"], 1.8),
    ...(await peer(["chronic", "true"], 0.4)),
    ...(await unlessMissing("/usr/bin/python3", () =>
      against("subprocess.run", ["/usr/bin/python3", capture, "true"], 0.5),
    )),
    ...(await peer(["timeout", "10", "true"])),
    ...(await peer(["tini", "-s", "--", "true"])),
    ...(await peer(["dumb-init", "true"])),
    // GNU's, by a program that only it brings: moreutils has another `parallel`.
    ...(await unlessMissing("env_parallel", () =>
      against("GNU parallel true", ["parallel", "--will-cite", "true", ":::", "1"], null),
    )),
  ];
}

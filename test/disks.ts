/** Small file systems for tests, mounted as root: a tmpfs, or an image behind a loop device. */
import { afterAll } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Disk {
  /** Where it is mounted. */
  readonly point: string;
  /** The image behind it; null for a tmpfs. */
  readonly image: string | null;
  unmount(): void;
}

/** What a test of this disk needs, for `test.skipIf` and the title: `[false, ""]`, or `[true, " (SKIPPED: …)"]`. */
export function diskNeeds(kind: DiskKind): readonly [boolean, string] {
  const missing = whatIsMissing(kind);
  if (missing === null) return [false, ""];
  console.warn(`a test with a small ${kind} disk is skipped: ${missing}`);
  return [true, ` (SKIPPED: ${missing})`];
}

export type DiskKind = "tmpfs" | "ext4" | "xfs" | "btrfs";

/** The smallest images that mkfs makes of these. */
const megabytes: Readonly<Record<Exclude<DiskKind, "tmpfs">, number>> = { ext4: 8, xfs: 330, btrfs: 120 };

/** Mounts a fresh one; it is gone after the test file. `size` is for tmpfs, `words` for mkfs. */
export function mountDisk(kind: DiskKind, size = "256k", words: readonly string[] = []): Disk {
  const directory = fs.mkdtempSync(join(tmpdir(), "faultbox-disk-"));
  const image = kind === "tmpfs" ? null : join(directory, "image");
  if (image !== null) {
    fs.closeSync(fs.openSync(image, "w"));
    fs.truncateSync(image, (megabytes[kind as "ext4"] ?? 64) * 1_000_000);
    quietly([`mkfs.${kind}`, "-q", ...words, image]);
  }
  return mountAt(directory, image, size);
}

/** Mounts a copy of an image as it is at this moment: what a power cut would leave. */
export function mountCopy(disk: Disk): Disk {
  const directory = fs.mkdtempSync(join(tmpdir(), "faultbox-disk-"));
  const image = join(directory, "image");
  quietly(["cp", "--sparse=always", disk.image ?? "", image]);
  return mountAt(directory, image, "");
}

function mountAt(directory: string, image: string | null, size: string): Disk {
  const point = join(directory, "mount");
  fs.mkdirSync(point);
  // A copy of an image has the same UUID as the first, which XFS refuses.
  const type = image === null ? [] : kindOfImage(image) === "xfs" ? ["nouuid"] : [];
  if (image === null) quietly(["mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", point]);
  else quietly(["mount", "-o", ["loop", ...type].join(","), image, point]);
  let mounted = true;
  const unmount = () => {
    if (!mounted) return;
    mounted = false;
    quietly(["umount", point]);
    fs.rmSync(directory, { recursive: true, force: true });
  };
  afterAll(unmount);
  return { point, image, unmount };
}

function kindOfImage(image: string): string {
  return Bun.spawnSync(["blkid", "-p", "-o", "value", "-s", "TYPE", image]).stdout.toString().trim();
}

function quietly(command: readonly string[]): void {
  const { success, stderr } = Bun.spawnSync([...command], { stdout: "ignore", stderr: "pipe" });
  if (!success) throw new Error(`${command.join(" ")}: ${stderr.toString()}`);
}

function whatIsMissing(kind: DiskKind): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "needs root on Linux, to mount a disk";
  if (kind !== "tmpfs" && Bun.which(`mkfs.${kind}`) === null) return `needs mkfs.${kind}`;
  return mountWorks(kind) ? null : `this machine cannot mount ${kind === "tmpfs" ? kind : `${kind} images`}`;
}

/** A container may have root and still not be allowed to mount. */
function mountWorks(kind: DiskKind): boolean {
  try {
    mountDisk(kind).unmount();
    return true;
  } catch {
    return false;
  }
}

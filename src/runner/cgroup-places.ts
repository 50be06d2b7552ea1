/**
 * Where we stand among the control groups of this machine (cgroups(7)), as `/proc/self/cgroup` and `/proc/self/mountinfo` tell.
 *
 * There is one hierarchy of version 2, or several of version 1 with a controller or more each, or, as under older systemd, both.
 */

/** Our own group in one hierarchy. */
export interface CgroupPlace {
  readonly version: 1 | 2;
  /** Of version 1, for example `memory`; version 2 says in each group which it has. */
  readonly controllers: readonly string[];
  /** The directory of the group that we are in. */
  readonly own: string;
  /** The directory of the topmost group that is mounted here. */
  readonly top: string;
}

/** Our place in each hierarchy that is mounted where we can see our own group. */
export function cgroupPlaces(membership: string, mounts: string): readonly CgroupPlace[] {
  const mounted = mounts.split("\n").map(readMount);
  return membership.split("\n").flatMap((line) => {
    const [, names = "", path = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === "") return [];
    const controllers = names === "" ? [] : names.split(",");
    const version = names === "" ? 2 : 1;
    const mount = mounted.find(
      (each) => each?.version === version && controllers.every((name) => each.options.includes(name)),
    );
    const below = mount && pathBelow(path, mount.root);
    if (!mount || below === null || below === undefined) return [];
    return [{ version, controllers, own: join(mount.point, below), top: mount.point }];
  });
}

interface Mount {
  readonly version: 1 | 2;
  readonly point: string;
  /** Which part of the hierarchy is mounted there. */
  readonly root: string;
  readonly options: readonly string[];
}

/** A line of mountinfo: `36 31 0:33 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory` (proc(5)). */
function readMount(line: string): Mount | null {
  const [front = "", back = ""] = line.split(" - ");
  const [, , , root = "/", point = ""] = front.split(" ");
  const [type, , options = ""] = back.split(" ");
  if (type !== "cgroup" && type !== "cgroup2") return null;
  return { version: type === "cgroup2" ? 2 : 1, point: plain(point), root, options: options.split(",") };
}

/** Spaces and the like are written as octal numbers there. */
function plain(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** Null for a group that lies outside of what is mounted, as in some containers. */
function pathBelow(path: string, root: string): string | null {
  if (path.startsWith("/..")) return null;
  if (root === "/") return path;
  if (path === root) return "/";
  return path.startsWith(`${root}/`) ? path.slice(root.length) : null;
}

function join(point: string, path: string): string {
  return path === "/" ? point : point + path;
}

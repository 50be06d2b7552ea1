import { expect, test } from "bun:test";
import { cgroupPlaces } from "../../src/runner/cgroup-places.ts";

const v2 = "29 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev shared:4 - cgroup2 cgroup2 rw,nsdelegate";
const memory1 = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory";
const cpu1 = "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct";
const unified = "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw";
const ext4 = "25 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw";

const v2Place = (own: string) => ({ version: 2 as const, controllers: [], own, top: "/sys/fs/cgroup" });

test("cgroupPlaces() finds our group under version 2", () => {
  const path = "/user.slice/user-1000.slice/user@1000.service/app.slice/run-1.scope";
  expect(cgroupPlaces(`0::${path}\n`, `${ext4}\n${v2}\n`)).toEqual([v2Place(`/sys/fs/cgroup${path}`)]);
});

test("cgroupPlaces() finds each hierarchy where both versions are mounted", () => {
  const membership = "9:name=systemd:/\n4:memory:/outer/inner\n2:cpu,cpuacct:/\n0::/\n";
  expect(cgroupPlaces(membership, [ext4, memory1, cpu1, unified].join("\n"))).toEqual([
    {
      version: 1,
      controllers: ["memory"],
      own: "/sys/fs/cgroup/memory/outer/inner",
      top: "/sys/fs/cgroup/memory",
    },
    {
      version: 1,
      controllers: ["cpu", "cpuacct"],
      own: "/sys/fs/cgroup/cpu,cpuacct",
      top: "/sys/fs/cgroup/cpu,cpuacct",
    },
    { version: 2, controllers: [], own: "/sys/fs/cgroup/unified", top: "/sys/fs/cgroup/unified" },
  ]);
});

test("cgroupPlaces() leaves out what a container has mounted from its own group on", () => {
  const mounts = "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory";
  const [place] = cgroupPlaces("4:memory:/docker/abc/more", mounts);
  expect(place?.own).toBe("/sys/fs/cgroup/memory/more");
  expect(cgroupPlaces("4:memory:/docker/abc", mounts)[0]?.own).toBe("/sys/fs/cgroup/memory");
});

test.each([
  [
    "the group lies outside of what is mounted",
    "4:memory:/elsewhere",
    memory1.replace("0:32 /", "0:32 /docker"),
  ],
  ["the group lies outside of our namespace", "0::/../other", v2],
  ["nothing is mounted", "0::/", ext4],
  ["there is no /proc", "", ""],
])("cgroupPlaces() finds none where %s", (_, membership, mounts) => {
  expect(cgroupPlaces(membership, mounts)).toEqual([]);
});

test("cgroupPlaces() reads a mount point with a space in it", () => {
  const mounts = v2.replace("/sys/fs/cgroup", "/mnt/my\\040groups");
  expect(cgroupPlaces("0::/a:b", mounts)[0]?.own).toBe("/mnt/my groups/a:b");
});

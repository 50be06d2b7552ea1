import { describe, expect, test } from "bun:test";
import { policyPlaces } from "../../src/environment/policy-places.ts";
import type { FileStatus } from "../../src/system/system.ts";
import { worldWith } from "./world.ts";

/** A world in which nothing is there but these files. */
function systemWith(present: readonly string[], environment: Record<string, string> = { HOME: "/h" }) {
  const { files, host } = worldWith({ root: "/repo" });
  const status = (path: string) => {
    if (path.startsWith("/secret")) throw Object.assign(new Error(), { code: "EACCES" });
    return present.includes(path) ? ({ kind: "file" } as FileStatus) : null;
  };
  return { environment, host, files: { ...files, status } };
}

const [repository, user, machine] = [
  "./faultbox.toml",
  "/h/.config/faultbox/faultbox.toml",
  "/etc/faultbox/faultbox.toml",
] as const;
const all = [repository, user, machine];

describe("policyPlaces()", () => {
  test("finds the repository's file, the user's and the machine's, in this order", () => {
    expect(policyPlaces({}, systemWith(all))).toEqual([
      { source: "repository", path: repository, shown: "./faultbox.toml" },
      { source: "user", path: user, shown: user },
      { source: "machine", path: machine, shown: machine },
    ]);
    expect(policyPlaces({}, systemWith([]))).toEqual([]);
  });

  test("looks at no other directory than the current one", () => {
    expect(policyPlaces({}, systemWith(["/faultbox.toml", "/repo/sub/faultbox.toml"]))).toEqual([]);
  });

  test("takes the file that --config names in place of the repository's", () => {
    const places = policyPlaces({ config: "p.toml" }, systemWith([...all, "/repo/p.toml"]));
    expect(places.map(({ source, shown }) => [source, shown])).toEqual([
      ["named", "p.toml"],
      ["user", user],
      ["machine", machine],
    ]);
  });

  test("looks for none with --no-config, beside one that --config names", () => {
    expect(policyPlaces({ "no-config": true }, systemWith(all))).toEqual([]);
    const both = { "no-config": true, config: "/x.toml" };
    expect(policyPlaces(both, systemWith([...all, "/x.toml"])).map(({ source }) => source)).toEqual([
      "named",
    ]);
  });

  test("refuses a --config that is not there, or names nothing", () => {
    expect(() => policyPlaces({ config: "x.toml" }, systemWith([]))).toThrow(
      'Cannot read --config "x.toml": no such file',
    );
    expect(() => policyPlaces({ config: "" }, systemWith([]))).toThrow("Give --config a file");
  });

  test.each([
    ["XDG_CONFIG_HOME", { HOME: "/h", XDG_CONFIG_HOME: "/x" }, ["/x/faultbox/faultbox.toml"]],
    ["HOME where XDG_CONFIG_HOME is relative", { HOME: "/h", XDG_CONFIG_HOME: "x" }, [user]],
    ["HOME where XDG_CONFIG_HOME is empty", { HOME: "/h", XDG_CONFIG_HOME: "" }, [user]],
    ["nothing without either", {}, []],
    ["nothing where HOME is relative", { HOME: "h" }, []],
  ])("finds the user's file by %s", (_, environment, expected) => {
    const present = [user, "/x/faultbox/faultbox.toml", "x/faultbox/faultbox.toml"];
    expect(policyPlaces({}, systemWith(present, environment)).map(({ path }) => path)).toEqual(expected);
  });

  test("takes a place that it may not look at as one that is there, so that reading it tells", () => {
    const places = policyPlaces({}, systemWith([], { HOME: "/secret" }));
    expect(places.map(({ source }) => source)).toEqual(["user"]);
  });
});

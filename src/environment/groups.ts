import { UsageError } from "../core/errors.ts";

/** Names that mean something only together. */
export interface Group {
  readonly name: string;
  readonly members: readonly string[];
  /** Beginnings of numbered members. A pattern that names the group does not stand for these. */
  readonly prefixes?: readonly string[];
}

/** The beginnings of the numbered names of all groups. */
export const groupPrefixes: readonly string[] = ["GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"];

/** The groups there are. A pattern `{group:proxy}` stands for the members of one. */
export const groups: readonly Group[] = [
  { name: "user", members: ["USER", "LOGNAME"] },
  {
    name: "proxy",
    members: [
      ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"],
      ...["http_proxy", "https_proxy", "no_proxy", "all_proxy"],
    ],
  },
  {
    name: "ca",
    members: [
      ...["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"],
      ...["CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "GIT_SSL_CAINFO"],
    ],
  },
  // A count without its keys and values breaks every call of git.
  { name: "git-config", members: ["GIT_CONFIG_COUNT"], prefixes: groupPrefixes },
];

/** The names a pattern stands for when it names a group; otherwise the pattern itself. */
export function expandGroup(pattern: string): readonly string[] {
  const name = /^\{group:(.*)\}$/s.exec(pattern)?.[1];
  if (name === undefined) return [pattern];
  const group = groups.find((candidate) => candidate.name === name);
  if (group !== undefined) return group.members;
  const known = groups.map((candidate) => `"${candidate.name}"`).join(", ");
  throw new UsageError(`Cannot read "${pattern}": there is no such group, known are ${known}`);
}

/** The group a name belongs to, if any. */
export function groupOf(name: string): Group | null {
  const group = groupMembers.get(name);
  if (group !== undefined) return group;
  return groups.find(({ prefixes }) => prefixes?.some((prefix) => name.startsWith(prefix))) ?? null;
}

/** The listed names of all groups, each with its group; the numbered ones are known by {@link groupPrefixes}. */
export const groupMembers: ReadonlyMap<string, Group> = membersOfGroups();

function membersOfGroups(): ReadonlyMap<string, Group> {
  const members = new Map<string, Group>();
  for (const group of groups) for (const name of group.members) members.set(name, group);
  return members;
}

import { type Judge, judges } from "./look-ahead.ts";
import type { Run, RunName } from "./runs.ts";

/** A kind of secret that is known by its looks: how it begins, and then at least `least` bytes of a run. */
export interface Shape {
  /** What the placeholder calls it. */
  readonly kind: string;
  readonly prefixes: readonly string[];
  readonly judge: Judge;
  readonly run: Run;
  /** A minimum, never a fixed length: issuers make their tokens longer (`ghs_` grew from 40 to 520 characters). */
  readonly least: number;
  /** Whether the prefix is part of the secret, or only what stands before it. */
  readonly withPrefix: boolean;
  /** What has to stand before the prefix. */
  readonly standing: Standing;
  /** Whether the prefix may be broken by a gap, and the run coloured. */
  readonly isToken: boolean;
}

/** Nothing that belongs to a word; a word; the rest of a parameter's name; or anything. */
type Standing = "alone" | "behind-word" | "in-query" | "anywhere";

const standings: Readonly<Record<keyof typeof judges, Standing>> = {
  token: "alone",
  jwt: "alone",
  url: "behind-word",
  query: "in-query",
  privateKey: "anywhere",
  header: "anywhere",
};

/** Every shape that is looked for in every stream. */
export function buildShapes(runs: Readonly<Record<RunName, Run>>): readonly Shape[] {
  return [...tokenRows(), ...contextRows()].map(([kind, judge, run, least, prefixes]) => ({
    kind,
    prefixes,
    judge: judges[judge],
    run: runs[run],
    least,
    withPrefix: judge === "token" || judge === "jwt" || judge === "privateKey",
    standing: standings[judge],
    isToken: judge === "token",
  }));
}

/** How every shape begins. A loop: the first `flatMap` of a process takes 0.3 ms. */
export function shapePrefixes(): readonly string[] {
  const all: string[] = [];
  for (const row of [...tokenRows(), ...contextRows()]) all.push(...row[4]);
  return all;
}

type Row = readonly [
  kind: string,
  judge: keyof typeof judges,
  run: RunName,
  least: number,
  prefixes: readonly string[],
];

/** What stands before one of these must not be a letter, digit or `_`. */
function tokenRows(): readonly Row[] {
  const row = (kind: string, run: RunName, least: number, prefixes: string): Row => [
    kind,
    "token",
    run,
    least,
    prefixes.split(" "),
  ];
  return [
    row("github-token", "dotted", 20, "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_"),
    row("gitlab-token", "dotted", 16, "glpat- gldt- glrt- glcbt- glptt- glft- glimt- glagent- gloas-"),
    row("anthropic-token", "dashed", 16, "sk-ant-"),
    row("openai-token", "dashed", 20, "sk-proj- sk-svcacct- sk-admin- sk-None- sk-or-v1-"),
    row("openai-token", "letters", 32, "sk-"),
    row("aws-key", "capitals", 16, "AKIA ASIA ABIA ACCA"),
    row("slack-token", "dashed", 10, "xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xoxc- xoxd- xapp-"),
    row("slack-token", "dashed", 10, "xoxe.xoxb- xoxe.xoxp-"),
    row("slack-webhook", "path", 20, "hooks.slack.com/services/"),
    row("npm-token", "letters", 30, "npm_"),
    row("huggingface-token", "letters", 30, "hf_ api_org_"),
    row("google-key", "dashed", 30, "AIza GOCSPX- 1//0"),
    row("google-token", "dotted", 20, "ya29."),
    row("stripe-key", "letters", 16, "sk_live_ sk_test_ rk_live_ rk_test_ whsec_"),
    row("pypi-token", "dashed", 40, "pypi-"),
    row("vault-token", "dotted", 20, "hvs. hvb. hvr."),
    row("digitalocean-token", "letters", 32, "dop_v1_ doo_v1_ dor_v1_"),
    row("sendgrid-key", "dotted", 32, "SG."),
    row("docker-token", "dashed", 20, "dckr_pat_ dckr_oat_"),
    row("databricks-token", "letters", 32, "dapi"),
    row("groq-key", "letters", 32, "gsk_"),
    row("xai-key", "letters", 32, "xai-"),
    row("linear-key", "letters", 32, "lin_api_"),
    row("shopify-token", "letters", 32, "shpat_ shpca_ shppa_ shpss_"),
    row("grafana-token", "dotted", 24, "glsa_ glc_"),
    row("plane-token", "dashed", 16, "plane_api_"),
    row("age-key", "capitals", 40, "AGE-SECRET-KEY-1"),
  ];
}

/** What is secret because of what stands around it. */
function contextRows(): readonly Row[] {
  return [
    ["jwt", "jwt", "dotted", 10, ["eyJ"]],
    ["private-key", "privateKey", "key", 16, ["-----BEGIN "]],
    ["url-password", "url", "password", 1, ["://"]],
    ["query-token", "query", "query", 1, parameterEndings.split(" ")],
    ["authorization", "header", "header", 4, headerNames.split(" ")],
    ["authorization", "token", "header", 20, ["Bearer ", "bearer ", "BEARER "]],
  ];
}

/** How the names of parameters in a query end. */
const parameterEndings =
  "token= Token= secret= Secret= password= Password= passwd= pwd= credential= Credential= auth= signature= Signature= sig= apikey= api_key= api-key= apiKey= access_key= access-key=";

/** Headers, but for a first letter that comes in both cases. */
const headerNames =
  "uthorization UTHORIZATION -api-key -Api-Key -API-Key rivate-token rivate-Token RIVATE-TOKEN";

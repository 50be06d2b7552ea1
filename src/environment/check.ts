import { isAbsolute } from "../system/path.ts";
import { groups } from "./groups.ts";
import type { CheckName, World } from "./policy.ts";

/**
 * What is wrong with a passed value: the check's name and why; null when nothing is. Some names are always checked, as
 * sudo does: such values steer which files a program opens.
 */
export function failedCheck(
  name: string,
  value: string,
  { check, files }: { readonly check: CheckName | null; readonly files: World["files"] },
): string | null {
  const usual = checkOf(name);
  const fault = faultFor(usual, value, files);
  return fault === null && check !== usual ? faultFor(check, value, files) : fault;
}

function faultFor(check: CheckName | null, value: string, files: World["files"]): string | null {
  const fault = check === null ? null : faults[check](value, files);
  return fault === null ? null : `check ${check}: ${fault}`;
}

function checkOf(name: string): CheckName | null {
  if (name === "TERM" || name === "COLORTERM") return "term";
  if (name === "LANG" || name.startsWith("LC_")) return "locale";
  if (name === "TZ") return "timezone";
  return proxies.includes(name) && name.toLowerCase() !== "no_proxy" ? "url" : null;
}

const proxies: readonly string[] = groups.find((group) => group.name === "proxy")?.members ?? [];

type Fault = (value: string, files: World["files"]) => string | null;

const faults: Readonly<Record<CheckName, Fault>> = {
  term: noSlash,
  locale: noSlash,
  timezone: (value) => (isSafeTimeZone(value) ? null : "it is neither the name of a zone nor a zone file"),
  url: (value) => (value === "" || isUrl(value) ? null : "it is not a URL"),
  dir: (value, files) => kindFault(value, "directory", files),
  file: (value, files) => kindFault(value, "file", files),
};

function noSlash(value: string): string | null {
  return value.includes("/") || value.includes("%") ? "it holds / or %" : null;
}

/** A zone's name or rule, with or without the colon, or a file of the zone database; never one that leads elsewhere. */
function isSafeTimeZone(value: string): boolean {
  const zone = value.replace(/^:/, "");
  if (/\s/.test(zone) || zone.split("/").includes("..")) return false;
  return !zone.startsWith("/") || zone.startsWith("/usr/share/zoneinfo/");
}

function isUrl(value: string): boolean {
  return URL.canParse(value.includes("://") ? value : `http://${value}`);
}

function kindFault(value: string, wanted: "file" | "directory", files: World["files"]): string | null {
  if (!isAbsolute(value)) return "it is not an absolute path";
  try {
    const status = files.status(value);
    if (status === null) return "there is nothing at that path";
    return status.kind === wanted ? null : `what is there is no ${wanted}`;
  } catch {
    return "it cannot be looked at";
  }
}

import { groups } from "./groups.ts";

/**
 * What is wrong with a passed value, as a check's name; null when nothing is. The checks are sudo's: such values steer
 * which files a program opens.
 */
export function failedCheck(name: string, value: string): string | null {
  if (plainNames.includes(name) || name.startsWith("LC_")) {
    return value.includes("/") || value.includes("%") ? "no / or %" : null;
  }
  if (name === "TZ") return isSafeTimeZone(value) ? null : "time zone";
  if (value === "" || !proxies.includes(name) || name.toLowerCase() === "no_proxy") return null;
  return URL.canParse(value.includes("://") ? value : `http://${value}`) ? null : "proxy URL";
}

const plainNames = ["LANG", "TERM", "COLORTERM"];
const proxies: readonly string[] = groups.find((group) => group.name === "proxy")?.members ?? [];

/** A zone's name or rule, with or without the colon, or a file of the zone database; never one that leads elsewhere. */
function isSafeTimeZone(value: string): boolean {
  const zone = value.replace(/^:/, "");
  if (/\s/.test(zone) || zone.split("/").includes("..")) return false;
  return !zone.startsWith("/") || zone.startsWith("/usr/share/zoneinfo/");
}

/** A group of failures as a person is shown it: how often, since when, what, and the command that shows one. */
import { describeDuration } from "../core/duration.ts";
import { cleanLine } from "./table.ts";

/** What a group of records and one of failed executions have in common. */
export interface ShownGroup {
  readonly fingerprint: string;
  readonly key: string;
  readonly count: number;
  readonly first: string;
  readonly last: string;
  /** Who or what it was. */
  readonly by: readonly string[];
  readonly example: string;
  /** Shows the example's evidence. */
  readonly command: string;
}

/** `14 times since Tue 2026-01-06 10:12Z, last 3 min ago`, and below it what and by whom. The command has a line of its own. */
export function groupLines(group: ShownGroup, now: number): readonly string[] {
  return [
    `${howOften(group, now)}  ${cleanLine(group.fingerprint)}`,
    `  ${cleanLine(group.key)}`,
    `  by ${cleanLine(group.by.join(", "))}; for example: ${cleanLine(group.example)}`,
    group.command,
    "",
  ];
}

function howOften({ count, first, last }: ShownGroup, now: number): string {
  if (count === 1) return `once, ${dayAndMinute(last)} (${ago(last, now)})`;
  return `${count} times since ${dayAndMinute(first)}, last ${dayAndMinute(last)} (${ago(last, now)})`;
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function dayAndMinute(time: string): string {
  const weekday = weekdays[new Date(time).getUTCDay()] ?? "?";
  return `${weekday} ${time.slice(0, 10)} ${time.slice(11, 16)}Z`;
}

/** A time that is still to come, by a clock that was wrong, is now. */
function ago(time: string, now: number): string {
  return `${describeDuration(Math.max(0, now - Date.parse(time)))} ago`;
}

import type * as v from "valibot";
import { Refusal } from "../core/errors.ts";
import { ExitCode } from "../core/exit-codes.ts";

/** Data that is not what it must be: exit code 65. */
export function dataRefusal(message: string): Refusal {
  return new Refusal(message, ExitCode.dataRefused);
}

/** What a schema found wrong, each with the JSON pointer (RFC 6901) of its field: `/errors/3/exitCode: Give a number`. */
export function describeIssues(issues: readonly v.BaseIssue<unknown>[], base = ""): string {
  return issues
    .map((issue) => {
      const keys = (issue.path ?? []).map(({ key }) =>
        String(key).replaceAll("~", "~0").replaceAll("/", "~1"),
      );
      return `${[base, ...keys].join("/") || "/"}: ${issue.message}`;
    })
    .join("; ");
}

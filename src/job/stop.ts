import { errorCode } from "../core/errors.ts";
import type { System } from "../system/system.ts";
import type { Job } from "./job.ts";
import { canBeSignalled } from "./life.ts";

/** What asking a running job to stop came to. */
export type StopRequest = "asked" | "asked already" | "out of reach";

/**
 * Asks the supervisor of a running job to end it: the program gets a SIGTERM, and after its grace SIGKILL. Only once, since a second
 * signal means at once; `force` means that.
 */
export function askToStop(
  { place, record }: Job,
  { force }: { readonly force: boolean },
  { files, host, processes }: Pick<System, "files" | "host" | "processes">,
): StopRequest {
  const { pid, startTime } = record.owner;
  if (startTime === null || !canBeSignalled(record.owner, { host, processes })) return "out of reach";
  const signal = () => processes.killExactly({ pid, startTime }, "SIGTERM");
  const isFirst = mark();
  if (isFirst) signal();
  if (force) signal();
  return isFirst || force ? "asked" : "asked already";

  function mark(): boolean {
    try {
      files.createNew(place.stop, 0o600).close();
      return true;
    } catch (error) {
      // Where nothing can be written any more it is stopped all the same.
      return errorCode(error) !== "EEXIST";
    }
  }
}

/** What a lead or a wrapper observes. */
export const observedTypes = ["cli-failure", "contract-violation"] as const;

/** What a worker reports, and all that it may. */
export const workerType = "tool-failure";

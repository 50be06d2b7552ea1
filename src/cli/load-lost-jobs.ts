/** What settles lost jobs, at its first use: hardly any command meets one. */
export const loadLostJobs = () => import("./lost-jobs.ts");

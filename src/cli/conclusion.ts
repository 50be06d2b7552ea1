/** What follows an execution, loaded when there is something to keep or to tell: a plain success is spared a third of the modules. */
export const loadConclusion = () => import("./commands/run.conclusion.ts");

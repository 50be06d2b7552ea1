/** The least that a wrapper can do: start the program with two pipes and wait for it. */
const child = Bun.spawn(process.argv.slice(2), { stdin: "inherit", stdout: "pipe", stderr: "pipe" });
process.exitCode = await child.exited;

export {};

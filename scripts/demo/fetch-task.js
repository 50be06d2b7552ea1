// Asks for the task at a port where nothing listens, as a worker does whose board restarts, and says so in its result file.
import { writeFileSync } from "node:fs";
import { get } from "node:http";

get("http://127.0.0.1:9/task").on("error", ({ code }) => {
  const reason = `connection refused by the board: ${code}`;
  console.error(`${reason} (token ${process.env.DEMO_TOKEN})`);
  const result = { success: false, failure_category: "backend_error", failure_reason: reason };
  writeFileSync("result.json", JSON.stringify({ result }));
  process.exitCode = 1;
});

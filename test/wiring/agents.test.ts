import { describe, expect, test } from "bun:test";
import { agentArgv, agentNames, agentProblem } from "../../src/wiring/agents.ts";

const call = { projectRoot: "/srv/my app", model: "a-model", worktree: "/srv/my app-T-12" };

describe("agentArgv() of", () => {
  test("codex", () => {
    expect(agentArgv("codex", call)).toMatchInlineSnapshot(`
      [
        "codex",
        "exec",
        "-C",
        "/srv/my app",
        "--model",
        "a-model",
        "--sandbox",
        "workspace-write",
        "--add-dir",
        "/srv/my app-T-12",
        "-",
      ]
    `);
  });

  test("gemini", () => {
    expect(agentArgv("gemini", call)).toMatchInlineSnapshot(`
      [
        "gemini",
        "--model",
        "a-model",
        "--approval-mode",
        "auto_edit",
        "--include-directories",
        "/srv/my app-T-12",
      ]
    `);
  });

  test("claude", () => {
    expect(agentArgv("claude", call)).toMatchInlineSnapshot(`
      [
        "claude",
        "--print",
        "--model",
        "a-model",
        "--permission-mode",
        "acceptEdits",
        "--add-dir",
        "/srv/my app-T-12",
      ]
    `);
  });

  test("each without a worktree", () => {
    expect(agentNames.map((agent) => agentArgv(agent, { ...call, worktree: null }))).toMatchInlineSnapshot(`
      [
        [
          "codex",
          "exec",
          "-C",
          "/srv/my app",
          "--model",
          "a-model",
          "--sandbox",
          "workspace-write",
          "-",
        ],
        [
          "gemini",
          "--model",
          "a-model",
          "--approval-mode",
          "auto_edit",
        ],
        [
          "claude",
          "--print",
          "--model",
          "a-model",
          "--permission-mode",
          "acceptEdits",
        ],
      ]
    `);
  });
});

describe("agentProblem()", () => {
  test("tells of a worktree that gemini would take for two", () => {
    const problem = 'gemini takes the commas in "/srv/a,b" for several directories';
    expect(agentProblem("gemini", { ...call, worktree: "/srv/a,b" }, "")).toBe(problem);
    expect(agentProblem("codex", { ...call, worktree: "/srv/a,b" }, "")).toBeNull();
  });

  test("tells of a prompt that gemini would read a part of", () => {
    const prompt = "x".repeat(8 * 1024 * 1024);
    expect(agentProblem("gemini", call, prompt)).toBeNull();
    expect(agentProblem("gemini", call, `${prompt}x`)).toBe("gemini reads no more than 8 MiB of a prompt");
    expect(agentProblem("claude", call, `${prompt}x`)).toBeNull();
  });
});

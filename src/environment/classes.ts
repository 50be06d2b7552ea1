import { nameTest } from "./name-test.ts";

/** Names that make a program run or load something else. No policy passes or sets them. */
const never: readonly string[] = [
  ...["LD_PRELOAD", "LD_AUDIT", "GCONV_PATH"],
  ...["BASH_ENV", "ENV", "PROMPT_COMMAND", "PS4", "SHELLOPTS", "BASHOPTS", "IFS", "GLOBIGNORE"],
  ...["BUN_OPTIONS", "BUN_BE_BUN"],
  ...["PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONBREAKPOINT", "PERL5OPT", "PERL5DB", "RUBYOPT"],
  ...["JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "DOTNET_STARTUP_HOOKS"],
  ...["GIT_EXEC_PATH", "GIT_EXTERNAL_DIFF", "GIT_PROXY_COMMAND", "LESSOPEN", "LESSCLOSE"],
];
const neverPrefixes: readonly string[] = ["LD_DEBUG", "DYLD_", "BASH_FUNC_", "BUN_INSPECT"];

/** Names that steer what a program loads or runs. Somebody must name them: a glob does not carry them. */
const explicitOnly: readonly string[] = [
  ...["LD_LIBRARY_PATH", "NODE_OPTIONS", "NODE_PATH", "PYTHONPATH", "PYTHONHOME", "PERL5LIB", "RUBYLIB"],
  ...["CLASSPATH", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "SSH_ASKPASS"],
  ...["PAGER", "GIT_PAGER", "EDITOR", "VISUAL", "RUSTC_WRAPPER", "PIP_INDEX_URL"],
  ...["ZDOTDIR", "FPATH", "CDPATH", "SSH_AUTH_SOCK", "DOCKER_HOST", "KUBECONFIG"],
];
const explicitOnlyPrefixes: readonly string[] = ["GIT_CONFIG_", "npm_config_", "NPM_CONFIG_"];

/** Whether a name is one that no policy passes or sets. */
export const isNever = nameTest(new Set(never), neverPrefixes);

/** Whether a name travels only when a rule names it exactly. */
export const isExplicitOnly = nameTest(new Set(explicitOnly), explicitOnlyPrefixes);

/** Whether a value is a shell function, which old shells run when they start. */
export function isShellFunction(value: string): boolean {
  return value.startsWith("()");
}

import { expect, test } from "bun:test";
import { looksSecret } from "../../src/core/secret-name.ts";

test.each([
  ...[
    "FAKE_SECRETS",
    "DB_PASSWORDS",
    "SSH_PRIVATE_KEYS",
    "GITHUB_TOKEN",
    "npm_token",
    "DB_PWD",
    "MYSQL_PASSWD",
  ],
  ...[
    "AWS_ACCESS_KEY_ID",
    "OPENAI_API_KEY",
    "APP_CREDENTIALS",
    "PG_CONNECTION_STRING",
    "BASIC_AUTH",
    "TOKEN",
  ],
])("looksSecret() says yes to %s", (name) => {
  expect(looksSecret(name)).toBe(true);
});

test.each([
  ...[
    "AUTHOR",
    "KEYBOARD",
    "MONKEY",
    "TOKENIZERS_PARALLELISM",
    "GOOGLE_TOKEN_FILE",
    "SECRETS_DIR",
    "SSH_AUTH_SOCK",
  ],
  ...["KEY_PATH", "PWD", "OLDPWD", "KEY", "SORT_KEY", "SSH_CONNECTION", "XAUTHORITY", "PATH", "HOME", ""],
])("looksSecret() says no to %j", (name) => {
  expect(looksSecret(name)).toBe(false);
});

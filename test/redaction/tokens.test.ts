import { describe, expect, test } from "bun:test";
import { createRedactor } from "../../src/redaction/redactor.ts";
import { expectAtEverySplit, redactorOf, throughStream } from "./support.ts";

const redactor = redactorOf({});
const body = "0123456789abcdefghijABCDEFGHIJ0123456789";

describe("a token that nobody registered is masked", () => {
  test.each([
    [
      "of GitHub, however long",
      `ghs_123456_eyJ${body.repeat(9)}.${body}-x.${body}, next`,
      "[REDACTED:github-token], next",
    ],
    [
      "of Anthropic, and the parentheses stay",
      `(sk-ant-oat01-${body}${body}-_${body.slice(0, 13)})`,
      "([REDACTED:anthropic-token])",
    ],
    ["of AWS", "id=AKIAIOSFODNN7EXAMPLE;", "id=[REDACTED:aws-key];"],
    [
      "in an URL, and the host stays",
      "postgres://app:s3cret@h/db",
      "postgres://app:[REDACTED:url-password]@h/db",
    ],
    [
      "that is the password of a URL",
      "https://x:TOKENTOKEN@github.com",
      "https://x:[REDACTED:url-password]@github.com",
    ],
    ["in a query", "GET /z?access_token=LEAK&x=1", "GET /z?access_token=[REDACTED:query-token]&x=1"],
    [
      "in a header",
      "Authorization: Bearer abcdef.ghi-jkl\n",
      "Authorization: Bearer [REDACTED:authorization]\n",
    ],
    ["that is a JWT", `a eyJhbGciOiJIUzI1NiJ9.${body}.${body}. b`, "a [REDACTED:jwt]. b"],
    ["in colour", `\u001b[31mghp_\u001b[0m${body}\u001b[0m`, "\u001b[31m[REDACTED:github-token]\u001b[0m"],
  ])("%s", (_, text, expected) => {
    expectAtEverySplit(redactor, text, expected);
  });

  test("that is a private key without an end, up to 64 KiB of it", () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${`${body}${body}\n`.repeat(2000)}`;
    const out = throughStream(redactor, [key.slice(0, 50_000), key.slice(50_000)]).toString();
    expect(out.startsWith("[REDACTED:private-key]")).toBe(true);
    expect(out.length).toBeLessThan(key.length - 65_000);
  });
});

test("a word that only looks like a token stays", () => {
  const text = "risk-antares desk-ant-x ghp_short MAKIAIOSFODNN7EXAMPLE task-ant-0123456789abcdefghij";
  expectAtEverySplit(redactor, text, text);
});

test("the path of a token's file, the home directory and harmless variables stay", () => {
  const text = "/h/t.json /home/person /home Jane Doe Smith dvorak-intl banana-split";
  const variables = { GOOGLE_TOKEN_FILE: "/h/t.json", AUTHOR: "Jane Doe Smith", KEYBOARD: "dvorak-intl" };
  const around = createRedactor([{ name: "WORK", value: "/home/person", marked: false }], {
    home: "/home/person",
    variables,
  });
  expect(throughStream(around, [text]).toString()).toBe(text);
});

test("the password in a variable's URL is masked wherever it stands", () => {
  const proxy = createRedactor([], { variables: { http_proxy: "http://u:s3cret%40pw@p:1" } });
  expectAtEverySplit(
    proxy,
    "a s3cret%40pw b s3cret@pw c",
    "a [REDACTED:http_proxy] b [REDACTED:http_proxy] c",
  );
});

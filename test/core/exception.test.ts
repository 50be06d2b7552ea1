import { expect, test } from "bun:test";
import { exceptionIn } from "../../src/core/exception.ts";

const python = `Traceback (most recent call last):
  File "/a/b.py", line 3, in <module>
    f()
  File "/a/c.py", line 9, in load
    raise ValueError("x")
`;

const java = `Exception in thread "main" java.lang.RuntimeException: a
\tat A.b(A.java:3)
Caused by: java.io.IOException: b
\tat C.d(C.java:4)
\t... 3 more`;

const cases: ReadonlyArray<readonly [string, string, string | null, string | null]> = [
  ["Python", `${python}ValueError: x\n`, "ValueError", "load c.py"],
  [
    "Python with a module",
    `${python}requests.exceptions.ConnectionError: x`,
    "requests.exceptions.ConnectionError",
    "load c.py",
  ],
  ["Python without a message", `${python}KeyboardInterrupt\n`, "KeyboardInterrupt", "load c.py"],
  [
    "Node",
    "/x/y.js:3\n    throw x\n    ^\n\nTypeError: x\n    at f (/x/y.js:3:9)\n    at g (/x/y.js:5:1)",
    "TypeError",
    "f y.js",
  ],
  ["Node without a function", "Error: boom\n    at /x/y.js:3:9", "Error", "y.js"],
  [
    "Node, the last of two",
    "Error: a\n    at f (a.js:1:1)\nRangeError: b\n    at g (b.js:1:1)",
    "RangeError",
    "g b.js",
  ],
  [
    "a message of several lines",
    "AssertionError: a\n+ b\n- c\n    at f (a.js:1:1)",
    "AssertionError",
    "f a.js",
  ],
  ["Java", java, "java.io.IOException", "C.d C.java"],
  [
    ".NET",
    "Unhandled exception. System.Exception: x\n   at N.C.M() in /a/b.cs:line 3",
    "System.Exception",
    "N.C.M",
  ],
  [
    "Go",
    "panic: runtime error: x\n\ngoroutine 1 [running]:\nmain.f(0x1)\n\t/x/main.go:3 +0x1d",
    "panic",
    "main.f",
  ],
  ["Rust", "thread 'main' panicked at src/main.rs:4:5:\nboom\nnote: run with", "panic", "main.rs"],
  ["an error without a trace", "Error: boom\n", null, null],
  ["nothing", "", null, null],
];

test.each(cases)("exceptionIn() of %s", (_, text, name, frame) => {
  expect(exceptionIn(text)).toEqual(name === null ? null : { class: name, frame });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { price } from "./price.js";

test("two items cost twice as much as one", () => assert.equal(price(2, 5), 10));
test("every third item is free", () => assert.equal(price(3, 5), 10));

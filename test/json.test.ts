import { expect, test } from "bun:test";
import { argumentsIn } from "../src/json.ts";

const nested = (depth: number) => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;

test("arguments are an object, whatever a client sends back as them", () => {
  expect(argumentsIn('{"a":[1]}')).toEqual({ a: [1] });
  expect([argumentsIn(undefined), argumentsIn(null), argumentsIn("")]).toEqual([{}, {}, {}]);
  expect([argumentsIn("[1]"), argumentsIn('{"a')]).toEqual([{ _raw: "[1]" }, { _raw: '{"a' }]);
});

test("arguments that nest deeper than a body may stay the text that they are", () => {
  const deep = nested(129);
  expect(argumentsIn(nested(128))).toEqual(JSON.parse(nested(128)));
  expect(argumentsIn(deep)).toEqual({ _raw: deep });
});

test("braces and quotes in texts are no depth", () => {
  const value = { a: `\\"${"[{".repeat(500)}\\`, b: ["[".repeat(500)] };
  expect(argumentsIn(JSON.stringify(value))).toEqual(value);
});

import { expect, test } from "bun:test";
import fc from "fast-check";
import { wrapper } from "../../../src/amazonq/request/wrapped-arguments.ts";
import { createUnwrappedArguments } from "../../../src/amazonq/response/unwrapped-arguments.ts";
import { busyMs } from "../../support/busy.ts";

/** What is passed on of a text that is cut at these places. */
function passedOn(text: string, cuts: readonly number[] = []): string {
  const { push, rest } = createUnwrappedArguments();
  const places = [...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
  const pieces = places.map((end, index) => push(text.slice(places[index - 1] ?? 0, end)));
  return pieces.join("") + rest();
}

const cuts = fc.array(fc.nat(), { maxLength: 8 });
const spaces = fc.constantFrom("", " ", "\n\t ");
const objects = fc.dictionary(fc.string(), fc.jsonValue());

test("wrapped arguments are passed on letter by letter as they were written", () => {
  const indents = fc.constantFrom(undefined, 1, "\t");
  fc.assert(
    fc.property(objects, indents, spaces, cuts, (object, indent, space, cuts) => {
      const json = JSON.stringify(object, undefined, indent);
      const wrapped = `${space}{${space}"${wrapper}"${space}:${space}${json}${space}}${space}`;
      expect(passedOn(wrapped, cuts)).toBe(json);
    }),
  );
});

test("any others are passed on as they are, JSON or not, whole or cut", () => {
  const texts = fc.oneof(
    objects.map((object) => JSON.stringify(object)),
    fc.string(),
    fc.constantFrom(
      "",
      "{",
      " { ",
      '{"_a":1}',
      '{"_arguments":{}}',
      `{"${wrapper}":5}`,
      `{"${wrapper}":[]}`,
      `{"${wrapper}"`,
      `{"a":{"${wrapper}":{}}}`,
    ),
  );
  fc.assert(
    fc.property(texts, cuts, (text, cuts) => {
      expect(passedOn(text, cuts)).toBe(text);
    }),
  );
});

test("wrapped arguments that break off are passed on as far as they came", () => {
  const whole = `{"${wrapper}":{"a":"}{\\"","b":[{}]}}`;
  const inner = whole.slice(whole.indexOf(":") + 1, -1);
  for (let length = whole.indexOf(":") + 2; length < whole.length; length++)
    expect(passedOn(whole.slice(0, length))).toBe(inner.slice(0, length - whole.indexOf(":") - 1));
});

test("a wrapping is waited for in linear time, however much white space comes first", () => {
  const { push } = createUnwrappedArguments();
  const before = busyMs();
  for (let count = 0; count < 20_000; count++) expect(push("\n")).toBe("");
  expect(push(`{"${wrapper}":{}}`)).toBe("{}");
  expect(busyMs() - before).toBeLessThan(1_000);
});

import { expect, test } from "bun:test";
import { isRed, matrix, statesOf } from "../../scripts/faults/report.ts";
import { titles } from "../../scripts/faults/rows.ts";
import { testsIn } from "../../scripts/junit.ts";

const junit = `
<testsuites><testsuite name="a.test.ts">
  <testcase name="row 1: passes" classname="" time="0"/>
  <testcase name="passes" classname="bodies &gt; row 1: of a group" time="0" />
  <testcase name="row 2: fails" time="0"><failure type="AssertionError" /></testcase>
  <testcase name="row 2: passes" time="0" />
  <testcase name="row 3: is skipped" time="0"><skipped /></testcase>
  <testcase name="of no row" time="0" />
</testsuite></testsuites>`;
const states = statesOf(titles, "row", testsIn(junit));

test("a row is proved by a test that passed and none that failed; one without tests, or with skipped ones alone, is not", () => {
  expect(states.slice(0, 4)).toMatchObject([
    { number: 1, passed: 2, failed: 0 },
    { number: 2, passed: 1, failed: 1 },
    { number: 3, passed: 0, failed: 0 },
    { number: 4, passed: 0, failed: 0 },
  ]);
  expect(states.slice(0, 4).map(isRed)).toEqual([false, true, true, true]);
});

test("the matrix says of each row what it is", () => {
  const lines = matrix(states).split("\n");
  expect(lines.slice(0, 3).map((line) => /(green|red|no test)( +.*)?$/.exec(line)?.[1])).toEqual([
    "green",
    "red",
    "no test",
  ]);
  expect(lines.at(-2)).toStartWith("1 green, 1 red, 98 no test; ");
});

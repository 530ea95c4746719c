import { describe, expect, test } from "bun:test";
import { formatFor } from "../../src/log/formats.ts";
import { createLog, type LogFormat, textLine } from "../../src/log.ts";

const now = () => Date.UTC(2026, 0, 31, 12);

function lineOf(format: LogFormat, fields = {}): string {
  const lines: string[] = [];
  createLog({ level: "debug", maxLength: 20, write: (line) => lines.push(line), now, format }).warn(
    "a.b",
    fields,
  );
  return lines.join("");
}

describe("a JSON line", () => {
  const json = formatFor("json", "terminal");

  test("is one object with time, level, event and the fields as they are", () => {
    expect(lineOf(json, { rid: "req_1", ms: 12, stream: false, code: undefined })).toBe(
      '{"time":"2026-01-31T12:00:00.000Z","level":"warn","event":"a.b","rid":"req_1","ms":12,"stream":false}\n',
    );
  });

  test("holds whatever a text holds, cut at its limit", () => {
    const odd = 'a"\n\u2028\ud800 ';
    expect(JSON.parse(lineOf(json, { odd, long: "x".repeat(30) }))).toMatchObject({
      odd,
      long: `${"x".repeat(20)}…(30 characters)`,
    });
    expect(lineOf(json, { odd }).match(/\n/g)).toHaveLength(1);
  });
});

test.each([
  ["auto", "terminal", /^2026-\S+ warn {2}a\.b\n$/],
  ["auto", "journal", /^<4>a\.b\n$/],
  ["auto", "program", /^\{"time"/],
  ["text", "program", /^2026-\S+ warn {2}a\.b\n$/],
  ["text", "journal", /^<4>a\.b\n$/],
  ["json", "terminal", /^\{"time"/],
  ["json", "journal", /^\{"time"/],
] as const)("%s for a %s looks as that wants it", (name, reader, form) => {
  expect(lineOf(formatFor(name, reader))).toMatch(form);
});

test("without a word about its form a log is for people", () => {
  expect(lineOf(textLine)).toBe("2026-01-31T12:00:00.000Z warn  a.b\n");
});

test.each(["text", "json"] as const)(
  "a line of %s holds nothing that drives a terminal or turns its words around",
  (name) => {
    for (const letter of ["\x1b", "\x07", "\x7f", "\x9b", "\u2028", "\u202e", "\u2066"]) {
      const line = lineOf(formatFor(name, "program"), { path: `a${letter}31m` });
      expect(line).toMatch(/^[\x20-\x7e]*\n$/);
    }
  },
);

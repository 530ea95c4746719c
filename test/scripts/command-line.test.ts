import { describe, expect, test } from "bun:test";
import { bun } from "../../scripts/bun.ts";
import { readCommandLine } from "../../scripts/command-line.ts";

const read = (...args: string[]) =>
  readCommandLine(
    {
      command: "bun run try",
      summary: "Tries it.",
      options: {
        quick: { type: "boolean", default: false, help: "Less of it." },
        only: {
          type: "string",
          multiple: true,
          placeholder: "part",
          choices: ["a", "b"],
          help: "This part.",
        },
        file: { type: "string", default: "here", help: "Where." },
      },
    },
    args,
  );

describe("a script's command line", () => {
  test("gives the values, else what they are without it", () => {
    expect(read()).toEqual({ values: { quick: false, file: "here" } });
    expect(read("--only", "a", "--only=b", "--quick")).toEqual({
      values: { quick: true, only: ["a", "b"], file: "here" },
    });
  });

  test.each(["--help", "-h", "--quick --help --nonsense"])("asks for help: %s", (line) => {
    expect(read(...line.split(" "))).toEqual({
      help: `Usage: bun run try [options]

Tries it.

Options:
  --quick         Less of it.
  --only <part>   This part. One of a, b. May be repeated.
  --file <value>  Where.
  -h, --help      Print this text.
`,
    });
  });

  test.each([
    [["--qick"], "Unknown option '--qick'"],
    [["--file"], "Option '--file <value>' argument missing"],
    [["stray"], "Unexpected argument 'stray'"],
    [["--only", "a", "--only", "c"], "--only must be one of a, b, not c."],
  ])("is refused: %j", (args, fault) => {
    expect(read(...args)).toEqual({ fault: expect.stringContaining(fault) });
  });
});

test("every script that a person starts has a help, and refuses what it does not know", async () => {
  const { scripts } = await Bun.file(`${import.meta.dir}/../../package.json`).json();
  const own = Object.entries<string>(scripts).flatMap(([name, line]) => {
    const path = /^bun (scripts\/\S+)$/.exec(line)?.[1];
    return path === undefined ? [] : [{ name, path }];
  });
  expect(own.length).toBeGreaterThan(5);
  for (const { name, path } of [...own, { name: "", path: "scripts/readme.ts" }]) {
    const { ok, output } = await bun([path, "--help"]);
    expect({ path, ok }).toEqual({ path, ok: true });
    expect(output).toStartWith(name === "" ? "Usage: bun scripts/" : `Usage: bun run ${name} [options]\n`);
    expect(await bun([path, "--nonsense"])).toMatchObject({ ok: false });
  }
}, 30_000);

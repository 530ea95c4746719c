import { beforeAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/folder.ts";
import { run } from "../support/program.ts";

const source = `// Nothing
const said = {
  inFileType: Object.keys(await import("file-type")),
  environment: process.env.NODE_ENV,
  trace: new Error("traced").stack,
};
console.log(JSON.stringify(said));
`;

describe("a program", () => {
  const folder = temporaryFolder();
  const entry = join(folder, "program.ts");
  let said: unknown;
  beforeAll(async () => {
    await Bun.write(entry, source);
    await Bun.write(join(folder, "node_modules/file-type/index.js"), "export const hostile = true;");
    const program = join(folder, "program");
    expect(await build(program, undefined, entry)).toMatchObject({ ok: true });
    const ended = await run([program], 10_000, { cwd: folder });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    said = JSON.parse(ended.stdout);
  }, 60_000);

  test("finds nothing where Elysia looks for file-type, whatever is in the folder it is started in", () => {
    expect(said).toMatchObject({ inFileType: [] });
  });

  test("is made for production, although tests have made it", () => {
    expect(said).toMatchObject({ environment: "production" });
  });

  test("names the lines of its sources in a trace", () => {
    expect(said).toMatchObject({ trace: expect.stringMatching(/traced\n.*program\.ts:5:\d+/) });
  });
});

test.each([
  ["a source that is not there", undefined, "src/nothing.ts", "src/nothing.ts"],
  ["a target that is none", "linux", undefined, "linux"],
  ["a target that Bun has not", "bun-plan9-x64", undefined, "bun-plan9-x64"],
])(
  "%s is named, and no file is left",
  async (_, target, entry, name) => {
    const folder = temporaryFolder();
    const { ok, output } = await build(join(folder, "program"), target, entry);
    expect({ ok, output }).toEqual({ ok: false, output: expect.stringContaining(name) });
    expect(readdirSync(folder)).toEqual([]);
  },
  20_000,
);

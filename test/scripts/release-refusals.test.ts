import { beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/bun.ts";
import { firstDifference } from "../../scripts/release/builds.ts";
import { temporaryFolder } from "../support/folder.ts";
import { createRepository, lacks, release, released } from "./release-rig.ts";

const changed = temporaryFolder();
/** Stands in for the build script: writes what the expression gives, and an account of nothing. */
const buildScript = (expression: string) => `
const path = (name: string) => Bun.argv.find((argument) => argument.startsWith(name))?.slice(name.length) ?? "";
if (import.meta.main) {
  await Bun.write(path("--outfile="), ${expression});
  await Bun.write(path("--metafile="), '{ "inputs": {}, "outputs": {} }');
  process.exit();
}
`;

describe.skipIf(lacks("git"))("a tree with changes", () => {
  const change = (file: string, edit: (text: string) => string) =>
    writeFileSync(join(changed, file), edit(readFileSync(join(root, file), "utf8")));
  beforeAll(() => {
    createRepository(changed);
    change("scripts/build.ts", (script) => buildScript(`"a binary"`) + script);
  });

  test("is not released unless asked to, and the changes are named", async () => {
    const { ok, output } = await release(changed);
    expect({ ok, output }).toEqual({ ok: false, output: expect.stringContaining("M scripts/build.ts") });
    expect(readdirSync(changed)).not.toContain("dist");
  });

  test("is released with --allow-dirty, and the provenance says so", async () => {
    expect(await release(changed, "--allow-dirty")).toMatchObject({ ok: true });
    const statement: unknown = JSON.parse(released(changed, "aqbridge.provenance.json"));
    expect(statement).toMatchObject({
      predicate: { buildDefinition: { externalParameters: { modified: true } } },
    });
  }, 60_000);

  test("is told apart from itself when its builds differ", async () => {
    change("scripts/build.ts", (script) => buildScript("String(process.pid)") + script);
    const { ok, output } = await release(changed, "--verify");
    expect(ok).toBe(false);
    expect(output).toMatch(/^Two builds of aqbridge-\S+ \(.+\) differ from byte \d+ on\.\n$/);
  }, 60_000);

  test("is not released with another Bun than the one it names", async () => {
    change("package.json", (manifest) => manifest.replace(`"bun": "${Bun.version}"`, '"bun": "0.1.0"'));
    const { ok, output } = await release(changed, "--verify");
    expect({ ok, output }).toEqual({ ok: false, output: expect.stringContaining("made with 0.1.0") });
  });
});

test.each([
  ["abc", "abd", 2],
  ["abc", "ab", 2],
  ["ab", "abc", 2],
  ["", "a", 0],
])("%p and %p differ from byte %d on", (one, other, offset) => {
  expect(firstDifference(Buffer.from(one), Buffer.from(other))).toBe(offset);
});

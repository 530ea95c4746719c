import { describe, expect, test } from "bun:test";
import { dirname, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { bun, root } from "../../scripts/bun.ts";
import clientsManifest from "../../scripts/clients/package.json" with { type: "json" };

/** One line each, such as `"a/b": ["b@1.0.0", "", {}, "sha512-…"],`. */
async function lockedPackages(file: string) {
  const lines = (await Bun.file(join(root, file)).text()).split("\n");
  return lines.filter((line) => /^ {4}"[^"]+": \[/.test(line)).map((line) => line.trim());
}

describe.each([
  ["package.json", manifest, manifest.devDependencies],
  ["scripts/clients/package.json", clientsManifest, {}],
])("%s", (file, { dependencies }, devDependencies) => {
  test("asks for exact versions", () => {
    const versions = Object.entries({ ...dependencies, ...devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test("has a lockfile with a hash for every package, all of them from the registry", async () => {
    const packages = await lockedPackages(join(dirname(file), "bun.lock"));
    expect(packages.length).toBeGreaterThan(Object.keys(dependencies).length);
    const fromRegistry = /^"[^"]+": \["(@[^/"]+\/)?[^@"]+@\d[^"]*", "", \{.*\}, "sha512-[\w+/]{86}=="\],$/;
    expect(packages.filter((line) => !fromRegistry.test(line))).toEqual([]);
  });
});

test("the program itself depends on two packages", () => {
  expect(Object.keys(manifest.dependencies)).toEqual(["@sinclair/typebox", "elysia"]);
});

test("installing runs no script of any package, nor of this one", async () => {
  expect(manifest).not.toHaveProperty("trustedDependencies");
  const { ok, output } = await bun(["pm", "default-trusted"]);
  const trusted = new Set([...output.matchAll(/^ - (\S+)$/gm)].map(([, name]) => name));
  expect({ ok, isLong: trusted.size > 100 }).toEqual({ ok: true, isLong: true });
  const names = (await lockedPackages("bun.lock")).map((line) => /\["(@?[^@"]+)@/.exec(line)?.[1]);
  expect(names.filter((name) => trusted.has(name))).toEqual([]);

  const atInstall = ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"];
  expect(Object.keys(manifest.scripts).filter((name) => atInstall.includes(name))).toEqual([]);
});

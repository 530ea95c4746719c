import { describe, expect, test } from "bun:test";
import { posix } from "node:path";

const sourceFolder = `${import.meta.dir}/../src`;
const maxLines = 260;

/** Every file of the program by its path under src, with what it imports of the program; types count. */
const sources = new Map<string, { text: string; imports: string[] }>();
for await (const path of new Bun.Glob("**/*.ts").scan(sourceFolder)) {
  const text = await Bun.file(`${sourceFolder}/${path}`).text();
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g)].map(
    ([, name]) => name ?? "",
  );
  sources.set(path, { text, imports: specifiers.map((name) => posix.join(posix.dirname(path), name)) });
}

const isIn = (path: string, places: readonly string[]) =>
  places.some((place) => (place.endsWith("/") ? path.startsWith(place) : path === place));

/** Imports of the files in `from` that lead to where `isForbidden` says. */
const imports = (from: string, isForbidden: (path: string) => boolean) =>
  [...sources].flatMap(([path, file]) =>
    isIn(path, [from]) ? file.imports.filter(isForbidden).map((target) => `${path} imports ${target}`) : [],
  );

test("the sources were found, and their imports too", () => {
  expect(sources.size).toBeGreaterThan(100);
  expect(sources.get("server.ts")?.imports).toContain("http/doors.ts");
  for (const { imports } of sources.values()) {
    for (const target of imports) expect(sources.has(target) || target === "../package.json").toBe(true);
  }
});

describe("imports", () => {
  /** All that the files of a place may import, besides each other. */
  const allowed: Record<string, string[]> = {
    "errors.ts": [],
    "error-code.ts": [],
    "clock.ts": [],
    "aws.ts": [],
    "base-folder.ts": [],
    "json.ts": [],
    "json-pointer.ts": ["json.ts"],
    "log.ts": [],
    "one-line.ts": [],
    "secrets/": [],
    "stream/": [],
    "eventstream/": ["stream/", "errors.ts"],
    "turn/": ["stream/", "errors.ts", "json.ts", "json-pointer.ts"],
    "upstream.ts": ["turn/"],
    "search/": ["stream/", "http/", "turn/", "upstream.ts", "json.ts"],
    "files/": ["error-code.ts", "clock.ts"],
    "http/": ["errors.ts", "error-code.ts", "clock.ts", "json.ts", "one-line.ts"],
    "protocols/": ["http/", "stream/", "turn/", "upstream.ts", "errors.ts", "clock.ts", "json.ts", "log.ts"],
    "jsonc/": ["json.ts"],
    "config/": ["aws.ts", "base-folder.ts", "error-code.ts", "json.ts", "jsonc/", "log.ts", "one-line.ts"],
    "simulator/": ["json.ts", "clock.ts"],
  };
  test.each(Object.entries(allowed))("%s knows of the rest only %j", (place, others) => {
    expect(imports(place, (path) => !isIn(path, [place, ...others]))).toEqual([]);
  });

  const forbidden: Record<string, string[]> = {
    "protocols/openai/": ["protocols/anthropic/", "amazonq/"],
    "protocols/anthropic/": ["protocols/openai/", "amazonq/"],
    "amazonq/": [
      "protocols/",
      "cli/",
      "config/",
      "simulator/",
      "routes/",
      "server.ts",
      "listen.ts",
      "main.ts",
    ],
    "auth/": ["protocols/", "amazonq/", "cli/", "simulator/", "routes/", "turn/", "server.ts", "main.ts"],
    "routes/": ["protocols/", "amazonq/", "cli/", "simulator/", "server.ts"],
    "server.ts": ["amazonq/", "cli/", "simulator/", "main.ts"],
  };
  test.each(Object.entries(forbidden))("%s knows nothing of %j", (place, others) => {
    expect(imports(place, (path) => isIn(path, others))).toEqual([]);
  });

  test("nothing imports the entry, nor anything but the entry and the commands the commands", () => {
    const outsiders = [...sources.keys()].filter((path) => !isIn(path, ["cli/", "main.ts", "start.ts"]));
    const found = outsiders.flatMap((path) => imports(path, (target) => isIn(target, ["cli/", "main.ts"])));
    expect(found).toEqual([]);
  });

  test("no file needs itself by way of others", () => {
    expect(cycles()).toEqual([]);
  });
});

test("only the entry and the configuration read the environment", () => {
  const readers = [...sources].filter(([, { text }]) =>
    /\b(process|Bun)\.env\b|import\.meta\.env/.test(text),
  );
  expect(
    readers.map(([path]) => path).filter((path) => !isIn(path, ["start.ts", "main.ts", "config/"])),
  ).toEqual([]);
});

test(`no file is longer than ${maxLines} lines`, () => {
  const lengths = [...sources].map(([path, { text }]) => ({ path, lines: text.split("\n").length - 1 }));
  expect(lengths.filter(({ lines }) => lines > maxLines)).toEqual([]);
});

/** Each cycle of imports that run, as its files; imports of types alone are gone by then. */
function cycles(): string[][] {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const targets = ([path, { text }]: [string, { text: string }]) =>
    transpiler
      .scanImports(text)
      .filter((found) => found.path.startsWith("."))
      .map((found) => posix.join(posix.dirname(path), found.path));
  const needs = new Map([...sources].map((source) => [source[0], targets(source)]));

  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (path: string, above: readonly string[]) => {
    if (above.includes(path)) found.push([...above.slice(above.indexOf(path)), path]);
    if (above.includes(path) || done.has(path)) return;
    for (const target of needs.get(path) ?? []) visit(target, [...above, path]);
    done.add(path);
  };
  for (const path of needs.keys()) visit(path, []);
  return found;
}

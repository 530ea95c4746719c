import { join } from "node:path";
import { isJsonObject } from "../../src/json.ts";

/** A package that has code in the binary. */
export interface BundledPackage {
  name: string;
  version: string;
  /** An SPDX identifier or expression. */
  licence: string;
  /** The SHA-512 of the registry's archive, in hexadecimal digits. */
  sha512: string;
  /** Where it was installed, such as `node_modules/elysia`. */
  folder: string;
}

/** The folders of the packages with code in the binaries, each with those it imports; the program's own is "". */
export function importGraph(metafiles: readonly Bun.BuildMetafile[]): Map<string, string[]> {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const bundled = outputs.flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const graph = new Map(bundled.map(packageFolder).map((folder) => [folder, new Set<string>()]));
  // A file that only re-exports has no code of its own, but its imports count.
  for (const [path, { imports }] of metafiles.flatMap(({ inputs }) => Object.entries(inputs))) {
    const imported = imports.map((found) => packageFolder(found.entryPoint ?? found.path));
    for (const folder of imported) if (graph.has(folder)) graph.get(packageFolder(path))?.add(folder);
  }
  return new Map(
    [...graph].map(([folder, imported]) => [folder, [...imported].filter((each) => each !== folder)]),
  );
}

/** The innermost package's folder on the path. */
const packageFolder = (path: string) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? "";

/** What package.json and bun.lock of the project in `root` say of the packages in these folders. */
export async function readPackages(root: string, folders: readonly string[]): Promise<BundledPackage[]> {
  const lock = Bun.JSONC.parse(await Bun.file(join(root, "bun.lock")).text());
  return Promise.all(
    folders.map(async (folder) => {
      const said = await readManifest(join(root, folder, "package.json"));
      return { ...said, sha512: lockedSha512(lock, folder, `${said.name}@${said.version}`), folder };
    }),
  );
}

async function readManifest(path: string) {
  const manifest: unknown = await Bun.file(path).json();
  const { name, version, license: licence } = isJsonObject(manifest) ? manifest : {};
  if (typeof name !== "string" || typeof version !== "string" || typeof licence !== "string") {
    throw new Error(`${path} does not say its name, version and licence.`);
  }
  return { name, version, licence };
}

/** The lockfile names a package by its folder, `node_modules` left out. */
function lockedSha512(lock: unknown, folder: string, nameAndVersion: string): string {
  const packages = isJsonObject(lock) ? lock["packages"] : undefined;
  const key = folder.replaceAll(/(^|\/)node_modules\//g, "$1");
  const entry = isJsonObject(packages) ? packages[key] : undefined;
  const [locked, , , integrity] = Array.isArray(entry) ? entry : [];
  const sha512 = typeof integrity === "string" ? /^sha512-(\S+)$/.exec(integrity)?.[1] : undefined;
  if (locked !== nameAndVersion || sha512 === undefined) {
    throw new Error(`bun.lock has no hash of ${nameAndVersion}.`);
  }
  return Buffer.from(sha512, "base64").toString("hex");
}

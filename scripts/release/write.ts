import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { billOfMaterials } from "./bill-of-materials.ts";
import type { Made } from "./builds.ts";
import { checksums, type ReleasedFile, releasedFile } from "./files.ts";
import { importGraph, readPackages } from "./packages.ts";
import { provenance } from "./provenance.ts";
import type { Source } from "./source.ts";

/** Writes everything but the signature to the folder; resolves to the text of SHA256SUMS, which is to be signed. */
export async function writeRelease(folder: string, made: Made, source: Source): Promise<string> {
  const { builds, project } = made;
  const write = async (name: string, text: string): Promise<ReleasedFile> => {
    await Bun.write(join(folder, name), text);
    return releasedFile(join(folder, name));
  };
  await mkdir(folder, { recursive: true });
  for (const { path, name } of builds) await copyFile(path, join(folder, name));
  const materials = await write("aqbridge.cdx.json", await describeMaterials(made, source));
  const making = {
    source,
    lockfile: await releasedFile(join(project, "bun.lock")),
    builds,
    materials,
  };
  const statement = await write("aqbridge.provenance.json", provenance(making));
  const sums = checksums([...builds, materials, statement]);
  await write("SHA256SUMS", sums);
  return sums;
}

async function describeMaterials({ builds, project }: Made, { committedAt }: Source): Promise<string> {
  const { name, version, license } = manifest;
  const imports = importGraph(builds.map(({ metafile }) => metafile));
  const folders = [...imports.keys()].filter(Boolean);
  return billOfMaterials({
    program: { name, version, licence: license },
    committedAt,
    packages: await readPackages(project, folders),
    imports,
  });
}

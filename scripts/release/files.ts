import { basename } from "node:path";

/** A file of the release, by the name it is downloaded under. */
export interface ReleasedFile {
  name: string;
  /** In hexadecimal digits. */
  sha256: string;
}

export async function releasedFile(path: string, name = basename(path)): Promise<ReleasedFile> {
  const hash = new Bun.CryptoHasher("sha256");
  for await (const chunk of Bun.file(path).stream()) hash.update(chunk);
  return { name, sha256: hash.digest("hex") };
}

/** The text that `sha256sum --check` reads, in the order of names. */
export const checksums = (files: readonly ReleasedFile[]) =>
  files
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, sha256 }) => `${sha256}  ${name}\n`)
    .join("");

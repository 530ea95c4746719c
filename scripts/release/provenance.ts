import type { Build } from "./builds.ts";
import type { ReleasedFile } from "./files.ts";
import type { Source } from "./source.ts";

/** What a release was made from, and what came out. */
export interface Making {
  source: Pick<Source, "commit" | "changes">;
  lockfile: ReleasedFile;
  builds: readonly Pick<Build, "name" | "sha256" | "target">[];
  materials: ReleasedFile;
}

/** An in-toto statement of SLSA provenance. It says nothing about the machine: whoever rebuilds the commit gets the same. */
export function provenance({ source, lockfile, builds, materials }: Making): string {
  const buildDefinition = {
    buildType: "urn:aqbridge:release:v1",
    externalParameters: { targets: builds.map(({ target }) => target), modified: source.changes.length > 0 },
    resolvedDependencies: [
      { name: "source", digest: { gitCommit: source.commit } },
      descriptor(lockfile),
      { name: "bun", uri: `pkg:npm/bun@${Bun.version}`, digest: { gitCommit: Bun.revision } },
    ],
  };
  const runDetails = {
    builder: { id: "urn:aqbridge:scripts/release.ts" },
    byproducts: [descriptor(materials)],
  };
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: builds.map(descriptor),
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: { buildDefinition, runDetails },
  };
  return `${JSON.stringify(statement, undefined, 2)}\n`;
}

const descriptor = ({ name, sha256 }: ReleasedFile) => ({ name, digest: { sha256 } });

import type { BundledPackage } from "./packages.ts";

/** What a bill of materials lists: the program, and what is compiled in with it. */
export interface Materials {
  program: { name: string; version: string; licence: string };
  committedAt: Date;
  packages: readonly BundledPackage[];
  /** For each package's folder, and "" for the program, the folders of what it imports. */
  imports: ReadonlyMap<string, readonly string[]>;
}

/** A CycloneDX 1.6 document; the same materials give the same text, its serial number too. */
export function billOfMaterials(materials: Materials): string {
  const { program, committedAt, packages } = materials;
  const content = {
    version: 1,
    metadata: {
      timestamp: committedAt.toISOString(),
      lifecycles: [{ phase: "build" }],
      component: {
        type: "application",
        "bom-ref": reference(program),
        name: program.name,
        version: program.version,
        licenses: licences(program.licence),
      },
    },
    components: [runtime, ...packages.toSorted(byName).map(library)],
    dependencies: dependencies(materials),
  };
  const serialNumber = `urn:uuid:${Bun.randomUUIDv5(JSON.stringify(content), serialNumbers)}`;
  const document = { bomFormat: "CycloneDX", specVersion: "1.6", serialNumber, ...content };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** A namespace in the sense of RFC 9562, made up once. */
const serialNumbers = "0b6f4c52-6f0e-4f53-9a56-1c0d2b7a8e31";

const byName = (a: BundledPackage, b: BundledPackage) => (reference(a) < reference(b) ? -1 : 1);

const reference = ({ name, version }: { name: string; version: string }) => `${name}@${version}`;

const purl = (name: string, version: string) => `pkg:npm/${name.replace("@", "%40")}@${version}`;

const licences = (licence: string) =>
  /\s/.test(licence) ? [{ expression: licence }] : [{ license: { id: licence } }];

/** Bun's own libraries have licences of their own, JavaScriptCore's being the LGPL. */
const runtime = {
  type: "platform",
  "bom-ref": reference({ name: "bun", version: Bun.version }),
  name: "bun",
  version: Bun.version,
  licenses: licences("MIT"),
  purl: purl("bun", Bun.version),
  externalReferences: [
    { type: "license", url: `https://github.com/oven-sh/bun/blob/bun-v${Bun.version}/LICENSE.md` },
  ],
};

function library({ name, version, licence, sha512 }: BundledPackage) {
  const [, group, ownName] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  return {
    type: "library",
    "bom-ref": reference({ name, version }),
    ...(group !== undefined && { group }),
    name: ownName ?? name,
    version,
    hashes: [{ alg: "SHA-512", content: sha512 }],
    licenses: licences(licence),
    purl: purl(name, version),
  };
}

function dependencies({ program, packages, imports }: Materials) {
  const bun = runtime["bom-ref"];
  const references = new Map(packages.map((each) => [each.folder, reference(each)]));
  const imported = (folder: string) =>
    (imports.get(folder) ?? []).flatMap((each) => references.get(each) ?? []).toSorted();
  return [
    { ref: reference(program), dependsOn: [bun, ...imported("")] },
    { ref: bun },
    ...packages.toSorted(byName).map((each) => ({ ref: reference(each), dependsOn: imported(each.folder) })),
  ];
}

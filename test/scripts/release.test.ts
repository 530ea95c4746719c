import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bun, root } from "../../scripts/bun.ts";
import { temporaryFolder } from "../support/folder.ts";
import { createRepository, git, lacks, release, released, run } from "./release-rig.ts";

const scratch = temporaryFolder();
/** A repository and a clone of it. */
const here = join(scratch, "here");
const there = join(scratch, "quite", "another", "folder");
const [key, otherKey] = [join(scratch, "key"), join(scratch, "other-key")];
const newKey = (path: string) => run(scratch, ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path]);

beforeAll(async () => {
  if (lacks("git")) return;
  createRepository(here);
  expect(git(here, "clone", here, there)).toMatchObject({ ok: true });
  const isSigned = !lacks("ssh-keygen") && [key, otherKey].map(newKey).every(({ ok }) => ok);
  expect(await release(here, ...(isSigned ? ["--sign-key", key] : []))).toMatchObject({ ok: true });
}, 60_000);

// Hundreds of megabytes: not to be kept until the run is over.
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.skipIf(lacks("git"))("a release", () => {
  test("is the same, byte for byte, when the same commit is released in another folder", async () => {
    expect(await release(there)).toMatchObject({ ok: true, output: expect.stringContaining("Not signed") });
    const names = readdirSync(join(there, "dist"));
    expect(names).toEqual(
      expect.arrayContaining(["SHA256SUMS", "aqbridge.cdx.json", "aqbridge.provenance.json"]),
    );
    expect(names).toHaveLength(4);
    const bytes = (folder: string, name: string) => readFileSync(join(folder, "dist", name));
    for (const name of names) expect(bytes(there, name).equals(bytes(here, name))).toBe(true);
  }, 60_000);

  test("does not hold the path of the folder it was made in", () => {
    for (const name of readdirSync(join(here, "dist"))) {
      expect(readFileSync(join(here, "dist", name)).includes(scratch)).toBe(false);
    }
  });

  test.skipIf(lacks("sha256sum"))(
    "has every file in its checksums, and a changed one is found",
    () => {
      const copy = join(scratch, "download");
      cpSync(join(here, "dist"), copy, { recursive: true });
      const check = () => run(copy, ["sha256sum", "--check", "--strict", "SHA256SUMS"]);
      expect(check()).toMatchObject({ ok: true });
      const listed: readonly string[] = check().output.match(/^.+(?=: OK$)/gm) ?? [];
      const unlisted = readdirSync(copy).filter((name) => !listed.includes(name));
      expect(unlisted.filter((name) => !/^SHA256SUMS(\.sig)?$/.test(name))).toEqual([]);

      const bill = released(here, "aqbridge.cdx.json");
      writeFileSync(join(copy, "aqbridge.cdx.json"), bill.replace("elysia", "elysium"));
      const output = expect.stringContaining("aqbridge.cdx.json: FAILED");
      expect(check()).toMatchObject({ ok: false, output });
    },
    20_000,
  );

  describe.skipIf(lacks("ssh-keygen"))("with a key", () => {
    const verify = (text: string, publicKey = key, namespace = "aqbridge-release") => {
      const signers = join(scratch, "allowed_signers");
      writeFileSync(signers, `aqbridge ${readFileSync(`${publicKey}.pub`, "utf8")}`);
      const signature = join(here, "dist", "SHA256SUMS.sig");
      const options = ["-f", signers, "-I", "aqbridge", "-n", namespace, "-s", signature];
      return run(scratch, ["ssh-keygen", "-Y", "verify", ...options], text).ok;
    };

    test("has checksums that their signer vouches for, and nobody else", () => {
      const sums = released(here, "SHA256SUMS");
      expect(verify(sums)).toBe(true);
      expect(verify(sums, otherKey)).toBe(false);
      expect(verify(sums, key, "file")).toBe(false);
      expect(verify(sums.replace(/^./, (digit) => (digit === "0" ? "1" : "0")))).toBe(false);
    });

    test("that is not there ends before anything is built", async () => {
      const { ok, output } = await release(here, "--sign-key", join(scratch, "no-key"));
      expect({ ok, output }).toEqual({ ok: false, output: `There is no key ${join(scratch, "no-key")}.\n` });
    });
  });

  test("says which commit, lockfile and Bun its binary comes from", () => {
    const [, sum, name] = /^(\S+) {2}(aqbridge-.+)$/m.exec(released(here, "SHA256SUMS")) ?? [];
    const statement: unknown = JSON.parse(released(here, "aqbridge.provenance.json"));
    const lockfile = new Bun.CryptoHasher("sha256")
      .update(readFileSync(join(root, "bun.lock")))
      .digest("hex");
    expect(statement).toMatchObject({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name, digest: { sha256: sum } }],
      predicateType: "https://slsa.dev/provenance/v1",
      predicate: {
        buildDefinition: {
          buildType: expect.stringMatching(/^urn:/),
          externalParameters: { targets: [expect.stringMatching(/^bun-/)], modified: false },
          resolvedDependencies: [
            { name: "source", digest: { gitCommit: git(here, "rev-parse", "HEAD").output.trim() } },
            { name: "bun.lock", digest: { sha256: lockfile } },
            { name: "bun", uri: `pkg:npm/bun@${Bun.version}`, digest: { gitCommit: Bun.revision } },
          ],
        },
        runDetails: { builder: { id: expect.stringMatching(/^urn:/) } },
      },
    });
  });
});

/** What a component of CycloneDX's has to say here. */
interface Component {
  type: string;
  name: string;
  version: string;
  purl: string;
  "bom-ref": string;
  hashes?: { alg: string; content: string }[];
  licenses: { license?: { id: string } }[];
}

describe.skipIf(lacks("git"))("the bill of materials", () => {
  let bill: {
    serialNumber: string;
    metadata: { component: Component };
    components: Component[];
    dependencies: { ref: string; dependsOn?: string[] }[];
  };
  let packages: { nameAndVersion: string; sha512: string }[];
  beforeAll(() => {
    bill = JSON.parse(released(here, "aqbridge.cdx.json"));
    packages = bill.components
      .filter(({ type }) => type === "library")
      .map(({ purl, hashes }) => ({
        nameAndVersion: decodeURIComponent(purl.replace("pkg:npm/", "")),
        sha512: Buffer.from(hashes?.[0]?.content ?? "", "hex").toString("base64"),
      }));
  });

  test("lists these packages and Bun: one more is a decision", () => {
    expect(bill.components.map(({ purl }) => purl.replace(/^pkg:npm\/|@[^@]+$/g, "")).toSorted()).toEqual([
      "%40sinclair/typebox",
      "bun",
      "cookie",
      "elysia",
      "fast-decode-uri-component",
      "memoirist",
    ]);
  });

  test("lists every package that a source map of the program names, and no other", async () => {
    const maps = join(scratch, "maps");
    const flags = ["--target=bun", "--splitting", "--format=esm", "--sourcemap=external", `--outdir=${maps}`];
    const leftOut = ["--external=file-type", "--external=exact-mirror"];
    expect(await bun(["build", ...flags, ...leftOut, "src/start.ts"])).toMatchObject({ ok: true });
    const named = readdirSync(maps)
      .filter((name) => name.endsWith(".map"))
      .flatMap((name): string[] => JSON.parse(readFileSync(join(maps, name), "utf8")).sources)
      .flatMap((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
    const listed = packages.map(({ nameAndVersion }) => nameAndVersion.replace(/@[^@]+$/, ""));
    expect(listed.toSorted()).toEqual([...new Set(named)].toSorted());
  });

  test("has the versions that bun pm lists, and the hashes of the lockfile", async () => {
    const { output } = await bun(["pm", "ls", "--all"]);
    const installed = new Set(output.match(/\S+@\S+$/gm));
    const lock = readFileSync(join(root, "bun.lock"), "utf8");
    for (const { nameAndVersion, sha512 } of packages) {
      expect(installed).toContain(nameAndVersion);
      const entry = lock.split("\n").find((line) => line.includes(`: ["${nameAndVersion}"`));
      expect(entry).toContain(`"sha512-${sha512}"`);
    }
  });

  test("is a CycloneDX 1.6 document with a licence for each and a graph that reaches all", () => {
    expect(bill).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 });
    expect(bill.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    for (const { licenses } of bill.components) expect(licenses[0]?.license?.id).toMatch(/^[\w.-]+$/);
    const edges = new Map(bill.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
    const reached = new Set([bill.metadata.component["bom-ref"]]);
    for (const ref of reached) for (const next of edges.get(ref) ?? []) reached.add(next);
    expect([...reached].toSorted()).toEqual([...edges.keys()].toSorted());
    expect(bill.components.every((component) => reached.has(component["bom-ref"]))).toBe(true);
  });
});

/**
 * Compiles the entry, a path from the current directory, to one program, with the bundler's account of what went into it.
 *
 * It is split, so that a process that starts over has loaded one small chunk, and a command only what it needs. Code that
 * runs once, at the start, is not worth compiling; the server lifts that policy as soon as it listens.
 *
 * With the autoloads the program would read `.env` and run the `preload` of the bunfig.toml in whatever folder it is started;
 * test/binary.test.ts starts it in such a folder.
 */
export const bundle = (entry: string, outfile: string, target?: string): Promise<Bun.BuildOutput> =>
  Bun.build({
    entrypoints: [entry],
    target: "bun",
    format: "esm",
    splitting: true,
    naming: { chunk: "[name]-[hash].[ext]" },
    minify: true,
    bytecode: true,
    // Functions nested deeper would take 350 KB; the first request compiles those that it needs in 1 ms.
    bytecodeDepth: 2,
    sourcemap: "external",
    metafile: true,
    // Otherwise the building process's own value would be compiled in.
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [leavingOut],
    compile: {
      outfile,
      jitPolicy: 10,
      autoloadDotenv: false,
      autoloadBunfig: false,
      ...(target !== undefined && { target: compileTarget(target) }),
    },
  });

/**
 * What Elysia imports but this program never uses, each with its replacement: `file-type`, 76 KB of code that inspects files
 * for schemas such as `t.File`, of which there are none (if there were one, it would refuse every file); `exact-mirror`, which
 * strips unknown members where `normalize` is on; and the interpreter of routes that are not compiled (`aot: false`). Marked
 * as external, they would be looked for, and run, in the folder that the program is started in.
 */
const leftOut: ReadonlyMap<string, string> = new Map([
  ["file-type", "export {};"],
  ["exact-mirror", "export const createMirror = undefined;"],
  [
    "./dynamic-handle.mjs",
    "export const createDynamicHandler = undefined, createDynamicErrorHandler = undefined;",
  ],
]);

const leavingOut: Bun.BunPlugin = {
  name: "leaving out",
  setup(builder) {
    // A module that a filter matches loses its package's `sideEffects`, and would stay even when unused.
    const names = new RegExp(
      `^(${[...leftOut.keys()].map((name) => name.replaceAll(".", "\\.")).join("|")})$`,
    );
    builder.onResolve({ filter: names }, ({ path }) => ({ path, namespace: "left-out" }));
    builder.onLoad({ filter: /^/, namespace: "left-out" }, ({ path }) => ({
      contents: leftOut.get(path) ?? "",
      loader: "js",
    }));
  },
};

function compileTarget(name: string): Bun.Build.CompileTarget {
  if (!isTarget(name)) throw new Error(`${name} is none of Bun's targets, such as bun-linux-arm64.`);
  return name;
}

/** Bun itself refuses those that do not exist. */
const isTarget = (name: string): name is Bun.Build.CompileTarget => name.startsWith("bun-");

import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCliDatabase } from "../../support/cli-database.ts";
import { temporaryFolder } from "../../support/folder.ts";

const script = join(import.meta.dir, "starved-reader.ts");

test.skipIf(process.platform === "win32")(
  "a process without file descriptors may ask for the logins again, and finds them once it has some",
  async () => {
    const folder = temporaryFolder();
    const tokens = { access_token: "aoa-own" };
    writeFileSync(join(folder, "own.json"), JSON.stringify(tokens), { mode: 0o600 });
    writeFileSync(join(folder, "kiro-auth-token.json"), JSON.stringify({ accessToken: "aoa-ide" }));
    const cli = makeCliDatabase(join(folder, "data.sqlite3"));
    cli.login();
    cli.close();
    const leftovers = join(folder, "tmp");
    mkdirSync(leftovers);
    const child = Bun.spawn(
      ["sh", "-c", 'ulimit -n 100; exec "$@"', "sh", process.execPath, script, folder],
      {
        stdout: "pipe",
        env: { ...process.env, TMPDIR: leftovers },
      },
    );
    expect(await child.stdout.json()).toEqual({
      starved: ["busy", "busy", "busy"],
      fed: ["login", "login", "login"],
    });
    expect(readdirSync(leftovers)).toEqual([]);
  },
);

import { Database } from "bun:sqlite";
import * as nodeFiles from "node:fs/promises";
import { openTokenSource } from "../../src/auth/open-token-source.ts";
import type { FileSystem } from "../../src/files/durable-file.ts";
import { silentLog } from "../../src/log.ts";
import { bridgeOptions } from "./bridge-options.ts";

/** A bridge that kills itself, as `kill -9` does, at the point that its last argument names. */
const places = process.argv.slice(2);
const point = places.pop();

const die = (at: string) => {
  if (at === point) process.kill(process.pid, "SIGKILL");
};
/** The call with a point before it and one behind. */
const around =
  <A extends unknown[], R>(name: string, call: (...given: A) => Promise<R>) =>
  async (...given: A): Promise<R> => {
    die(`before ${name}`);
    const result = await call(...given);
    die(`after ${name}`);
    return result;
  };

const files: FileSystem = {
  ...nodeFiles,
  link: around("link", nodeFiles.link),
  rename: around("rename", nodeFiles.rename),
  async open(path, flags, mode) {
    const file = await nodeFiles.open(path, flags, mode);
    const kind = flags === "wx" ? "file" : "folder";
    die(`after opening the ${kind}`);
    const write = file.write.bind(file);
    const sync = file.sync.bind(file);
    return Object.assign(file, {
      sync: around(`syncing the ${kind}`, sync),
      async write(bytes: Uint8Array, offset: number, length: number) {
        if (point !== "after half a write") return write(bytes, offset, length);
        await write(bytes, offset, Math.floor(length / 2));
        return process.kill(process.pid, "SIGKILL");
      },
    });
  },
};

const { query } = Database.prototype;
Object.assign(Database.prototype, {
  query(this: Database, sql: string) {
    if (sql.startsWith("UPDATE")) die("inside the write-back");
    return query.call(this, sql);
  },
});
const log = {
  ...silentLog,
  info: (event: string) => die(event === "login.written-back" ? "after the write-back" : event),
};

const options = bridgeOptions(places);
const source = openTokenSource({
  ...options,
  oidc: { ...options.oidc, fetch: around("the call", (url: string, init?: RequestInit) => fetch(url, init)) },
  log,
  files,
});
await source.get();
die("before the answer");

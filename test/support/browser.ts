import { connect, createServer, type Socket } from "node:net";
import type { Server } from "bun";
import { temporaryFolder } from "./folder.ts";

/** Host names that lead to this machine in the browser alone. */
const names = ["evil.example", "rebound.example"];

/** A headless Chromium on one page, with a profile of its own. */
export function openBrowser(executable: string, url: string) {
  const profile = temporaryFolder();
  const browser = Bun.spawn(
    [
      executable,
      "--headless",
      "--no-sandbox",
      "--no-zygote",
      "--disable-gpu",
      "--disable-background-networking",
      "--no-first-run",
      `--user-data-dir=${profile}`,
      `--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1`).join(", ")}`,
      url,
    ],
    {
      env: { HOME: profile, PATH: process.env["PATH"] ?? "" },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    },
  );
  return {
    async close() {
      browser.kill("SIGKILL");
      await browser.exited;
    },
  };
}

/** What a page has to tell in the end: each thing it tried, and what it learned of it. */
export type Findings = Readonly<Record<string, string>>;

/** A web server on this machine with one page, made for its port, which posts its findings to `/report`. */
export function startSite(pageAt: (port: number) => string, onRequest: (path: string) => unknown = () => {}) {
  const found = Promise.withResolvers<Findings>();
  const server: Server<undefined> = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      onRequest(pathname);
      if (pathname === "/report") found.resolve(JSON.parse(await request.text()));
      const headers = {
        "content-type": "text/html",
        connection: "close",
        "access-control-allow-origin": "*",
      };
      return new Response(pathname === "/" ? pageAt(server.port ?? 0) : "", { headers });
    },
  });
  return {
    port: server.port ?? 0,
    findings: found.promise,
    stop: () => server.stop(true),
  };
}

/** A port whose connections lead to another one, which may change while it is open: a name that is made to mean another machine. */
export async function startSwitch(port: number) {
  let target = port;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => near.destroy() && far.destroy());
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    leadTo(other: number) {
      target = other;
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

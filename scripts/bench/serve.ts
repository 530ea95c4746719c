/** Serves on a free port of 127.0.0.1 and says where in the bridge's own words. */
export function serve(fetch: (request: Request) => Promise<Response>): void {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, development: false, idleTimeout: 0, fetch });
  process.stdout.write(`listening on http://127.0.0.1:${server.port}\n`);
}

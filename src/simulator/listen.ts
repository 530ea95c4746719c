import { createSimulator, type Simulator, type SimulatorOptions } from "./simulator.ts";

export interface ListeningSimulator {
  /** Without a trailing slash. */
  url: string;
  simulator: Simulator;
  /** Ends every open answer too. */
  stop(): Promise<void>;
  openRequests(): number;
}

/** A simulator behind a port of 127.0.0.1; port 0 is any free one. */
export function startSimulator(options: SimulatorOptions & { port?: number } = {}): ListeningSimulator {
  const simulator = createSimulator(options);
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: options.port ?? 0,
    development: false,
    reusePort: false,
    idleTimeout: 0,
    fetch: (request) => simulator.fetch(request),
    // A client that left before its answer began: nobody reads this.
    error: () => new Response(null, { status: 500 }),
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    simulator,
    stop: () => server.stop(true),
    openRequests: simulator.openRequests,
  };
}

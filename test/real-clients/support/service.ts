import { asObject } from "../../../src/simulator/narrow.ts";
import { hear } from "../../../src/simulator/persona/heard.ts";
import { createSimulator, type ReceivedRequest } from "../../../src/simulator/simulator.ts";
import { inOrder, type Model } from "./model.ts";

export const accessToken = "aoa-real-clients";

export interface Service {
  url: string;
  /** From now on this model answers. */
  play(model: Model): void;
  /** Those for inference. */
  requests(): readonly ReceivedRequest[];
  openRequests(): number;
  stop(): Promise<void>;
}

/** A strict simulator of Amazon Q on a port of 127.0.0.1, with a model that listens. */
export function startService(): Service {
  const simulator = createSimulator({ accessTokens: [accessToken], keepRequests: 1000 });
  let current = inOrder();
  let earlier: Promise<unknown> = Promise.resolve();

  /** One request at a time, or an answer might go to another one. */
  const infer = async (request: Request): Promise<Response> => {
    const heard = hear(asObject(await request.clone().json()));
    const response = earlier.then(() => {
      simulator.script(current(heard));
      return simulator.fetch(request);
    });
    earlier = response.catch(() => {});
    return response;
  };

  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    development: false,
    idleTimeout: 0,
    fetch: (request) => (isInference(pathOf(request)) ? infer(request) : simulator.fetch(request)),
    // A client that left before its answer began: nobody reads this.
    error: () => new Response(null, { status: 500 }),
  });

  return {
    url: `http://127.0.0.1:${server.port}`,
    play(model) {
      current = model;
    },
    requests: () => simulator.requests.filter(({ path }) => isInference(path)),
    openRequests: simulator.openRequests,
    stop: () => server.stop(true),
  };
}

const pathOf = ({ url }: Request) => new URL(url).pathname;
const isInference = (path: string) => path === "/generateAssistantResponse";

import { createSimulator, type SimulatorOptions } from "../../src/simulator/simulator.ts";
import { manualClock } from "../support/manual-clock.ts";

export const generate = "POST /generateAssistantResponse";

export interface Sent {
  content?: unknown;
  target?: string;
  token?: string;
}

/** A simulator that knows the token T, and a way to send it requests: `send("GET /path")`. */
export function setUp(options: SimulatorOptions = {}) {
  const simulator = createSimulator({ clock: manualClock(), accessTokens: ["T"], ...options });
  const send = (route: string, { content, target, token = "T" }: Sent = {}) => {
    const [method = "", path = ""] = route.split(" ");
    const headers = new Headers({ authorization: `Bearer ${token}` });
    if (target) headers.set("x-amz-target", target);
    return simulator.fetch(
      new Request(`http://localhost${path}`, {
        method,
        headers,
        ...(content !== undefined && {
          body: typeof content === "string" ? content : JSON.stringify(content),
        }),
      }),
    );
  };
  return { simulator, send };
}

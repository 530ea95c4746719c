import { asObject } from "../../../src/simulator/narrow.ts";
import { hear } from "../../../src/simulator/persona/heard.ts";
import type { ReceivedRequest } from "../../../src/simulator/simulator.ts";

/** What the service has against the requests, each complaint with the request that it is about. */
export const complaintsOf = (requests: readonly ReceivedRequest[]): string[] =>
  requests.flatMap(({ violations }, index) =>
    violations.map(({ rule, path, message }) => `request ${index + 1}: ${rule} ${path}: ${message}`),
  );

/** A line for each request, with its shape and the beginning of what was said last, and one for each complaint. */
export function describeRequests(requests: readonly ReceivedRequest[]): string {
  const lines = requests.map(({ body }, index) => {
    const { earlier, tools, results, modelId, text } = hear(asObject(body));
    const shape = `${modelId}, ${earlier} earlier, ${tools.length} tools, ${results.length} results`;
    return `request ${index + 1}: ${shape}: ${JSON.stringify(text.slice(0, 200))}`;
  });
  return [...lines, ...complaintsOf(requests)].join("\n");
}

import { BridgeError } from "../../errors.ts";
import type { MessagesRequest } from "./schema.ts";

/** Whether a client wants no answer, only its prompt in the cache. */
export const onlyWarmsCache = ({ max_tokens }: MessagesRequest): boolean => max_tokens === 0;

/** Members that ask for an answer all the same, which Anthropic's own servers refuse. */
const wantsAnswer: Readonly<Record<string, (request: MessagesRequest) => boolean>> = {
  stream: ({ stream }) => stream === true,
  thinking: ({ thinking }) => thinking?.type === "enabled",
  output_config: ({ output_config }) => !!output_config?.format,
  output_format: ({ output_format }) => !!output_format,
  tool_choice: ({ tool_choice }) => tool_choice?.type === "any" || tool_choice?.type === "tool",
};

export function refuseAnswerless(request: MessagesRequest): void {
  if (!onlyWarmsCache(request)) return;
  const param = Object.keys(wantsAnswer).find((name) => wantsAnswer[name]?.(request));
  if (param === undefined) return;
  throw new BridgeError(
    "invalid-request",
    `${param}: asks for an answer, and max_tokens of 0 for none; change one of the two.`,
    { code: "invalid_value", param },
  );
}

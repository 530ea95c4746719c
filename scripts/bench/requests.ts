import type { MessageCreateParamsStreaming, MessageParam, Tool } from "@anthropic-ai/sdk/resources/messages";
import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from "openai/resources/chat/completions";
import type {
  FunctionTool,
  ResponseCreateParamsStreaming,
  ResponseInputItem,
} from "openai/resources/responses/responses";

export interface AskedFor {
  /** What an agent has done before; 0 for a plain question. */
  historyMb: number;
}

/** One turn of an agent: a tool is called, and what came of it. */
interface Step {
  id: string;
  tool: string;
  path: string;
  result: string;
}

interface Task {
  steps: readonly Step[];
  tools: readonly string[];
}

/** Its context window takes the big request. */
const model = "claude-sonnet-4.6";
const instruction = "You are a careful programmer.";
const question = "Why does the test fail?";
const remark = "I look at the file first.";
const description = "Does one thing to a file of the project, and says what came of it. ".repeat(5);
const parameters = {
  type: "object" as const,
  properties: {
    path: { type: "string", description: "Path of the file, from the root of the project." },
    limit: { type: "integer", description: "How many lines at most.", minimum: 1 },
    mode: { type: "string", enum: ["read", "write", "append"] },
  },
  required: ["path"],
};

/** 70 bytes a line, with the quotes and line ends of program text. */
const programText = (lines: number) =>
  'const answer = await ask({ question: "why", depth: 3, "éclair": 1 });\n'.repeat(lines);

const range = (length: number) => Array.from({ length }, (_, index) => index);

const stepsPerMb = 100;

/** Without history there is no agent and no tool. */
function taskOf(historyMb: number): Task {
  if (historyMb === 0) return { steps: [], tools: [] };
  return {
    tools: range(40).map((index) => `tool_${index}`),
    steps: range(Math.round(historyMb * stepsPerMb)).map((index) => ({
      id: `toolu_${index}`,
      tool: `tool_${index % 40}`,
      path: `src/file-${index}.ts`,
      result: programText(145),
    })),
  };
}

/** Body of `POST /v1/messages`. */
export function anthropicRequest({ historyMb }: AskedFor): MessageCreateParamsStreaming {
  const { steps, tools } = taskOf(historyMb);
  const turns = steps.flatMap(({ id, tool, path, result }): MessageParam[] => [
    {
      role: "assistant",
      content: [
        { type: "text", text: remark },
        { type: "tool_use", id, name: tool, input: { path } },
      ],
    },
    { role: "user", content: [{ type: "tool_result", tool_use_id: id, content: result }] },
  ]);
  return {
    model,
    max_tokens: 4096,
    stream: true,
    system: instruction,
    messages: [{ role: "user", content: question }, ...turns],
    ...(tools.length > 0 && {
      tools: tools.map((name): Tool => ({ name, description, input_schema: parameters })),
    }),
  };
}

/** Body of `POST /v1/chat/completions`. */
export function openaiRequest({ historyMb }: AskedFor): ChatCompletionCreateParamsStreaming {
  const { steps, tools } = taskOf(historyMb);
  const turns = steps.flatMap(({ id, tool, path, result }): ChatCompletionMessageParam[] => [
    {
      role: "assistant",
      content: remark,
      tool_calls: [{ id, type: "function", function: { name: tool, arguments: JSON.stringify({ path }) } }],
    },
    { role: "tool", tool_call_id: id, content: result },
  ]);
  return {
    model,
    stream: true,
    messages: [{ role: "system", content: instruction }, { role: "user", content: question }, ...turns],
    ...(tools.length > 0 && {
      tools: tools.map(
        (name): ChatCompletionTool => ({ type: "function", function: { name, description, parameters } }),
      ),
    }),
  };
}

/** Body of `POST /v1/responses`. */
export function responsesRequest({ historyMb }: AskedFor): ResponseCreateParamsStreaming {
  const { steps, tools } = taskOf(historyMb);
  const turns = steps.flatMap(({ id, tool, path, result }): ResponseInputItem[] => [
    { role: "assistant", content: remark },
    { type: "function_call", call_id: id, name: tool, arguments: JSON.stringify({ path }) },
    { type: "function_call_output", call_id: id, output: result },
  ]);
  return {
    model,
    stream: true,
    store: false,
    instructions: instruction,
    input: [{ role: "user", content: question }, ...turns],
    ...(tools.length > 0 && {
      tools: tools.map(
        (name): FunctionTool => ({ type: "function", name, description, parameters, strict: null }),
      ),
    }),
  };
}

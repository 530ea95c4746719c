import { anything, base64, flag, integer, list, oneOf, structure, text, union } from "./shape.ts";

const origins = [
  "AI_EDITOR",
  "CHATBOT",
  "CLI",
  "CONSOLE",
  "DOCUMENTATION",
  "GITLAB",
  "IDE",
  "INLINE_CHAT",
  "KIRO_CLI",
  "KIRO_WEB",
  "MARKETING",
  "MD",
  "MD_CE",
  "MD_IDE",
  "MOBILE",
  "OPENSEARCH_DASHBOARD",
  "Q_DEV_BEXT",
  "SAGE_MAKER",
  "SERVICE_INTERNAL",
  "SM_AI_STUDIO_IDE",
  "UNIFIED_SEARCH",
  "UNKNOWN",
] as const;

const imageFormats = ["png", "jpeg", "gif", "webp"] as const;
const documentFormats = ["csv", "doc", "docx", "html", "md", "pdf", "txt", "xls", "xlsx"] as const;

const cachePoint = structure({ type: oneOf("default") }, "type");
const source = union({ bytes: base64 });

const image = structure({ format: oneOf(...imageFormats), source }, "format", "source");

const document = structure(
  { name: text(1), format: oneOf(...documentFormats), source },
  "name",
  "format",
  "source",
);

const toolResult = structure(
  {
    toolUseId: text(),
    status: oneOf("success", "error"),
    content: list(anything),
    toolName: text(),
  },
  "toolUseId",
  "content",
);

const toolSpecification = structure(
  { name: text(), description: text(), inputSchema: structure({ json: anything }, "json") },
  "name",
  "inputSchema",
);

const envState = structure({
  operatingSystem: oneOf("macos", "linux", "windows"),
  currentWorkingDirectory: text(1, 256),
  environmentVariables: list(structure({ key: text(1, 256), value: text(1, 1024) }), 100),
  timezoneOffset: integer(-1440, 1440),
});

const additionalContext = structure({
  name: text(1, 1024),
  description: text(0, 1024),
  innerContext: text(1, 8192),
});

const userInputMessageContext = structure({
  toolResults: list(toolResult),
  tools: list(union({ toolSpecification, cachePoint })),
  envState,
  gitState: structure({ status: text(0, 4096) }),
  userSettings: structure({ hasConsentedToCrossRegionCalls: flag }),
  additionalContext: list(additionalContext, 20),
  editorState: structure({}),
  shellState: structure({}),
  consoleState: structure({}),
  appStudioContext: structure({}),
  diagnostic: structure({}),
});

const userInputMessage = structure(
  {
    content: text(),
    modelId: text(),
    origin: oneOf(...origins),
    userIntent: text(1),
    images: list(image),
    documents: list(document),
    cachePoint,
    clientCacheConfig: structure({ useClientCachingOnly: flag }),
    userInputMessageContext,
  },
  "content",
);

const toolUse = structure({ toolUseId: text(), name: text(), input: anything }, "toolUseId", "name", "input");

const assistantResponseMessage = structure(
  {
    content: text(),
    messageId: text(0, 128),
    toolUses: list(toolUse),
    reasoningContent: anything,
    cachePoint,
    references: list(structure({})),
    supplementaryWebLinks: list(structure({})),
    followupPrompt: structure({ content: text() }, "content"),
  },
  "content",
);

const chatMessage = union({ userInputMessage, assistantResponseMessage });

const conversationState = structure(
  {
    conversationId: anything,
    workspaceId: text(36, 36),
    chatTriggerType: anything,
    customizationArn: text(1),
    agentContinuationId: text(1),
    agentTaskType: oneOf("vibe", "spectask"),
    currentMessage: chatMessage,
    history: list(chatMessage),
  },
  "chatTriggerType",
  "currentMessage",
);

/** The input of GenerateAssistantResponse, member by member; `anything` where a rule of its own judges. */
export const operationInput = structure(
  {
    conversationState,
    profileArn: anything,
    agentMode: text(),
    additionalModelRequestFields: anything,
  },
  "conversationState",
);

export type OperationName =
  | "generate"
  | "listModels"
  | "listProfiles"
  | "usageLimits"
  | "mcp"
  | "register"
  | "authorizeDevice"
  | "token"
  | "refreshSocial";

/** REST forms, the newer hosts' dashed paths, and the two login services. */
const paths: Readonly<Record<string, OperationName>> = {
  "POST /generateAssistantResponse": "generate",
  "POST /SendMessageStreaming": "generate",
  "POST /mcp": "mcp",
  "GET /ListAvailableModels": "listModels",
  "GET /List-Available-Models": "listModels",
  "POST /ListAvailableProfiles": "listProfiles",
  "POST /List-Available-Profiles": "listProfiles",
  "GET /getUsageLimits": "usageLimits",
  "GET /Get-Usage-Limits": "usageLimits",
  "POST /client/register": "register",
  "POST /device_authorization": "authorizeDevice",
  "POST /token": "token",
  "POST /refreshToken": "refreshSocial",
};

/** What may follow the dot in `x-amz-target`. */
const targets: ReadonlyMap<string, OperationName> = new Map([
  ["GenerateAssistantResponse", "generate"],
  ["SendMessage", "generate"],
  ["ListAvailableModels", "listModels"],
  ["ListAvailableProfiles", "listProfiles"],
  ["GetUsageLimits", "usageLimits"],
]);

export function findOperation(
  method: string,
  path: string,
  target: string | null,
): OperationName | undefined {
  if (path !== "/") return paths[`${method} ${path}`];
  return method === "POST" ? targets.get(target?.split(".").at(-1) ?? "") : undefined;
}

/** The login services; all others want a bearer token. */
export const openOperations: ReadonlySet<OperationName> = new Set<OperationName>([
  "register",
  "authorizeDevice",
  "token",
  "refreshSocial",
]);

import type { MessageCreateParams as BetaMessageCreateParams } from "@anthropic-ai/sdk/resources/beta/messages";
import type { MessageCreateParams } from "@anthropic-ai/sdk/resources/messages";
import { type FieldFate, type FieldTable, ignored, isEmpty, refused } from "../fields.ts";
import type { MessagesRequest } from "./schema.ts";

type DocumentedField =
  | keyof MessageCreateParams
  | keyof BetaMessageCreateParams
  | "temperature"
  | "top_k"
  | "top_p";

/** Members of the Messages API that the bridge does not act on; the compiler demands each one that the SDK knows. */
export const anthropicFields = {
  betas: ignored("a request's own members tell which features it uses"),
  billing_policy: ignored("Amazon Q bills by its own plan"),
  compaction: refused("Amazon Q makes no summaries; ask for one in a message"),
  container: refused("Amazon Q runs no code"),
  context_management: ignored("the whole conversation is sent, and nothing of it is cleared"),
  diagnostics: ignored("Amazon Q reports none"),
  fallback_credit_token: ignored("Amazon Q bills by its own plan"),
  fallbacks: ignored("only the model that was asked for answers"),
  inference_geo: refused(
    "Amazon Q answers from the region of the login's profile",
    (value) => value === "global",
  ),
  mcp_servers: refused("Amazon Q calls no servers; offer their tools instead", isEmpty),
  metadata: ignored("Amazon Q knows the user by the login"),
  service_tier: ignored("Amazon Q has one tier"),
  speed: ignored("Amazon Q has one speed"),
  temperature: ignored("Amazon Q has no sampling settings"),
  thread: refused("Amazon Q keeps no conversations; send the messages"),
  top_k: ignored("Amazon Q has no sampling settings"),
  top_p: ignored("Amazon Q has no sampling settings"),
  user_profile_id: ignored("Amazon Q knows the user by the login"),
  workspace_id: ignored("Amazon Q knows the user by the login"),
} satisfies FieldTable & Record<Exclude<DocumentedField, keyof MessagesRequest>, FieldFate>;

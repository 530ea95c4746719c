import type { Model } from "../upstream.ts";

const thousand = 1000;
const million = 1_000_000;

const model = (
  id: string,
  displayName: string,
  contextWindow: number,
  maxOutputTokens: number,
  accepts: "text" | "text and images" = "text and images",
): Model => ({ id, displayName, contextWindow, maxOutputTokens, acceptsImages: accepts !== "text" });

/** What the service was known to offer in autumn 2026, each family's newest first; plan and region decide what of it answers. */
export const builtInModels: readonly Model[] = [
  model("auto", "Auto", million, 64 * thousand),
  model("claude-opus-5", "Claude Opus 5", million, 128 * thousand),
  model("claude-opus-4.8", "Claude Opus 4.8", million, 128 * thousand),
  model("claude-opus-4.7", "Claude Opus 4.7", million, 64 * thousand),
  model("claude-opus-4.6", "Claude Opus 4.6", million, 64 * thousand),
  model("claude-opus-4.5", "Claude Opus 4.5", 200 * thousand, 64 * thousand),
  model("claude-fable-5.1", "Claude Fable 5.1", million, 64 * thousand),
  model("claude-fable-5", "Claude Fable 5", million, 64 * thousand),
  model("claude-sonnet-5", "Claude Sonnet 5", million, 128 * thousand),
  model("claude-sonnet-4.6", "Claude Sonnet 4.6", million, 64 * thousand),
  model("claude-sonnet-4.5", "Claude Sonnet 4.5", 200 * thousand, 64 * thousand),
  model("claude-sonnet-4", "Claude Sonnet 4", 200 * thousand, 64 * thousand),
  model("claude-3.7-sonnet", "Claude 3.7 Sonnet", 200 * thousand, 64 * thousand),
  model("claude-haiku-4.5", "Claude Haiku 4.5", 200 * thousand, 64 * thousand),
  model("gpt-5.6-sol", "GPT-5.6 Sol", 272 * thousand, 64 * thousand),
  model("gpt-5.6-terra", "GPT-5.6 Terra", 272 * thousand, 64 * thousand),
  model("gpt-5.6-luna", "GPT-5.6 Luna", 272 * thousand, 64 * thousand),
  model("deepseek-3.2", "DeepSeek 3.2", 128 * thousand, 64 * thousand, "text"),
  model("minimax-m2.5", "MiniMax M2.5", 196 * thousand, 64 * thousand, "text"),
  model("minimax-m2.1", "MiniMax M2.1", 196 * thousand, 64 * thousand, "text"),
  model("glm-5", "GLM-5", 200 * thousand, 64 * thousand, "text"),
  model("qwen3-coder-next", "Qwen3 Coder Next", 256 * thousand, 64 * thousand, "text"),
];

const builtInIds = new Set(builtInModels.map(({ id }) => id));

/** Well beyond any real one; the patterns below take their time with longer ones. */
const longestName = 200;

/** Vendors, regions and marketplaces that clients put in front of a model's own name. */
const prefix = /^(.*\/)?(([a-z]+\.)?anthropic\.)?/;
/** Releases, context sizes and proxies' effort marks; a name may end in several. */
const suffix =
  /(\[1m\]|-1m|-latest|[-@]20\d{6}|-v\d+([:-]\d+)?|:thinking|-thinking|-agentic|-(low|medium|high|xhigh|max))$/;

/**
 * The built-in model that a name means, however its vendor, version, release and context size are spelled; undefined
 * for one that means none of them.
 */
export function resolveModelId(name: string): string | undefined {
  if (name.length > longestName) return undefined;
  const id = canonicalId(withoutSuffixes(name.trim().toLowerCase().replaceAll("_", "-").replace(prefix, "")));
  return builtInIds.has(id) ? id : newestOfFamily(id);
}

function withoutSuffixes(name: string): string {
  const shorter = name.replace(suffix, "");
  return shorter === name ? name : withoutSuffixes(shorter);
}

const aliases = new Map([
  ["amazon-q", "auto"],
  // The one model whose id has its version in front.
  ["claude-sonnet-3.7", "claude-3.7-sonnet"],
]);

/** Family before version, a dot inside the version, none behind a single number. */
function canonicalId(name: string): string {
  const spelled = name
    .replace(/^(?=(opus|sonnet|haiku|fable)-\d)/, "claude-")
    .replace(/^claude-(\d+(?:[.-]\d+)?)-([a-z]+)$/, "claude-$2-$1")
    .replace(/(\d)-(?=\d+(?:-|$))/, "$1.")
    .replace(/^(claude-[a-z]+-\d+)\.0$/, "$1");
  return aliases.get(spelled) ?? spelled;
}

function newestOfFamily(name: string): string | undefined {
  const family = /^(?:claude-)?([a-z]+)$/.exec(name)?.[1];
  if (!family) return undefined;
  return builtInModels.find(({ id }) => id.startsWith(`claude-${family}-`))?.id;
}

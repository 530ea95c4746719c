import type { ServiceModel } from "./service-model.ts";

/** Well beyond any real one; the patterns below take their time with longer ones. */
const longestName = 200;

/** Vendors, regions and marketplaces that clients put in front of a model's own name. */
const prefix = /^(.*\/)?(([a-z]+\.)?anthropic\.)?/;
/** Releases, context sizes and proxies' effort marks; a name may end in several. */
const suffix =
  /(-1m|-latest|[-@]20\d{6}|-v\d+([:-]\d+)?|:thinking|-thinking|-agentic|-(low|medium|high|xhigh|max))$/;

/**
 * The model that a name means, however its vendor, version, release and context size are spelled (contract 7.2);
 * undefined for one that means none of them. The first of the models is the service's own choice.
 */
export function findModel(name: string, models: readonly ServiceModel[]): ServiceModel | undefined {
  if (name.length > longestName) return undefined;
  const plain = spelled(name.trim()).replace(prefix, "");
  if (plain === originalName) return models[0];
  const byName = new Map(models.map((model) => [canonical(spelled(model.id)), model]));
  for (const candidate of shorterAndShorter(plain)) {
    const id = canonical(candidate);
    const model = byName.get(id) ?? newestOfFamily(id, byName);
    if (model) return model;
  }
  return undefined;
}

/** What the original program calls the service's own choice of a model. */
const originalName = "amazon-q";

const spelled = (name: string) => name.toLowerCase().replaceAll("_", "-").replace("[1m]", "-1m");

function* shorterAndShorter(name: string): Generator<string> {
  let rest = name;
  let before: string;
  do {
    yield rest;
    before = rest;
    rest = rest.replace(suffix, "");
  } while (rest !== before);
}

/** Family before version, a dot inside the version, none behind a single number. */
const canonical = (name: string): string =>
  name
    .replace(/^(?=(opus|sonnet|haiku|fable)-\d)/, "claude-")
    .replace(/^claude-(\d+(?:[.-]\d+)?)-([a-z]+)/, "claude-$2-$1")
    .replace(/(\d)-(?=\d{1,2}(?:-|$))/, "$1.")
    .replace(/^(claude-[a-z]+-\d+)\.0$/, "$1");

const version = /^claude-([a-z]+)-(\d+)(?:\.(\d+))?$/;

function newestOfFamily(name: string, byName: ReadonlyMap<string, ServiceModel>): ServiceModel | undefined {
  const family = /^(?:claude-)?([a-z]+)$/.exec(name)?.[1];
  if (!family) return undefined;
  let newest: ServiceModel | undefined;
  let newestAge = -1;
  for (const [id, model] of byName) {
    const [, ofFamily, major, minor = "0"] = version.exec(id) ?? [];
    const age = Number(major) * 100 + Number(minor);
    if (ofFamily === family && age > newestAge) [newest, newestAge] = [model, age];
  }
  return newest;
}

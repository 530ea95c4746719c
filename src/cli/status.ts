import { type Allowance, type PlanUsage, usageLimits } from "../amazonq/usage-limits.ts";
import type { LoginStatus } from "../auth/token-source.ts";
import { BridgeError } from "../errors.ts";
import { silentLog } from "../log.ts";
import type { Context, Flags } from "./command.ts";
import { withDeadline } from "./deadline.ts";
import { amazonService } from "./service.ts";
import type { Style } from "./style.ts";
import { fromNow, loginInWords } from "./words.ts";

/** Who the user is to Amazon Q. */
interface Status {
  login: LoginStatus;
  /** The plan, or a sentence saying why the service does not report it; undefined without a usable login. */
  usage: PlanUsage | string | undefined;
  /** Resolves once a refresh that asking has begun is stored; until then, to exit would cost the user the login. */
  settled: () => Promise<void>;
}

const timeoutMs = 20_000;

/** Asks for the plan before it reads the login again, since asking may refresh the login. */
export async function readStatus(settings: Flags, context: Context): Promise<Status> {
  const { config } = context.load(settings);
  const service = amazonService({ ...context, config, log: silentLog });
  const { profileArn } = config;
  const settled = service.stop;
  const login = await service.tokens.status();
  if (login.state !== "ready") return { login, usage: undefined, settled };
  const ask = (signal: AbortSignal) => usageLimits({ ...service, profileArn }, signal);
  const usage = await withDeadline(context.clock, timeoutMs, ask).catch(
    (error: unknown) => BridgeError.from(error).message,
  );
  return { login: await service.tokens.status(), usage, settled };
}

/** The status for scripts; its members are documented in the command's help and are stable. */
export function statusJson({ login, usage }: Status, now: number) {
  const plan = typeof usage === "string" ? undefined : usage;
  return {
    state: login.state,
    source: login.source,
    kind: login.kind ?? null,
    region: login.region,
    profile_arn: login.profileArn,
    expires_at: login.expiresAt?.toISOString() ?? null,
    expires_in_seconds: login.expiresAt && Math.floor((login.expiresAt.getTime() - now) / 1000),
    can_refresh: login.canRefresh,
    start_url: login.startUrl ?? null,
    client_secret_expires_at: login.clientEndsAt?.toISOString() ?? null,
    plan: plan?.plan ?? null,
    usage: plan?.allowances ?? null,
    resets_at: plan?.resetsAt?.toISOString() ?? null,
    usage_error: typeof usage === "string" ? usage : null,
  };
}

type Page = Pick<Context, "style" | "columns">;
type Row = readonly [label: string, text: string];

/** The status for a person. */
export function statusText({ login, usage }: Status, now: number, page: Page): string {
  const rows = [...loginRows(login, now, page.style), ...(usage ? usageRows(usage, now, page) : [])];
  const width = 2 + Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `${page.style.bold(label.padEnd(width))}${text}\n`).join("");
}

function loginRows(login: LoginStatus, now: number, style: Style): Row[] {
  if (login.state === "missing")
    return [
      ["Login", `${style.red("none")}; run \`aqbridge login\``],
      ...login.searched.map((place): Row => ["Searched", place]),
    ];
  return [
    ["Login", loginInWords(login)],
    ["Region", login.region ?? "unknown"],
    ["Profile", login.profileArn ?? "none"],
    ["Token", tokenInWords(login, now, style)],
    ...(login.startUrl ? [["Sign-in", login.startUrl] as const] : []),
    ...(login.clientEndsAt ? [["Client", clientInWords(login.clientEndsAt, now, style)] as const] : []),
  ];
}

function clientInWords(endsAt: Date, now: number, style: Style): string {
  const when = `${day.format(endsAt)} (${fromNow(endsAt, now)})`;
  if (endsAt.getTime() > now) return `registered until ${when}`;
  return `${style.red("registration expired")} on ${when}; sign in again before the token expires`;
}

function tokenInWords(login: LoginStatus, now: number, style: Style): string {
  const { state, kind, expiresAt, canRefresh } = login;
  if (kind === "api-key") return `${style.green("ready")}; an API key needs no renewal`;
  const renewal = canRefresh ? "it is renewed automatically" : "it cannot be renewed";
  if (state === "expired") return `${style.red("expired")}; run \`aqbridge login\``;
  if (expiresAt === null) return `${style.green("ready")}, expiry unknown; ${renewal}`;
  const word = expiresAt.getTime() > now ? style.green("expires") : style.yellow("expired");
  return `${word} ${fromNow(expiresAt, now)}; ${renewal}`;
}

function usageRows(usage: PlanUsage | string, now: number, page: Page): Row[] {
  if (typeof usage === "string") return [["Usage", page.style.yellow(`unknown: ${usage}`)]];
  const { plan, allowances, resetsAt } = usage;
  return [
    ...(plan ? [["Plan", plan] as const] : []),
    ...allowances.map((each): Row => [each.name, usageInWords(each, page)]),
    ...(resetsAt ? [["Resets", `${day.format(resetsAt)} (${fromNow(resetsAt, now)})`] as const] : []),
  ];
}

const day = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});
const amount = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

/** Beside the bar: a label, two numbers and the share. */
const textColumns = 50;

function usageInWords({ used, limit }: Allowance, { style, columns = 80 }: Page): string {
  const share = limit > 0 ? used / limit : Number(used > 0);
  const cells = Math.min(40, Math.max(10, columns - textColumns));
  const full = Math.round(cells * Math.min(1, share));
  const mark = share >= 1 ? style.red : share >= 0.8 ? style.yellow : style.green;
  const bar = `${mark("█".repeat(full))}${style.dim("░".repeat(cells - full))}`;
  return `${bar} ${amount.format(used)} of ${amount.format(limit)} (${Math.round(100 * share)} %)`;
}

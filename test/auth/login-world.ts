import { createTokenSource } from "../../src/auth/create-token-source.ts";
import { grantId, type Login, type LoginStore, type OidcGrant, type Reading } from "../../src/auth/login.ts";
import { oneAtATime } from "../../src/auth/refresh-lock.ts";
import type { OwnLogin } from "../../src/auth/stores/own-login.ts";
import type { TokenSource } from "../../src/auth/token-source.ts";
import { silentLog } from "../../src/log.ts";
import { bareLogin } from "./rig.ts";
import { createWorld, type Life } from "./world.ts";

/** What somebody signed in to: whoever redeems its newest refresh token makes the next. */
interface Account {
  name: string;
  newest: string;
  /** A rotated token that nobody received, or that died with its receiver: the window that nobody can close. */
  isLost: boolean;
  callsInFlight: number;
  /** When a bridge last stored a token of it. */
  storedAt: number;
}

interface Bridge extends Life {
  /** Rotated tokens that it was sent and has not stored. */
  unstored: Map<string, Account>;
}

const lifetimeMs = 3_600_000;

/** Bridges that share an own file with each other and a database with a CLI, all in memory and in virtual time. */
export function createLoginWorld(seed: number) {
  const world = createWorld(seed);
  const { random, pass } = world;
  const accounts = new Map<string, Account>();
  const expiries = new Map<string, number>();
  const refused = new Set<string>();
  const violations: string[] = [];
  let own: Login | undefined;
  let row: Login | undefined;
  let holder: Life | undefined;
  let serial = 0;
  let bridgeCalls = 0;
  let faults = 1;
  const happens = (probability: number) => random() < probability * faults;

  const issue = (account: Account) => {
    account.newest = `aor-${account.name}-${++serial}`;
    accounts.set(account.newest, account);
    const accessToken = `aoa-${serial}`;
    expiries.set(accessToken, world.steady() + lifetimeMs);
    return { accessToken, refreshToken: account.newest, expiresIn: lifetimeMs / 1000 };
  };
  const signIn = (source: "own file" | "Amazon Q CLI"): Login => {
    const name = `account${++serial}`;
    const storedAt = Number.NEGATIVE_INFINITY;
    const { accessToken, refreshToken } = issue({
      name,
      newest: "",
      isLost: false,
      callsInFlight: 0,
      storedAt,
    });
    const client = { clientId: "client", clientSecret: "secret" };
    const grant: OidcGrant = { ...client, refreshToken, region: "us-east-1" };
    const lifeLeft = happens(0.5) ? -1 : Math.floor(random() * lifetimeMs);
    expiries.set(accessToken, world.steady() + lifeLeft);
    const expiresAt = happens(0.2) ? null : new Date(world.clock().now() + lifeLeft);
    return { ...bareLogin, source, accessToken, expiresAt, grant };
  };

  /** Redeems at a moment of the call's own; undefined is a refusal. */
  const redeem = (refreshToken: string) => {
    const account = accounts.get(refreshToken);
    return account?.newest === refreshToken ? { account, ...issue(account) } : undefined;
  };

  const answer = async (
    bridge: Bridge,
    refreshToken: string,
    isAwaited: () => boolean,
  ): Promise<Response> => {
    const server: Life = { isAlive: true };
    await pass(server, 2_000);
    if (happens(0.1)) return new Response("", { status: 503 });
    if (happens(0.05)) return Response.json({ error: "slow_down" }, { status: 400 });
    const redeemed = redeem(refreshToken);
    if (redeemed) bridge.unstored.set(redeemed.refreshToken, redeemed.account);
    if (!isAwaited()) giveUp(bridge);
    await pass(server, happens(0.05) ? 40_000 : 2_000);
    if (redeemed === undefined) return Response.json({ error: "invalid_grant" }, { status: 400 });
    const { account, ...tokens } = redeemed;
    return Response.json(tokens);
  };

  const fetchFor = (bridge: Bridge) => async (_url: string, init: RequestInit) => {
    const { refreshToken, clientId } = JSON.parse(String(init.body));
    const account = accounts.get(refreshToken);
    bridgeCalls++;
    if (refused.has(grantId({ clientId, clientSecret: "", refreshToken, region: "" })))
      violations.push(`${refreshToken} was used although it was noted as dead`);
    if (account && world.steady() - account.storedAt < 30_000 && world.sinceJump() > 60_000)
      violations.push(`${account.name} was renewed again at once`);
    if (account && ++account.callsInFlight > 1) violations.push(`two calls at a time for ${account.name}`);
    const given = answer(bridge, refreshToken, () => bridge.isAlive && !init.signal?.aborted);
    const aborted = new Promise<never>((_, reject) => {
      init.signal?.addEventListener("abort", () => {
        giveUp(bridge);
        reject(init.signal?.reason);
      });
    });
    const settled = Promise.race([given, aborted]);
    const leave = () => {
      if (account && bridge.isAlive) account.callsInFlight--;
    };
    settled.then(leave, leave);
    return settled;
  };

  /** What was rotated for a bridge and not stored is out of everyone's reach now. */
  const giveUp = (bridge: Bridge) => {
    for (const account of bridge.unstored.values()) account.isLost = true;
    bridge.unstored.clear();
  };

  const reading = (login: Login | undefined): Reading =>
    login === undefined ? { state: "signed-out", reason: "none" } : { state: "login", login };

  const ownFor = (bridge: Bridge): OwnLogin => {
    const save = async (login: Login) => {
      await pass(bridge, 5);
      own = { ...login, source: "own file" };
      const account = accounts.get(login.grant?.refreshToken ?? "");
      if (account) account.storedAt = world.steady();
      bridge.unstored.delete(login.grant?.refreshToken ?? "");
      await pass(bridge, 5);
    };
    const read = async () => {
      await pass(bridge, 5);
      return reading(own);
    };
    const nothing = async () => {};
    const rest = { isRetryDue: () => false, retry: nothing, isPersisted: async () => true, sweep: nothing };
    return { source: "own file", path: "own", files: [], read, save, keep: save, ...rest };
  };

  const cliFor = (bridge: Bridge): LoginStore => ({
    source: "Amazon Q CLI",
    path: "database",
    files: [],
    async read() {
      await pass(bridge, 5);
      return happens(0.02) ? { state: "busy", reason: "locked" } : reading(row);
    },
    async writeBack({ accessToken, expiresAt, grant }, inPlaceOf) {
      await pass(bridge, 5);
      if (happens(0.2)) return { state: "failed", reason: "locked" };
      if (row?.grant === undefined || grantId(row.grant) !== inPlaceOf) return { state: "changed" };
      row = { ...row, accessToken, expiresAt, grant };
      await pass(bridge, 5);
      return { state: "written" };
    },
  });

  const lockFor = (bridge: Bridge) => {
    const inTurn = oneAtATime();
    return <T>(work: () => Promise<T>): Promise<T> =>
      inTurn(async () => {
        while (holder?.isAlive) await pass(bridge, 20);
        holder = bridge;
        try {
          return await work();
        } finally {
          if (holder === bridge) holder = undefined;
        }
      });
  };

  const startBridge = (): Bridge & { source: TokenSource } => {
    const bridge: Bridge = { isAlive: true, unstored: new Map() };
    const endpoint = () => "https://oidc.test";
    const source = createTokenSource({
      own: ownFor(bridge),
      others: [cliFor(bridge)],
      refused: {
        recall: () => pass(bridge, 2),
        has: (grant) => refused.has(grantId(grant)),
        async note(grant) {
          await pass(bridge, 2);
          refused.add(grantId(grant));
        },
        forget: async () => {},
      },
      locked: lockFor(bridge),
      oidc: {
        ...{ endpoint, socialEndpoint: endpoint, fetch: fetchFor(bridge) },
        ...{ userAgent: "aqbridge/test", timeoutMs: 15_000 },
      },
      profiles: undefined,
      clock: world.clock(bridge),
      log: silentLog,
      marginSeconds: 300,
      random,
    });
    return Object.assign(bridge, { source });
  };

  return {
    world,
    violations,
    startBridge,
    bridgeCalls: () => bridgeCalls,
    isLive: (accessToken: string) => world.steady() < (expiries.get(accessToken) ?? 0),
    heal: () => {
      faults = 0;
    },
    kill(bridge: Bridge) {
      bridge.isAlive = false;
      giveUp(bridge);
      for (const account of accounts.values()) account.callsInFlight = 0;
    },
    ownLogin() {
      own = signIn("own file");
    },
    cliLogin() {
      row = signIn("Amazon Q CLI");
    },
    cliLogout() {
      row = undefined;
    },
    /** As the CLI does it: without a lock, replacing its row with what it gets, deleting it when refused. */
    async cliRefresh(): Promise<"refreshed" | "refused" | "signed out"> {
      const cli: Life = { isAlive: true };
      const held = row;
      if (held?.grant === undefined) return "signed out";
      await pass(cli, 1_000);
      const redeemed = redeem(held.grant.refreshToken);
      await pass(cli, 1_000);
      if (redeemed === undefined) {
        row = undefined;
        return "refused";
      }
      const { accessToken, refreshToken } = redeemed;
      const expiresAt = new Date(world.clock().now() + lifetimeMs);
      row = { ...held, accessToken, expiresAt, grant: { ...held.grant, refreshToken } };
      return "refreshed";
    },
    /** The refresh token of the CLI's row and the newest one of its account; undefined when that is lost or there is none. */
    cliState() {
      const held = row?.grant?.refreshToken;
      const account = held === undefined ? undefined : accounts.get(held);
      return account === undefined || account.isLost ? undefined : { held, newest: account.newest };
    },
    ownState() {
      const held = own?.refreshedFrom === undefined ? own?.grant?.refreshToken : undefined;
      const account = held === undefined ? undefined : accounts.get(held);
      return account === undefined || account.isLost ? undefined : { held, newest: account.newest };
    },
  };
}

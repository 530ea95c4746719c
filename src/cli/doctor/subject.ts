import type { LoginStore } from "../../auth/login.ts";
import { defaultRegion } from "../../aws.ts";
import type { Surroundings } from "../../base-folder.ts";
import type { Clock } from "../../clock.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { codeOf } from "../../error-code.ts";
import { BridgeError } from "../../errors.ts";
import { withDeadline } from "../deadline.ts";
import { loginEndpoint } from "../login-places.ts";
import type { Service } from "../service.ts";

/** What is examined. */
export interface Subject extends LoadedConfig {
  surroundings: Surroundings;
  clock: Clock;
  service: Service;
  stores: readonly LoginStore[];
  /** Addresses of a host; rejects with the resolver's error. */
  resolve: (host: string) => Promise<readonly string[]>;
}

/** A host's answer to a bare request, or the runtime's name for why there was none. */
export type Probe =
  /** How far the computer's clock is ahead of the host's, if that tells its time. */
  { state: "answered"; skewSeconds: number | undefined } | { state: "unanswered"; code: string };

export type Facts = ReturnType<typeof gatherFacts>;

const probeTimeoutMs = 8_000;

/** What several checks need to know; each fact is gathered once, when first asked for. */
export function gatherFacts({ config, service, clock }: Subject) {
  const status = once(() => service.tokens.status());
  const amazonQ = once(async () =>
    service.endpoint(config.profileArn ?? (await status()).profileArn ?? undefined),
  );
  const loginService = once(async () => {
    const { kind, region } = await status();
    return loginEndpoint(config, kind)(region ?? defaultRegion);
  });
  const probe = async (url: string): Promise<Probe> => {
    const init = { headers: { "user-agent": service.userAgent, "accept-encoding": "identity" } };
    try {
      const response = await withDeadline(clock, probeTimeoutMs, (signal) =>
        service.fetch(`${url}/`, { ...init, signal }),
      );
      await response.body?.cancel();
      const date = Date.parse(response.headers.get("date") ?? "");
      return { state: "answered", skewSeconds: Number.isNaN(date) ? undefined : (clock.now() - date) / 1000 };
    } catch (error) {
      return { state: "unanswered", code: nameOf(error) };
    }
  };
  return {
    status,
    token: once(() => service.tokens.get()),
    amazonQ,
    loginService,
    probeAmazonQ: once(async () => probe(await amazonQ())),
    probeLoginService: once(async () => probe(await loginService())),
  };
}

function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => {
    found ??= find();
    return found;
  };
}

/** The runtime's name for what went wrong, or our own for a deadline. */
function nameOf(error: unknown): string {
  if (error instanceof BridgeError) return error.kind;
  return codeOf(error) ?? (error instanceof Error ? error.name : "unknown");
}

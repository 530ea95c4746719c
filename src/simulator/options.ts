import { type Clock, systemClock } from "../clock.ts";
import type { ModelDescription } from "./model-description.ts";
import { catalogue } from "./models.ts";
import { type Random, systemRandom } from "./random.ts";
import type { ClientRegistration } from "./service/clients.ts";
import type { Level } from "./validate.ts";

export interface SimulatorOptions {
  clock?: Clock;
  random?: Random;
  /** How strictly inference requests are judged; `off` answers anything. Default `strict`. */
  level?: Level | "off";
  /** Access tokens valid from the start, besides those that `/token` issues. */
  accessTokens?: readonly string[];
  /** Refresh tokens valid from the start. */
  refreshTokens?: readonly string[];
  /** Client registrations valid from the start; when left out, any client is served. */
  clients?: readonly ClientRegistration[];
  /** The account's only profile; without one it is a Builder ID account. */
  profileArn?: string;
  /** Refuses inference without a profile ARN, as many hosts do since 2026. */
  requireProfileArn?: boolean;
  models?: readonly ModelDescription[];
  /** Silence between a few words of the persona, in milliseconds. Default 0. */
  paceMs?: number;
  /** How many requests are remembered. Default 100. */
  keepRequests?: number;
}

/** The options with every choice made. */
export type Settings = Required<Omit<SimulatorOptions, "clients" | "profileArn">> &
  Pick<SimulatorOptions, "clients" | "profileArn">;

export const withDefaults = (options: SimulatorOptions): Settings => ({
  clock: systemClock,
  random: systemRandom,
  level: "strict",
  accessTokens: [],
  refreshTokens: [],
  requireProfileArn: false,
  models: catalogue,
  paceMs: 0,
  keepRequests: 100,
  ...options,
});

import type { JsonObject } from "../../json.ts";
import { asText } from "../narrow.ts";
import type { Settings } from "../options.ts";
import { randomText } from "../random.ts";
import type { ScriptedHttpAnswer } from "../script.ts";
import { oidcError } from "./oidc-errors.ts";

/** A client as OIDC registered it. */
export interface ClientRegistration {
  clientId: string;
  clientSecret: string;
  /** Milliseconds since the epoch; without it the registration does not expire. */
  expiresAt?: number;
}

export interface Clients {
  register(body: JsonObject): ScriptedHttpAnswer;
  /** Why the client that a request names is not served, if it is not. */
  refuse(body: JsonObject): ScriptedHttpAnswer | undefined;
}

const lifetimeMs = 90 * 24 * 3600 * 1000;

export function createClients({ clock, random, clients }: Settings): Clients {
  const registered = new Map(clients?.map((client) => [client.clientId, client]));
  return {
    register(body) {
      if (!asText(body["clientName"]) || body["clientType"] !== "public")
        return oidcError("invalid_request", "A public client with a name is required");
      const clientId = randomText(random, 16);
      const clientSecret = randomText(random, 48);
      const expiresAt = clock.now() + lifetimeMs;
      registered.set(clientId, { clientId, clientSecret, expiresAt });
      return {
        status: 200,
        body: {
          clientId,
          clientSecret,
          clientIdIssuedAt: Math.floor(clock.now() / 1000),
          clientSecretExpiresAt: Math.floor(expiresAt / 1000),
        },
      };
    },
    refuse(body) {
      const clientId = asText(body["clientId"]);
      const clientSecret = asText(body["clientSecret"]);
      const client = registered.get(clientId);
      if (!client && !clients && clientId && clientSecret) return undefined;
      if (client?.clientSecret !== clientSecret)
        return oidcError("invalid_client", "Invalid client provided");
      if (client.expiresAt !== undefined && clock.now() >= client.expiresAt)
        return oidcError("invalid_client", "Client is expired");
      return undefined;
    },
  };
}

import type { Clock } from "../../clock.ts";
import { BridgeError, whyOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { ReadingOptions } from "../operation.ts";
import { listAvailableModels } from "./list-available-models.ts";
import { builtInModels } from "./models.ts";
import type { ServiceModel } from "./service-model.ts";

export interface ModelListOptions extends ReadingOptions {
  clock: Clock;
  log: Log;
}

/** The models that the service offers to this login. */
export interface ModelList {
  /** The service's own choice first. Never waits: an outdated list is renewed in the background. */
  current(): readonly ServiceModel[];
  /** Asks the service, or joins a request that is under way; a failure leaves the list as it was. Never rejects. */
  refresh(): Promise<void>;
}

const lifetimeMs = 3_600_000;
/** From a failure to the next attempt. */
const pauseMs = 300_000;
const timeoutMs = 15_000;

/** Starts with the built-in models. */
export function createModelList({ clock, log, ...listing }: ModelListOptions): ModelList {
  let models = builtInModels;
  let staleAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;
  let isFailing = false;

  const load = async () => {
    const deadline = new AbortController();
    const cancel = clock.after(timeoutMs, () => deadline.abort(overdue));
    try {
      models = await listAvailableModels(listing, deadline.signal);
      staleAt = clock.steady() + lifetimeMs;
      isFailing = false;
      log.info("models.list", { models: models.length, default: models[0]?.id });
    } catch (error) {
      staleAt = clock.steady() + pauseMs;
      if (!isFailing) logFailure(log, error);
      isFailing = true;
    } finally {
      cancel();
    }
  };

  const refresh = () => {
    underWay ??= load().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };

  return {
    refresh,
    current() {
      if (clock.steady() >= staleAt) void refresh();
      return models;
    },
  };
}

const overdue = new BridgeError("timeout", "Amazon Q did not list its models in time.");

function logFailure(log: Log, error: unknown): void {
  const failure = BridgeError.from(error);
  log.warn("models.list", { class: failure.kind, ...whyOf(failure) });
}

import { type Service, startService } from "./service.ts";

/** What the upstream can be told; each command is answered with its figures. */
export type Command =
  | { type: "stats" | "expire-token" | "close-idle" }
  /** How long a refresh of the login takes. */
  | { type: "delay-oidc"; ms: number }
  /** The next refreshes, so many of them, give tokens that live as briefly as the bridge believes. */
  | { type: "short-tokens"; count: number };

function obey(service: Service, command: Command): void {
  switch (command.type) {
    case "stats":
      break;
    case "expire-token":
      service.account.expire();
      break;
    case "close-idle":
      service.closeIdle();
      break;
    case "delay-oidc":
      service.delayOidc(command.ms);
      break;
    case "short-tokens":
      service.account.shorten(command.count);
      break;
    default:
      command satisfies never;
  }
}

/** A program: the upstream in a process of its own. It says its address, then obeys. */
if (import.meta.main) {
  const service = startService();
  process.on("message", (command: Command) => {
    obey(service, command);
    process.send?.(service.stats());
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ url: service.url });
}

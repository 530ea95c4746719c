import type { WindowUse } from "./context-window.ts";
import type { BuiltRequest, RequestContext } from "./request/build.ts";

/** A request that is ready to be sent, and what it was built from. */
export interface Prepared extends Pick<BuiltRequest, "toolNames"> {
  body: string;
  context: RequestContext;
  window: WindowUse;
}

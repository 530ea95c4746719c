import { translate, translated } from "./bare-translation.ts";
import { serve } from "./serve.ts";

/** Reference: a bridge that does nothing but translate. */
const upstream = process.argv[2] ?? "";

serve(async (request) => {
  const answer = await fetch(`${upstream}/generateAssistantResponse`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(translate(JSON.parse(await request.text()))),
  });
  if (!answer.body) throw new Error("no body");
  return new Response(translated(answer.body), {
    headers: { "content-type": "text/event-stream" },
  });
});

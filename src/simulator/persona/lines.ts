import type { Heard, HeardImage, HeardResult } from "./heard.ts";

const longestQuote = 120;

export const introduction = (heard: Heard): string => `# This is the aqbridge demo

There is **no model behind this answer**: a simulator inside aqbridge wrote it, to show that your client and the bridge understand each other.

## What I understood

- You said ${quote(heard.text)} (${count(heard.text.length, "character")}).
- System prompt: ${count(heard.instructions, "character")}.
- Earlier messages: ${heard.earlier}.
- Tools on offer: ${heard.tools.map(({ name }) => code(name)).join(", ") || "none"}.
- Images: ${heard.images.map(describeImage).join(", ") || "none"}.

${invitation(heard)}

For answers from a real model, log in and start the bridge without \`--demo\`:

\`\`\`sh
aqbridge login
aqbridge
\`\`\`
`;

export const thoughts = (heard: Heard): string =>
  `The person wrote ${count(heard.text.length, "character")}. I am a demo and cannot think about them, but I can show where thoughts would stand.`;

export const announcement = (toolName: string): string =>
  `I am only a demo, but I can call a tool: here is ${code(toolName)}, with arguments made from its schema.`;

export const thanks = (results: readonly HeardResult[]): string => `## The tools have answered

${results.map(describeResult).join("\n")}

A real model would now work with that; this demo only repeats it.
`;

const invitation = ({ tools: [first] }: Heard): string =>
  first
    ? `Say “use ${first.name}” and I will call that tool.`
    : "Offer me a tool and ask me to use it, and I will call it.";

const describeResult = ({ toolName, text, failed }: HeardResult): string =>
  `- ${code(toolName)} ${failed ? "failed and said" : "said"} ${quote(text)}`;

const describeImage = ({ header, bytes }: HeardImage): string => {
  const size = header?.size ? ` of ${header.size.width} × ${header.size.height} pixels` : "";
  return `${header?.format ?? "something unreadable"}${size} (${count(bytes, "byte")})`;
};

function quote(text: string): string {
  const line = text.slice(0, longestQuote).replace(/\s+/g, " ").trim();
  return line === "" ? "nothing" : `“${line}${text.length > longestQuote ? "…" : ""}”`;
}

const code = (name: string) => `\`${name}\``;

const count = (number: number, noun: string): string =>
  `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

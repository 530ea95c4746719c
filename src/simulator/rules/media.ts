import type { JsonObject } from "../../json.ts";
import { readImageHeader } from "../image-header.ts";
import { asObject, asText } from "../narrow.ts";
import type { Rule } from "./rule.ts";
import type { RequestView } from "./view.ts";

/** 5 MiB of base64, which is 3.75 MiB of picture. */
const longestBase64 = 5_242_880;
/** The service model's own word of October 2025. */
const mostRawBytes = 2_800_000;
const longestSide = 8000;
const longestSideAmongMany = 2000;
const many = 20;
const mostPerRequest = 100;
const mostPerMessage = 20;
const mostPerMessageInModel = 10;

export const mediaRules: readonly Rule[] = [
  {
    rule: "R44",
    level: "strict",
    check: (request, report) =>
      forEachImage(request, (path, image) => {
        if (dataOf(image).length > longestBase64)
          report(`${path}.source.bytes`, `must have at most ${longestBase64} characters of base64`);
      }),
  },
  {
    rule: "R44",
    level: "paranoid",
    check: (request, report) =>
      forEachImage(request, (path, image) => {
        if ((dataOf(image).length * 3) / 4 > mostRawBytes)
          report(`${path}.source.bytes`, `must have at most ${mostRawBytes} bytes`);
      }),
  },
  {
    rule: "R45",
    level: "strict",
    check(request, report) {
      const longest = countImages(request) > many ? longestSideAmongMany : longestSide;
      forEachImage(request, (path, image) => {
        const size = readImageHeader(dataOf(image))?.size;
        if (size && Math.max(size.width, size.height) > longest)
          report(path, `must not be wider or higher than ${longest} pixels`);
      });
    },
  },
  {
    rule: "R46",
    level: "strict",
    check(request, report) {
      let count = countImages(request);
      for (const turn of request.turns) {
        if (turn.role !== "user") continue;
        count += turn.documents.length;
        if (turn.images.length > mostPerMessage)
          report(`${turn.path}.images`, `must not be more than ${mostPerMessage}`);
      }
      if (count > mostPerRequest)
        report("conversationState", `must not have more than ${mostPerRequest} images and documents`);
    },
  },
  {
    rule: "R46",
    level: "paranoid",
    check({ turns }, report) {
      for (const turn of turns) {
        if (turn.role === "user" && turn.images.length > mostPerMessageInModel)
          report(`${turn.path}.images`, `must not be more than ${mostPerMessageInModel}`);
      }
    },
  },
  {
    rule: "R47",
    level: "strict",
    check: (request, report) =>
      forEachImage(request, (path, image) => {
        if (dataOf(image) && readImageHeader(dataOf(image))?.format !== image["format"])
          report(`${path}.format`, "must be the format of the bytes");
      }),
  },
  {
    rule: "R48",
    level: "model",
    check: (request, report) =>
      forEachImage(request, (path, image) => {
        if (asObject(image["source"])["bytes"] === undefined)
          report(`${path}.source`, "must hold the bytes themselves");
      }),
  },
  {
    rule: "R49",
    level: "strict",
    check(request, report) {
      if (!request.model || request.model.supportedInputTypes.includes("IMAGE")) return;
      forEachImage(request, (path) => report(path, "cannot be read by this model"));
    },
  },
  {
    rule: "R50",
    level: "strict",
    check({ turns }, report) {
      const names = new Set<string>();
      for (const turn of turns) {
        if (turn.role !== "user") continue;
        for (const [index, document] of turn.documents.entries()) {
          const name = asText(document["name"]);
          if (names.has(name)) report(`${turn.path}.documents[${index}].name`, "must not name two documents");
          names.add(name);
        }
      }
    },
  },
];

const dataOf = (image: JsonObject): string => asText(asObject(image["source"])["bytes"]);

const countImages = ({ turns }: RequestView): number =>
  turns.reduce((count, turn) => count + (turn.role === "user" ? turn.images.length : 0), 0);

function forEachImage({ turns }: RequestView, visit: (path: string, image: JsonObject) => void): void {
  for (const turn of turns) {
    if (turn.role !== "user") continue;
    for (const [index, image] of turn.images.entries()) visit(`${turn.path}.images[${index}]`, image);
  }
}

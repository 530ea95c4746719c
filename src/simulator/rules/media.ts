import { readImageHeader } from "../image-header.ts";
import { asObject, asText } from "../narrow.ts";
import { type Rule, rule } from "./rule.ts";
import type { Item, RequestView } from "./view.ts";

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
  rule("R44", "strict", (request, report) => {
    for (const image of imagesOf(request))
      if (dataOf(image).length > longestBase64)
        report(`${image.path}.source.bytes`, `must have at most ${longestBase64} characters of base64`);
  }),
  rule("R44", "paranoid", (request, report) => {
    for (const image of imagesOf(request))
      if ((dataOf(image).length * 3) / 4 > mostRawBytes)
        report(`${image.path}.source.bytes`, `must have at most ${mostRawBytes} bytes`);
  }),
  rule("R45", "strict", (request, report) => {
    const images = imagesOf(request);
    const longest = images.length > many ? longestSideAmongMany : longestSide;
    for (const image of images) {
      const size = readImageHeader(dataOf(image))?.size;
      if (size && Math.max(size.width, size.height) > longest)
        report(image.path, `must not be wider or higher than ${longest} pixels`);
    }
  }),
  rule("R46", "strict", ({ turns }, report) => {
    let count = 0;
    for (const { path, images, documents } of turns) {
      count += images.length + documents.length;
      if (images.length > mostPerMessage) report(`${path}.images`, `must not be more than ${mostPerMessage}`);
    }
    if (count > mostPerRequest)
      report("conversationState", `must not have more than ${mostPerRequest} images and documents`);
  }),
  rule("R46", "paranoid", ({ turns }, report) => {
    for (const { path, images } of turns)
      if (images.length > mostPerMessageInModel)
        report(`${path}.images`, `must not be more than ${mostPerMessageInModel}`);
  }),
  rule("R47", "strict", (request, report) => {
    for (const image of imagesOf(request)) {
      const data = dataOf(image);
      if (data && readImageHeader(data)?.format !== image.json["format"])
        report(`${image.path}.format`, "must be the format of the bytes");
    }
  }),
  rule("R48", "model", (request, report) => {
    for (const { path, json } of imagesOf(request))
      if (asObject(json["source"])["bytes"] === undefined)
        report(`${path}.source`, "must hold the bytes themselves");
  }),
  rule("R49", "strict", (request, report) => {
    if (!request.model || request.model.supportedInputTypes.includes("IMAGE")) return;
    for (const { path } of imagesOf(request)) report(path, "cannot be read by this model");
  }),
  rule("R50", "strict", ({ turns }, report) => {
    const names = new Set<string>();
    for (const { path, json } of turns.flatMap(({ documents }) => documents)) {
      const name = asText(json["name"]);
      if (names.has(name)) report(`${path}.name`, "must not name two documents");
      names.add(name);
    }
  }),
];

const imagesOf = ({ turns }: RequestView): Item[] => turns.flatMap(({ images }) => images);

const dataOf = ({ json }: Item): string => asText(asObject(json["source"])["bytes"]);

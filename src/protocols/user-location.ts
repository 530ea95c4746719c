import { type Static, Type } from "@sinclair/typebox";
import { open, optional } from "../http/schema.ts";

/** Roughly where the user is, as all protocols put it for searches. */
export const UserLocation = open({
  city: optional(Type.String()),
  region: optional(Type.String()),
  country: optional(Type.String()),
  timezone: optional(Type.String()),
});
export type UserLocation = Static<typeof UserLocation>;

/** The place in words; undefined when none is given. */
export function placeName(location: UserLocation | null | undefined): string | undefined {
  const { city, region, country, timezone } = location ?? {};
  const place = [city, region, country, timezone && `time zone ${timezone}`].filter(Boolean).join(", ");
  return place || undefined;
}

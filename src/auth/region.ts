/** Where a login without a region was made: AWS Builder ID lives there. */
export const defaultRegion = "us-east-1";

/** Regions become part of host names that receive tokens, so nothing else may pass for one. */
export const isRegion = (text: string): boolean => /^[a-z]{2}(-[a-z]+)+-\d$/.test(text);

const profilePattern = /^arn:aws[a-z-]*:(?:codewhisperer|transform):([^:]+):\d{12}:profile\/[\w-]{1,900}$/;

/** The region that serves a profile, or undefined when the ARN is not one of a profile. */
export function profileRegion(profileArn: string): string | undefined {
  const region = profilePattern.exec(profileArn)?.[1];
  return region !== undefined && isRegion(region) ? region : undefined;
}

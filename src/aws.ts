/** Where a login without a region was made, and is served: AWS Builder ID lives there only. */
export const defaultRegion = "us-east-1";

/** Regions become part of host names that receive tokens, so nothing else may pass for one. */
const region = String.raw`[a-z]{2}(?:-[a-z]+)+-\d`;

export const regionPattern = new RegExp(`^${region}$`);

export const isRegion = (text: string): boolean => regionPattern.test(text);

/** ARN of a profile; its first group is the region (contract 1.6). */
export const profilePattern = new RegExp(
  String.raw`^arn:aws[a-z-]*:(?:codewhisperer|transform):(${region}):\d{12}:profile/[\w-]{1,900}$`,
);

/** The region that serves a profile, or undefined when the ARN is not one of a profile. */
export const profileRegion = (profileArn: string): string | undefined => profilePattern.exec(profileArn)?.[1];

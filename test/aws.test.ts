import { expect, test } from "bun:test";
import { profileRegion } from "../src/aws.ts";

test.each([
  ["arn:aws:codewhisperer:eu-central-1:123456789012:profile/ABCDEFGHIJKL", "eu-central-1"],
  ["arn:aws-us-gov:codewhisperer:us-gov-west-1:123456789012:profile/ABCDEFGHIJKL", "us-gov-west-1"],
  ["arn:aws:transform:us-east-1:123456789012:profile/ABCDEFGHIJKL", "us-east-1"],
  ["arn:aws:codewhisperer:evil.example/:123456789012:profile/ABCDEFGHIJKL", undefined],
  ["arn:aws:codewhisperer::123456789012:profile/ABCDEFGHIJKL", undefined],
  ["arn:aws:iam:us-east-1:123456789012:profile/ABCDEFGHIJKL", undefined],
  ["arn:aws:codewhisperer:us-east-1:123456789012:profile/x\n", undefined],
  ["", undefined],
])("the region that serves %p is %p", (arn, region) => {
  expect(profileRegion(arn)).toBe(region);
});

import { builderIdStartUrl } from "../../auth/oidc/builder-id.ts";
import { defaultRegion, isRegion } from "../../aws.ts";
import { UsageError } from "../../config/usage-error.ts";
import type { Command, Flags } from "../command.ts";
import { optionFlags } from "../option-flags.ts";

export const login: Command = {
  summary: "Sign in to Amazon Q in a browser and keep the login as aqbridge's own.",
  options: optionFlags("dir", "configFile", "credentialsFile"),
  flags: [
    {
      name: "start-url",
      placeholder: "url",
      help: "Your organisation's IAM Identity Center start page; without it you sign in with AWS Builder ID.",
    },
    {
      name: "region",
      placeholder: "region",
      help: `AWS region of that start page [${defaultRegion}].`,
    },
    { name: "no-browser", help: "Print the address and the code without opening a browser." },
  ],
  examples: [
    "aqbridge login",
    "aqbridge login --no-browser",
    "aqbridge login --start-url https://example.awsapps.com/start --region eu-central-1",
  ],
  async run({ flags, settings }, context) {
    const target = { ...startOf(flags), opensBrowser: flags["no-browser"] !== true };
    const { login: logIn } = await import("../login.ts");
    return logIn(target, settings, context);
  },
};

function startOf({ "start-url": startUrl, region = defaultRegion }: Flags) {
  if (typeof startUrl !== "string") {
    if (region !== defaultRegion)
      throw new UsageError(`--region needs --start-url: AWS Builder ID is in ${defaultRegion} only.`);
    return { startUrl: builderIdStartUrl, region: defaultRegion };
  }
  const url = URL.parse(startUrl);
  if (url?.protocol !== "https:" || url.username || url.password)
    throw new UsageError("--start-url must be an https:// address, the one that your organisation gave you.");
  if (typeof region !== "string" || !isRegion(region))
    throw new UsageError("--region must be an AWS region, such as us-east-1.");
  return { startUrl: url.href.replace(/[#?].*$/, ""), region };
}

import { growthTable, stepTable } from "../table.ts";
import { answerStages, wholeAnswers } from "./answer-steps.ts";
import { type Growth, growth } from "./growth.ts";
import { requestStages } from "./request-steps.ts";
import { type StepEffort, type StepResult, time } from "./step.ts";

export interface MicroRecord {
  comparisons: Record<string, readonly StepResult[]>;
  growth: Growth;
}

/** Times everything there is to time within one process, and tells of each as soon as it is known. */
export async function microBenches(effort: StepEffort, print: (text: string) => void): Promise<MicroRecord> {
  const comparisons: Record<string, readonly StepResult[]> = {};
  for (const comparison of [answerStages(), wholeAnswers(), requestStages(0), requestStages(1)]) {
    const results = await time(comparison.steps, effort);
    print(stepTable(comparison, results));
    comparisons[comparison.title] = results;
  }
  const grown = await growth(effort);
  print(growthTable(grown));
  return { comparisons, growth: grown };
}

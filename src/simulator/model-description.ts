/** One entry of ListAvailableModels, in the service's own words. */
export interface ModelDescription {
  modelId: string;
  modelName: string;
  description: string;
  rateMultiplier: number;
  rateUnit: string;
  supportedInputTypes: readonly string[];
  tokenLimits: { maxInputTokens: number; maxOutputTokens: number };
  promptCaching: {
    supportsPromptCaching: boolean;
    minimumTokensPerCacheCheckpoint: number;
    maximumCacheCheckpointsPerRequest: number;
  };
  /** Absent for models that take no additional request fields. */
  additionalModelRequestFieldsSchema?: FieldSchema;
}

/** As much of JSON Schema as the service uses for a model's request fields. */
export interface FieldSchema {
  type: string;
  properties?: Readonly<Record<string, FieldSchema>>;
  additionalProperties?: boolean;
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
}

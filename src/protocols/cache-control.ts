/** Whether a block, tool or message carries Anthropic's mark that the conversation up to it is worth caching. */
export const isMarked = (value: object): boolean => "cache_control" in value && !!value.cache_control;

/** How long the runtime keeps an idle connection that no answer is being made for. */
export const betweenAnswersSeconds = 120;

/** The least that the runtime counts; it looks every four seconds for connections whose time is over. */
export const atOnceSeconds = 1;

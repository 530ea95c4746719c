/** How long the runtime keeps a connection on which nothing moves, unless an answer is being made for it. */
export const betweenAnswersSeconds = 120;

/** The least that the runtime counts; it looks every four seconds whose time is over. */
export const atOnceSeconds = 1;

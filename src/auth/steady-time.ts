/** Milliseconds since some moment, from a clock that nobody sets; it may stand still while the machine sleeps. */
export type SteadyTime = () => number;

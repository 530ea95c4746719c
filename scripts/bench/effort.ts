/** How much is done for figures to be worth something. */
export interface Effort {
  rounds: number;
  /** Load for each subject in each round. */
  roundMs: number;
  warmUpMs: number;
  /** Rounds of the thousand open streams. */
  openRounds: number;
  starts: number;
  idleMs: number;
  /** For each step of the micro-benches in each round. */
  stepMs: number;
  profileMs: number;
}

/** For a record. */
export const thorough: Effort = {
  rounds: 5,
  roundMs: 600,
  warmUpMs: 2000,
  openRounds: 3,
  starts: 10,
  idleMs: 5000,
  stepMs: 300,
  profileMs: 6000,
};

/** For a first look. */
export const quick: Effort = {
  rounds: 2,
  roundMs: 200,
  warmUpMs: 600,
  openRounds: 1,
  starts: 3,
  idleMs: 1000,
  stepMs: 100,
  profileMs: 2000,
};

/** What an area measured once: ours beside theirs, in the same run. */
export type Figure = {
  /** What was asked, in words that say it without the code: `slack: /db help, load and first request`. */
  what: string;
  ours: number;
  /** Null where nothing comparable exists, or where it could not be run; `against` says which. */
  theirs: number | null;
  against: string;
  unit: 'ms' | 'KB' | 'writes';
};

/** One row of `npm run bench -- --json`. `ratio` is ours divided by theirs: below 1 ours is the smaller. */
export type Row = { area: string } & Figure & { ratio: number | null };

/** The figure as a row of its area; numbers are rounded to what the clock and a reader can bear. */
export function rowOf(area: string, { what, ours, theirs, against, unit }: Figure): Row {
  return {
    area,
    what,
    ours: rounded(ours),
    theirs: theirs === null ? null : rounded(theirs),
    against,
    ratio: theirs === null || theirs === 0 ? null : rounded(ours / theirs),
    unit,
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

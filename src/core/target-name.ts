import type { Engine } from './engine.ts';

/** What a run needs to know of a target; addresses and credentials stay in the rooms. */
export type TargetName = {
  name: string;
  engine: Engine;
  environment: string;
  /** True where a cloud hosts it, which `control` steps can ask; on any other target such a step is refused. */
  cloud?: boolean;
  /** True where exporters tell of its machines, to the `read` room. */
  exporters?: boolean;
  /** What clients look up the server by that takes the writes ("db.shop.internal"); `control` steps can ask what it says. */
  pointerName?: string;
  /** True where the config hides the names of its tables, columns and roles: no SQL about it can be copied. */
  hidesNames?: boolean;
  backedUp?: boolean;
  /** The members on whose hosts the bot has a hand that makes them standbys. */
  rejoinable?: readonly string[];
};

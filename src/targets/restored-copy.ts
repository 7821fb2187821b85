import type { DrillLook } from '../core/drill.ts';

/** Where a cloud restored a target to, and the ISO time of which it is. */
export type RestoredPlace = { host: string; port: number; holdsUntil: string };

/** What was seen of it. `notReached`: why nobody could look, a sentence. */
export type RestoredSeen = { looks: readonly DrillLook[]; newestRowAgeSeconds: number | null } | { notReached: string };

/** Capability of the `read` room: logs in to a restored copy as to its original, and looks at what is in it. */
export type RestoredCopy = { look(place: RestoredPlace): Promise<RestoredSeen> };

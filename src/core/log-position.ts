/**
 * Up to where a log has been read: plain JSON that is kept between two readings. It stays right when files are rotated, written
 * anew or removed, and when the server or the reader is started again. `at`, an ISO time, is what counts where the log is later
 * asked for in another way.
 */
export type LogPosition = {
  at: string;
  /** Files of a server by name: how far, and the hash of how they begin, because a name may be used again. */
  files?: { readonly [name: string]: { readonly offset: number; readonly headBytes: number; readonly head: string } };
  /** Files that RDS hands out in portions: where it goes on, in RDS's own words. */
  portions?: { readonly [name: string]: { readonly marker: string; readonly sizeBytes: number } };
  /** Events of a stream: the last time, and those of that time that were read. */
  events?: { readonly atMs: number; readonly ids: readonly string[] };
};

/** From where a log was read, null for a first reading, and up to where. */
export type LogMove = { member: string; from: LogPosition | null; to: LogPosition };

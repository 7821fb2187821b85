/** What clients look a server up by, and what it says: a record of DNS, a parameter. */
export type PointerSaid = {
  /** In lower case, without a dot at its end. */
  host: string;
  /** The same exactly as it is kept: a change names it. */
  kept: string;
  /** DNS: for so long a resolver goes on with it; null where nothing says. */
  ttlSeconds: number | null;
  /** Of a parameter: rises with every write; null where there is none. */
  version: number | null;
};

/** A change of a pointer: from what it said to what it is to say. */
export type PointerChange = { before: PointerSaid; after: PointerSaid };

/** A change that a run was about to make, `at` an ISO time. Whether it was made is what the pointer says now. */
export type PointerWrite = PointerChange & { runId: string; at: string };

/** What a run can ask of the memory of pointers. */
export type PointerMemory = {
  /** Keeps what a pointer said before it is changed, so that the change can be taken back. */
  keepPointer(target: { name: string }, change: PointerChange): Promise<void>;
  /** The changes that were begun lately, the youngest first. */
  pointerWrites(target: { name: string }): Promise<readonly PointerWrite[]>;
};

/** Pure: a host as names are compared. */
export function hostName(text: string): string {
  return text.trim().toLowerCase().replace(/\.$/, '');
}

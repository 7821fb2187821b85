/** What stands in a place of a statement that its shape does not keep. */
export const NUMBER = 1;
export const STRING = 2;
export const ESCAPE_STRING = 3;
export const COMMENT = 4;
export const LINE_COMMENT = 5;

/** Statements with more such places are folded anew each time. */
export const MOST_SLOTS = 128;

/**
 * Where the literals and comments of a statement stand: start, end and kind of each, counted as `bytes` is. `isWhole` is false
 * when some of them are not among them, or when the statement could not be read on.
 */
export type Slots = { readonly places: Int32Array; count: number; isWhole: boolean };

export function emptySlots(): Slots {
  return { places: new Int32Array(MOST_SLOTS * 3), count: 0, isWhole: true };
}

export function clearSlots(slots: Slots): void {
  slots.count = 0;
  slots.isWhole = true;
}

export function addSlot(slots: Slots, start: number, end: number, kind: number): void {
  const { places, count } = slots;
  if (count >= MOST_SLOTS || end < 0) {
    slots.isWhole = false;
    return;
  }
  places[count * 3] = start;
  places[count * 3 + 1] = end;
  places[count * 3 + 2] = kind;
  slots.count++;
}

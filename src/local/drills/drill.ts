/** A fault switch on the real databases. `on` twice is harmless, `off` always restores, `isOn` asks the databases. */
export type Drill = {
  /** As in the address of the control API: `stop-primary`. */
  name: string;
  title: string;
  /** One sentence: what it breaks. */
  what: string;
  /** Resolves when the fault can be seen by a check. */
  on(): Promise<void>;
  /** Resolves when everything is as before. */
  off(): Promise<void>;
  isOn(): Promise<boolean>;
};

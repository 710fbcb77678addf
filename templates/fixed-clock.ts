/** A zip entry carries the moment it was made: without one moment for all, no two builds would be alike. */
export function fixClock(iso: string): void {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given: [] | [number | string | Date]) {
      super(given[0] ?? iso);
    }
  } as DateConstructor;
}

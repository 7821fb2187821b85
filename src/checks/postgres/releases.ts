/**
 * Of each major version: the day of its last release, and the newest minor one that was known when this was written (August
 * 2026; there is no 18.5). https://www.postgresql.org/support/versioning/
 */
export const RELEASES: { readonly [major: number]: { endsOn: string; newestMinor: number } } = {
  9: { endsOn: '2021-11-11', newestMinor: 0 },
  10: { endsOn: '2022-11-10', newestMinor: 23 },
  11: { endsOn: '2023-11-09', newestMinor: 22 },
  12: { endsOn: '2024-11-21', newestMinor: 22 },
  13: { endsOn: '2025-11-13', newestMinor: 23 },
  14: { endsOn: '2026-11-12', newestMinor: 23 },
  15: { endsOn: '2027-11-11', newestMinor: 18 },
  16: { endsOn: '2028-11-09', newestMinor: 15 },
  17: { endsOn: '2029-11-08', newestMinor: 11 },
  18: { endsOn: '2030-11-14', newestMinor: 6 },
};
export const RELEASES_LINK = 'https://www.postgresql.org/support/versioning/';
export const RELEASES_KNOWN = 'August 2026';

/** The majors that the checks are written for and tested on, or close to. */
export const SUPPORTED = { from: 14, to: 18 };

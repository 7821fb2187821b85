/** Passwords of test servers: known to everybody, valid nowhere else. */
export const testPasswords = {
  superuser: 'test-superuser',
  read: 'test-read',
  act: 'test-act',
  copy: 'test-copy',
  cache: 'test-cache',
  cacheCanary: 'test-cache-canary',
} as const;

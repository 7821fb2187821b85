/** May this process install packages by apt? */
export function isDebianAsRoot(): boolean;
/** Installs Debian packages; returns why it failed, or undefined. */
export function aptInstall(packages: readonly string[]): string | undefined;

export function takeLock(file: string, looksLike: RegExp): number | null;
export function holderOf(file: string, looksLike: RegExp): number | null;
export function commandOf(pid: number): string | null;

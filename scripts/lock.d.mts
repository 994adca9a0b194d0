export function takeLock(file: string): number | null;
export function commandOf(pid: number): string | null;

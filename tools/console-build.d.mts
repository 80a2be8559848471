export const CONSOLE_BUILD: string[];
export function isConsoleBuilt(): boolean;

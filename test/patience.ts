/**
 * How long a test waits for something that should come at once, in milliseconds: against hanging alone, as a busy machine
 * may take many times as long as a quiet one.
 */
export const patience = 300_000;

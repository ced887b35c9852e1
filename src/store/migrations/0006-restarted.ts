/** When a member began anew, under another definition or for the first time. */
export const restarted = `
ALTER TABLE members ADD COLUMN restarted_at INTEGER;
`;

/** Until when a member's data is complete, where the tool has nothing newer; null where it is as of the last pull. */
export const coveredUntil = `
ALTER TABLE members ADD COLUMN covered_until INTEGER;
`;

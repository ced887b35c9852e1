/** What a check-in found beside its number, as JSON: the steps that were done, the guards that held or broke. */
export const details = `
ALTER TABLE check_ins ADD COLUMN details TEXT;
`;

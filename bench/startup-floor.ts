import Database from 'better-sqlite3';

/** The least that a program can do that shows something of the database. */
const db = new Database(process.argv[2], { readonly: true });
const row = db.prepare('SELECT * FROM check_ins ORDER BY id DESC LIMIT 1').get();
db.close();
process.stdout.write(`${JSON.stringify(row)}\n`);

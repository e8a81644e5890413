// Package store keeps the catalogue and the texts of an archive in SQL, with one
// set of queries on two engines: SQLite, embedded, in two files (catalogue.db and
// text.db), and PostgreSQL 15 or newer, in two schemas (catalogue and text).
//
// # Writing
//
// [Catalogue.Do] is the one door. What its function does in the [Tx] is one
// transaction and leaves one op with its changes: the changed columns only, before
// and after, each under a salted digest, the digests chained per station. Tree
// counts (tally) and the marks of what the index has to read again are written in
// the same transaction.
//
// What the program can make again from the originals and from what people decided
// is not history: moves along the pipeline, claims, sizes, automatic recipes and
// made_from are written without an op. A refusal and its retry, a recipe set by
// hand, a link and a correction are logged. A Do that wrote nothing else leaves no
// op and returns zero.
//
// [Catalogue.Begin] starts a long write: it commits in chunks under an op that is
// pending, and what it adds cannot be seen until one transaction makes it live.
// Whether an op is pending is asked inside each query rather than of a set in
// memory, since several processes share one catalogue.
//
// # Reading
//
// Every read of records takes an [access.Sight], which becomes part of the SQL. A
// list is an ordered slice of ids; a window of it is fetched by primary key. Rows
// that may not be seen are left out of lists, and reported as not found one by one.
//
// # Text
//
// No transaction spans catalogue and text. [Catalogue.SaveText] commits the text
// first and the caller moves the page's stage after it; [Catalogue.Reconcile] finds
// pages for which only one of the two happened.
package store

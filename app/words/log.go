package words

import "lantai/archive"

// Deed says what an op of the change log did.
func Deed(kind archive.OpKind) string { return current().Deed(kind) }

// Who names who did something, by the names of the accounts.
func Who(id archive.ID, names map[archive.ID]string) string { return current().Who(id, names) }

// Noun names a kind of row that the log knows.
func Noun(noun string) string { return current().Noun(noun) }

// Logged names a column of such a row.
func Logged(noun, name string) string { return current().Logged(noun, name) }

// LoggedValue says what a value of such a column means.
func LoggedValue(noun, name, value string) string { return current().LoggedValue(noun, name, value) }

// BecameOf says what became of a row.
func BecameOf(what string) string { return current().BecameOf(what) }

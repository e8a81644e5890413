package home

// Space on the disk of a folder, in bytes.
type Space struct{ Free, Total uint64 }

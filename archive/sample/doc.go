// Package sample makes archives to try things on: a small one from pages that the project
// drew itself, by the real pipeline, and the archive of the annual figures of a district,
// with as many records and pages as a district archive has. Its names, titles and numbers
// are made up; they look like those of a district of some 700,000 people.
package sample

package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"lantai/archive/access"
)

// None of the queries of linking, counting, own fields and the class reads a whole table of 2.2 million rows, or
// sorts what it reads.
func TestLinkQueriesUseIndexes(t *testing.T) {
	dir := t.TempDir()
	c, err := Open(context.Background(), Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db"), Station: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for name, query := range map[string]string{
		"looseImages": looseImages, "looseImagesOf": looseImagesOf, "imagesByID": imagesByID, "imagesOf": imagesOf,
		"imagesOfFiles": imagesOfFiles, "idsInSeries": idsInSeries, "pagedBelow": pagedBelow, "pagedByID": pagedByID,
		"scannedOf": scannedOf, "extraValues": extraValues, "filePaths": filePaths, "filePathsOf": filePathsOf, "allCodes": allCodes,
		"extraNames": extraNames, "firstLogged": firstLogged,
	} {
		query = strings.Replace(sighted(query, access.Only(0, 1)), "{keys}", placeholders(1, 64), 1)
		args := make([]any, strings.Count(query, "$"))
		for i := range args {
			args[i] = 0
		}
		err := rows(context.Background(), c.cat.read, "EXPLAIN QUERY PLAN "+query, args[:parameters(query)], func(r *sql.Rows) error {
			var id, parent, unused int
			var step string
			err := r.Scan(&id, &parent, &unused, &step)
			if strings.HasPrefix(step, "SCAN") && step != "SCAN name" && !strings.HasPrefix(step, "SCAN pending") && step != "SCAN CONSTANT ROW" {
				t.Errorf("%s: %s", name, step)
			}
			if strings.Contains(step, "TEMP B-TREE FOR ORDER BY") && name != "scannedOf" {
				t.Errorf("%s: %s", name, step)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// parameters is how many a query has.
func parameters(query string) int {
	n := 0
	for n < 64 && strings.Contains(query, placeholders(n+1, 1)) {
		n++
	}
	return n
}

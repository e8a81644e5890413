package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
)

// folderSize adds up the files of a folder.
func folderSize(dir string) (int64, error) {
	var size int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return nil
	})
	return size, err
}

// bleveEngine is Bleve as it comes: analyzer cjk, term vectors, match phrase.
type bleveEngine struct {
	dir   string
	index bleve.Index
}

func (e *bleveEngine) name() string          { return "Bleve cjk, match phrase" }
func (e *bleveEngine) shortest() int         { return 2 }
func (e *bleveEngine) bytes() (int64, error) { return folderSize(e.dir) }
func (e *bleveEngine) close() error          { return e.index.Close() }

func (e *bleveEngine) build(_ context.Context, pages []string) error {
	text := bleve.NewTextFieldMapping()
	text.Analyzer = cjk.AnalyzerName
	text.Store, text.DocValues, text.IncludeInAll = false, false, false
	page := bleve.NewDocumentStaticMapping()
	page.AddFieldMappingsAt("text", text)
	m := bleve.NewIndexMapping()
	m.DefaultMapping = page
	var err error
	if e.index, err = bleve.New(e.dir, m); err != nil {
		return err
	}
	b := e.index.NewBatch()
	for i, p := range pages {
		if err := b.Index(strconv.Itoa(i+1), map[string]string{"text": p}); err != nil {
			return err
		}
		if b.Size() == 1000 || i == len(pages)-1 {
			if err := e.index.Batch(b); err != nil {
				return err
			}
			b = e.index.NewBatch()
		}
	}
	return nil
}

func (e *bleveEngine) find(ctx context.Context, phrase string) (int, bool, error) {
	q := bleve.NewMatchPhraseQuery(phrase)
	q.SetField("text")
	r, err := e.index.SearchInContext(ctx, bleve.NewSearchRequestOptions(q, 20, 0, false))
	if err != nil {
		return 0, false, err
	}
	return int(r.Total), true, nil
}

// fts5Engine is SQLite FTS5 with trigrams, without the text.
type fts5Engine struct {
	dir string
	db  *sql.DB
}

func (e *fts5Engine) name() string          { return "SQLite FTS5 trigram" }
func (e *fts5Engine) shortest() int         { return 3 }
func (e *fts5Engine) bytes() (int64, error) { return folderSize(e.dir) }
func (e *fts5Engine) close() error          { return e.db.Close() }

func (e *fts5Engine) build(ctx context.Context, pages []string) error {
	if err := os.MkdirAll(e.dir, 0o755); err != nil {
		return err
	}
	var err error
	if e.db, err = sql.Open("sqlite3", filepath.Join(e.dir, "fts.db")+"?_journal_mode=WAL"); err != nil {
		return err
	}
	if _, err := e.db.ExecContext(ctx, `CREATE VIRTUAL TABLE f USING fts5(text, tokenize='trigram', content='')`); err != nil {
		return err
	}
	for from := 0; from < len(pages); from += 1000 {
		tx, err := e.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		insert, err := tx.Prepare(`INSERT INTO f(rowid, text) VALUES (?, ?)`)
		if err != nil {
			return err
		}
		for i := from; i < min(from+1000, len(pages)); i++ {
			if _, err := insert.Exec(i+1, pages[i]); err != nil {
				return err
			}
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	_, err = e.db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

func (e *fts5Engine) find(ctx context.Context, phrase string) (int, bool, error) {
	var total int
	match := `"` + phrase + `"`
	if err := e.db.QueryRowContext(ctx, `SELECT count(*) FROM f WHERE f MATCH ?`, match).Scan(&total); err != nil {
		return 0, false, err
	}
	rows, err := e.db.QueryContext(ctx, `SELECT rowid FROM f WHERE f MATCH ? LIMIT 20`, match)
	if err != nil {
		return 0, false, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return 0, false, err
		}
	}
	return total, true, rows.Err()
}

// groongaEngine is Groonga with TokenBigram and positions, spoken to over a pipe.
type groongaEngine struct {
	dir string
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func (e *groongaEngine) name() string          { return "Groonga TokenBigram" }
func (e *groongaEngine) shortest() int         { return 2 }
func (e *groongaEngine) bytes() (int64, error) { return folderSize(e.dir) }

func (e *groongaEngine) close() error {
	if err := e.in.Close(); err != nil {
		return err
	}
	return e.cmd.Wait()
}

// ask sends one command and reads its one line of an answer.
func (e *groongaEngine) ask(command string) (json.RawMessage, error) {
	if _, err := io.WriteString(e.in, command+"\n"); err != nil {
		return nil, err
	}
	line, err := e.out.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	var answer []json.RawMessage
	if err := json.Unmarshal(line, &answer); err != nil || len(answer) < 2 {
		return nil, fmt.Errorf("groonga said %.200s", line)
	}
	return answer[1], nil
}

func (e *groongaEngine) build(ctx context.Context, pages []string) error {
	if err := os.MkdirAll(e.dir, 0o755); err != nil {
		return err
	}
	e.cmd = exec.CommandContext(ctx, "groonga", "-n", filepath.Join(e.dir, "db"))
	var err error
	if e.in, err = e.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := e.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	e.out = bufio.NewReaderSize(out, 1<<20)
	if err := e.cmd.Start(); err != nil {
		return err
	}
	for _, c := range []string{
		"table_create Pages TABLE_PAT_KEY UInt32",
		"column_create Pages text COLUMN_SCALAR Text",
		"table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram --normalizer NormalizerAuto",
		"column_create Terms pages COLUMN_INDEX|WITH_POSITION Pages text",
	} {
		if _, err := e.ask(c); err != nil {
			return err
		}
	}
	for from := 0; from < len(pages); from += 1000 {
		var rows []map[string]any
		for i := from; i < min(from+1000, len(pages)); i++ {
			rows = append(rows, map[string]any{"_key": i + 1, "text": pages[i]})
		}
		b, err := json.Marshal(rows)
		if err != nil {
			return err
		}
		if _, err := e.ask("load --table Pages\n" + string(b)); err != nil {
			return err
		}
	}
	return nil
}

func (e *groongaEngine) find(_ context.Context, phrase string) (int, bool, error) {
	answer, err := e.ask(`select Pages --filter 'text @ "` + phrase + `"' --output_columns _key --limit 20 --cache no`)
	if err != nil {
		return 0, false, err
	}
	var sets [][]json.RawMessage
	if err := json.Unmarshal(answer, &sets); err != nil || len(sets) == 0 || len(sets[0]) == 0 {
		return 0, false, fmt.Errorf("groonga said %.200s", answer)
	}
	var total []int
	if err := json.Unmarshal(sets[0][0], &total); err != nil || len(total) == 0 {
		return 0, false, fmt.Errorf("groonga said %.200s", answer)
	}
	return total[0], true, nil
}

// Package storetest gives tests a fresh catalogue on either engine: SQLite in a folder of
// the test, and PostgreSQL in a private server that lives as long as the test program.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"lantai/archive/store"
)

// server is the private PostgreSQL of this test program.
var server struct {
	socket string
	admin  *sql.DB
	made   atomic.Int64
}

// Main runs the tests with a PostgreSQL beside them and gives the exit code. For TestMain.
func Main(m *testing.M) int {
	code, err := runWithPostgres(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "PostgreSQL 15 is needed for these tests:", err)
		return 1
	}
	return code
}

// SQLite says where a fresh catalogue in files is to be.
func SQLite(t testing.TB) store.Options {
	dir := t.TempDir()
	return store.Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db")}
}

// Postgres makes a fresh database for a catalogue.
func Postgres(t testing.TB) store.Options {
	t.Helper()
	name := fmt.Sprintf("lantai_%d", server.made.Add(1))
	if _, err := server.admin.Exec("CREATE DATABASE " + name + " TEMPLATE lantai_template"); err != nil {
		t.Fatal(err)
	}
	return store.Options{Postgres: dsn(name)}
}

func runWithPostgres(m *testing.M) (code int, err error) {
	bin, err := postgresBin()
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "lantai-pg")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	if os.Getuid() == 0 { // the server refuses to run as root
		if out, err := exec.Command("chown", "postgres", dir).CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%w: %s", err, out)
		}
	}
	data := filepath.Join(dir, "data")
	if err := asPostgres(filepath.Join(bin, "initdb"), "-D", data, "-A", "trust", "-U", "lantai", "--locale=C", "-E", "UTF8", "--no-sync"); err != nil {
		return 0, err
	}
	options := "-k " + dir + " -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200"
	if err := asPostgres(filepath.Join(bin, "pg_ctl"), "-D", data, "-w", "-t", "120", "-l", filepath.Join(dir, "log"), "-o", options, "start"); err != nil {
		return 0, err
	}
	defer func() {
		err = errors.Join(err, asPostgres(filepath.Join(bin, "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop"))
	}()
	server.socket = dir
	if server.admin, err = sql.Open("pgx", dsn("postgres")); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, server.admin.Close()) }()
	if err := makeTemplate(); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

func dsn(database string) string {
	return fmt.Sprintf("host=%s user=lantai dbname=%s", server.socket, database)
}

// makeTemplate makes the database that each test's own is a copy of.
func makeTemplate() error {
	if _, err := server.admin.Exec("CREATE DATABASE lantai_template"); err != nil {
		return err
	}
	c, err := store.Open(context.Background(), store.Options{Postgres: dsn("lantai_template"), Station: 1})
	if err != nil {
		return err
	}
	return c.Close()
}

func postgresBin() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		found = append(found, filepath.Join(strings.TrimSpace(string(out)), "initdb"))
	}
	slices.Sort(found)
	for _, f := range slices.Backward(found) {
		if _, err := os.Stat(f); err == nil {
			return filepath.Dir(f), nil
		}
	}
	return "", fmt.Errorf("initdb not found")
}

func asPostgres(name string, args ...string) error {
	if os.Getuid() == 0 {
		args = append([]string{"--reuid=postgres", "--regid=postgres", "--clear-groups", name}, args...)
		name = "setpriv"
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = os.TempDir()
	// A file and no pipe: the server keeps open what it inherits.
	out, err := os.CreateTemp("", "lantai-pg-out")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, said)
	}
	return nil
}

package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"

	"lantai/archive"
)

const nounCredential = "credential"

const (
	anyPerson     = `SELECT COUNT(*) FROM (SELECT p.id FROM person p LIMIT 1) p`
	credentialOf  = `SELECT c.hash, c.failures, c.failed FROM credential c WHERE c.person = $1` //nolint:gosec // a query, no credential
	putCredential = `INSERT INTO credential (person, hash, failures, failed) VALUES ($1, $2, 0, 0)
		ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, failures = 0, failed = 0`
	failCredential  = `UPDATE credential SET failures = failures + 1, failed = $1 WHERE person = $2` //nolint:gosec // a query, no credential
	clearCredential = `UPDATE credential SET failures = 0 WHERE person = $1 AND failures <> 0`       //nolint:gosec // a query, no credential
	loggedOf        = `SELECT ch.after FROM change ch JOIN op o ON o.id = ch.op
		WHERE ch.id = $1 AND ch.noun = $2 AND o.number IS NOT NULL AND ch.after IS NOT NULL ORDER BY ch.op, ch.seq`
	lastLogin = `SELECT o.time FROM change ch JOIN op o ON o.id = ch.op
		WHERE ch.id = $1 AND o.kind = $2 AND o.number IS NOT NULL ORDER BY ch.op DESC LIMIT 1`
)

// AddPerson adds an account and fills in its id. Names stand once.
func (t *Tx) AddPerson(p *archive.Person) error { return t.addBeside(besidePerson(p)) }

// ChangePerson writes what differs from an account as it stands.
func (t *Tx) ChangePerson(p *archive.Person) error { return t.changeBeside(besidePerson(p)) }

// SetPassword keeps the hash of a password, and in the log the digest of the hash: a hash
// that was put there past the program shows.
func (t *Tx) SetPassword(person archive.ID, hash string) error {
	const doing = "set password"
	if _, err := t.besideNow(nounPerson, person); err != nil {
		return err
	}
	if _, err := t.tx.ExecContext(t.ctx, putCredential, int64(person), hash); err != nil {
		return fault(doing, person.String(), err)
	}
	after, err := json.Marshal(map[string]string{"digest": hashDigest(hash)})
	if err != nil {
		return fault(doing, person.String(), err)
	}
	return t.log(nounCredential, person, "", string(after))
}

func hashDigest(hash string) string {
	sum := sha256.Sum256([]byte(hash))
	return hex.EncodeToString(sum[:])
}

// HasPeople tells whether the archive has accounts.
func (c *Catalogue) HasPeople(ctx context.Context) (bool, error) {
	var n int
	err := c.cat.read.QueryRowContext(ctx, anyPerson).Scan(&n)
	return n > 0, fault("find accounts", "", err)
}

// People lists all accounts by name.
func (c *Catalogue) People(ctx context.Context) ([]archive.Person, error) {
	return c.people(ctx, "1 = 1 ORDER BY b.name")
}

// Person finds an account.
func (c *Catalogue) Person(ctx context.Context, id archive.ID) (archive.Person, error) {
	return onePerson(c.people(ctx, "b.id = $1", int64(id)))(id.String())
}

// PersonNamed finds an account by the name that it signs in with.
func (c *Catalogue) PersonNamed(ctx context.Context, name string) (archive.Person, error) {
	return onePerson(c.people(ctx, "b.name = $1", name))(name)
}

func (c *Catalogue) people(ctx context.Context, where string, args ...any) ([]archive.Person, error) {
	var list []archive.Person
	var p archive.Person
	err := listBeside(ctx, c.cat.read, besidePerson(&p), where, args, func() { list = append(list, p) })
	return list, err
}

func onePerson(list []archive.Person, err error) func(subject string) (archive.Person, error) {
	return func(subject string) (archive.Person, error) {
		switch {
		case err != nil:
			return archive.Person{}, err
		case len(list) == 0:
			return archive.Person{}, fault("find account", subject, sql.ErrNoRows)
		}
		return list[0], nil
	}
}

// Credential is what somebody signs in with.
type Credential struct {
	Hash     string
	Failures int   // since the last time it went well
	Failed   int64 // when it last failed, Unix milliseconds
}

// Credential reads what a person signs in with; NotFound while they have no password.
func (c *Catalogue) Credential(ctx context.Context, person archive.ID) (Credential, error) {
	var k Credential
	err := c.cat.read.QueryRowContext(ctx, credentialOf, int64(person)).Scan(&k.Hash, &k.Failures, &k.Failed)
	return k, fault("find password", person.String(), err)
}

// LastSignIn tells when a person last signed in, in Unix milliseconds; zero: never.
func (c *Catalogue) LastSignIn(ctx context.Context, person archive.ID) (int64, error) {
	var at int64
	err := c.cat.read.QueryRowContext(ctx, lastLogin, int64(person), string(archive.OpLogin)).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return at, fault("find last sign-in", person.String(), err)
}

// NoteSignIn counts a failure, or forgets them after a sign-in that went well.
func (t *Tx) NoteSignIn(person archive.ID, ok bool) error {
	var err error
	if ok {
		_, err = t.tx.ExecContext(t.ctx, clearCredential, int64(person))
	} else {
		_, err = t.tx.ExecContext(t.ctx, failCredential, t.c.millis(), int64(person))
	}
	return fault("note sign-in", person.String(), err)
}

// CheckPerson holds an account and its password against the log of changes: Damaged when
// somebody changed them past the program.
func (c *Catalogue) CheckPerson(ctx context.Context, p archive.Person) error {
	const doing = "check account"
	logged := besidePerson(&archive.Person{})
	if err := c.eachLogged(ctx, p.ID, nounPerson, func(after string) error {
		_, err := logged.cols.apply(after)
		return err
	}); err != nil {
		return fault(doing, p.Name, err)
	}
	_, _, which, err := differing(logged.cols, besidePerson(&p).cols)
	if err != nil {
		return fault(doing, p.Name, err)
	}
	var kept struct{ Digest string }
	if err := c.eachLogged(ctx, p.ID, nounCredential, func(after string) error { return json.Unmarshal([]byte(after), &kept) }); err != nil {
		return fault(doing, p.Name, err)
	}
	k, err := c.Credential(ctx, p.ID)
	if err != nil && archive.KindOf(err) != archive.NotFound {
		return err
	}
	if len(which) > 0 || k.Hash != "" && hashDigest(k.Hash) != kept.Digest {
		return archive.Errorf(archive.Damaged, doing, p.Name, "the account is not as the log of changes has it")
	}
	return nil
}

func (c *Catalogue) eachLogged(ctx context.Context, id archive.ID, noun string, fn func(after string) error) error {
	return rows(ctx, c.cat.read, loggedOf, []any{int64(id), noun}, func(r *sql.Rows) error {
		var after string
		if err := r.Scan(&after); err != nil {
			return err
		}
		return fn(after)
	})
}

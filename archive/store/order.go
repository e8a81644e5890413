package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"lantai/archive"
)

// OrderRule says which pages go before others. What it leaves empty it does not ask
// for; all that it asks for must fit.
type OrderRule struct {
	Fonds     []string `json:"fonds,omitempty"`     // 全宗号
	From      int      `json:"from,omitempty"`      // 年度, both inclusive
	To        int      `json:"to,omitempty"`        // zero: no end
	Retention []string `json:"retention,omitempty"` // 保管期限: "永久" is also "Y", "30年" also "D30"
}

// SettingOrder is the setting that has the rules: a JSON array of OrderRule, the
// first to be worked off first. Pages that fit none come after all that do.
const SettingOrder = "queue.order"

// stateOrder remembers how far the rules were applied to what waited: their digest,
// then the last page's id or "done".
const stateOrder = "queue.order"

// ruleSet is the rules as one transaction needs them.
type ruleSet struct {
	rules  []OrderRule
	mark   string // of the rules
	fonds  map[archive.ID]string
	places map[archive.ID]int // priorities of holdings looked at
}

const fondsNumbered = `SELECT h.id, h.code FROM holding h WHERE h.code IN ({keys}) AND h.kind = 'fonds'`

// readRules reads the setting, in which anything unreadable counts as no rule.
func readRules(ctx context.Context, db querier) (*ruleSet, error) {
	s := &ruleSet{fonds: map[archive.ID]string{}, places: map[archive.ID]int{}}
	text, err := setting(ctx, db, SettingOrder)
	if err != nil {
		return nil, err
	}
	if json.Unmarshal([]byte(text), &s.rules) != nil {
		s.rules = nil
	}
	sum := sha256.Sum256([]byte(text))
	s.mark = hex.EncodeToString(sum[:8])
	var numbers []string
	for _, r := range s.rules {
		numbers = append(numbers, r.Fonds...)
	}
	err = each(ctx, db, fondsNumbered, numbers, func(r *sql.Rows) error {
		var id archive.ID
		var code string
		err := r.Scan(&id, &code)
		s.fonds[id] = code
		return err
	})
	return s, fault("read order of queue", "", err)
}

func (t *Tx) order() (*ruleSet, error) {
	if t.rules == nil {
		var err error
		if t.rules, err = readRules(t.ctx, t.tx); err != nil {
			return nil, err
		}
	}
	return t.rules, nil
}

// retentions are the ways of writing one 保管期限: in words, and as in codes.
// 长期 and 短期 are no number of years.
func retentions(s string) []string {
	s = strings.TrimPrefix(strings.TrimSpace(s), "定期")
	switch s {
	case "永久", "Y":
		return []string{"永久", "Y"}
	case "长期", "C":
		return []string{"长期", "C"}
	case "短期", "D":
		return []string{"短期", "D"}
	}
	years := strings.TrimSuffix(strings.TrimPrefix(s, "D"), "年")
	if _, err := strconv.Atoi(years); err == nil {
		return []string{"D" + years, years + "年", "定期" + years + "年"}
	}
	return []string{s}
}

func (r OrderRule) fits(fonds string, year int, retention string) bool {
	return (len(r.Fonds) == 0 || slices.Contains(r.Fonds, fonds)) &&
		(r.From == 0 || year >= r.From) && (r.To == 0 || year != 0 && year <= r.To) &&
		(len(r.Retention) == 0 || slices.ContainsFunc(r.Retention, func(s string) bool {
			return slices.Contains(retentions(s), retention)
		}))
}

// priority is what the first rule that fits gives: below zero, the first rule lowest.
func (s *ruleSet) priority(fonds archive.ID, year int, retention string) int {
	i := slices.IndexFunc(s.rules, func(r OrderRule) bool { return r.fits(s.fonds[fonds], year, retention) })
	if i < 0 {
		return 0
	}
	return i - len(s.rules)
}

const placeOfHolding = `SELECT h.fonds, h.year, h.retention FROM holding h WHERE h.id = $1`

// priorityIn is the priority of pages in a holding; zero: of pages in none.
func (t *Tx) priorityIn(doing string, holding archive.ID) (int, error) {
	s, err := t.order()
	if err != nil || len(s.rules) == 0 {
		return 0, err
	}
	if n, ok := s.places[holding]; ok || holding == 0 {
		return n, nil
	}
	var fonds archive.ID
	var year int
	var retention string
	if err := t.tx.QueryRowContext(t.ctx, placeOfHolding, int64(holding)).Scan(&fonds, &year, &retention); err != nil {
		return 0, fault(doing, holding.String(), err)
	}
	s.places[holding] = s.priority(fonds, year, retention)
	return s.places[holding], nil
}

// queueNew gives a new page its root and its place in the queue.
func (t *Tx) queueNew(doing string, p *pageRow) (err error) {
	if p.root, err = t.rootOf(doing, p.File); err != nil {
		return err
	}
	p.priority, err = t.priorityIn(doing, p.Holding)
	return err
}

// requeuePage gives a page that changed its holding its place in the queue.
func (t *Tx) requeuePage(doing string, old, to pageRow) error {
	if old.Holding == to.Holding {
		return nil
	}
	n, err := t.priorityIn(doing, to.Holding)
	if err != nil || n == old.priority {
		return err
	}
	return t.one(doing, to.ID, setPriority, n, int64(to.ID))
}

const requeueIn = `UPDATE page SET priority = $1 WHERE holding = $2 AND stage IN ('received', 'enhanced')`

// requeueHolding gives the pages of a holding whose description changed their place.
func (t *Tx) requeueHolding(doing string, old, now *archive.Holding) error {
	if old.Fonds == now.Fonds && old.Year == now.Year && old.Retention == now.Retention {
		return nil
	}
	s, err := t.order()
	if err != nil || len(s.rules) == 0 {
		return err
	}
	s.places[now.ID] = s.priority(now.Fonds, now.Year, now.Retention)
	_, err = t.tx.ExecContext(t.ctx, requeueIn, s.places[now.ID], int64(now.ID))
	return fault(doing, now.Code, err)
}

// SetOrder sets the rules that the queue follows. What comes from now on follows them
// at once; ApplyOrder brings what waits into line.
func (t *Tx) SetOrder(rules []OrderRule) error {
	value := ""
	if len(rules) > 0 {
		b, err := json.Marshal(rules)
		if err != nil {
			return archive.Wrap("set order of queue", "", err)
		}
		value = string(b)
	}
	t.rules = nil
	return t.Set(SettingOrder, value)
}

// Order reads the rules.
func (c *Catalogue) Order(ctx context.Context) ([]OrderRule, error) {
	s, err := readRules(ctx, c.cat.read)
	if err != nil {
		return nil, err
	}
	return s.rules, nil
}

// The index of the queue alone answers it, so what a long write has pending is counted.
const waitingByPriority = `SELECT p.priority, COUNT(*) FROM page p
	WHERE p.stage IN ('received', 'enhanced') AND p.stage <> 'indexed' GROUP BY p.stage, p.root, p.priority`

// OrderCounts tells how many pages wait for recognition under each rule, and, last,
// under none; pages that a long write is about to add are among them.
func (c *Catalogue) OrderCounts(ctx context.Context) ([]int, error) {
	rules, err := c.Order(ctx)
	if err != nil {
		return nil, err
	}
	counts := make([]int, len(rules)+1)
	err = rows(ctx, c.cat.read, waitingByPriority, nil, func(r *sql.Rows) error {
		var priority, n int
		err := r.Scan(&priority, &n)
		counts[min(max(priority+len(rules), 0), len(rules))] += n
		return err
	})
	return counts, fault("count queue", "", err)
}

// orderStep is how many pages are put in order in one transaction.
const orderStep = 1000

const (
	waitingFrom = `SELECT p.id FROM page p WHERE p.id > $1 AND p.stage IN ('received', 'enhanced') ORDER BY p.id LIMIT $2`
	waitingNow  = `SELECT p.id, p.priority, COALESCE(h.fonds, 0), COALESCE(h.year, 0), COALESCE(h.retention, '')
		FROM page p LEFT JOIN holding h ON h.id = p.holding WHERE p.id IN ({keys})`
	prioritise = `UPDATE page SET priority = {priority} WHERE id IN ({keys})`
)

// ApplyOrder gives pages that wait the priority that the rules say, in steps, so that
// others can write meanwhile; cut off, the next one goes on where it was. done, when
// given, is told how many pages were looked at.
func (c *Catalogue) ApplyOrder(ctx context.Context, done func(int)) error {
	const doing = "order queue"
	for looked := 0; ; {
		after, whole, err := c.orderCursor(ctx)
		if err != nil || whole {
			return err
		}
		list, err := ids(ctx, c.cat.read, waitingFrom, after, orderStep)
		if err != nil {
			return fault(doing, "", err)
		}
		if err := c.inTx(ctx, func(t *Tx, _ link) error { return t.orderStep(after, list) }); err != nil {
			return fault(doing, "", err)
		}
		looked += len(list)
		if done != nil {
			done(looked)
		}
	}
}

// OrderApplied tells whether what waits is in the order that the rules say.
func (c *Catalogue) OrderApplied(ctx context.Context) (bool, error) {
	_, whole, err := c.orderCursor(ctx)
	return whole, err
}

// orderCursor tells how far the rules of now were applied.
func (c *Catalogue) orderCursor(ctx context.Context) (after int64, whole bool, err error) {
	rules, err := readRules(ctx, c.cat.read)
	if err != nil {
		return 0, false, err
	}
	state, err := c.Remembered(ctx, stateOrder)
	if err != nil {
		return 0, false, err
	}
	mark, at, _ := strings.Cut(state, " ")
	switch {
	case state == "" && len(rules.rules) == 0: // never was there any rule
		return 0, true, nil
	case mark != rules.mark:
		return 0, false, nil
	case at == "done":
		return 0, true, nil
	}
	after, _ = strconv.ParseInt(at, 10, 64) // anything else: from the start
	return after, false, nil
}

// orderStep puts some pages in order, and remembers that in the same transaction.
func (t *Tx) orderStep(after int64, list []archive.ID) error {
	s, err := t.order()
	if err != nil {
		return err
	}
	at := "done"
	if len(list) > 0 {
		at = list[len(list)-1].String()
	}
	if after > 0 { // the rules may have been changed since the list was read
		state, err := setting(t.ctx, t.tx, "state."+stateOrder)
		if err != nil || state != s.mark+" "+strconv.FormatInt(after, 10) {
			return err
		}
	}
	move := map[int][]archive.ID{}
	if err := each(t.ctx, t.tx, waitingNow, list, func(r *sql.Rows) error {
		var id, fonds archive.ID
		var priority, year int
		var retention string
		if err := r.Scan(&id, &priority, &fonds, &year, &retention); err != nil {
			return err
		}
		if n := s.priority(fonds, year, retention); n != priority {
			move[n] = append(move[n], id)
		}
		return nil
	}); err != nil {
		return err
	}
	for priority, pages := range move {
		q := strings.Replace(prioritise, "{priority}", strconv.Itoa(priority), 1)
		if err := each(t.ctx, t.tx, q, pages, func(*sql.Rows) error { return nil }); err != nil {
			return err
		}
	}
	return t.Remember(stateOrder, s.mark+" "+at)
}

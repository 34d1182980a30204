package projections

import (
	"context"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Rows of a case that is sealed, or that accounts are kept out of, say so in a column of their own: "+account" for each
// that a sealed case is there for, with "sealed" before them, and "-account" for each that is kept out. There are few of
// them, so that a list reads their keys first and, as a rule, finds that nothing has to be left out.

const sealedWord = "sealed"

// ShutTo writes what Row.Shut holds: the accounts that are kept out and, of a sealed case, those that may see it.
func ShutTo(excluded []string, sealed bool, admitted []string) string {
	var words []string
	if sealed {
		words = append(words, sealedWord)
		for _, a := range admitted {
			words = append(words, "+"+a)
		}
	}
	for _, a := range excluded {
		words = append(words, "-"+a)
	}
	return strings.Join(words, " ")
}

// OpenTo tells whether the row may be shown to an account, as far as Shut says. A sealed row is open to none but those
// named, so that whoever asks for nobody in particular does not get it.
func (r Row) OpenTo(account string) bool { return shutOpens(r.Shut, account) }

func shutOpens(shut, account string) bool {
	if shut == "" {
		return true
	}
	words := strings.Split(shut, " ")
	if slices.Contains(words, "-"+account) {
		return false
	}
	return words[0] != sealedWord || slices.Contains(words, "+"+account)
}

// hidden lists the keys of a topic's rows that are shut to the account.
func hidden(conn *sqlite.Conn, topic, account string) (keys, cases []string, err error) {
	err = sqlitex.Execute(conn, "SELECT key, kase, shut FROM rows_"+topic+" WHERE shut <> ''", &sqlitex.ExecOptions{
		ResultFunc: func(s *sqlite.Stmt) error {
			if !shutOpens(s.ColumnText(2), account) {
				keys, cases = append(keys, s.ColumnText(0)), append(cases, s.ColumnText(1))
			}
			return nil
		},
	})
	return keys, cases, err
}

// leaveOut narrows a plan to the rows that the account may see.
func (l *plan) leaveOut(conn *sqlite.Conn, q Query) error {
	if q.EvenShut {
		return nil
	}
	keys, _, err := hidden(conn, q.Topic, q.Account)
	if err != nil || len(keys) == 0 {
		return err
	}
	list, err := marshal(keys)
	if err != nil {
		return err
	}
	l.add("r.key NOT IN (SELECT value FROM json_each(?))", string(list))
	l.sight = false // the institution's own list is longer than what this account sees
	return nil
}

// ShutCases lists the cases that are not there for an account, sorted.
func (v *Views) ShutCases(ctx context.Context, account string) (cases []string, err error) {
	if err := v.knows(Register); err != nil {
		return nil, err
	}
	err = v.read(ctx, func(conn *sqlite.Conn) error {
		_, cases, err = hidden(conn, Register, account)
		return err
	})
	slices.Sort(cases)
	return cases, err
}

package projections

import "context"

// Codes are the codes, by case, of those of the cases asked for that are in the list of the query: who sees few of many cases asks for
// many, again and again. The rows of an open case on the board and in the register derive from one document, with the
// same columns to judge by, so that open cases are answered for from memory; all others are read.
func (v *Views) Codes(ctx context.Context, q Query) (map[string]string, error) {
	codes := map[string]string{}
	if q.Topic == Register && q.Status == "" && q.Stage == "" && v.inMemory(Query{Topic: Board}) {
		if err := v.lockTally(ctx); err != nil {
			return nil, err
		}
		rows, asked := v.tally.rows[Board], v.tally.words.sieve(q)
		var rest []string
		for _, id := range q.Cases {
			l := rows.get(id)
			switch {
			case l == nil:
				rest = append(rest, id)
			case asked.keeps(l):
				codes[id] = l.row.Code
			}
		}
		v.tally.mu.RUnlock()
		q.Cases = rest
	}
	if len(q.Cases) == 0 {
		return codes, nil
	}
	q.Sort, q.NoTotal = ByKey, true
	for begin, cases := 0, q.Cases; begin < len(cases); begin += MaxLimit {
		q.Cases = cases[begin:min(begin+MaxLimit, len(cases))]
		q.Limit = len(q.Cases)
		page, err := v.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Rows {
			codes[r.Case] = r.Code
		}
	}
	return codes, nil
}

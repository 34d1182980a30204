package handlers

import (
	"context"
	"time"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/event"
)

// SessionLine is one open session or token: never its secret, nor the hash of it.
type SessionLine struct {
	Session   string    `json:"session"`
	Kind      string    `json:"kind"` // browser, token or calendar
	Label     string    `json:"label,omitempty"`
	StartedAt time.Time `json:"started_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Current   bool      `json:"current"` // the one that asks
}

// MySessions lists what the caller is signed in with, newest first.
func (s *Service) MySessions(ctx context.Context, c Caller) ([]SessionLine, error) {
	if v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true}); !v.Allow {
		return nil, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	out, _, _, err := s.sessionsOf(ctx, c, c.Account)
	return out, err
}

// EndMySession ends a session or token of the caller's own. One that is not there is at its end already.
func (s *Service) EndMySession(ctx context.Context, c Caller, in EndSession, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true})
	if !v.Allow {
		return Receipt{}, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	r, err := s.accountRunOn(ctx, c, v.Basis, c.Account, env.about("account.end_own_session", ""), account.EndSession{Session: in.Session, Reason: account.Revoked})
	if err != nil {
		return r, err
	}
	return r, s.Await(ctx, r.Position)
}

// EndMyOtherSessions ends every browser session of the caller's but the one that asks. Tokens stand: a partner system would
// stop without a word. A retry ends what began meanwhile; that nothing is left to end is no error.
func (s *Service) EndMyOtherSessions(ctx context.Context, c Caller, env Envelope) (ended int, err error) {
	v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true})
	if !v.Allow {
		return 0, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	open, _, _, err := s.sessionsOf(ctx, c, c.Account)
	if err != nil {
		return 0, err
	}
	for _, o := range open {
		if o.Current || o.Kind != account.Browser {
			continue
		}
		r, err := s.accountRunOn(ctx, c, v.Basis, c.Account, Envelope{Key: derive(env.Key, o.Session)}, account.EndSession{Session: o.Session, Reason: account.Revoked})
		if err != nil {
			return ended, err
		}
		ended++
		if err := s.Await(ctx, r.Position); err != nil {
			return ended, err
		}
	}
	return ended, nil
}

// sessionsOf folds an account's open sessions, newest first.
func (s *Service) sessionsOf(ctx context.Context, c Caller, id string) (open []SessionLine, revision, position uint64, err error) {
	facts, err := s.facts(ctx, event.StreamName(event.AccountCategory, id))
	if err != nil {
		return nil, 0, 0, err
	}
	var st account.State
	started := map[string]time.Time{}
	for _, f := range facts {
		st = account.Evolve(st, f.Data)
		if e, ok := f.Data.(account.SessionStarted); ok {
			started[e.Session] = f.RecordedAt
		}
		revision, position = f.Revision, f.Position
	}
	open = []SessionLine{}
	for i := len(st.Sessions) - 1; i >= 0; i-- {
		if o := st.Sessions[i]; st.Live(o.ID, s.Clock.Wall()) {
			open = append(open, SessionLine{Session: o.ID, Kind: o.Kind, Label: o.Label, StartedAt: started[o.ID], ExpiresAt: o.ExpiresAt, Current: o.ID == c.Session})
		}
	}
	return open, revision, position, nil
}

package handlers

import (
	"context"
	"time"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/projections"
	"mkr/projections/hearings"
)

// CalendarLife is how long the secret address of a calendar stands, if nobody takes it back before.
const CalendarLife = 366 * 24 * time.Hour

// OpenCalendar makes the secret address under which a calendar program reads the dates in court that the caller may see,
// in place of the one that she had. The secret is shown once; only a hash of it is kept. Like her sessions it ends when
// her password changes and when her account is locked, and she can end it herself.
func (s *Service) OpenCalendar(ctx context.Context, c Caller, env Envelope) (AccountReceipt, error) {
	for _, a := range []access.Action{access.ManageOwnAccount, access.ViewCourt} {
		if v := access.Judge(c.Actor(), a, access.Facts{Own: true}); !v.Allow {
			return AccountReceipt{}, &DeniedError{Action: string(a), Code: v.Code}
		}
	}
	secret, err := s.shown.get(c.Account, env.Key, newToken)
	if err != nil {
		return AccountReceipt{}, err
	}
	now := s.Clock.Wall().UTC()
	r, err := s.accountRun(ctx, c, c.Account, env.about("account.open_calendar", ""), account.StartSession{
		Session: derive(env.Key, "calendar").String(), Kind: account.Calendar, TokenHash: hashToken(secret), Wall: now, ExpiresAt: now.Add(CalendarLife),
	})
	if err != nil {
		return AccountReceipt{}, err
	}
	r.ID = c.Account
	return s.receiptWith(ctx, r, secret)
}

// Span of a calendar: what has just been, and what is to come.
const (
	calendarBehind = 31 * 24 * time.Hour
	calendarAhead  = 400 * 24 * time.Hour
)

// Calendar gives the dates in court that the holder of a secret address may see now. Whoever holds no such address, or
// one that was taken back, gets ErrNotFound, like an address that never was.
func (s *Service) Calendar(ctx context.Context, secret string) ([]hearings.Item, Caller, error) {
	c, err := s.holderOf(ctx, secret, account.Calendar)
	if err != nil {
		return nil, c, err
	}
	now := s.Clock.Now().UTC()
	l, err := s.Hearings(ctx, c, ListQuery{Limit: projections.MaxLimit, NoTotal: true}, now.Add(-calendarBehind), now.Add(calendarAhead))
	return l.Items, c, err
}

package pages

import (
	"net/http"

	"mkr/handlers"
)

// offerRow is a token that the caller may take, with the key of her answer.
type offerRow struct {
	handlers.OfferLine
	At, Key string
}

// offers are the tokens that wait for the caller's answer.
func (p *Pages) offers(r *http.Request, v view) ([]offerRow, error) {
	list, err := p.Service.MyOffers(r.Context(), v.Caller)
	rows := make([]offerRow, 0, len(list))
	for _, o := range list {
		rows = append(rows, offerRow{o, "/account/tokens/" + o.Offer + "/", handlers.NewKey().String()})
	}
	return rows, err
}

// answerOffer is the holder's yes or no. The token is in the one answer that makes it.
func (p *Pages) answerOffer(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/account"
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	switch r.PathValue("answer") {
	case "take":
		receipt, err := p.Service.TakeToken(r.Context(), v.Caller, r.PathValue("id"), env)
		if err != nil {
			return err
		}
		if err := p.Service.Await(r.Context(), receipt.Position); err != nil && r.Context().Err() != nil {
			return err
		}
		return p.render(w, r, http.StatusOK, secretView(v, secretPage{Title: v.T("offer.taken"), What: v.T("secret.token"), Receipt: receipt}))
	case "refuse":
		receipt, err := p.Service.RefuseToken(r.Context(), v.Caller, r.PathValue("id"), env)
		return p.filed(w, r, v, receipt, err, "/account", func() form { return form{Action: "/account", Cancel: "/account", Title: v.T("offer.refuse")} })
	}
	return handlers.ErrNotFound
}

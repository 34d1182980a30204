package pages

import (
	"net/http"

	"mkr/domain/access"
	"mkr/domain/activity"
	"mkr/handlers"
)

// activities lists awareness work, school meetings and projects: counts and public titles.
func (p *Pages) activities(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	list, err := p.Service.Activities(r.Context(), v.Caller, handlers.ListQuery{Kind: known(q.Get("kind"), activity.Kinds), After: q.Get("after")})
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, activitiesView(v, listPageOf(v, r, list, "", []filter{v.filter(q, "kind", "field.kind", "activity_kind", activity.Kinds)})))
}

func (v view) activityNew(typed map[string][]string, wrong map[string]string) form {
	return v.simpleForm("/activities", "/activities", v.T("activities.record"), handlers.RecordActivity{}, typed, wrong)
}

func (p *Pages) newActivity(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.may(access.RecordActivity) {
		return &handlers.DeniedError{Action: "activity.record", Code: access.CodeNotForRole}
	}
	return p.render(w, r, http.StatusOK, formPage(v, v.activityNew(nil, nil)))
}

func (p *Pages) recordActivity(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/activities/new"
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	var in handlers.RecordActivity
	wrong := v.parse(&in, "", r.PostForm)
	if len(wrong) > 0 {
		return p.render(w, r, http.StatusUnprocessableEntity, formPage(v, v.activityNew(r.PostForm, wrong)))
	}
	receipt, err := p.Service.RecordActivity(r.Context(), v.Caller, in, env)
	return p.filed(w, r, v, receipt, err, "/activities", func() form { return v.activityNew(r.PostForm, nil) })
}

// some writes a count in a table of many: nobody is a dash, so that the eye finds who came.
func (v view) some(n int) string {
	if n == 0 {
		return "–"
	}
	return v.Number(n)
}

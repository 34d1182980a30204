package directory_test

import (
	"testing"
	"time"

	model "mkr/domain/directory"
	"mkr/domain/event"
	"mkr/projections"
	"mkr/projections/directory"
)

// TestPlacesSayWhenTheyWereCounted: by the event's own time, and where it has none, by when it occurred.
func TestPlacesSayWhenTheyWereCounted(t *testing.T) {
	occurred := time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC)
	counted := occurred.Add(-time.Hour)
	p := directory.Projection(1)
	var s directory.Doc
	for _, d := range []event.Data{
		model.Registered{Institution: "i1", Kind: model.Shelter, Sector: model.Private},
		model.ServiceOffered{Offer: model.Offer{Service: "shelter"}}, model.ServiceOffered{Offer: model.Offer{Service: "psychosocial"}},
		model.CapacityReported{Service: "shelter", Total: 5, Available: 2},
		model.CapacityReported{Service: "psychosocial", Total: 9, At: counted},
	} {
		s = p.Apply(s, event.Fact{Stream: "institution-i1", Meta: event.Meta{OccurredAt: occurred}, Data: d})
	}
	row, err := projections.As[directory.Row](p.Rows("i1", s)[0])
	if err != nil {
		t.Fatal(err)
	}
	if len(row.Services) != 2 || !row.Services[0].ReportedAt.Equal(counted) || !row.Services[1].ReportedAt.Equal(occurred) || row.Services[1].Available != 2 {
		t.Errorf("%+v", row.Services)
	}
}

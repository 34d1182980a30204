package app

import (
	"mkr/domain/accesslog"
	"mkr/domain/account"
	"mkr/domain/activity"
	"mkr/domain/application"
	"mkr/domain/capacity"
	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/domain/household"
	"mkr/domain/meeting"
	"mkr/domain/merge"
	"mkr/domain/person"
	"mkr/domain/register"
	"mkr/domain/rulebook"
	"mkr/domain/sentinel"
	"mkr/projections"
)

// Registry is the one list of all that can be stored.
func Registry() *event.Registry {
	return event.NewRegistry(projections.Unmarshal,
		casefile.Events(), person.Events(), register.Events(), meeting.Events(), directory.Events(), capacity.Events(),
		activity.Events(), application.Events(), account.Events(), accesslog.Events(), rulebook.Events(), household.Events(), merge.Events(), sentinel.Events())
}
